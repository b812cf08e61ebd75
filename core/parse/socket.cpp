// SPDX-License-Identifier: Apache-2.0
#include "core/parse/socket.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>

#include "core/parse/netlink.h"
#include "core/parse/text.h"

namespace vigil::parse {
namespace {

std::string address(const Socket& socket, const std::array<char, 16>& bytes) {
  if (socket.family == AF_INET) return address_text({bytes.data(), 4});
  if (socket.family == AF_INET6) return address_text({bytes.data(), 16});
  return {};
}

// A name as the kernel prints it: what is no file starts with a NUL byte, and
// each NUL byte of such a name is shown as "@".
std::string unix_path(std::string_view name) {
  if (name.empty() || name[0] != '\0') return std::string(name.substr(0, name.find('\0')));
  std::string out(name);
  std::replace(out.begin(), out.end(), '\0', '@');
  return out;
}

// "0100007F:0035": the address as 32-bit words in the byte order of the machine, the port in hexadecimal.
bool endpoint(std::string_view text, uint16_t family, std::array<char, 16>& address, uint16_t& port) {
  const std::string_view words = cut(text, ':');
  const auto number_of_port = number<uint16_t>(text, 16);
  if (!number_of_port || words.size() != (family == AF_INET ? 8 : 32)) return false;
  for (size_t i = 0; i < words.size() / 8; ++i) {
    const auto word = number<uint32_t>(words.substr(i * 8, 8), 16);
    if (!word) return false;
    std::memcpy(address.data() + i * 4, &*word, 4);
  }
  port = *number_of_port;
  return true;
}

}  // namespace

std::string Socket::local_address() const { return address(*this, local); }
std::string Socket::remote_address() const { return address(*this, remote); }

std::string_view state_name(const Socket& socket) {
  // The order of the kernel's numbers; 12 is a half-open connection under its newer number.
  constexpr std::string_view names[] = {"UNKNOWN", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
                                        "CLOSE",   "CLOSE_WAIT",  "LAST_ACK", "LISTEN",   "CLOSING",   "SYN_RECV"};
  if (socket.family == AF_PACKET) return "NONE";
  if (socket.protocol != IPPROTO_TCP || socket.family == AF_UNIX) return "";
  return socket.state < std::size(names) ? names[socket.state] : names[0];
}

void diag_inet_sockets(std::string_view dump, uint16_t protocol, std::vector<Socket>& out) {
  while (const auto message = cut_message(dump)) {
    if (message->type != SOCK_DIAG_BY_FAMILY || message->body.size() < sizeof(inet_diag_msg)) continue;
    const auto head = fixed_part<inet_diag_msg>(message->body);
    if (head.idiag_family != AF_INET && head.idiag_family != AF_INET6) continue;
    Socket& socket = out.emplace_back();
    socket.family = head.idiag_family;
    socket.protocol = protocol;
    socket.state = head.idiag_state;
    socket.local_port = ntohs(head.id.idiag_sport);
    socket.remote_port = ntohs(head.id.idiag_dport);
    socket.inode = head.idiag_inode;
    std::memcpy(socket.local.data(), head.id.idiag_src, 16);
    std::memcpy(socket.remote.data(), head.id.idiag_dst, 16);
  }
}

void diag_unix_sockets(std::string_view dump, std::vector<Socket>& out) {
  while (const auto message = cut_message(dump)) {
    if (message->type != SOCK_DIAG_BY_FAMILY || message->body.size() < sizeof(unix_diag_msg)) continue;
    const auto head = fixed_part<unix_diag_msg>(message->body);
    if (head.udiag_family != AF_UNIX) continue;
    Socket& socket = out.emplace_back();
    socket.family = AF_UNIX;
    socket.state = head.udiag_state;
    socket.inode = head.udiag_ino;
    std::string_view attributes = message->body.substr(sizeof head);
    while (const auto a = cut_attribute(attributes))
      if (a->type == UNIX_DIAG_NAME) socket.path = unix_path(a->value);
  }
}

void listed_inet_sockets(std::string_view text, uint16_t family, uint16_t protocol, std::vector<Socket>& out) {
  //   sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout inode
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    field(line);
    Socket socket;
    socket.family = family;
    socket.protocol = protocol;
    if (!endpoint(field(line), family, socket.local, socket.local_port)) continue;
    if (!endpoint(field(line), family, socket.remote, socket.remote_port)) continue;
    const auto state = number<uint8_t>(field(line), 16);
    for (int skipped = 0; skipped < 5; ++skipped) field(line);
    const auto inode = number<uint64_t>(field(line));
    if (!state || !inode) continue;
    socket.state = *state;
    socket.inode = *inode;
    out.push_back(std::move(socket));
  }
}

void listed_unix_sockets(std::string_view text, std::vector<Socket>& out) {
  // Num       RefCount Protocol Flags    Type St Inode Path
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    const std::string_view address = field(line);
    if (!address.ends_with(':')) continue;
    for (int skipped = 0; skipped < 4; ++skipped) field(line);
    const auto state = number<uint8_t>(field(line), 16);
    const size_t digit = std::min(line.find_first_not_of(' '), line.size());
    line.remove_prefix(digit);
    const auto inode = number<uint64_t>(cut(line, ' '));
    if (!state || !inode) continue;
    Socket& socket = out.emplace_back();
    socket.family = AF_UNIX;
    socket.state = *state;
    socket.inode = *inode;
    socket.path = std::string(line);  // may hold blanks
  }
}

void listed_packet_sockets(std::string_view text, std::vector<Socket>& out) {
  // sk               RefCnt Type Proto  Iface R Rmem   User   Inode
  while (!text.empty()) {
    std::string_view line = cut(text, '\n');
    for (int skipped = 0; skipped < 3; ++skipped) field(line);
    const auto protocol = number<uint16_t>(field(line), 16);
    for (int skipped = 0; skipped < 4; ++skipped) field(line);
    const auto inode = number<uint64_t>(field(line));
    if (!protocol || !inode) continue;
    Socket& socket = out.emplace_back();
    socket.family = AF_PACKET;
    socket.protocol = *protocol;
    socket.inode = *inode;
  }
}

}  // namespace vigil::parse
