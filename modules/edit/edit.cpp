// SPDX-License-Identifier: Apache-2.0
// The editor of the interactive shell, on editline(3). The history file is
// plain lines, as osquery writes it.
#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>

#include "core/base/fd.h"
#include "core/parse/display.h"
#include "core/parse/text.h"
#include "shell/edit.h"

namespace vigil::shell {
namespace {

constexpr size_t largest_history = 1024 * 1024;
// So many candidates are shown without a word on how many there are more.
constexpr size_t most_shown = 200;

class LineEditor final : public Editor {
 public:
  explicit LineEditor(EditorOptions options) : options_(std::move(options)) {
    // Letters beyond ASCII are edited as characters only in a UTF-8 locale.
    std::setlocale(LC_CTYPE, "");
    if (std::strcmp(::nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");

    history_ = ::history_init();
    HistEvent event;
    ::history(history_, &event, H_SETSIZE, static_cast<int>(options_.entries));
    ::history(history_, &event, H_SETUNIQUE, 1);

    edit_ = ::el_init("osquery", stdin, stdout, stderr);
    ::el_set(edit_, EL_CLIENTDATA, this);
    ::el_set(edit_, EL_PROMPT_ESC, prompt_of, '\1');
    ::el_set(edit_, EL_EDITOR, "emacs");
    ::el_set(edit_, EL_SIGNAL, 0);
    ::el_set(edit_, EL_HIST, ::history, history_);
    // In wide characters: of the others the library keeps copies that it never frees.
    ::el_wset(edit_, EL_ADDFN, L"complete-name", L"Complete the word before the cursor", on_complete);
    ::el_wset(edit_, EL_ADDFN, L"drop-line", L"Forget the line", on_interrupt);
    ::el_set(edit_, EL_BIND, "^I", "complete-name", nullptr);
    ::el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    // Ctrl-C and Ctrl-Z arrive as keys here, so that no signal tears the line apart.
    ::el_set(edit_, EL_SETTY, "-d", "-isig", nullptr);
    ::el_wset(edit_, EL_ADDFN, L"suspend", L"Stop the shell until it is continued", on_suspend);
    ::el_set(edit_, EL_BIND, "^C", "drop-line", nullptr);
    ::el_set(edit_, EL_BIND, "^Z", "suspend", nullptr);
    load();
  }

  ~LineEditor() override {
    save();
    ::el_end(edit_);
    ::history_end(history_);
  }

  Input read(const std::string& prompt, std::string& line) override {
    prompt_ = guarded(prompt);
    interrupted_ = false;
    // Before the prompt, or a key that comes right after it finds the terminal in its other mode.
    ::el_set(edit_, EL_PREP_TERM, 1);
    int size = 0;
    const char* text = ::el_gets(edit_, &size);
    if (interrupted_) {
      std::fputs("^C\n", stdout);
      std::fflush(stdout);
      return Input::interrupted;
    }
    if (!text || size <= 0) return Input::end;
    line.assign(text, static_cast<size_t>(size));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return Input::line;
  }

  void remember(const std::string& line) override {
    if (!entries_.empty() && entries_.back() == line) return;
    HistEvent event;
    ::history(history_, &event, H_ENTER, line.c_str());
    entries_.push_back(line);
    if (entries_.size() > options_.entries) entries_.pop_front();
    changed_ = true;
  }

 private:
  static LineEditor& self(EditLine* edit) {
    void* data = nullptr;
    ::el_get(edit, EL_CLIENTDATA, &data);
    return *static_cast<LineEditor*>(data);
  }

  static char* prompt_of(EditLine* edit) { return self(edit).prompt_.data(); }

  // Escape sequences between marks that tell the library not to count them.
  static std::string guarded(const std::string& prompt) {
    std::string out;
    bool inside = false;
    for (const char c : prompt) {
      if (c == '\x1b') {
        out += '\1';
        inside = true;
      }
      out += c;
      if (inside && c == 'm') {
        out += '\1';
        inside = false;
      }
    }
    return out;
  }

  static unsigned char on_interrupt(EditLine* edit, wint_t) {
    self(edit).interrupted_ = true;
    return CC_NEWLINE;
  }

  static unsigned char on_suspend(EditLine* edit, wint_t) {
    ::el_set(edit, EL_PREP_TERM, 0);
    ::raise(SIGTSTP);
    ::el_set(edit, EL_PREP_TERM, 1);
    return CC_REDISPLAY;
  }

  static unsigned char on_complete(EditLine* edit, wint_t) { return self(edit).complete(); }

  unsigned char complete() {
    const LineInfo* info = ::el_line(edit_);
    const std::string line(info->buffer, static_cast<size_t>(info->lastchar - info->buffer));
    const auto cursor = static_cast<size_t>(info->cursor - info->buffer);
    const Completion found = options_.complete(line, cursor);
    if (found.candidates.empty()) return CC_REFRESH_BEEP;

    std::string common = found.candidates.front();
    for (const std::string& candidate : found.candidates) {
      size_t same = 0;
      while (same < common.size() && same < candidate.size() && common[same] == candidate[same]) ++same;
      common.resize(same);
    }
    const bool only = found.candidates.size() == 1;
    const std::string word = line.substr(found.start, cursor - found.start);
    if (!only && common.size() <= word.size()) {
      show(found.candidates);
      return CC_REDISPLAY;
    }
    ::el_deletestr(edit_, static_cast<int>(characters(word)));
    ::el_insertstr(edit_, (only ? common + ' ' : common).c_str());
    return CC_REFRESH;
  }

  // The library counts characters, not bytes.
  static size_t characters(std::string_view text) {
    size_t count = 0;
    for (; !text.empty(); ++count) text.remove_prefix(parse::first_code_point(text).size);
    return count;
  }

  static void show(const std::vector<std::string>& names) {
    struct winsize window = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) window.ws_col = 80;
    const size_t count = std::min(names.size(), most_shown);
    size_t width = 0;
    for (size_t i = 0; i < count; ++i) width = std::max(width, names[i].size() + 2);
    const size_t columns = std::max<size_t>(1, window.ws_col / width), lines = (count + columns - 1) / columns;
    std::string text = "\n";
    for (size_t line = 0; line < lines; ++line) {
      for (size_t i = line; i < count; i += lines) {
        text += names[i];
        if (i + lines < count) text.append(width - names[i].size(), ' ');
      }
      text += '\n';
    }
    if (names.size() > count) text += "and " + std::to_string(names.size() - count) + " more\n";
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

  void load() {
    if (options_.history.empty()) return;
    const Fd fd(::open(options_.history.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd) return;
    std::string text(largest_history, '\0');
    const ssize_t size = ::read(fd.get(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<size_t>(size) : 0);
    for (const std::string_view line : parse::lines(text))
      if (!line.empty()) remember(std::string(line));
    changed_ = false;
  }

  // Written beside and moved over, so that a full disk costs no history.
  void save() const {
    if (options_.history.empty() || !changed_) return;
    std::string path = options_.history + ".XXXXXX";
    const Fd fd(::mkostemp(path.data(), O_CLOEXEC));  // mode 0600
    if (!fd) return;
    std::string text;
    for (const std::string& entry : entries_) (text += entry) += '\n';
    const bool written = ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!written || ::rename(path.c_str(), options_.history.c_str()) != 0) ::unlink(path.c_str());
  }

  EditorOptions options_;
  EditLine* edit_;
  History* history_;
  std::string prompt_;
  std::deque<std::string> entries_;
  bool interrupted_ = false, changed_ = false;
};

std::unique_ptr<Editor> make(EditorOptions options) { return std::make_unique<LineEditor>(std::move(options)); }

}  // namespace
}  // namespace vigil::shell

extern "C" const vigil::shell::MakeEditor vigil_make_editor = vigil::shell::make;
