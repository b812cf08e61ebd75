// SPDX-License-Identifier: Apache-2.0
// The files of /proc/<pid>, as proc(5) describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::parse {

// What is read of /proc/<pid>/stat; times in clock ticks.
struct ProcessStat {
  int64_t group = 0, user_ticks = 0, system_ticks = 0, nice = 0, start_ticks = 0;
};
std::optional<ProcessStat> process_stat(std::string_view text);

// What is read of /proc/<pid>/status.
struct ProcessStatus {
  std::string name;
  char state = '?';
  std::optional<int64_t> parent, threads;
  std::optional<int64_t> uid, euid, suid, gid, egid, sgid;
  std::optional<int64_t> resident_kib, total_kib;  // none for kernel threads
};
std::optional<ProcessStatus> process_status(std::string_view text);

// What is read of /proc/<pid>/io, in bytes.
struct ProcessIo {
  std::optional<int64_t> read, written, cancelled;
};
ProcessIo process_io(std::string_view text);

// One line of /proc/<pid>/maps.
struct Mapping {
  std::string_view start, end, permissions, device;
  int64_t offset = -1;  // -1: not a number
  int64_t inode = 0;
  std::string path;
};
std::optional<Mapping> mapping(std::string_view line);

// The arguments of /proc/<pid>/cmdline with blanks between them.
std::string command_line(std::string arguments);

// The number in the target of a namespace, socket or pipe link: "mnt:[4026531841]".
std::optional<int64_t> link_number(std::string_view target, std::string_view kind);

// The `btime` line of /proc/stat: when the machine started, in seconds since the epoch.
std::optional<int64_t> boot_time(std::string_view proc_stat);

}  // namespace vigil::parse
