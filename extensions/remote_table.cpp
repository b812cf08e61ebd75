// SPDX-License-Identifier: Apache-2.0
#include "extensions/remote_table.h"

#include <algorithm>
#include <set>

#include "core/parse/display.h"
#include "core/parse/text.h"
#include "extensions/remote_change.h"
#include "extensions/remote_scan.h"

namespace vigil::extensions {
namespace {

constexpr size_t columns_max = 2000;  // SQLite's own bound, which counts their aliases
constexpr size_t name_max = 255;      // bytes
constexpr size_t routes_max = 10'000;

// Bits of `op`.
constexpr uint64_t index_bit = 1, required_bit = 2, additional_bit = 4, optimized_bit = 8, hidden_bit = 16;
struct Collation {
  uint64_t bit;
  std::string_view name;
};
constexpr Collation collations[] = {{64, "NOCASE"},        {128, "RTRIM"},         {256, "VERSION"},
                                    {512, "VERSION_ARCH"}, {1024, "VERSION_DPKG"}, {2048, "VERSION_RHEL"}};

// Bits of `attributes`.
constexpr uint64_t utility_bit = 1, cacheable_bit = 2, event_subscriber_bit = 4, user_data_bit = 8;

constexpr sql::Source sources[] = {{"extension", "What the extension answers"}};
// A call is cheap where it names what it wants, so that joins start elsewhere.
constexpr sql::Cost cost = {1000, 1'000'000, 1};

std::optional<sql::Type> type_named(std::string_view name) {
  constexpr sql::Type types[] = {sql::Type::text, sql::Type::integer, sql::Type::bigint, sql::Type::unsigned_bigint,
                                 sql::Type::real, sql::Type::blob};
  const std::string wanted = parse::lower(name);
  if (wanted == "unsigned_bigint") return sql::Type::unsigned_bigint;
  for (const sql::Type type : types)
    if (parse::lower(sql::type_name(type)) == wanted) return type;
  return std::nullopt;
}

std::string_view collation(uint64_t options) {
  for (const Collation& c : collations)
    if (options & c.bit) return c.name;
  return {};
}

// Why `name` cannot be one in SQL; empty: it can.
std::string unfit(std::string_view name, bool of_table) {
  if (name.empty()) return "is empty";
  if (name.size() > name_max) return "has more than " + std::to_string(name_max) + " bytes";
  for (const char c : name) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (!word && (of_table || c < ' ' || c > '~' || c == '"')) return "has a character that no name has here";
  }
  if (of_table && parse::lower(name).starts_with("sqlite_")) return "begins as SQLite's own do";
  return {};
}

// A name as a message shows it: it may be anything.
std::string shown(std::string_view name) { return '\'' + parse::printable(name.substr(0, 60)) + '\''; }

using Route = std::map<std::string, std::string>;

std::string_view part(const Route& route, const std::string& key) {
  const auto at = route.find(key);
  return at == route.end() ? std::string_view() : std::string_view(at->second);
}

// Reads the routes into a description.
class Reader {
 public:
  Reader(RemoteDescription& table, bool default_index) : table_(table), default_index_(default_index) {}

  Result<void> read(const Response& routes) {
    if (const std::string why = unfit(table_.name, true); !why.empty()) return Error{"its name " + why};
    if (routes.size() > routes_max) return Error{"it is described in more than " + std::to_string(routes_max) + " parts"};
    for (const Route& route : routes) {
      const std::string_view id = part(route, "id");
      if (id == "column") {
        if (auto added = add_column(route); !added) return added;
      } else if (id == "alias") {
        if (auto added = add_table_alias(part(route, "alias")); !added) return added;
      } else if (id == "attributes") {
        const auto bits = parse::number<uint64_t>(part(route, "attributes"));
        if (!bits) return Error{"its attributes " + shown(part(route, "attributes")) + " are no number"};
        attributes = *bits;
      }
    }
    if (table_.columns.empty()) return Error{"it has no columns"};
    // An alias may stand before the column that it means.
    for (const Route& route : routes)
      if (part(route, "id") == "columnAlias")
        if (auto added = add_column_alias(part(route, "name"), part(route, "target")); !added) return added;
    if (taken_.size() > columns_max) return Error{"it has more than " + std::to_string(columns_max) + " columns"};
    for (size_t i = 0; i < table_.columns.size(); ++i) table_.columns[i].aliases = table_.column_aliases[i];
    return {};
  }

  uint64_t attributes = 0;

