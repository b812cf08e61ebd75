// SPDX-License-Identifier: Apache-2.0
// notes: a table that can be written to. It lives as long as the extension.
//
//   INSERT INTO notes (title, body) VALUES ('milk', 'two bottles');
//   UPDATE notes SET body = 'three bottles' WHERE title = 'milk';
//   DELETE FROM notes WHERE title = 'milk';
#include <vigil/extension.h>

#include <map>
#include <mutex>

using namespace vigil::sdk;
using vigil::Error;
using vigil::Result;

namespace {

struct Note {
  Int id;  // no column, but what tells notes apart
  Text title, body;
};

// Calls come from several threads.
class Notes {
 public:
  Rows<Note> scan(Query<Note>) {
    for (const Note& note : all()) co_yield note;
  }

  Result<int64_t> insert(const Note& note) {
    const std::lock_guard lock(mutex_);
    const int64_t id = note.id.value_or(notes_.empty() ? 1 : notes_.rbegin()->first + 1);
    if (notes_.contains(id)) return violation("there is a note " + std::to_string(id));
    if (auto done = put(id, note); !done) return done.error();
    return id;
  }

  Result<void> update(int64_t id, const Note& note) {
    const std::lock_guard lock(mutex_);
    const auto old = notes_.extract(id);
    if (old.empty()) return Error{"there is no note " + std::to_string(id)};
    auto done = notes_.contains(*note.id) ? Result<void>(violation("there is a note " + std::to_string(*note.id))) : put(*note.id, note);
    if (!done) notes_.emplace(id, old.mapped());
    return done;
  }

  Result<void> remove(int64_t id) {
    const std::lock_guard lock(mutex_);
    if (notes_.erase(id) == 0) return Error{"there is no note " + std::to_string(id)};
    return {};
  }

 private:
  std::vector<Note> all() {
    const std::lock_guard lock(mutex_);
    std::vector<Note> out;
    for (const auto& [id, note] : notes_) out.push_back(note);
    return out;
  }

  Result<void> put(int64_t id, const Note& note) {
    if (!note.title) return violation("a note needs a title");
    for (const auto& [other, known] : notes_)
      if (known.title == note.title) return violation("there is a note '" + *note.title + "'");
    notes_[id] = {id, note.title, note.body};
    return {};
  }

  std::mutex mutex_;
  std::map<int64_t, Note> notes_;
};

}  // namespace

int main(int argc, char** argv) {
  Notes notes;
  Extension extension("notes", "1.0");
  extension.add(table<Note>("notes",
                            {
                                column("title", &Note::title, "What the note is about, once among all"),
                                column("body", &Note::body, "What it says"),
                            },
                            [&](Query<Note> query) { return notes.scan(query); })
                    .writable({
                        .id = &Note::id,
                        .insert = [&](const Note& note) { return notes.insert(note); },
                        .update = [&](int64_t id, const Note& note) { return notes.update(id, note); },
                        .remove = [&](int64_t id) { return notes.remove(id); },
                    }));
  return extension.run(argc, argv);
}
