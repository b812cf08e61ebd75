// SPDX-License-Identifier: Apache-2.0
// A .test file: roots (trees of files as text) and blocks that are checked
// against them. docs/testing.md describes the format.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace vigil::test {

struct Block {
  enum class Kind : uint8_t { root, query, error, option, same, none, run, needs } kind;
  size_t line = 0;                    // of the directive, from 1
  size_t end = 0;                     // first line after the block
  std::string argument;               // the rest of the directive's line
  std::vector<std::string> body;      // SQL, tree text or shell lines
  std::vector<std::string> expected;  // rows or error text, or the shell lines of `same`
  bool has_touched = false, has_warnings = false;
  std::vector<std::string> touched, warnings;
};

struct TestFile {
  std::vector<std::string> lines;
  std::vector<Block> blocks;
};

Result<TestFile> parse_test(std::string_view text);

// Makes the tree that a root block describes below `directory`.
Result<void> make_root(const std::vector<std::string>& body, const std::string& directory);

}  // namespace vigil::test
