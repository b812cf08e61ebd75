// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/sysctl_conf.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  vigil::parse::SysctlConf conf;
  conf.add(text);
  for (const char* path : {"kernel/hostname", "net/ipv4/conf/eth0.100/rp_filter", "vm/swappiness"})
    if (const auto value = conf.value(path); value && value->size() > size) std::abort();
  const std::string start(text.substr(0, 200));
  if (vigil::parse::sysctl_name(vigil::parse::sysctl_name(start)) != start) std::abort();
  return 0;
}
