// SPDX-License-Identifier: Apache-2.0
#include "core/parse/capability.h"

#include <array>
#include <cstdint>

namespace vigil::parse {
namespace {

// In the order of their numbers, linux/capability.h.
constexpr const char* names[] = {"cap_chown",
                                 "cap_dac_override",
                                 "cap_dac_read_search",
                                 "cap_fowner",
                                 "cap_fsetid",
                                 "cap_kill",
                                 "cap_setgid",
                                 "cap_setuid",
                                 "cap_setpcap",
                                 "cap_linux_immutable",
                                 "cap_net_bind_service",
                                 "cap_net_broadcast",
                                 "cap_net_admin",
                                 "cap_net_raw",
                                 "cap_ipc_lock",
                                 "cap_ipc_owner",
                                 "cap_sys_module",
                                 "cap_sys_rawio",
                                 "cap_sys_chroot",
                                 "cap_sys_ptrace",
                                 "cap_sys_pacct",
                                 "cap_sys_admin",
                                 "cap_sys_boot",
                                 "cap_sys_nice",
                                 "cap_sys_resource",
                                 "cap_sys_time",
                                 "cap_sys_tty_config",
                                 "cap_mknod",
                                 "cap_lease",
                                 "cap_audit_write",
                                 "cap_audit_control",
                                 "cap_setfcap",
                                 "cap_mac_override",
                                 "cap_mac_admin",
                                 "cap_syslog",
                                 "cap_wake_alarm",
                                 "cap_block_suspend",
                                 "cap_audit_read",
                                 "cap_perfmon",
                                 "cap_bpf",
                                 "cap_checkpoint_restore"};
constexpr size_t known = std::size(names);

enum Flag : unsigned { effective = 1, permitted = 2, inheritable = 4 };

std::string letters(unsigned flags) {
  return std::string(flags & effective ? "e" : "") + (flags & inheritable ? "i" : "") + (flags & permitted ? "p" : "");
}

std::string list(const std::array<unsigned, 64>& flags, size_t from, size_t to, unsigned wanted) {
  std::string text;
  for (size_t i = from; i < to; ++i)
    if (flags[i] == wanted) (text += text.empty() ? "" : ",") += i < known ? names[i] : std::to_string(i);
  return text;
}

uint32_t little_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

Result<std::string> file_capabilities(std::string_view bytes) {
  const auto bad = [&] { return Error{"capabilities: unknown form of " + std::to_string(bytes.size()) + " bytes"}; };
  if (bytes.size() < 4) return bad();
  const uint32_t magic = little_endian(bytes, 0);
  const uint32_t revision = magic >> 24;
  constexpr size_t sizes[] = {0, 12, 20, 24};
  if (revision < 1 || revision > 3 || bytes.size() != sizes[revision]) return bad();

  uint64_t may = 0, inherits = 0;
  for (size_t word = 0; word < (revision == 1 ? 1 : 2); ++word) {
    may |= uint64_t{little_endian(bytes, 4 + 8 * word)} << 32 * word;
    inherits |= uint64_t{little_endian(bytes, 8 + 8 * word)} << 32 * word;
  }
  std::array<unsigned, 64> flags{};
  std::array<size_t, 8> count{};
  for (size_t i = 0; i < 64; ++i) {
    flags[i] = static_cast<unsigned>((may >> i & 1) * permitted | (inherits >> i & 1) * inheritable);
    if (flags[i] && magic & 1) flags[i] |= effective;
    if (i < known) ++count[flags[i]];
  }

  // cap_to_text(3): what most capabilities have goes first, without names;
  // the others follow with what they have more or less than that.
  unsigned most = 7;
  for (unsigned f = 7; f-- > 0;)
    if (count[f] >= count[most]) most = f;
  std::string text = most ? "=" + letters(most) : "";
  for (unsigned f = 8; f-- > 0;) {
    if (f == most || !count[f]) continue;
    const char* sign = text.empty() ? "=" : "+";
    if (!text.empty()) text += ' ';
    text += list(flags, 0, known, f);
    if (f & ~most) text += sign + letters(f & ~most);
    if (most & ~f) text += "-" + letters(most & ~f);
  }
  // Those of a newer kernel.
  for (unsigned f = 8; f-- > 1;) {
    const std::string unnamed = list(flags, known, 64, f);
    if (unnamed.empty()) continue;
    if (!text.empty()) text += ' ';
    text += unnamed + "+" + letters(f);
  }
  if (revision == 3)
    if (const uint32_t root = little_endian(bytes, 20)) text += " [rootid=" + std::to_string(root) + "]";
  return text;
}

}  // namespace vigil::parse
