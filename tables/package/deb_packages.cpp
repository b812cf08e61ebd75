// SPDX-License-Identifier: Apache-2.0
// deb_packages: what `dpkg-query -W` lists, read from dpkg's own file.
//
// The file is walked once and nothing is copied but the cells of rows. While
// dpkg runs, the newest entries are in numbered files in updates/, as dpkg
// itself would read them after a crash.

#include "deb_packages.gen.h"

#include <algorithm>
#include <numeric>

#include "core/parse/deb822.h"
#include "core/parse/text.h"

namespace vigil::tables::deb_packages {
namespace {

struct Package {
  std::string_view name, version, source, size, arch, status, maintainer, section, priority;
};

// One stanza; nothing for one without a package.
Package read_stanza(parse::Deb822& file) {
  Package p;
  while (file.next_field()) {
    switch (file.name().size()) {
      case 6:
        if (file.is("status"))
          p.status = file.value();
        else if (file.is("source"))
          p.source = file.value();
        break;
      case 7:
        if (file.is("package"))
          p.name = file.value();
        else if (file.is("version"))
          p.version = file.value();
        else if (file.is("section"))
          p.section = file.value();
        break;
      case 8:
        if (file.is("priority")) p.priority = file.value();
        break;
      case 10:
        if (file.is("maintainer")) p.maintainer = file.value();
        break;
      case 12:
        if (file.is("architecture")) p.arch = file.value();
        break;
      case 14:
        if (file.is("installed-size")) p.size = file.value();
        break;
    }
  }
  return p;
}

void add_stanzas(const Query& query, std::string_view text, std::vector<Package>& packages) {
  parse::Deb822 file(text);
  while (file.next_stanza()) {
    const Package p = read_stanza(file);
    if (p.name.empty())
      query.skip(Error{"dpkg: an entry without a package name"});
    else
      packages.push_back(p);
  }
}

auto key(const Package& p) { return std::pair(p.name, p.arch); }

// Leaves the last of several entries for one package, in its first place.
// dpkg writes the file in order, so mostly there is nothing to do.
void merge(std::vector<Package>& packages) {
  const auto in_order = [](const Package& a, const Package& b) { return key(a) >= key(b); };
  if (std::adjacent_find(packages.begin(), packages.end(), in_order) == packages.end()) return;

  std::vector<size_t> order(packages.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return key(packages[a]) < key(packages[b]); });
  for (size_t i = 0; i < order.size();) {
    size_t end = i + 1;
    while (end < order.size() && key(packages[order[i]]) == key(packages[order[end]])) ++end;
    packages[order[i]] = packages[order[end - 1]];
    for (size_t later = i + 1; later < end; ++later) packages[order[later]].name = {};
    i = end;
  }
  std::erase_if(packages, [](const Package& p) { return p.name.empty(); });
}

// NULL where the database says nothing. A cell that has a text keeps its memory.
void set(sql::Text& cell, std::string_view value) {
  if (value.empty())
    cell.reset();
  else if (cell)
    cell->assign(value);
  else
    cell.emplace(value);
}

void fill(Row& row, const Package& p) {
  set(row.name, p.name);
  set(row.version, p.version);
  row.source = p.source;
  row.size = parse::number(p.size);
  set(row.arch, p.arch);
  row.revision.reset();
  if (!p.version.empty()) row.revision = parse::debian_revision(p.version);
  set(row.status, p.status);
  set(row.maintainer, p.maintainer);
  set(row.section, p.section);
  set(row.priority, p.priority);
}

bool is_number(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  const Host& host = query.host();
  std::vector<std::string> admindirs = {"/var/lib/dpkg"};
  if (query.keys.admindir.pinned()) admindirs = query.keys.admindir.values();

  Row row;
  for (const std::string& admindir : admindirs) {
    row.admindir = admindir;
    const auto status = host.read(admindir + "/status");
    if (!status && status.error().code != ENOENT && status.error().code != ENOTDIR) co_await sql::failed(status.error());

    std::vector<Package> packages;
    std::vector<std::string> texts;  // what the entries of `packages` point into
    if (status) {
      packages.reserve(status->size() / 512);  // most entries are longer: memory that is not used costs nothing, moving does
      add_stanzas(query, *status, packages);
      if (const auto updates = host.list(admindir + "/updates")) {
        for (const Entry& entry : *updates) {
          if (!is_number(entry.name)) continue;
          if (auto more = host.read(admindir + "/updates/" + entry.name)) texts.push_back(std::move(*more));
        }
      }
      for (const std::string& update : texts) add_stanzas(query, update, packages);
      merge(packages);
      for (const Package& p : packages) {
        fill(row, p);
        co_yield row;
      }
    }

    const auto images = host.list(admindir + "/status.d");
    if (!images) continue;
    for (const Entry& entry : *images) {
      if (entry.name.ends_with(".md5sums") || entry.type == FileType::directory) continue;
      const auto more = host.read(admindir + "/status.d/" + entry.name);
      if (!more) {
        query.skip(more.error());
        continue;
      }
      packages.clear();
      add_stanzas(query, *more, packages);
      for (const Package& p : packages) {
        fill(row, p);
        co_yield row;
      }
    }
  }
}

}  // namespace vigil::tables::deb_packages
