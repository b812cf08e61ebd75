// SPDX-License-Identifier: Apache-2.0
#include "core/parse/path_pattern.h"

#include <algorithm>

namespace vigil::parse {
namespace {

constexpr size_t max_alternatives = 1000;
constexpr size_t max_braces_text = 16 * 1024;  // in a longer text braces stand for themselves

bool has_many(PathSyntax syntax, char c) { return (c == '%' && syntax != PathSyntax::glob) || (c == '*' && syntax != PathSyntax::like); }

// Removes and returns the first character; a byte that is no UTF-8 is one of its own.
char32_t character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t value = length == 1 ? first : first & (0x7fu >> length);
  size_t used = 1;
  while (used < length && used < text.size() && (static_cast<unsigned char>(text[used]) & 0xc0) == 0x80)
    value = value << 6 | (static_cast<unsigned char>(text[used++]) & 0x3f);
  if (used < length) {
    used = 1;
    value = first;
  }
  text.remove_prefix(used);
  return value;
}

// The position of the comma or brace that ends the alternative starting at `at`, or npos.
size_t alternative_end(std::string_view text, size_t at) {
  for (size_t depth = 0; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && depth-- == 0) return at;
    if (text[at] == ',' && depth == 0) return at;
  }
  return text.npos;
}

// Undoes the first {a,b} of each text until none has one left.
std::vector<std::string> without_braces(std::string_view text) {
  std::vector<std::string> open{std::string(text)}, done;
  while (!open.empty() && open.size() + done.size() < max_alternatives) {
    const std::string one = std::move(open.back());
    open.pop_back();
    const size_t brace = one.find('{');
    if (brace == one.npos || alternative_end(one, brace + 1) == one.npos) {
      done.push_back(one);
      continue;
    }
    std::vector<std::string_view> choices;
    size_t at = brace + 1;
    while (true) {
      const size_t end = alternative_end(one, at);
      if (end == one.npos) break;
      choices.push_back(std::string_view(one).substr(at, end - at));
      at = end + 1;
      if (one[end] == '}') break;
    }
    if (one[at - 1] != '}') {  // commas, but never closed
      done.push_back(one);
      continue;
    }
    for (auto choice = choices.rbegin(); choice != choices.rend(); ++choice)
      open.push_back(one.substr(0, brace) + std::string(*choice) + one.substr(at));
  }
  return done;
}

PathPattern path_pattern(std::string_view text, PathSyntax syntax) {
  PathPattern pattern;
  bool in_base = true;
  while (!text.empty()) {
    const size_t slash = text.find('/');
    const std::string_view name = text.substr(0, slash);
    text = slash == text.npos ? std::string_view() : text.substr(slash + 1);
    NamePattern parsed(name, syntax);
    if (in_base && parsed.literal()) {
      pattern.base += name;
      if (slash != name.npos) pattern.base += '/';
      continue;
    }
    in_base = false;
    if (name.empty()) continue;
    const bool last = slash == text.npos;
    if (last && name.size() >= 2 && has_many(syntax, name.back()) && name[name.size() - 2] == name.back()) pattern.recursive = true;
    if (text.empty() && !last) pattern.directories_only = true;
    pattern.names.push_back(std::move(parsed));
  }
  return pattern;
}

}  // namespace

NamePattern::NamePattern(std::string_view text, PathSyntax syntax) : text_(text) {
  const bool marks = syntax != PathSyntax::like;
  for (size_t at = 0; at < text.size(); ++at) {
    Token token{Token::Kind::byte, text[at], false, {}};
    if (has_many(syntax, text[at])) {
      token.kind = Token::Kind::any_text;
      if (!tokens_.empty() && tokens_.back().kind == Token::Kind::any_text) continue;
    } else if (marks && text[at] == '?') {
      token.kind = Token::Kind::any_character;
    } else if (marks && text[at] == '[') {
      size_t from = at + 1;
      if (from < text.size() && (text[from] == '^' || text[from] == '!')) ++from;
      const size_t close = text.find(']', from + 1);  // a first ] stands for itself
      if (close != text.npos) {
        token.kind = Token::Kind::set;
        token.inverted = from > at + 1;
        for (std::string_view inside = text.substr(from, close - from); !inside.empty();) {
          const char32_t low = character(inside);
          char32_t high = low;
          if (inside.size() > 1 && inside[0] == '-') {
            inside.remove_prefix(1);
            high = character(inside);
          }
          token.ranges.emplace_back(low, high);
        }
        at = close;
      }
    }
    if (token.kind != Token::Kind::byte) literal_ = false;
    tokens_.push_back(std::move(token));
  }
  everything_ = tokens_.size() == 1 && tokens_[0].kind == Token::Kind::any_text;
}

bool NamePattern::matches(std::string_view name) const {
  if (everything_) return true;
  if (literal_) return name == text_;
  // Where the last any_text stands, and where in the name it ends so far.
  size_t at = 0, star = tokens_.size();
  std::string_view resume;
  while (true) {
    if (at < tokens_.size() && tokens_[at].kind == Token::Kind::any_text) {
      star = at++;
      resume = name;
      continue;
    }
    if (name.empty() && at == tokens_.size()) return true;
    if (!name.empty() && at < tokens_.size()) {
      const Token& token = tokens_[at];
      if (token.kind == Token::Kind::byte) {
        if (name[0] == token.byte) {
          name.remove_prefix(1);
          ++at;
          continue;
        }
      } else {
        std::string_view rest = name;
        const char32_t c = character(rest);
        const bool inside = token.kind == Token::Kind::any_character ||
                            std::any_of(token.ranges.begin(), token.ranges.end(), [&](auto r) { return c >= r.first && c <= r.second; });
        if (inside != token.inverted) {
          name = rest;
          ++at;
          continue;
        }
      }
    }
    if (star == tokens_.size() || resume.empty()) return false;
    resume.remove_prefix(1);
    name = resume;
    at = star + 1;
  }
}

PathPattern PathPattern::below(std::string_view directory, bool recursive) {
  PathPattern pattern;
  pattern.base = directory;
  if (!pattern.base.ends_with('/')) pattern.base += '/';
  pattern.names.emplace_back("%", PathSyntax::like);
  pattern.recursive = recursive;
  return pattern;
}

std::vector<PathPattern> path_patterns(std::string_view text, PathSyntax syntax) {
  std::vector<PathPattern> all;
  if (syntax != PathSyntax::config || text.size() > max_braces_text) {
    all.push_back(path_pattern(text, syntax));
  } else {
    for (const std::string& one : without_braces(text)) all.push_back(path_pattern(one, syntax));
  }
  return all;
}

}  // namespace vigil::parse
