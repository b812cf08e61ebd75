// SPDX-License-Identifier: Apache-2.0
// interface_ipv6: the sysctls below net.ipv6.conf, as they take effect: some
// depend on whether the interface forwards.

#include "interface_ipv6.gen.h"

#include "core/parse/text.h"

namespace vigil::tables::interface_ipv6 {
namespace {

constexpr const char* folder = "/proc/sys/net/ipv6/conf";

// The value of one setting; -1, as documented, when it cannot be read.
int64_t setting(const Host& host, const std::string& interface, const char* name) {
  const auto text = host.read(folder + ("/" + interface) + "/" + name);
  return text ? parse::number(parse::trim(*text)).value_or(-1) : -1;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const auto interfaces = host.list(folder);
  if (!interfaces) {
    if (interfaces.error().code != ENOENT) co_await sql::failed(interfaces.error());
    co_return;  // a kernel without IPv6
  }

  const int64_t redirects_of_all = query.needs(Source::redirects) ? setting(host, "all", "accept_redirects") : 0;
  for (const auto& [name, type] : *interfaces) {
    if (name == "all" || name == "default") continue;
    Row row;
    row.interface = name;
    if (query.needs(Source::hop_limit)) row.hop_limit = setting(host, name, "hop_limit");
    const bool uses_forwarding = query.needs(Source::forwarding) || query.needs(Source::redirects) || query.needs(Source::ra);
    const int64_t forwarding = uses_forwarding ? setting(host, name, "forwarding") : 0;
    row.forwarding_enabled = forwarding > 0 ? 1 : forwarding;
    if (query.needs(Source::redirects)) {
      const int64_t own = setting(host, name, "accept_redirects");
      const bool both = own > 0 && redirects_of_all > 0, either = own > 0 || redirects_of_all > 0;
      row.redirect_accept = own < 0 ? -1 : (forwarding > 0 ? both : either);
    }
    if (query.needs(Source::ra)) {
      const int64_t accept = setting(host, name, "accept_ra");
      row.rtadv_accept = accept < 0 ? -1 : accept == 2 || (accept == 1 && forwarding <= 0);
    }
    co_yield row;
  }
}

}  // namespace vigil::tables::interface_ipv6