 private:
  Result<void> add_column(const Route& route) {
    const std::string_view name = part(route, "name"), type = part(route, "type");
    if (auto fit = take(name, "column"); !fit) return fit;
    const auto known = type_named(type);
    if (!known) return Error{"column " + shown(name) + ": its type " + shown(type) + " is not known"};
    const std::string_view op = part(route, "op");
    const auto options = op.empty() ? 0 : parse::number<uint64_t>(op);
    if (!options) return Error{"column " + shown(name) + ": its options " + shown(op) + " are no number"};

    sql::Column column = {};
    column.name = table_.names.emplace_back(name);
    column.type = *known;
    column.key = (*options & index_bit) || (*options == 0 && default_index_);
    column.additional = *options & additional_bit;
    // Any one of them is enough.
    if (*options & required_bit) column.required = "required";
    column.optimized = *options & optimized_bit;
    column.hidden = *options & hidden_bit;
    column.like = true;
    column.collate = collation(*options);
    table_.columns.push_back(column);
    table_.options.push_back(*options);
    table_.column_aliases.emplace_back();
    return {};
  }

  Result<void> add_column_alias(std::string_view name, std::string_view target) {
    if (auto fit = take(name, "column alias"); !fit) return fit;
    const auto at = std::find(table_.names.begin(), table_.names.end(), target);
    if (at == table_.names.end()) return Error{"column alias " + shown(name) + ": there is no column " + shown(target)};
    table_.column_aliases[static_cast<size_t>(at - table_.names.begin())].push_back(table_.aliases.emplace_back(name));
    return {};
  }

  Result<void> add_table_alias(std::string_view name) {
    if (const std::string why = unfit(name, true); !why.empty()) return Error{"alias " + shown(name) + ": the name " + why};
    const std::string lower = parse::lower(name);
    if (lower == parse::lower(table_.name) || !table_aliases_.insert(lower).second) return Error{"alias " + shown(name) + " comes twice"};
    table_.table_aliases.push_back(table_.aliases.emplace_back(name));
    return {};
  }

  // SQL tells names of columns apart by more than their case.
  Result<void> take(std::string_view name, std::string_view what) {
    if (const std::string why = unfit(name, false); !why.empty()) return Error{std::string(what) + ' ' + shown(name) + ": the name " + why};
    if (!taken_.insert(parse::lower(name)).second) return Error{std::string(what) + ' ' + shown(name) + " comes twice"};
    return {};
  }

  RemoteDescription& table_;
  const bool default_index_;
  std::set<std::string> taken_, table_aliases_;
};

Result<std::unique_ptr<sql::Cursor>> open(const sql::Table& table, sql::QueryBase query) {
  return std::unique_ptr<sql::Cursor>(std::make_unique<RemoteScan>(static_cast<const RemoteTable&>(table).description(), std::move(query)));
}

sql::Changed change(const sql::Table& table, const sql::Change& change, const std::atomic<bool>* stop) {
  return change_rows(static_cast<const RemoteTable&>(table).description(), change, stop);
}

}  // namespace

Result<std::unique_ptr<RemoteTable>> RemoteTable::make(const std::string& name, const Response& routes, std::shared_ptr<Link> link,
                                                       bool default_index) {
  auto description = std::make_unique<RemoteDescription>();
  description->name = name;
  description->link = std::move(link);
  Reader reader(*description, default_index);
  if (auto read = reader.read(routes); !read) {
    return std::move(read.error()).within("extension '" + description->link->name() + "': table " + shown(name));
  }
  description->text = "Rows of the extension '" + parse::printable(description->link->name()) + "'";
  const uint64_t attributes = reader.attributes;
  std::unique_ptr<RemoteTable> table(new RemoteTable(std::move(description)));
  table->info.utility = attributes & utility_bit;
  table->info.cacheable = attributes & cacheable_bit;
  table->info.user_data = attributes & user_data_bit;
  if (attributes & event_subscriber_bit) table->info.events = "extension";
  return table;
}

RemoteTable::RemoteTable(std::unique_ptr<const RemoteDescription> description)
    : Table(),  // all of `info` that is not set below is 0
      description_(std::move(description)) {
  info.name = description_->name;
  info.group = "extension";
  info.description = description_->text;
  info.columns = description_->columns;
  info.sources = sources;
  info.aliases = description_->table_aliases;
  info.cost = cost;
  info.remote = true;
  Table::open = extensions::open;
  Table::change = extensions::change;
}

RemoteTable::~RemoteTable() = default;

}  // namespace vigil::extensions
