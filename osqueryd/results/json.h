// SPDX-License-Identifier: Apache-2.0
// The pieces that lines of JSON are put together from; no blanks, '/' as it is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::results {

// Appends `text` in quotes. UTF-8 stays as it is; what is not UTF-8 becomes U+FFFD.
void append_string(std::string& out, std::string_view text);
std::string json_string(std::string_view text);
// The shortest number that reads back as `value`; null where JSON has no number for it.
std::string json_number(double value);

// The members of an object in the order in which they were last set.
class Fields {
 public:
  // A key that is there already loses its value and moves to the end.
  void set(std::string_view key, std::string json);
  void text(std::string_view key, std::string_view value) { set(key, json_string(value)); }
  std::string object() const;

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

}  // namespace vigil::results
