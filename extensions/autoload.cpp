// SPDX-License-Identifier: Apache-2.0
#include "extensions/autoload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "core/base/fd.h"
#include "core/base/safe_path.h"
#include "core/parse/text.h"

namespace vigil::extensions {
namespace {

constexpr size_t largest_list = 1 << 20;
constexpr size_t most_entries = 10'000, most_messages = 100;
constexpr int deepest = 8;
constexpr std::string_view suffix = ".ext";

Result<std::string> read_list(const std::string& path) {
  // A FIFO in its place must not hang the start.
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat info;
  if (!file || ::fstat(file.get(), &info) != 0) return os_error("read", path, errno);
  if (!S_ISREG(info.st_mode)) return Error{"read '" + path + "': it is no regular file"};
  std::string text(largest_list + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(file.get(), text.data() + size, text.size() - size);
    if (n < 0) return os_error("read", path, errno);
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  text.resize(size);
  if (size > largest_list) return os_error("read", path, EFBIG);
  return text;
}

// Two names of one file are one extension.
std::string real_path(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
  return real ? real.get() : path;
}

class Finder {
 public:
  explicit Finder(Autoload& found) : found_(found) {
    for (const Candidate& known : found.candidates) real_.push_back(real_path(known.path));
  }

  void add(const std::string& path, const std::string& origin) {
    struct stat info;
    if (path.front() != '/') return warn(origin, path, "it is no absolute path");
    if (::stat(path.c_str(), &info) != 0) return warn(origin, path, os_error("stat", path, errno).message);
    if (S_ISDIR(info.st_mode)) return add_below(path, origin, 0);
    if (!path.ends_with(suffix)) return warn(origin, path, "it does not end with " + std::string(suffix));
    add_program(path, origin);
  }

  void add_program(const std::string& path, const std::string& origin) {
    const std::string real = real_path(path);
    if (std::find(real_.begin(), real_.end(), real) != real_.end()) return note(origin, path, "it is named twice");
    if (found_.candidates.size() >= most_extensions)
      return warn(origin, path, "it is one too many: " + std::to_string(most_extensions) + " are started");
    real_.push_back(real);
    found_.candidates.push_back({path, origin});
  }

 private:
  // Links to directories are not followed, so there is no way round.
  void add_below(const std::string& directory, const std::string& origin, int depth) {
    if (depth > deepest) return warn(origin, directory, "it is too deep below the directory that is named");
    std::error_code error;
    std::vector<std::filesystem::directory_entry> entries;
    for (std::filesystem::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
      if (++entries_ > most_entries) return warn(origin, directory, "it has too many files");
      entries.push_back(*entry);
    }
    if (error) warn(origin, directory, "it cannot be listed: " + error.message());
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) {
      const std::string path = entry.path().string();
      std::error_code ignored;  // of a file that is just gone
      if (entry.is_directory(ignored) && !entry.is_symlink(ignored))
        add_below(path, origin, depth + 1);
      else if (path.ends_with(suffix) && !entry.is_directory(ignored))
        add_program(path, origin);
      else
        note(origin, path, "it does not end with " + std::string(suffix));
    }
  }

  static void keep(std::vector<std::string>& messages, const std::string& origin, const std::string& path, const std::string& why) {
    if (messages.size() < most_messages) messages.push_back(origin + ": " + "extension '" + path + "'" + " is left out: " + why);
  }
  void warn(const std::string& origin, const std::string& path, const std::string& why) { keep(found_.warnings, origin, path, why); }
  void note(const std::string& origin, const std::string& path, const std::string& why) { keep(found_.notes, origin, path, why); }

  Autoload& found_;
  std::vector<std::string> real_;
  size_t entries_ = 0;
};

}  // namespace

std::vector<ListedPath> parse_autoload(std::string_view text) {
  std::vector<ListedPath> paths;
  uint32_t line = 0;
  while (!text.empty()) {
    ++line;
    const std::string_view path = parse::trim(parse::cut(text, '\n'));
    if (!path.empty() && path.front() != '#' && path.front() != ';') paths.push_back({path, line});
  }
  return paths;
}

Autoload read_autoload(const std::string& file) {
  Autoload found;
  if (file.empty()) return found;
  const auto text = read_list(file);
  if (!text) {
    (text.error().code == ENOENT ? found.notes : found.warnings).push_back("no extension is started from a list: " + text.error().message);
    return found;
  }
  Finder finder(found);
  for (const ListedPath& listed : parse_autoload(*text)) {
    const std::string path(listed.path), origin = file + ":" + std::to_string(listed.line);
    if (path.find('\0') != path.npos)
      found.warnings.push_back(origin + ": the line has a NUL byte");
    else
      finder.add(path, origin);
  }
  return found;
}

void add_extension(Autoload& autoload, const std::string& path) {
  if (path.empty()) return;
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).string();
  Finder(autoload).add_program(error ? path : absolute, "--extension");
}

Result<void> check_extension(const std::string& path, bool allow_unsafe) {
  if (allow_unsafe) {
    struct stat info;
    if (::stat(path.c_str(), &info) != 0) return os_error("stat", path, errno);
    return {};
  }
  const auto program = follow_safe_links(path);
  const auto safe = program ? check_safe_program(*program) : Result<void>(program.error());
  if (safe || safe.error().code != 0) return safe;
  return std::move(Error(safe.error())).within("unsafe permissions: nobody but root and this user may be able to replace it, but");
}

}  // namespace vigil::extensions
