// SPDX-License-Identifier: Apache-2.0
// dns_resolvers: the state that the resolver takes from /etc/resolv.conf.

#include "dns_resolvers.gen.h"

#include "core/parse/resolv_conf.h"

namespace vigil::tables::dns_resolvers {

sql::Rows<Row> scan(Query query) {
  const auto text = query.host().read("/etc/resolv.conf");
  if (!text && text.error().code == ENOENT) co_return;
  if (!text) co_await sql::failed(text.error());
  const parse::ResolvConf conf = parse::resolv_conf(*text);

  Row row;
  row.options = conf.options;
  row.type = "nameserver";
  row.id = 0;
  for (const auto& server : conf.nameservers) {
    row.address = server;
    row.netmask = server.find(':') == server.npos ? "32" : "128";
    co_yield row;
    ++*row.id;
  }
  row.type = "sortlist";
  row.id = 0;
  for (const auto& [address, mask] : conf.sortlist) {
    row.address = address;
    row.netmask = mask;
    co_yield row;
    ++*row.id;
  }
  row.type = "search";
  row.id = 0;
  row.netmask.reset();
  for (const auto& domain : conf.search) {
    row.address = domain;
    co_yield row;
    ++*row.id;
  }
}

}  // namespace vigil::tables::dns_resolvers
