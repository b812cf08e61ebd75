// SPDX-License-Identifier: Apache-2.0
#include "shell/edit.h"

#include <cstdio>
#include <iostream>

#include "core/sql/module.h"

namespace vigil::shell {
namespace {

// What the terminal driver offers by itself.
class PlainEditor final : public Editor {
 public:
  Input read(const std::string& prompt, std::string& line) override {
    std::fputs(prompt.c_str(), stdout);
    std::fflush(stdout);
    return std::getline(std::cin, line) ? Input::line : Input::end;
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
