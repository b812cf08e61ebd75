// SPDX-License-Identifier: Apache-2.0
// Text in sections: [Name], then key=value lines. Unit files of systemd,
// systemd.syntax(7), and desktop entries (the Desktop Entry Specification).
//
//   Sections file(text, Sections::Style::unit);
//   while (file.next())
//     if (file.at("Service", "User")) user = file.value();
#pragma once

#include <string>
#include <string_view>

namespace vigil::parse {

class Sections {
 public:
  enum class Style : unsigned char {
    unit,     // comments begin with # or ;, and a backslash at its end lets a line go on
    desktop,  // comments begin with #
  };
  Sections(std::string_view text, Style style) : rest_(text), style_(style) {}

  // To the next assignment; false when there is none.
  bool next();

  bool at(std::string_view section, std::string_view key) const { return section_ == section && key_ == key; }
  std::string_view section() const { return section_; }
  std::string_view key() const { return key_; }
  // Without white space at either end; lines that go on are joined by a blank. Valid until next().
  std::string_view value() const { return value_; }

 private:
  bool is_comment(std::string_view line) const { return line.empty() || line[0] == '#' || (line[0] == ';' && style_ == Style::unit); }

  std::string_view rest_;
  Style style_;
  std::string_view section_, key_, value_;
  std::string joined_;  // what value_ points to when it was put together
};

}  // namespace vigil::parse
