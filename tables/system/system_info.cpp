// SPDX-License-Identifier: Apache-2.0
// system_info: what hostnamectl(1), lscpu(1) and dmidecode(8) say of a machine.
//
// A name server could tell the domain where /etc/hosts does not, but then the
// query would wait for it.

#include "system_info.gen.h"

#include <utility>

#include "core/host/hardware.h"
#include "core/host/identity.h"
#include "core/parse/meminfo.h"
#include "core/parse/smbios.h"
#include "core/parse/text.h"
#include "core/sql/engine.h"

namespace vigil::tables::system_info {
namespace {

// The first of the names that /etc/hosts gives to the address of `name`, if it
// has a domain; else the name that is `name` with a domain.
std::string with_domain(std::string_view hosts, const std::string& name) {
  if (name.find('.') != name.npos) return name;
  for (const std::string_view line : parse::lines(hosts)) {
    const auto words = parse::fields(parse::trim(line.substr(0, line.find('#'))));
    bool listed = false;
    for (size_t i = 1; i < words.size(); ++i) listed |= words[i] == name;
    if (!listed) continue;
    if (words[1].find('.') != words[1].npos && !words[1].starts_with("localhost")) return std::string(words[1]);
    for (size_t i = 1; i < words.size(); ++i)
      if (words[i].starts_with(name + ".")) return std::string(words[i]);
  }
  return name;
}

sql::Text filled(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

void add_cpu(Row& row, const Host& host, std::string_view text) {
  const auto processors = parse::cpuinfo(text);
  if (processors.empty()) return;
  row.cpu_subtype = filled(processors[0].model);
  row.cpu_brand = filled(processors[0].model_name);
  row.cpu_microcode = filled(processors[0].microcode);
  row.cpu_logical_cores = static_cast<int64_t>(processors.size());
  const auto topology = cpu_topology(host, processors);
  row.cpu_physical_cores = topology.cores;
  row.cpu_sockets = topology.packages;
}

// Types 1 and 2 of SMBIOS; of several boards the first is the main one.
void add_smbios(Row& row, std::string_view bytes) {
  parse::SmbiosTable table(bytes);
  bool system = false, board = false;
  while (const auto s = table.next()) {
    if (s->type == 1 && !std::exchange(system, true)) {
      row.hardware_vendor = s->text(4);
      row.hardware_model = s->text(5);
      row.hardware_version = s->text(6);
      row.hardware_serial = s->text(7);
    } else if (s->type == 2 && !std::exchange(board, true)) {
      row.board_vendor = s->text(4);
      row.board_model = s->text(5);
      row.board_version = s->text(6);
      row.board_serial = s->text(7);
    }
  }
}

// The kernel's own extract of SMBIOS, of which anyone may read all but the serial numbers.
void add_dmi_ids(Row& row, const Dir& ids) {
  const auto id = [&](std::string_view name) -> sql::Text {
    const auto text = ids.read(name);
    if (!text) return std::nullopt;
    return filled(std::string(parse::trim(*text)));
  };
  row.hardware_vendor = id("sys_vendor");
  row.hardware_model = id("product_name");
  row.hardware_version = id("product_version");
  row.hardware_serial = id("product_serial");
  row.board_vendor = id("board_vendor");
  row.board_model = id("board_name");
  row.board_version = id("board_version");
  row.board_serial = id("board_serial");
}

// Strings of a device tree end with a NUL byte.
sql::Text device_tree(const Host& host, const char* path) {
  const auto text = host.read(path);
  if (!text) return std::nullopt;
  return filled(std::string(parse::trim(std::string_view(*text).substr(0, text->find('\0')))));
}

void add_hardware(Row& row, const Host& host) {
  if (const auto table = smbios_table(host)) {
    add_smbios(row, *table);
  } else if (const auto ids = host.enter("/sys/class/dmi/id")) {
    add_dmi_ids(row, *ids);
  } else {
    row.hardware_model = device_tree(host, "/sys/firmware/devicetree/base/model");
    row.hardware_serial = device_tree(host, "/sys/firmware/devicetree/base/serial-number");
  }
  if (row.hardware_vendor && parse::lower(*row.hardware_vendor) == "lenovo") std::swap(row.hardware_model, row.hardware_version);
}

// What the engine knows as its own host id is this machine's alone.
sql::Text uuid(const Query& query) {
  if (auto found = hardware_uuid(query.host())) return found;
  if (query.host().kind() != Host::Kind::live) return std::nullopt;
  return filled(query.engine().program().uuid);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const std::string name = co_await host_name(host);

  Row row;
  row.computer_name = name;
  if (query.needs(Source::hosts)) {
    const auto hosts = host.read("/etc/hosts");
    row.hostname = with_domain(hosts ? *hosts : std::string_view(), name);
    row.local_hostname = row.hostname;
  }
  if (query.needs(Source::uuid)) row.uuid = uuid(query);
  if (query.needs(Source::machine))
    if (auto type = machine(host)) row.cpu_type = std::move(*type);
  if (query.needs(Source::cpuinfo))
    if (const auto text = host.read("/proc/cpuinfo")) add_cpu(row, host, *text);
  if (query.needs(Source::meminfo))
    if (const auto text = host.read("/proc/meminfo")) row.physical_memory = parse::meminfo_bytes(*text, "MemTotal");
  if (query.needs(Source::smbios)) add_hardware(row, host);
  co_yield row;
}

}  // namespace vigil::tables::system_info
