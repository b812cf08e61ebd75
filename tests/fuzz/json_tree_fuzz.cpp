// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "core/parse/json_tree.h"

namespace {

using vigil::parse::JsonNode;

// Lines only grow from a node to what is in it, and lie within the text.
void check(const JsonNode& node, uint32_t lines, size_t depth) {
  if (node.line == 0 || node.line > lines || depth > vigil::parse::json_depth) std::abort();
  uint32_t last = node.line;
  for (const JsonNode& item : node.items) {
    if (item.line < last) std::abort();
    last = item.line;
    check(item, lines, depth + 1);
    if (node.kind == JsonNode::Kind::object && node.find(item.key) != &item) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = static_cast<uint32_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const auto tree = vigil::parse::json_tree(text);
  for (const auto& warning : tree.warnings)
    if (warning.line == 0 || warning.line > lines || warning.text.empty()) std::abort();
  if (tree.error) {
    if (tree.error->line == 0 || tree.error->line > lines || tree.error->text.empty()) std::abort();
    return 0;
  }
  check(tree.root, lines, 0);
  return 0;
}
