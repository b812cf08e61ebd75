// SPDX-License-Identifier: Apache-2.0
#include "core/parse/resolv_conf.h"

#include <arpa/inet.h>
#include <resolv.h>

#include <optional>

#include "core/parse/ip.h"
#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// Names that resolv.h has only in newer libraries are given by their numbers.
struct Option {
  std::string_view name;
  uint32_t bit;
};
constexpr Option known[] = {
    {"debug", RES_DEBUG},
    {"rotate", RES_ROTATE},
    {"edns0", RES_USE_EDNS0},
    {"single-request", RES_SNGLKUP},
    {"single-request-reopen", RES_SNGLKUPREOP},
    {"no-tld-query", RES_NOTLDQUERY},
    {"no_tld_query", RES_NOTLDQUERY},
    {"no-reload", 0x02000000},
    {"use-vc", RES_USEVC},
    {"trust-ad", 0x04000000},
    {"no-aaaa", 0x08000000},
};

std::optional<in_addr> ipv4(std::string_view text) {
  in_addr address = {};
  if (::inet_aton(std::string(text).c_str(), &address) == 0) return std::nullopt;
  return address;
}

std::string text_of(in_addr address) {
  char out[INET_ADDRSTRLEN] = {};
  ::inet_ntop(AF_INET, &address, out, sizeof out);
  return out;
}

// The mask of an address's historical class A, B or C network.
in_addr natural_mask(in_addr address) {
  const uint32_t host = ntohl(address.s_addr);
  return {htonl(host >> 31 == 0 ? 0xff000000u : host >> 30 == 2 ? 0xffff0000u : 0xffffff00u)};
}

void add_sort(ResolvConf& conf, std::string_view entry) {
  const auto address = ipv4(cut(entry, '/'));
  if (!address || conf.sortlist.size() == MAXRESOLVSORT) return;
  const auto mask = entry.empty() ? std::nullopt : ipv4(entry);
  conf.sortlist.push_back({text_of(*address), text_of(mask ? *mask : natural_mask(*address))});
}

}  // namespace

ResolvConf resolv_conf(std::string_view text) {
  ResolvConf conf;
  conf.options = RES_INIT | RES_DEFAULT;
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    // Keywords and comments start in the first column.
    if (line.empty() || line[0] == ';' || line[0] == '#' || is_blank(line[0])) continue;
    if (line.back() == '\r') line.remove_suffix(1);
    const std::string_view keyword = field(line);
    if (keyword == "nameserver") {
      const std::string_view address = field(line);
      if (conf.nameservers.size() == MAXNS) continue;
      if (const auto v4 = ipv4(address)) {
        conf.nameservers.push_back(text_of(*v4));
      } else if (ip(address)) {
        conf.nameservers.emplace_back(address);
      }
    } else if (keyword == "domain" || keyword == "search") {
      std::vector<std::string> domains;
      while (!line.empty()) {
        domains.emplace_back(field(line));
        if (keyword == "domain") break;
      }
      if (!domains.empty()) conf.search = std::move(domains);
    } else if (keyword == "sortlist") {
      while (!line.empty()) add_sort(conf, field(line));
    } else if (keyword == "options") {
      while (!line.empty()) {
        const std::string_view name = field(line);
        for (const auto& option : known)
          if (name == option.name) conf.options |= option.bit;
      }
    }
  }
  if (conf.nameservers.empty()) conf.nameservers.emplace_back("127.0.0.1");
  return conf;
}

}  // namespace vigil::parse
