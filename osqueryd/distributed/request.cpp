// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/request.h"

#include "core/parse/json_tree.h"
#include "core/parse/text.h"

namespace vigil::distributed {
namespace {

using parse::JsonNode;

std::string but_is(const JsonNode& node, const std::string& expected) {
  return " is " + std::string(parse::kind_name(node.kind)) + ", expected " + expected;
}

Result<std::map<std::string, std::string>> read_queries(const JsonNode& root, const std::string& name) {
  std::map<std::string, std::string> queries;
  const JsonNode* node = root.find(name);
  if (!node || node->kind == JsonNode::Kind::null) return queries;
  if (node->kind != JsonNode::Kind::object) return Error{"`" + name + "`" + but_is(*node, "an object")};
  for (const JsonNode& item : node->items) {
    if (item.key.empty()) return Error{"`" + name + "` has a query without an id"};
    if (item.key.size() > longest_id) return Error{"`" + name + "` has an id of more than " + std::to_string(longest_id) + " bytes"};
    if (item.kind != JsonNode::Kind::string) return Error{"`" + name + "`: `" + item.key + "`" + but_is(item, "SQL in a string")};
    queries.emplace(item.key, item.text);
  }
  return queries;
}

}  // namespace

Result<Request> read_request(std::string_view json) {
  Request request;
  if (parse::trim(json).empty()) return request;
  const parse::JsonTree tree = parse::json_tree(json);
  if (tree.error) return Error{"line " + std::to_string(tree.error->line) + ": " + tree.error->text};
  if (tree.root.kind != JsonNode::Kind::object) return Error{"it" + but_is(tree.root, "an object")};
  const JsonNode* invalid = tree.root.find("node_invalid");
  if (invalid && invalid->boolean) return Error{"the node key is invalid"};

  auto queries = read_queries(tree.root, "queries");
  if (!queries) return queries.error();
  auto discovery = read_queries(tree.root, "discovery");
  if (!discovery) return discovery.error();
  request.queries = std::move(*queries);
  request.discovery = std::move(*discovery);

  const JsonNode* accelerate = tree.root.find("accelerate");
  if (!accelerate || accelerate->kind == JsonNode::Kind::null) return request;
  // osquery takes what fits in an int, and nothing that has a point or an exponent.
  if (accelerate->kind == JsonNode::Kind::number) request.accelerate = parse::number<int32_t>(accelerate->text);
  if (!request.accelerate) request.warning = "`accelerate` is not an integer and is ignored";
  return request;
}

}  // namespace vigil::distributed
