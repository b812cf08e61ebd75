// SPDX-License-Identifier: Apache-2.0
#include "core/parse/process.h"

#include "core/parse/text.h"

namespace vigil::parse {
namespace {

// "Name:" escapes newline and backslash so that it stays one line.
std::string unescape_name(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == '\\')) {
      out += text[++i] == 'n' ? '\n' : '\\';
    } else {
      out += text[i];
    }
  }
  return out;
}

void first_three(std::string_view value, std::optional<int64_t>& a, std::optional<int64_t>& b, std::optional<int64_t>& c) {
  a = number(field(value));
  b = number(field(value));
  c = number(field(value));
}

}  // namespace

std::optional<ProcessStat> process_stat(std::string_view text) {
  // 42 (name) S 1 ...; the name may itself hold spaces and parentheses.
  const size_t close = text.rfind(')');
  if (close == text.npos) return std::nullopt;
  std::string_view rest = text.substr(close + 1);
  ProcessStat stat;
  int64_t* const wanted[] = {
      nullptr, nullptr,          &stat.group,        nullptr, nullptr, nullptr, nullptr,    nullptr, nullptr, nullptr,
      nullptr, &stat.user_ticks, &stat.system_ticks, nullptr, nullptr, nullptr, &stat.nice, nullptr, nullptr, &stat.start_ticks};
  for (int64_t* place : wanted) {
    const std::string_view word = field(rest);
    if (!place) continue;
    const auto value = number(word);
    if (!value) return std::nullopt;
    *place = *value;
  }
  return stat;
}

std::optional<ProcessStatus> process_status(std::string_view text) {
  ProcessStatus status;
  bool named = false;
  while (!text.empty()) {
    std::string_view value = cut(text, '\n');
    const std::string_view label = cut(value, ':');
    if (label == "Name") {
      if (value.starts_with('\t')) value.remove_prefix(1);
      status.name = unescape_name(value);
      named = true;
    } else if (label == "State") {
      const std::string_view word = field(value);
      if (!word.empty()) status.state = word[0];
    } else if (label == "PPid") {
      status.parent = number(field(value));
    } else if (label == "Uid") {
      first_three(value, status.uid, status.euid, status.suid);
    } else if (label == "Gid") {
      first_three(value, status.gid, status.egid, status.sgid);
    } else if (label == "VmSize") {
      status.total_kib = number(field(value));
    } else if (label == "VmRSS") {
      status.resident_kib = number(field(value));
    } else if (label == "Threads") {
      status.threads = number(field(value));
      break;  // what follows is not asked for
    }
  }
  if (!named) return std::nullopt;
  return status;
}

ProcessIo process_io(std::string_view text) {
  ProcessIo io;
  while (!text.empty()) {
    std::string_view value = cut(text, '\n');
    const std::string_view label = cut(value, ':');
    if (label == "read_bytes") io.read = number(trim(value));
    if (label == "write_bytes") io.written = number(trim(value));
    if (label == "cancelled_write_bytes") io.cancelled = number(trim(value));
  }
  return io;
}

std::optional<Mapping> mapping(std::string_view line) {
  // 7f1c-7f2d r-xp 00001000 08:01 1234   /usr/lib/name with blanks (deleted)
  Mapping m;
  std::string_view range = field(line);
  m.start = cut(range, '-');
  m.end = range;
  m.permissions = field(line);
  const std::string_view offset = field(line);
  m.device = field(line);
  const auto inode = number(field(line));
  if (m.start.empty() || m.end.empty() || m.permissions.size() < 4 || m.device.empty() || !inode) return std::nullopt;
  if (const auto value = number<uint64_t>(offset, 16)) m.offset = static_cast<int64_t>(*value);
  m.inode = *inode;
  m.path = unescape_octal(line);
  return m;
}

std::string command_line(std::string arguments) {
  while (!arguments.empty() && arguments.back() == '\0') arguments.pop_back();
  for (char& c : arguments)
    if (c == '\0') c = ' ';
  return std::string(trim(arguments));
}

std::optional<int64_t> link_number(std::string_view target, std::string_view kind) {
  if (!target.starts_with(kind) || !target.ends_with(']')) return std::nullopt;
  target.remove_prefix(kind.size());
  if (!target.starts_with(":[")) return std::nullopt;
  return number(target.substr(2, target.size() - 3));
}

std::optional<int64_t> boot_time(std::string_view proc_stat) {
  while (!proc_stat.empty()) {
    std::string_view line = cut(proc_stat, '\n');
    if (cut(line, ' ') == "btime") return number(trim(line));
  }
  return std::nullopt;
}

}  // namespace vigil::parse
