// SPDX-License-Identifier: Apache-2.0
#include "core/parse/json_tree.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

std::string array(size_t values, const std::string& value) {
  std::string text = "[\n";
  for (size_t i = 1; i < values; ++i) text += value + ",";
  return text + value + "]";
}

// A value takes far more memory than text.
TEST(JsonTree, HasBounds) {
  for (const char* value : {"0", "[]", "\"\"", "null"}) {
    EXPECT_FALSE(json_tree(array(json_values - 1, value)).error) << value;
    const auto tree = json_tree(array(json_values + 1, value));
    ASSERT_TRUE(tree.error) << value;
    EXPECT_EQ(tree.error->text, "more than 262144 values");
    EXPECT_EQ(tree.error->line, 2U);
  }
  EXPECT_FALSE(json_tree(std::string(json_depth, '[') + std::string(json_depth, ']')).error);
  EXPECT_TRUE(json_tree(std::string(json_depth + 1, '[') + std::string(json_depth + 1, ']')).error);
  EXPECT_EQ(json_tree("\"" + std::string(json_size, 'x') + "\"").error->text, "more than 4 MiB of text");
}

}  // namespace
}  // namespace vigil::parse
