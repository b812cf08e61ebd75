// SPDX-License-Identifier: Apache-2.0
// Walk: the files that a pattern names, one after the other, as find(1) gives
// them. What is held in memory is the names in the directories that are open,
// one for each level.
//
//   Walk walk(host, {parse::PathPattern::below("/usr", true)}, {}, skip);
//   while (walk.next()) use(walk.path());
//
// Names come sorted, a directory before what is in it. Below a recursive
// pattern every directory is entered; then the directories that symbolic links
// lead to and that were not entered yet, each once, so no link makes a loop.
// Automount points are listed but never entered. A cancelled query ends the walk.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/host/barriers.h"
#include "core/host/host.h"
#include "core/parse/path_pattern.h"

namespace vigil {

class Walk {
 public:
  struct Options {
    bool skip_network = false;  // neither enter nor stat network file systems
    bool follow = true;         // enter what links lead to below a recursive pattern
  };
  // Told of each directory that cannot be read.
  using Skip = std::function<void(const Error&)>;

  // The patterns are walked one after the other.
  Walk(const Host& host, std::vector<parse::PathPattern> patterns, Options options, Skip skip);
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  // Moves to the next file; false at the end.
  bool next();

  // Of the file at hand, until the next call of next().
  const std::string& path() const { return path_; }
  // Which of the patterns it was found by.
  size_t pattern() const { return pattern_ - 1; }
  // Not that of a link's target.
  FileType type() const { return type_; }
  // True for a directory and for a link to one; this looks at the link's target.
  bool leads_to_directory();
  Result<FileStat> stat(Links links) const;
  // Of a link: what it says; and the absolute path it leads to, or what it says where that is missing.
  Result<std::string> link() const { return host_.link(path_); }
  Result<std::string> target() const;
  // As Dir's, of a link's target.
  Result<std::vector<std::pair<std::string, std::string>>> attributes() const;
  // The content; an error when it is larger than `max` or not a regular file's.
  Result<std::string> read(size_t max) const;
  // For reading; an error when it is not a regular file or a link to one.
  Result<Fd> open() const;

 private:
  struct Name {
    uint64_t head;  // bytes of it as a number that sorts as they do
    uint32_t at;    // in Level::text
    uint32_t size : 24;
    uint32_t type : 8;  // a FileType
  };
  // A directory that is being read.
  struct Level {
    Fd fd;
    size_t path = 0, real = 0;  // lengths of its path in path_ and in real_, with the slash
    size_t component = 0;       // the name of the pattern that its names have to match
    bool below = false;         // past the pattern's names: all match
    std::string text;           // the names
    std::vector<Name> names;
    size_t at = 0;
  };
  // A directory still to be entered, with what to look for in it.
  struct Pending {
    std::string path;  // empty: the file at hand
    size_t component;
    bool below;
  };

  bool stopped() const;
  bool start(const parse::PathPattern& pattern);
  bool visit(Level& level);
  bool find_type();
  void enter_path(const Pending& pending);
  void enter_child(const Pending& pending);
  void push(Fd fd, const Pending& pending);
  int read(Level& level);
  bool follow_link();
  bool crosses(bool link) const;
  bool known(std::string_view real) const;
  void failed(std::string_view path, int code);

  Host host_;
  std::vector<parse::PathPattern> patterns_;
  size_t pattern_ = 0;  // the next one
  Options options_;
  Skip skip_;
  std::optional<Barriers> barriers_;

  std::vector<Level> levels_;  // the first depth_ are open; the others keep their memory
  size_t depth_ = 0;
  std::optional<Pending> descend_;  // before the next file
  std::deque<Pending> links_;       // to directories, for the end
  bool by_link_ = false;
  // Trees that a recursive walk has gone into, without links. A link to somewhere in them leads to nothing new.
  std::unordered_set<std::string> trees_;

  std::string path_, real_;  // real_: without links, kept where there are barriers, and until a recursive walk is in its tree
  size_t name_ = 0;          // where the last name begins in path_
  FileType type_ = FileType::unknown;
  std::optional<FileStat> seen_;            // of the file at hand, link not followed
  std::optional<Result<FileStat>> target_;  // of the link at hand
};

}  // namespace vigil
