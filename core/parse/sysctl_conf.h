// SPDX-License-Identifier: Apache-2.0
// Kernel settings as sysctl.d(5) files ask for them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::parse {

// "net/ipv4/conf/eth0.100/rp_filter", the path below /proc/sys, of a key in
// either spelling. The first separator tells which one it is: in
// "net.ipv4.conf.eth0/100.rp_filter" dots separate and slashes are dots.
std::string sysctl_path(std::string_view key);

// The dotted spelling of such a path, as sysctl(8) prints it.
std::string sysctl_name(std::string_view path);

class SysctlConf {
 public:
  // Adds the settings of one file; later ones win over earlier ones.
  void add(std::string_view text);

  // What is asked for the control at `path`. A key without wildcards wins over
  // one with them; "-key" without a value takes a control out of their reach.
  std::optional<std::string> value(const std::string& path) const;

 private:
  std::map<std::string, std::string> plain_;
  std::vector<std::pair<std::string, std::string>> patterns_;
  std::set<std::string> excluded_;
};

}  // namespace vigil::parse
