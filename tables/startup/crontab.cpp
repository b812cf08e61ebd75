// SPDX-License-Identifier: Apache-2.0
// crontab: what `crontab -l` lists for every user, and the crontabs of the
// system.
//
// The spool has a different place in every family of systems: Debian's is
// crontabs, SUSE's is tabs, and Red Hat's is /var/spool/cron itself.

#include "crontab.gen.h"

#include "core/parse/crontab.h"
#include "core/parse/text.h"

namespace vigil::tables::crontab {
namespace {

// All files that cron would read.
std::vector<std::string> crontabs(const Query& query) {
  const Host& host = query.host();
  std::vector<std::string> files = {"/etc/crontab"};
  const auto add = [&](const std::string& folder, auto reads) {
    const auto entries = host.list(folder);
    if (!entries) {
      if (entries.error().code != ENOENT && entries.error().code != ENOTDIR) query.skip(entries.error());
      return;
    }
    for (const Entry& entry : *entries)
      if (entry.type != FileType::directory && reads(entry.name)) files.push_back(folder + "/" + entry.name);
  };
  const bool debian = static_cast<bool>(host.stat("/etc/debian_version"));
  add("/etc/cron.d", [&](const std::string& name) { return parse::cron_reads_file(name, debian); });
  // What crontab(1) is just writing has a name of its own.
  const auto of_user = [](const std::string& name) { return !name.starts_with('.') && !name.starts_with("tmp."); };
  for (const char* spool : {"/var/spool/cron", "/var/spool/cron/crontabs", "/var/spool/cron/tabs"}) add(spool, of_user);
  return files;
}

sql::Text text(std::string_view value) {
  if (value.empty()) return std::nullopt;
  return std::string(value);
}

}  // namespace

sql::Rows<Row> scan(Query query) {
  for (const std::string& path : crontabs(query)) {
    const auto content = query.host().read(path);
    if (!content) {
      if (content.error().code != ENOENT) query.skip(content.error());
      continue;
    }
    for (std::string_view rest = *content; !rest.empty();) {
      auto entry = parse::cron_line(parse::cut(rest, '\n'));
      if (!entry) {
        query.skip(entry.error());
        continue;
      }
      if (!*entry) continue;
      Row row;
      row.event = text((*entry)->event);
      row.minute = text((*entry)->minute);
      row.hour = text((*entry)->hour);
      row.day_of_month = text((*entry)->day_of_month);
      row.month = text((*entry)->month);
      row.day_of_week = text((*entry)->day_of_week);
      row.command = std::move((*entry)->command);
      row.path = path;
      co_yield row;
    }
  }
}

}  // namespace vigil::tables::crontab
