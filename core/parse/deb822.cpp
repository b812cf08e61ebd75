// SPDX-License-Identifier: Apache-2.0
#include "core/parse/deb822.h"

#include <cstring>

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_empty(std::string_view line) { return line.empty() || line == "\r"; }

}  // namespace

Deb822::Deb822(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

std::string_view Deb822::line() {
  const char* start = at_;
  const auto* stop = static_cast<const char*>(std::memchr(start, '\n', static_cast<size_t>(end_ - start)));
  at_ = stop ? stop + 1 : end_;
  return {start, static_cast<size_t>((stop ? stop : end_) - start)};
}

bool Deb822::next_stanza() {
  if (peeked_) peeked_ = false;
  while (in_stanza_ && !at_end()) in_stanza_ = !is_empty(line());
  while (!at_end()) {
    in_stanza_ = true;
    if (next_field()) {
      peeked_ = true;
      return true;
    }
  }
  in_stanza_ = false;
  return false;
}

bool Deb822::next_field() {
  if (peeked_) {
    peeked_ = false;
    return true;
  }
  while (in_stanza_ && !at_end()) {
    const std::string_view first = line();
    if (is_empty(first)) {
      in_stanza_ = false;
      return false;
    }
    if (first[0] == '#' || is_blank(first[0])) continue;
    const size_t colon = first.find(':');
    if (colon == first.npos || colon == 0) continue;

    // The field goes on over lines that begin with a blank, and over comments between them.
    const char* stop = first.data() + first.size();
    while (!at_end() && (is_blank(*at_) || *at_ == '#')) {
      const std::string_view more = line();
      if (is_blank(more[0])) stop = more.data() + more.size();
    }
    name_ = trim(first.substr(0, colon));
    const char* start = first.data() + colon + 1;
    value_ = trim({start, static_cast<size_t>(stop - start)});
    return true;
  }
  return false;
}

bool Deb822::is(std::string_view lower_name) const {
  if (name_.size() != lower_name.size()) return false;
  for (size_t i = 0; i < name_.size(); ++i)
    if (name_[i] != lower_name[i] && lower(name_[i]) != lower_name[i]) return false;
  return true;
}

std::vector<std::string_view> deb822_words(std::string_view value) {
  std::vector<std::string_view> words;
  for (bool first = true; !value.empty(); first = false) {
    const std::string_view text = cut(value, '\n');
    if (!first && text.starts_with('#')) continue;
    for (const std::string_view word : fields(trim(text))) words.push_back(word);
  }
  return words;
}

std::string_view debian_revision(std::string_view version) {
  const size_t hyphen = version.rfind('-');
  return hyphen == version.npos ? std::string_view() : version.substr(hyphen + 1);
}

}  // namespace vigil::parse
