// SPDX-License-Identifier: Apache-2.0
// Editor: lines from a person at a terminal. The real one stands in the module
// `edit`, so that only an interactive shell loads the library it needs.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::shell {

// What may stand in place of line[start, cursor).
struct Completion {
  size_t start = 0;
  std::vector<std::string> candidates;
};

class Editor {
 public:
  enum class Input { line, end, interrupted };
  virtual ~Editor() = default;
  // Reads one line, without its line end.
  virtual Input read(const std::string& prompt, std::string& line) = 0;
  // Puts a line into the history.
  virtual void remember(const std::string& line) = 0;
};

struct EditorOptions {
  std::string history;  // a file, one line for each entry; empty: none is kept
  size_t entries = 100;
  std::function<Completion(std::string_view line, size_t cursor)> complete;
};

using MakeEditor = std::unique_ptr<Editor> (*)(EditorOptions options);

// The module's, or a plain one when the module cannot be loaded; then `reason` says why.
std::unique_ptr<Editor> make_editor(EditorOptions options, std::string& reason);

}  // namespace vigil::shell
