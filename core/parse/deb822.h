// SPDX-License-Identifier: Apache-2.0
// The control files of Debian, deb822(5): dpkg's status, apt's .sources and
// Release files. Stanzas of fields, separated by empty lines.
//
//   Deb822 file(text);
//   while (file.next_stanza())
//     while (file.next_field())
//       if (file.is("package")) name = file.value();
//
// Nothing is copied: names and values point into the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

class Deb822 {
 public:
  explicit Deb822(std::string_view text);

  // To the next stanza that has a field; false when there is none. What was
  // not read of the last one is passed over.
  bool next_stanza();

  // To the next field of the stanza; false at its end. Comments and lines that
  // are no field are passed over.
  bool next_field();

  // The field's name as it is written.
  std::string_view name() const { return name_; }
  // True when the field has this name, given in lower case; names ignore case.
  bool is(std::string_view lower_name) const;

  // The value with its continuation lines as they are written, without white
  // space at either end.
  std::string_view value() const { return value_; }

 private:
  // The next line, without its end.
  std::string_view line();
  bool at_end() const { return at_ == end_; }

  const char* at_;
  const char* end_;
  bool in_stanza_ = false;
  bool peeked_ = false;  // next_stanza() has read the first field already
  std::string_view name_, value_;
};

// The words of a value over all its lines, without lines that are comments.
std::vector<std::string_view> deb822_words(std::string_view value);

// What follows the last hyphen of a package's version; empty for native packages.
std::string_view debian_revision(std::string_view version);

}  // namespace vigil::parse
