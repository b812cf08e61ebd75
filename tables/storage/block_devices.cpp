// SPDX-License-Identifier: Apache-2.0
// block_devices: what lsblk(8) and blkid(8) show.
//
// Only the superblock is read from the device itself, and only where a query
// uses it: that may wake up a disk, and needs privilege. A device without a
// medium, or a loop without a file, has size 0 and is not opened.

#include "block_devices.gen.h"

#include <blkid/blkid.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "core/parse/text.h"

namespace vigil::tables::block_devices {
namespace {

// More devices on top of each other than anybody has.
constexpr int max_stack = 16;

// sysfs writes the slashes of cciss/c0d0 as exclamation marks.
std::string node(std::string name) {
  std::replace(name.begin(), name.end(), '!', '/');
  return "/dev/" + name;
}

std::optional<std::string> sysfs_name(std::string_view node) {
  if (!node.starts_with("/dev/")) return std::nullopt;
  std::string name(node.substr(5));
  std::replace(name.begin(), name.end(), '/', '!');
  if (name.empty() || name == "." || name == "..") return std::nullopt;
  return name;
}

sql::Text line(const Dir& device, const char* file) {
  const auto text = device.read(file);
  if (!text) return std::nullopt;
  const std::string_view word = parse::trim(*text);
  if (word.empty()) return std::nullopt;
  return std::string(word);
}

sql::Int count(const Dir& device, const char* file) {
  const auto text = line(device, file);
  return text ? parse::number(*text) : std::nullopt;
}

// The unit serial number page of a SCSI disk: four bytes of head, then text.
sql::Text scsi_serial(const Dir& device) {
  const auto page = device.read("device/vpd_pg80");
  if (!page || page->size() <= 4) return std::nullopt;
  std::string_view text = std::string_view(*page).substr(4);
  while (text.ends_with('\0')) text.remove_suffix(1);
  text = parse::trim(text);
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

// The name in sysfs of the device under `name`: of its disk, or of its first slave.
std::optional<std::string> below(const Host& host, const Dir& device, const std::string& name) {
  if (device.stat("partition")) {
    const auto path = host.resolve("/sys/class/block/" + name);
    if (!path) return std::nullopt;
    const std::string_view disk = std::string_view(*path).substr(0, path->rfind('/'));
    return std::string(disk.substr(disk.rfind('/') + 1));
  }
  const auto slaves = device.list("slaves");
  if (!slaves || slaves->empty()) return std::nullopt;
  return slaves->front().name;
}

// Fills what the device tells, and then what those under it tell.
void add_hardware(Row& row, const Host& host, Dir device, std::string name) {
  for (int depth = 0; depth < max_stack; ++depth) {
    if (!row.vendor) row.vendor = line(device, "device/vendor");
    if (!row.model) row.model = line(device, "device/model");
    if (!row.serial) row.serial = line(device, "device/serial");
    if (!row.serial) row.serial = line(device, "serial");
    if (!row.serial) row.serial = scsi_serial(device);
    if (row.vendor && row.model && row.serial) return;
    auto next = below(host, device, name);
    if (!next) return;
    auto opened = host.enter("/sys/class/block/" + *next);
    if (!opened) return;
    device = std::move(*opened);
    name = std::move(*next);
  }
}

struct Free {
  void operator()(blkid_struct_probe* p) const { ::blkid_free_probe(p); }
};

sql::Text tag(blkid_probe probe, const char* name) {
  const char* value = nullptr;
  size_t length = 0;  // with the NUL at the end
  if (::blkid_probe_lookup_value(probe, name, &value, &length) != 0 || !value || length < 2) return std::nullopt;
  return std::string(value, length - 1);
}

void add_superblock(Row& row, const Host& host, const std::string& path) {
  const auto fd = host.open(path);
  if (!fd) return;
  const std::unique_ptr<blkid_struct_probe, Free> probe(::blkid_new_probe());
  if (!probe || ::blkid_probe_set_device(probe.get(), fd->get(), 0, 0) != 0) return;
  ::blkid_probe_enable_superblocks(probe.get(), 1);
  ::blkid_probe_set_superblocks_flags(probe.get(), BLKID_SUBLKS_LABEL | BLKID_SUBLKS_UUID | BLKID_SUBLKS_TYPE);
  if (::blkid_do_safeprobe(probe.get()) != 0) return;  // nothing, or signs of two things at once
  row.uuid = tag(probe.get(), "UUID");
  row.type = tag(probe.get(), "TYPE");
  row.label = tag(probe.get(), "LABEL");
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::vector<std::string> names;
  if (query.keys.name.pinned()) {
    for (const std::string& path : query.keys.name.values())
      if (auto name = sysfs_name(path)) names.push_back(std::move(*name));
  } else {
    const auto entries = host.list("/sys/class/block");
    if (!entries && entries.error().code == ENOENT) co_return;
    if (!entries) co_await sql::failed(entries.error());
    for (const auto& entry : *entries) names.push_back(entry.name);
  }

  for (const std::string& name : names) {
    const auto device = host.enter("/sys/class/block/" + name);
    if (!device) {
      if (device.error().code != ENOENT) query.skip(device.error());
      continue;
    }
    Row row;
    row.name = node(name);
    if (query.needs(Source::device)) {
      const auto parent = below(host, *device, name);
      if (parent) row.parent = node(*parent);
      row.block_size = count(*device, "queue/logical_block_size");
      if (!row.block_size && parent)
        if (const auto disk = host.enter("/sys/class/block/" + *parent)) row.block_size = count(*disk, "queue/logical_block_size");
    }
    if (query.needs(Source::device) || query.needs(Source::superblock)) row.size = count(*device, "size");
    if (query.needs(Source::hardware)) add_hardware(row, host, *device, name);
    if (query.needs(Source::superblock) && row.size.value_or(0) > 0) add_superblock(row, host, *row.name);
    co_yield row;
  }
}

}  // namespace vigil::tables::block_devices
