// SPDX-License-Identifier: Apache-2.0
#include "core/host/identity.h"

#include <sys/utsname.h>

#include <algorithm>
#include <cerrno>
#include <iterator>

#include "core/parse/text.h"

namespace vigil {

Result<std::string> host_name(const Host& host) {
  auto text = host.read("/proc/sys/kernel/hostname");
  if (!text) return std::move(text.error());
  return std::string(parse::trim(*text));
}

Result<std::string> machine(const Host& host) {
  const auto text = host.fact("uname", []() -> Result<std::string> {
    utsname u;
    if (::uname(&u) != 0) return os_error("ask", "uname", errno);
    return "sysname " + std::string(u.sysname) + "\nnodename " + u.nodename + "\nrelease " + u.release + "\nversion " + u.version + "\nmachine " +
           u.machine + "\n";
  });
  if (!text) return text.error();
  for (std::string_view line : parse::lines(*text))
    if (parse::field(line) == "machine") return std::string(parse::trim(line));
  return Error{"uname: no machine in the answer"};
}

std::optional<std::string> hardware_uuid(const Host& host) {
  constexpr std::string_view shared[] = {"00000000-0000-0000-0000-000000000000", "03000200-0400-0500-0006-000700080009",
                                         "03020100-0504-0706-0809-0a0b0c0d0e0f", "10000000-0000-8000-0040-000000000000"};
  const auto text = host.read("/sys/class/dmi/id/product_uuid");
  if (!text) return std::nullopt;
  std::string uuid(parse::trim(*text));
  if (uuid.empty() || std::find(std::begin(shared), std::end(shared), parse::lower(uuid)) != std::end(shared)) return std::nullopt;
  return uuid;
}

}  // namespace vigil
