// SPDX-License-Identifier: Apache-2.0
// Paths within command lines, as the host of the connection has them.
//
// "/opt/my app/run -v" may start /opt/my, "/opt/my app/run" or "/opt/my
// app/run -v". The candidates are the prefixes that end before a blank, and
// the whole; those that exist and are no directory count.
#include <optional>

#include "core/sql/call.h"

namespace vigil::sql {
namespace {

struct Found {
  std::string shortest, longest;  // empty: none
};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

Found find(const Host& host, std::string_view command, bool quotes, char escape, bool both) {
  constexpr size_t longest_path = 4096;  // PATH_MAX: nothing longer exists
  Found found;
  const auto consider = [&](const std::string& path) {
    if (path.empty() || path.size() >= longest_path) return;
    const auto stat = host.stat(path);
    if (!stat || stat->type == FileType::directory) return;
    if (found.shortest.empty()) found.shortest = path;
    found.longest = path;
  };

  while (!command.empty() && is_space(command.front())) command.remove_prefix(1);
  std::string path;
  bool quoted = false;
  for (size_t i = 0; i < command.size() && path.size() < longest_path; ++i) {
    if (quotes && command[i] == '"') {
      quoted = !quoted;
      continue;
    }
    if (command[i] == escape) {
      if (++i < command.size()) path += command[i];
      continue;
    }
    if (!quoted && is_space(command[i])) {
      consider(path);
      if (!both && !found.shortest.empty()) return found;
    }
    path += command[i];
  }
  consider(path);
  return found;
}

// The arguments are (command [, quotes [, escape character]]).
std::optional<Found> find(Call& call, bool both) {
  if (call.any_null()) return std::nullopt;
  const bool quotes = call.count() > 1 && call.integer(1) != 0;
  char escape = '\\';
  if (call.count() > 2) {
    if (call.text(2).size() != 1) return std::nullopt;
    escape = call.text(2).front();
  }
  return find(call.session().host, call.c_text(0), quotes, escape, both);
}

void find_file_path_in_cmd(Call& call) {
  const auto found = find(call, false);
  if (!found) return call.fail("Invalid inputs to find_file_path_in_cmd");
  call.give(found->shortest);
}

// 1 when the command can start one file only, or none.
void is_path_deterministic(Call& call) {
  const auto found = find(call, true);
  if (!found) return call.fail("Invalid inputs to is_path_deterministic");
  call.give(found->shortest == found->longest);
}

void parent_directory(Call& call) {
  if (call.type(0) != SQLITE_TEXT) return call.fail("Invalid inputs to parent_directory, TEXT was expected");
  const std::string_view path = call.text(0);
  if (const size_t slash = path.rfind('/'); slash != path.npos) call.give(path.substr(0, slash));
}

constexpr Function functions[] = {
    {"find_file_path_in_cmd", 1, find_file_path_in_cmd}, {"find_file_path_in_cmd", 2, find_file_path_in_cmd},
    {"find_file_path_in_cmd", 3, find_file_path_in_cmd}, {"is_path_deterministic", 1, is_path_deterministic},
    {"is_path_deterministic", 2, is_path_deterministic}, {"is_path_deterministic", 3, is_path_deterministic},
    {"parent_directory", 1, parent_directory},
};

}  // namespace

std::span<const Function> path_functions() { return functions; }

}  // namespace vigil::sql
