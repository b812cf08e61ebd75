// SPDX-License-Identifier: Apache-2.0
// sudoers: the rules of sudo(8), as far as they are kept in files.

#include "sudoers.gen.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "core/parse/sudoers.h"
#include "core/parse/text.h"

namespace vigil::tables::sudoers {
namespace {

using Include = parse::SudoersLine::Include;

constexpr size_t deepest = 128, most_files = 10000;

struct File {
  std::string path, text;
  size_t at = 0;
  std::vector<std::string> includes;  // still to be read before the next line; the last one first
};

// The path of an include: relative to the file, with %h for the short name of the host.
std::string resolved(const Host& host, const std::string& from, std::string path) {
  for (size_t at = 0; (at = path.find('%', at)) != path.npos && at + 1 < path.size(); ++at) {
    if (path[at + 1] == '%') {
      path.erase(at, 1);
    } else if (path[at + 1] == 'h') {
      const auto name = host.read("/proc/sys/kernel/hostname");
      if (!name) continue;
      const std::string_view whole = parse::trim(*name);
      path.replace(at, 2, whole.substr(0, whole.find('.')));
    }
  }
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path.starts_with('/') ? path : from.substr(0, from.rfind('/') + 1) + path;
}

// Paths for comparing: without "." and "..". What is read is the path as written.
bool same_path(const std::string& a, const std::string& b) {
  return std::filesystem::path(a).lexically_normal() == std::filesystem::path(b).lexically_normal();
}

// What a line includes, the last file first.
std::vector<std::string> included(const Query& query, const std::string& from, const parse::SudoersLine& line) {
  if (line.include == Include::none || line.path.empty()) return {};
  const std::string path = resolved(query.host(), from, line.path);
  if (line.include == Include::file) return {path};
  const auto names = query.host().list(path);
  if (!names) {
    if (names.error().code != ENOENT) query.skip(names.error());
    return {};
  }
  std::vector<std::string> paths;
  for (const Entry& entry : *names)
    if (entry.type != FileType::directory && !entry.name.ends_with('~') && entry.name.find('.') == entry.name.npos)
      paths.push_back(path + "/" + entry.name);
  std::reverse(paths.begin(), paths.end());
  return paths;
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  auto first = host.read("/etc/sudoers");
  if (!first && first.error().code == ENOENT) co_return;
  std::vector<File> open(1);
  open[0].path = "/etc/sudoers";
  open[0].text = co_await std::move(first);

  size_t files = 1;
  while (!open.empty()) {
    File& file = open.back();
    if (!file.includes.empty()) {
      const std::string path = std::move(file.includes.back());
      file.includes.pop_back();
      if (std::any_of(open.begin(), open.end(), [&](const File& f) { return same_path(f.path, path); })) continue;
      if (open.size() > deepest || ++files > most_files) {
        query.skip({"read '" + path + "': included too deep or too often"});
        continue;
      }
      auto text = host.read(path);
      if (text)
        open.push_back({path, std::move(*text)});
      else
        query.skip(text.error());
      continue;
    }
    std::string_view rest = std::string_view(file.text).substr(file.at);
    auto line = parse::sudoers_line(rest);
    file.at = file.text.size() - rest.size();
    if (!line) {
      open.pop_back();
      continue;
    }
    file.includes = included(query, file.path, *line);
    Row row;
    row.source = file.path;
    row.header = std::move(line->header);
    row.rule_details = std::move(line->details);
    co_yield row;
  }
}

}  // namespace vigil::tables::sudoers
