// SPDX-License-Identifier: Apache-2.0
#include "shell/edit.h"

#include <cstdio>

#include "core/sql/module.h"

namespace vigil::shell {
namespace {

// What the terminal driver offers by itself.
class PlainEditor final : public Editor {
 public:
  Input read(const std::string& prompt, std::string& line) override {
    std::fputs(prompt.c_str(), stdout);
    std::fflush(stdout);
    // Not with std::cin: its streams and locales would cost every start of the program.
    line.clear();
    int c = std::getchar();
    for (; c != EOF && c != '\n'; c = std::getchar()) line += static_cast<char>(c);
    return c == EOF && line.empty() ? Input::end : Input::line;
  }
  void remember(const std::string&) override {}
};

}  // namespace

std::unique_ptr<Editor> make_editor(EditorOptions options, std::string& reason) {
  const auto make = sql::module_symbol("edit", "vigil_make_editor");
  if (make) return (*static_cast<const MakeEditor*>(*make))(std::move(options));
  reason = make.error().message;
  return std::make_unique<PlainEditor>();
}

}  // namespace vigil::shell
