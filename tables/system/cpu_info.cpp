// SPDX-License-Identifier: Apache-2.0
// cpu_info: what dmidecode -t processor shows, or where the firmware has no
// such table, what lscpu(1) can tell of the sockets.

#include "cpu_info.gen.h"

#include <cerrno>
#include <map>
#include <set>
#include <vector>

#include "core/host/hardware.h"
#include "core/parse/cpuinfo.h"
#include "core/parse/smbios.h"
#include "core/parse/text.h"

namespace vigil::tables::cpu_info {
namespace {

constexpr uint8_t processor_information = 4;

// A count in one byte, or where that is 255 in the word at `wide`. 0 is unknown.
sql::Int count(const parse::SmbiosStructure& s, size_t narrow, size_t wide) {
  const auto few = s.byte(narrow);
  if (!few || *few == 0) return std::nullopt;
  if (*few != 0xff) return *few;
  const auto many = s.word(wide);
  if (!many) return *few;
  if (*many == 0 || *many == 0xffff) return std::nullopt;
  return *many;
}

sql::Int megahertz(std::optional<uint16_t> speed) {
  if (!speed || *speed == 0) return std::nullopt;
  return *speed;
}

Row socket(const parse::SmbiosStructure& s, size_t index) {
  Row row;
  row.device_id = "CPU" + std::to_string(index);
  row.socket_designation = s.text(0x04);
  if (const auto type = s.byte(0x05)) row.processor_type = std::to_string(*type);
  row.manufacturer = s.text(0x07);
  row.model = s.text(0x10);
  row.max_clock_speed = megahertz(s.word(0x14));
  row.current_clock_speed = megahertz(s.word(0x16));
  if (const auto status = s.byte(0x18); status && (*status & 0x40)) row.cpu_status = *status & 7;
  if (const auto cores = count(s, 0x23, 0x2a)) row.number_of_cores = std::to_string(*cores);
  row.logical_processors = count(s, 0x25, 0x2e);
  if (const auto features = s.word(0x26); features && *features != 0 && !(*features & 2)) row.address_width = *features & 4 ? "64" : "32";
  return row;
}

std::vector<Row> from_firmware(std::string_view table) {
  std::vector<Row> rows;
  parse::SmbiosTable structures(table);
  while (const auto s = structures.next())
    if (s->type == processor_information) rows.push_back(socket(*s, rows.size()));
  return rows;
}

sql::Int max_clock(const Host& host, int64_t cpu) {
  const auto text = host.read("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/cpufreq/cpuinfo_max_freq");
  const auto khz = text ? parse::number(parse::trim(*text)) : std::nullopt;
  if (!khz || *khz <= 0) return std::nullopt;
  return *khz / 1000;
}

sql::Text topology_text(const Host& host, int64_t cpu, const char* name) {
  const auto text = host.read("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/" + name);
  if (!text) return std::nullopt;
  return std::string(parse::trim(*text));
}

std::vector<Row> from_kernel(const Host& host, std::string_view cpuinfo) {
  struct Socket {
    const parse::Processor* first;
    int64_t threads = 0;
    std::set<std::string> cores;
    bool all_cores_known = true;
  };
  const auto processors = parse::cpuinfo(cpuinfo);
  std::map<int64_t, Socket> sockets;
  for (const auto& p : processors) {
    // Not every architecture has the topology in /proc/cpuinfo. A core is then
    // known by its list of threads: on ARM its number is not unique in a socket.
    auto package = p.package;
    if (!package)
      if (const auto text = topology_text(host, p.number, "physical_package_id")) package = parse::number(*text);
    const sql::Text core = p.core ? std::to_string(*p.core) : topology_text(host, p.number, "thread_siblings_list");
    Socket& s = sockets.try_emplace(package.value_or(0), Socket{&p}).first->second;
    ++s.threads;
    if (core)
      s.cores.insert(*core);
    else
      s.all_cores_known = false;
  }

  std::vector<Row> rows;
  for (const auto& [number, s] : sockets) {
    Row row;
    row.device_id = "CPU" + std::to_string(number);
    if (!s.first->model_name.empty()) row.model = s.first->model_name;
    if (!s.first->vendor.empty()) row.manufacturer = s.first->vendor;
    row.processor_type = "3";
    row.cpu_status = 1;
    if (s.all_cores_known) row.number_of_cores = std::to_string(s.cores.size());
    row.logical_processors = s.threads;
    if (s.first->long_mode) row.address_width = "64";
    row.current_clock_speed = s.first->mhz;
    row.max_clock_speed = max_clock(host, s.first->number);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::vector<Row> rows;
  if (const auto table = smbios_table(host)) {
    rows = from_firmware(*table);
  } else if (table.error().code == EACCES) {
    query.warn("cpu_info: without root the firmware's table cannot be read; the rows are what the kernel knows");
  }
  if (rows.empty())
    if (const auto text = host.read("/proc/cpuinfo")) rows = from_kernel(host, *text);
  for (const Row& row : rows) co_yield row;
}

}  // namespace vigil::tables::cpu_info
