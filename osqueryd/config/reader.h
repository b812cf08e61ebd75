// SPDX-License-Identifier: Apache-2.0
// Reader: typed access to the JSON of one text, with what is wrong in it kept
// as "SOURCE:LINE: what is wrong, what was expected".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/parse/json_tree.h"

namespace vigil::config {

using parse::JsonNode;
using Lists = std::map<std::string, std::vector<std::string>>;

struct Problems {
  std::vector<std::string> errors, warnings;
  std::set<std::string> unknown;  // keys that were complained of: one query's habit is all queries' habit
};

// "`name`", for messages.
std::string ticked(std::string_view name);

class Reader {
 public:
  // `problems` has to outlive the reader.
  Reader(std::string source, Problems& problems) : source_(std::move(source)), problems_(problems) {}

  const std::string& source() const { return source_; }

  void error(const JsonNode& at, const std::string& text) { problems_.errors.push_back(position(at.line) + text); }
  void warn(const JsonNode& at, const std::string& text) { problems_.warnings.push_back(position(at.line) + text); }

  // The object that `text` is, or nothing after an error.
  std::optional<JsonNode> root(std::string_view text);

  // Warns of members of `object`, which is a `what`, that are not in `known`. Names that begin with _ are comments.
  void check_keys(const JsonNode& object, std::string_view what, const std::vector<std::string_view>& known);

  // What is of another kind than expected is an error and nothing; null counts as absent.
  const JsonNode* member(const JsonNode& object, std::string_view key, JsonNode::Kind kind);
  std::optional<std::string> string(const JsonNode& object, std::string_view key);
  // true, false, a number, or text: true and t are true. All others count as false.
  std::optional<bool> boolean(const JsonNode& object, std::string_view key);
  // A whole number, or text that is one. Other numbers and texts give `invalid`, which is left to the caller.
  static constexpr int64_t invalid = INT64_MIN;
  std::optional<int64_t> whole(const JsonNode& object, std::string_view key);
  // A number above 0, else an error.
  std::optional<double> positive(const JsonNode& object, std::string_view key);

  // The strings of an array; others in it are errors.
  std::vector<std::string> strings(const JsonNode& array);
  std::vector<std::string> strings(const JsonNode& object, std::string_view key);
  // An object of such arrays.
  Lists lists(const JsonNode& object);

  void mismatch(const JsonNode& node, std::string_view expected);

 private:
  std::string position(uint32_t line) const { return source_ + ":" + std::to_string(line) + ": "; }

  std::string source_;
  Problems& problems_;
};

}  // namespace vigil::config
