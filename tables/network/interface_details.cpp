// SPDX-License-Identifier: Apache-2.0
// interface_details: what "ip -s link" lists.
//
// Speed and PCI address need a file of sysfs for each interface, and drivers
// may ask the hardware for the speed; they are read only when used.

#include "interface_details.gen.h"

#include "core/host/rtnetlink.h"
#include "core/parse/netlink.h"
#include "core/parse/text.h"

namespace vigil::tables::interface_details {
namespace {

// "0000:00:03.0"
bool is_pci_address(std::string_view name) {
  constexpr std::string_view form = "xxxx:xx:xx.x";
  if (name.size() != form.size()) return false;
  for (size_t i = 0; i < form.size(); ++i) {
    const bool digit = (name[i] >= '0' && name[i] <= '9') || (name[i] >= 'a' && name[i] <= 'f');
    if (form[i] == 'x' ? !digit : name[i] != form[i]) return false;
  }
  return true;
}

// The last PCI device in ../../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0.
// What hangs on a USB bus is not on the PCI bus, though its controller is.
std::string pci_slot(std::string_view device) {
  std::string_view slot = "-1";
  while (!device.empty()) {
    const std::string_view part = parse::cut(device, '/');
    if (is_pci_address(part)) slot = part;
    if (part.starts_with("usb")) return "-1";
  }
  return std::string(slot);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  const std::string dump = co_await link_dump(host);

  for (const auto& link : parse::links(dump)) {
    Row row;
    row.interface = link.name;
    if (!link.mac.empty()) row.mac = link.mac;
    row.type = link.hardware;
    row.mtu = link.mtu;
    row.metric = 0;
    row.flags = link.flags;
    row.last_change = -1;
    if (const auto& n = link.counters) {
      row.ipackets = static_cast<int64_t>(n->packets_in);
      row.opackets = static_cast<int64_t>(n->packets_out);
      row.ibytes = static_cast<int64_t>(n->bytes_in);
      row.obytes = static_cast<int64_t>(n->bytes_out);
      row.ierrors = static_cast<int64_t>(n->errors_in);
      row.oerrors = static_cast<int64_t>(n->errors_out);
      row.idrops = static_cast<int64_t>(n->drops_in);
      row.odrops = static_cast<int64_t>(n->drops_out);
      row.collisions = static_cast<int64_t>(n->collisions);
    }
    if (query.needs(Source::speed)) {
      const auto text = host.read("/sys/class/net/" + link.name + "/speed");
      const auto speed = text ? parse::number(parse::trim(*text)) : std::nullopt;
      row.link_speed = speed && *speed > 0 ? *speed : 0;  // -1 without a link
    }
    if (query.needs(Source::device)) {
      const auto device = host.link("/sys/class/net/" + link.name);
      row.pci_slot = pci_slot(device ? *device : "");
    }
    co_yield row;
  }
}

}  // namespace vigil::tables::interface_details
