// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/reader.h"

#include <algorithm>
#include <cstdlib>

#include "core/parse/similar.h"
#include "core/parse/text.h"

namespace vigil::config {
namespace {

std::string name_of(const JsonNode& node) { return node.key.empty() ? "an entry" : ticked(node.key); }

}  // namespace

std::string ticked(std::string_view name) { return "`" + std::string(name) + "`"; }

std::optional<JsonNode> Reader::root(std::string_view text) {
  parse::JsonTree tree = parse::json_tree(text);
  for (const parse::JsonProblem& warning : tree.warnings) problems_.warnings.push_back(position(warning.line) + warning.text);
  if (tree.error) {
    problems_.errors.push_back(position(tree.error->line) + tree.error->text);
    return std::nullopt;
  }
  if (tree.root.kind != JsonNode::Kind::object) {
    error(tree.root, "the whole is " + std::string(kind_name(tree.root.kind)) + ", expected an object");
    return std::nullopt;
  }
  return std::move(tree.root);
}

void Reader::check_keys(const JsonNode& object, std::string_view what, const std::vector<std::string_view>& known) {
  for (const JsonNode& item : object.items) {
    if (item.key.starts_with('_') || std::find(known.begin(), known.end(), item.key) != known.end()) continue;
    if (!problems_.unknown.insert(source_ + '\0' + std::string(what) + '\0' + item.key).second) continue;
    const std::string_view similar = parse::closest(item.key, known);
    warn(item, "unknown key " + ticked(item.key) + " in " + std::string(what) + (similar.empty() ? "" : ", did you mean " + ticked(similar) + "?"));
  }
}

void Reader::mismatch(const JsonNode& node, std::string_view expected) {
  error(node, name_of(node) + " is " + std::string(kind_name(node.kind)) + ", expected " + std::string(expected));
}

const JsonNode* Reader::member(const JsonNode& object, std::string_view key, JsonNode::Kind kind) {
  const JsonNode* node = object.find(key);
  if (!node || node->kind == JsonNode::Kind::null) return nullptr;
  if (node->kind == kind) return node;
  mismatch(*node, kind_name(kind));
  return nullptr;
}

std::optional<std::string> Reader::string(const JsonNode& object, std::string_view key) {
  const JsonNode* node = member(object, key, JsonNode::Kind::string);
  return node ? std::optional(node->text) : std::nullopt;
}

std::optional<bool> Reader::boolean(const JsonNode& object, std::string_view key) {
  const JsonNode* node = object.find(key);
  if (!node) return std::nullopt;
  switch (node->kind) {
    case JsonNode::Kind::null: return std::nullopt;
    case JsonNode::Kind::boolean: return node->boolean;
    case JsonNode::Kind::number: return std::strtod(node->text.c_str(), nullptr) != 0;
    case JsonNode::Kind::string: {
      const std::string word = parse::lower(node->text);
      if (word == "true" || word == "t") return true;
      if (word != "false" && word != "f") warn(*node, ticked(key) + " is \"" + node->text + "\", which counts as false; expected true or false");
      return false;
    }
    default: mismatch(*node, "true or false"); return std::nullopt;
  }
}

std::optional<int64_t> Reader::whole(const JsonNode& object, std::string_view key) {
  const JsonNode* node = object.find(key);
  if (!node || node->kind == JsonNode::Kind::null) return std::nullopt;
  if (node->kind == JsonNode::Kind::number || node->kind == JsonNode::Kind::string) return parse::number(parse::trim(node->text)).value_or(invalid);
  mismatch(*node, "a number");
  return std::nullopt;
}

std::optional<double> Reader::positive(const JsonNode& object, std::string_view key) {
  const JsonNode* node = member(object, key, JsonNode::Kind::number);
  if (!node) return std::nullopt;
  const double value = std::strtod(node->text.c_str(), nullptr);
  if (value > 0 && value < 1e15) return value;
  error(*node, ticked(key) + " is " + node->text + ", expected a number above 0");
  return std::nullopt;
}

std::vector<std::string> Reader::strings(const JsonNode& array) {
  std::vector<std::string> out;
  for (const JsonNode& item : array.items) {
    if (item.kind == JsonNode::Kind::string)
      out.push_back(item.text);
    else
      error(item, ticked(array.key) + " holds " + std::string(kind_name(item.kind)) + ", expected strings only");
  }
  return out;
}

std::vector<std::string> Reader::strings(const JsonNode& object, std::string_view key) {
  const JsonNode* node = member(object, key, JsonNode::Kind::array);
  return node ? strings(*node) : std::vector<std::string>();
}

Lists Reader::lists(const JsonNode& object) {
  Lists out;
  for (const JsonNode& item : object.items) {
    if (item.kind == JsonNode::Kind::null) continue;
    if (item.kind == JsonNode::Kind::array)
      out[item.key] = strings(item);
    else
      mismatch(item, "an array of strings");
  }
  return out;
}

}  // namespace vigil::config
