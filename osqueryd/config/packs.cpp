// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/packs.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "core/parse/text.h"
#include "osqueryd/config/fits.h"
#include "osqueryd/schedule/cron.h"

namespace vigil::config {
namespace {

constexpr int64_t longest_interval = 604800;
constexpr double mebibyte = 1024 * 1024;
constexpr const char* main_pack = "main";

}  // namespace

const std::vector<std::string_view>& pack_keys() {
  static const std::vector<std::string_view> keys = {"queries", "discovery", "platform", "version",      "shard",       "oncall",
                                                     "cron",    "budget",    "alert",    "run_at_start", "description", "value"};
  return keys;
}

Pack PackReader::pack(const std::string& name, const std::string& source, const JsonNode& object) {
  Pack pack;
  pack.name = name;
  pack.source = source;
  pack.platform = reader_.string(object, "platform").value_or("");
  pack.version = reader_.string(object, "version").value_or("");
  const int64_t shard = reader_.whole(object, "shard").value_or(0);
  pack.shard = shard > 0 ? static_cast<uint64_t>(shard) : 0;
  pack.oncall = reader_.string(object, "oncall").value_or("unknown");
  const std::string what = "pack " + ticked(name);
  pack.fits = fits(object, what);

  if (const JsonNode* discovery = reader_.member(object, "discovery", JsonNode::Kind::array)) {
    pack.discovery = reader_.strings(*discovery);
    if (pack.fits)
      for (const JsonNode& item : discovery->items) statements_.push_back({reader_.source(), item.line, "discovery of " + what, item.text});
  }
  if (!pack.fits) return pack;

  Query defaults;
  defaults.oncall = pack.oncall;
  read_common(object, defaults);
  if (const auto cron = reader_.string(object, "cron")) {
    defaults.cron = *cron;
    if (const auto parsed = schedule::Cron::parse(*cron); !parsed)
      reader_.error(*object.find("cron"), "`cron` of " + what + ": " + parsed.error().message);
  }
  if (const JsonNode* queries = reader_.member(object, "queries", JsonNode::Kind::object)) read_queries(*queries, defaults, pack);
  return pack;
}

Pack PackReader::schedule(const std::string& source, const JsonNode& queries) {
  Pack pack;
  pack.name = main_pack;
  pack.source = source;
  read_queries(queries, {}, pack);
  return pack;
}

void PackReader::read_queries(const JsonNode& queries, const Query& defaults, Pack& pack) {
  for (const JsonNode& node : queries.items) {
    if (node.kind == JsonNode::Kind::null) continue;
    if (node.kind == JsonNode::Kind::object)
      read_query(node, defaults, pack);
    else
      reader_.mismatch(node, "an object with a `query`");
  }
  std::sort(pack.queries.begin(), pack.queries.end(),
            [](const Query& a, const Query& b) { return std::tie(a.startup_priority, a.name) < std::tie(b.startup_priority, b.name); });
}

void PackReader::read_query(const JsonNode& node, const Query& defaults, Pack& pack) {
  const std::string what = "query " + ticked(node.key);
  static const std::vector<std::string_view> known = {"query", "interval",     "removed", "snapshot",         "platform",    "version",
                                                      "shard", "denylist",     "alert",   "startup_priority", "description", "value",
                                                      "cron",  "run_at_start", "budget",  "oncall",           "blacklist"};
  reader_.check_keys(node, "a query", known);
  if (node.find("blacklist")) reader_.warn(*node.find("blacklist"), "`blacklist` is ignored, expected `denylist`");
  if (!good_name(node) || !fits(node, what)) return;

  Query query = defaults;
  query.bare_name = node.key;
  query.pack = pack.name;
  query.name = full_name(pack.name, node.key);
  query.source = reader_.source();
  read_common(node, query);
  read_own(node, query);
  const bool timed = read_time(node, what, query);

  const JsonNode* sql = node.find("query");
  if (!sql || sql->kind == JsonNode::Kind::null) return reader_.error(node, what + " has no `query`, expected a string of SQL");
  if (sql->kind != JsonNode::Kind::string) return reader_.mismatch(*sql, "a string of SQL");
  if (parse::trim(sql->text).empty()) return reader_.error(*sql, "`query` of " + what + " is empty, expected SQL");
  if (!timed) return;
  query.sql = sql->text;
  query.line = sql->line;
  statements_.push_back({query.source, query.line, "query " + ticked(query.name), query.sql});
  pack.queries.push_back(std::move(query));
}

// Those names mean something else in the store.
bool PackReader::good_name(const JsonNode& node) {
  const std::string& name = node.key;
  const auto begins = [&](std::string_view text) { return name.starts_with(text); };
  const auto ends = [&](std::string_view text) { return name.ends_with(text); };
  if (!name.empty() && !begins("query.") && !begins("cache.") && !begins("config_views.") && !ends("epoch") && !ends("counter")) return true;
  reader_.warn(
      node, "query " + ticked(name) + " is skipped: its name is empty, begins with query., cache. or config_views., or ends with epoch or counter");
  return false;
}

bool PackReader::fits(const JsonNode& object, const std::string& what) {
  if (const auto text = reader_.string(object, "platform")) {
    const Platform where = platform(*text);
    if (where == Platform::unknown)
      reader_.warn(*object.find("platform"), what + " is skipped: platform \"" + *text + "\" is unknown, expected linux, posix, any or all");
    if (where != Platform::here) return false;
  }
  if (const auto text = reader_.string(object, "version")) {
    const auto at_least = version_at_least(*text, context_.version);
    if (!at_least) {
      reader_.warn(*object.find("version"), what + " is skipped: version \"" + *text + "\" is none, expected numbers with dots");
      return false;
    }
    if (!*at_least) return false;
  }
  return fits_shard(object, what);
}

bool PackReader::fits_shard(const JsonNode& object, const std::string& what) {
  const auto shard = reader_.whole(object, "shard");
  if (!shard || *shard == 0) return true;
  const JsonNode& node = *object.find("shard");
  if (*shard < 1 || *shard > 100) {
    reader_.warn(node, "`shard` of " + what + " is " + node.text + " and is ignored, expected a percentage from 1 to 100");
    return true;
  }
  const auto number = machine_number(context_.host_name);
  if (!number) {
    reader_.warn(node, "`shard` of " + what + " is ignored: " + number.error().message);
    return true;
  }
  return *shard >= *number;
}

// When the query runs. False when it never does.
bool PackReader::read_time(const JsonNode& node, const std::string& what, Query& query) {
  const JsonNode* cron = reader_.member(node, "cron", JsonNode::Kind::string);
  const auto interval = reader_.whole(node, "interval");
  if (cron) {
    query.cron = cron->text;
    if (const auto parsed = schedule::Cron::parse(query.cron); !parsed) reader_.error(*cron, "`cron` of " + what + ": " + parsed.error().message);
    if (interval) reader_.warn(*node.find("interval"), "`interval` of " + what + " is ignored, because it has a `cron`");
    return true;
  }
  if (!interval) {
    if (query.cron.empty()) query.interval = context_.default_interval;
    return true;
  }
  query.cron.clear();  // the pack's
  if (*interval < 1 || *interval > longest_interval) {
    const JsonNode& at = *node.find("interval");
    reader_.warn(at, what + " is skipped: its `interval` is " + (at.kind == JsonNode::Kind::string ? "\"" + at.text + "\"" : at.text) +
                         ", expected seconds from 1 to 604800");
    return false;
  }
  query.interval = static_cast<uint64_t>(*interval);
  return true;
}

// What a pack may say for all of its queries, too.
void PackReader::read_common(const JsonNode& object, Query& query) {
  query.alert = reader_.boolean(object, "alert").value_or(query.alert);
  query.at_start = reader_.boolean(object, "run_at_start").value_or(query.at_start);
  query.oncall = reader_.string(object, "oncall").value_or(query.oncall);
  read_budget(object, query.budget);
}

void PackReader::read_own(const JsonNode& node, Query& query) {
  query.snapshot = reader_.boolean(node, "snapshot").value_or(query.snapshot);
  query.removed = reader_.boolean(node, "removed").value_or(query.removed);
  query.denylist = reader_.boolean(node, "denylist").value_or(query.denylist);
  if (const JsonNode* text = node.find("description"); text && text->kind == JsonNode::Kind::string) query.description = text->text;
  const auto priority = reader_.whole(node, "startup_priority");
  if (!priority) return;
  if (*priority < 0) {
    const JsonNode& at = *node.find("startup_priority");
    return reader_.warn(at, "`startup_priority` is " + at.text + " and is ignored, expected a number from 0 on");
  }
  query.startup_priority = static_cast<uint64_t>(*priority);
  query.at_start = true;
}

void PackReader::read_budget(const JsonNode& object, Budget& budget) {
  const JsonNode* node = reader_.member(object, "budget", JsonNode::Kind::object);
  if (!node) return;
  reader_.check_keys(*node, "a budget", {"cpu", "wall", "rows", "memory"});
  if (const auto seconds = reader_.positive(*node, "cpu")) budget.cpu = seconds;
  if (const auto seconds = reader_.positive(*node, "wall")) budget.wall = seconds;
  if (const auto rows = reader_.positive(*node, "rows")) budget.rows = static_cast<uint64_t>(std::ceil(*rows));
  if (const auto megabytes = reader_.positive(*node, "memory")) budget.memory = static_cast<uint64_t>(std::min(*megabytes, 1e9) * mebibyte);
}

std::string PackReader::full_name(const std::string& pack, const std::string& query) const {
  if (pack == main_pack) return query;
  return "pack" + context_.pack_delimiter + pack + context_.pack_delimiter + query;
}

}  // namespace vigil::config
