// SPDX-License-Identifier: Apache-2.0
// What the terminal can do, and what the person wants it to do.
#pragma once

#include <string>
#include <string_view>

namespace vigil::shell {

// True when text for the descriptor may carry colour. `wish` is auto, always
// or never; auto looks at the terminal, at NO_COLOR (no-color.org) and at TERM.
bool colored(int fd, std::string_view wish);

// True when the descriptor is a terminal that can erase a line.
bool can_erase(int fd);

// osquery's prompts; with colour where `color` is true and TERM knows 256 of them.
std::string prompt(bool continuing, bool connected, bool color);

}  // namespace vigil::shell
