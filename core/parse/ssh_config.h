// SPDX-License-Identifier: Apache-2.0
// Lines of ssh_config(5) and sshd_config(5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct SshOption {
  std::string_view line;               // as written, without blanks around it
  std::string keyword;                 // lower case: "identityfile"
  std::vector<std::string> arguments;  // quotes undone

  bool is_block() const { return keyword == "host" || keyword == "match"; }
};

// Nothing for comments and empty lines.
std::optional<SshOption> ssh_option(std::string_view line);

}  // namespace vigil::parse
