// SPDX-License-Identifier: Apache-2.0
// What firmware and kernel tell of the hardware that several tables show.
#pragma once

#include <string>
#include <vector>

#include "core/host/host.h"
#include "core/parse/cpuinfo.h"

namespace vigil {

// The SMBIOS structure table, for parse::SmbiosTable. ENOENT: the firmware has
// none, as on most ARM boards and small virtual machines; EACCES: not root.
Result<std::string> smbios_table(const Host& host);

// Sockets and cores that hold `processors`: from /proc/cpuinfo, or from sysfs
// where that tells no topology, as on ARM.
parse::Topology cpu_topology(const Host& host, const std::vector<parse::Processor>& processors);

}  // namespace vigil
