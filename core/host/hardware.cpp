// SPDX-License-Identifier: Apache-2.0
#include "core/host/hardware.h"

#include <set>

namespace vigil {

Result<std::string> smbios_table(const Host& host) { return host.read("/sys/firmware/dmi/tables/DMI"); }

parse::Topology cpu_topology(const Host& host, const std::vector<parse::Processor>& processors) {
  if (const auto told = parse::topology(processors); told.packages) return told;

  // Each CPU lists those it shares a package or core with, so that as many
  // lists as there are packages or cores are different.
  std::set<std::string> packages, cores;
  for (const auto& p : processors) {
    const std::string path = "/sys/devices/system/cpu/cpu" + std::to_string(p.number) + "/topology/";
    auto package = host.read(path + "core_siblings_list"), core = host.read(path + "thread_siblings_list");
    if (!package || !core) return {};
    packages.insert(std::move(*package));
    cores.insert(std::move(*core));
  }
  if (packages.empty()) return {};
  return {static_cast<int64_t>(packages.size()), static_cast<int64_t>(cores.size())};
}

}  // namespace vigil
