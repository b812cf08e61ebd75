// SPDX-License-Identifier: Apache-2.0
// JSON as people write it in configuration files, as a tree whose nodes know
// the line they began in.
//
// Allowed beyond RFC 8259: lines that begin with # or //, `\` at the end of a
// line, which joins it with the next one even within a string, and a comma
// after the last value, with a warning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct JsonNode {
  enum class Kind : uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  uint32_t line = 0;            // counted from 1
  std::string key;              // of an object's member
  std::string text;             // a string's value; a number as it is written
  std::vector<JsonNode> items;  // of an array; the members of an object, as they stand

  // The member of this name, or null.
  const JsonNode* find(std::string_view name) const;
};

// "an object", "a string", ...
std::string_view kind_name(JsonNode::Kind kind);

struct JsonProblem {
  uint32_t line;
  std::string text;
};

struct JsonTree {
  JsonNode root;                     // null when there is an error
  std::optional<JsonProblem> error;  // the first, where reading stopped
  std::vector<JsonProblem> warnings;
};

inline constexpr size_t json_depth = 32;              // how deep values may be nested
inline constexpr size_t json_size = 4 * 1024 * 1024;  // bytes without comments
inline constexpr size_t json_values = 256 * 1024;     // a value may take a hundred bytes of memory

// Of several members of one name the first counts, with a warning.
JsonTree json_tree(std::string_view text, size_t size_max = json_size);

}  // namespace vigil::parse
