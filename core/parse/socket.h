// SPDX-License-Identifier: Apache-2.0
// Sockets, from the two forms in which the kernel lists them: the answers to
// sock_diag(7) dumps, and the text files of proc_pid_net(5).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::parse {

struct Socket {
  uint16_t family = 0;    // AF_INET, AF_INET6, AF_UNIX or AF_PACKET
  uint16_t protocol = 0;  // IPPROTO_*; of a packet socket the ethertype
  uint8_t state = 0;      // of TCP, see state_name()
  uint16_t local_port = 0, remote_port = 0;
  uint64_t inode = 0;  // 0: no process can own it, as in TIME_WAIT
  std::array<char, 16> local = {}, remote = {};
  std::string path;  // of a UNIX socket; an abstract one starts with "@"

  // "192.0.2.1", "2001:db8::1"; empty for families without addresses.
  std::string local_address() const;
  std::string remote_address() const;
};

// "ESTABLISHED" and so on for TCP, "NONE" for packet sockets, empty for all others.
std::string_view state_name(const Socket& socket);

// All sockets of a dump are appended; bytes or lines that make no sense are left out.
void diag_inet_sockets(std::string_view dump, uint16_t protocol, std::vector<Socket>& out);
void diag_unix_sockets(std::string_view dump, std::vector<Socket>& out);

// The files tcp, tcp6, udp, icmp ... ; family and protocol are those of the file.
void listed_inet_sockets(std::string_view text, uint16_t family, uint16_t protocol, std::vector<Socket>& out);
void listed_unix_sockets(std::string_view text, std::vector<Socket>& out);
void listed_packet_sockets(std::string_view text, std::vector<Socket>& out);

}  // namespace vigil::parse
