// SPDX-License-Identifier: Apache-2.0
// magic: what file(1) prints, and with --mime-type and --mime-encoding.
//
// libmagic gets descriptors, never a path, so it sees the same file system as
// the query. What is not a regular file is told from its type and not opened.

#include "magic.gen.h"

#include <magic.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "core/parse/text.h"
#include "core/sql/engine.h"
#include "core/sql/locations.h"

namespace vigil::tables::magic {
namespace {

struct Close {
  void operator()(magic_set* p) const { ::magic_close(p); }
};

// Rules, loaded once for each scan; libmagic keeps pointers into `compiled`.
struct Rules {
  std::string compiled;
  std::unique_ptr<magic_set, Close> set;
};

Result<Rules> load(const Host& host, const std::string& files) {
  Rules rules;
  rules.set.reset(::magic_open(MAGIC_NONE));
  if (!rules.set) return os_error("open", "libmagic", errno);
  int code = 0;
  if (files.empty()) {
    code = ::magic_load(rules.set.get(), nullptr);
  } else if (files.find(':') == files.npos) {
    const auto start = host.read_start(files, 4);
    if (!start) return start.error();
    if (*start == "\x1c\x04\x1e\xf1" || *start == "\xf1\x1e\x04\x1c") {
      auto bytes = host.read(files);
      if (!bytes) return std::move(bytes.error());
      rules.compiled = std::move(*bytes);
      void* buffer = rules.compiled.data();
      size_t size = rules.compiled.size();
      code = ::magic_load_buffers(rules.set.get(), &buffer, &size, 1);
    }
  }
  // Text is read by libmagic itself, which knows only names.
  if (!files.empty() && rules.compiled.empty()) {
    std::vector<Fd> open;
    std::vector<std::string> names;
    std::string_view rest = files;
    while (!rest.empty()) {
      auto fd = host.open(parse::cut(rest, ':'));
      if (!fd) return std::move(fd.error());
      names.push_back("/proc/self/fd/" + std::to_string(fd->get()));
      open.push_back(std::move(*fd));
    }
    code = ::magic_load(rules.set.get(), parse::join(names, ":").c_str());
  }
  if (code != 0) {
    const char* reason = ::magic_error(rules.set.get());
    return Error{"load the rules of libmagic: " + std::string(reason ? reason : "unknown reason")};
  }
  return rules;
}

// The file at its start: libmagic moves the position and does not look back.
sql::Text ask(const Rules& rules, const Fd& fd, int flags) {
  ::magic_setflags(rules.set.get(), flags);
  ::lseek(fd.get(), 0, SEEK_SET);
  const char* text = ::magic_descriptor(rules.set.get(), fd.get());
  if (!text) return std::nullopt;
  return std::string(text);
}

// "setuid, sticky", as file(1) puts it first.
std::string special_bits(const FileStat& stat) {
  std::vector<std::string> words;
  if (stat.mode & 04000) words.push_back("setuid");
  if (stat.mode & 02000) words.push_back("setgid");
  if (stat.mode & 01000) words.push_back("sticky");
  return parse::join(words, ", ");
}

// What file(1) says of files that it does not open.
void describe_type(Row& row, const Walk& walk, const FileStat& stat) {
  const std::string bits = special_bits(stat);
  const auto numbers = [&] { return " (" + std::to_string(major(stat.special_device)) + "/" + std::to_string(minor(stat.special_device)) + ")"; };
  const auto say = [&](std::string data, const char* type) {
    row.data = bits.empty() ? std::move(data) : bits + ", " + data;
    row.mime_type = type;
    row.mime_encoding = "binary";
  };
  switch (stat.type) {
    case FileType::directory: return say("directory", "inode/directory");
    case FileType::fifo: return say("fifo (named pipe)", "inode/fifo");
    case FileType::socket: return say("socket", "inode/socket");
    case FileType::block: return say("block special" + numbers(), "inode/blockdevice");
    case FileType::character: return say("character special" + numbers(), "inode/chardevice");
    case FileType::symlink: {
      const auto target = walk.link();
      if (target) say((walk.stat(Links::follow) ? "symbolic link to " : "broken symbolic link to ") + *target, "inode/symlink");
      return;
    }
    default: return;
  }
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const sql::Locations locations(query.keys.path, {});
  if (!locations.problem().empty()) query.warn(locations.problem());
  std::vector<std::string> databases{""};
  if (query.keys.magic_db_files.pinned()) databases = query.keys.magic_db_files.values();

  for (const std::string& files : databases) {
    Rules rules;
    if (query.needs(Source::content)) rules = co_await load(query.host(), files);
    Walk walk(query.host(), locations.patterns(), {.skip_network = query.engine().option("skip_network_filesystems") == "true"},
              [&](const Error& error) { query.skip(error); });
    while (walk.next()) {
      Row row;
      locations.show(walk, &row.path, nullptr, nullptr);
      row.magic_db_files = files;
      if (files.empty()) row.magic_db_files = ::magic_getpath(nullptr, 0);
      if (query.needs(Source::content)) {
        const auto stat = walk.stat(Links::keep);
        if (!stat) continue;
        if (stat->type != FileType::regular) {
          describe_type(row, walk, *stat);
        } else if (const auto fd = walk.open()) {
          const std::string bits = special_bits(*stat);
          if (auto data = ask(rules, *fd, MAGIC_NONE)) row.data = bits.empty() ? std::move(*data) : bits + " " + *data;
          row.mime_type = ask(rules, *fd, MAGIC_MIME_TYPE);
          if (row.mime_type == "application/x-empty") row.mime_type = "inode/x-empty";  // as for a path
          row.mime_encoding = ask(rules, *fd, MAGIC_MIME_ENCODING);
        } else {
          query.warn(fd.error().message);
        }
      }
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::magic
