// SPDX-License-Identifier: Apache-2.0
// process_open_pipes: who talks to whom through pipes, as `lsof -E` shows.
//
// Two ends belong together when they name the same pipe and one can write what
// the other can read. All processes have to be read for one answer.

#include "process_open_pipes.gen.h"

#include <map>

#include "core/host/processes.h"
#include "core/parse/process.h"
#include "core/parse/text.h"

namespace vigil::tables::process_open_pipes {
namespace {

struct End {
  int64_t pid, fd;
  bool reads, writes;

  std::string mode() const { return std::string(reads ? "r" : "") + (writes ? "w" : ""); }
  bool faces(const End& other) const { return (reads && other.writes) || (writes && other.reads); }
};

struct Pipe {
  bool named;
  uint64_t device;
  int64_t inode;
  auto operator<=>(const Pipe&) const = default;
};

// What the link `name` in an fd directory is an end of, if it is a pipe.
std::optional<Pipe> pipe_of(const Dir& descriptors, const std::string& name) {
  const auto target = descriptors.link(name);
  if (!target) return std::nullopt;
  if (const auto inode = parse::link_number(*target, "pipe")) return Pipe{false, 0, *inode};
  if (!target->starts_with('/')) return std::nullopt;
  const auto file = descriptors.stat(name);
  if (!file || file->type != FileType::fifo) return std::nullopt;
  return Pipe{true, file->device, static_cast<int64_t>(file->inode)};
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::map<Pipe, std::vector<End>> pipes;
  const auto pids = co_await process_ids(host);
  for (const int64_t pid : pids) {
    const auto descriptors = host.enter("/proc/" + std::to_string(pid) + "/fd");
    const auto entries = descriptors ? descriptors->list("") : Result<std::vector<Entry>>(descriptors.error());
    if (!entries) {
      query.skip(entries.error());
      continue;
    }
    for (const auto& entry : *entries) {
      const auto fd = parse::number(entry.name);
      const auto pipe = pipe_of(*descriptors, entry.name);
      if (!fd || !pipe) continue;
      // The link's own permissions say how the descriptor was opened, proc(5).
      const auto link = descriptors->stat(entry.name, Links::keep);
      if (link) pipes[*pipe].push_back({pid, *fd, (link->mode & 0400) != 0, (link->mode & 0200) != 0});
    }
  }

  for (const auto& [pipe, ends] : pipes) {
    for (const End& end : ends) {
      Row row;
      row.pid = end.pid;
      row.fd = end.fd;
      row.mode = end.mode();
      row.inode = pipe.inode;
      row.type = pipe.named ? "named" : "anonymous";
      bool alone = true;
      for (const End& partner : ends) {
        if (&partner == &end || !end.faces(partner)) continue;
        alone = false;
        row.partner_pid = partner.pid;
        row.partner_fd = partner.fd;
        row.partner_mode = partner.mode();
        co_yield row;
      }
      if (alone) co_yield row;
    }
  }
}

}  // namespace vigil::tables::process_open_pipes
