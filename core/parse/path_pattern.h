// SPDX-License-Identifier: Apache-2.0
// Patterns of paths, as people write them in queries and in file_paths.
//
//   %    any part of a name        (`*` in GLOB and in configuration)
//   %%   at the end: everything below, at any depth   (`**`)
//
// A `%` never crosses a slash, unlike SQL's; `%%` elsewhere than at the end is
// like `%`. Names that begin with a dot are matched like all others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

// Which of the marks above are in force; all others stand for themselves.
enum class PathSyntax : unsigned char {
  like,    // % %%; `_` is an underscore, as osquery has it
  glob,    // * ** ? [a-z] [^a-z]
  config,  // all of these, and {a,b}
};

// One name of a pattern.
class NamePattern {
 public:
  explicit NamePattern(std::string_view text, PathSyntax syntax);

  // True when only one name matches, text().
  bool literal() const { return literal_; }
  const std::string& text() const { return text_; }
  // True when it ends in a mark for any text, so that a slash may follow as well.
  bool open_end() const { return !tokens_.empty() && tokens_.back().kind == Token::Kind::any_text; }
  // True when it is nothing but a mark for any text.
  bool everything() const { return everything_; }
  bool matches(std::string_view name) const;

 private:
  struct Token {
    enum class Kind : unsigned char { byte, any_character, any_text, set } kind;
    char byte = 0;
    bool inverted = false;
    std::vector<std::pair<char32_t, char32_t>> ranges;
  };
  std::string text_;
  std::vector<Token> tokens_;
  bool literal_ = true, everything_ = false;
};

struct PathPattern {
  // What comes before the first name with a mark, as it is written, with its
  // slash: "/usr/" of "/usr/%/bin". The whole path when there are no marks.
  std::string base;
  std::vector<NamePattern> names;
  bool recursive = false;         // and everything below what the names match
  bool directories_only = false;  // it ended in a slash

  // The names in `directory` (`recursive`: and below it); no character of it is a mark.
  static PathPattern below(std::string_view directory, bool recursive);
};

// A pattern as its alternatives: one, or what {a,b} expands to, 1,000 at most.
std::vector<PathPattern> path_patterns(std::string_view text, PathSyntax syntax);

}  // namespace vigil::parse
