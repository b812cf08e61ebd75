// SPDX-License-Identifier: Apache-2.0
// The protocol of tables: generate, columns, insert, update, delete.
#include "vigil/table.h"

#include <algorithm>

#include "core/parse/text.h"
#include "extensions/sdk/context.h"
#include "extensions/sdk/values.h"

namespace vigil::sdk {
namespace {

constexpr unsigned collations = collate_nocase | collate_rtrim | collate_version | collate_version_arch | collate_version_dpkg | collate_version_rhel;

// The wire knows no DATETIME.
std::string wire_type(sql::Type type) { return std::string(sql::type_name(type == sql::Type::datetime ? sql::Type::bigint : type)); }

Result<std::string> value_of(const Request& request, const char* key) {
  const auto at = request.find(key);
  if (at == request.end()) return Error{std::string("the request has no '") + key + "'"};
  return at->second;
}

Result<int64_t> number_of(const Request& request, const char* key) {
  const auto text = value_of(request, key);
  if (!text) return text.error();
  if (const auto number = parse::number(*text)) return *number;
  return Error{std::string("'") + key + "' is no number: '" + *text + "'"};
}

// The columns that a query uses.
std::vector<bool> used(const Context& context, const std::vector<Shape::Column>& columns) {
  std::vector<bool> out(columns.size(), !context.used && !context.used_bits);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (context.used) {
      const auto named = [&](const std::string& name) { return std::find(context.used->begin(), context.used->end(), name) != context.used->end(); };
      out[i] = named(columns[i].name) || std::any_of(columns[i].aliases.begin(), columns[i].aliases.end(), named);
    } else if (context.used_bits) {
      out[i] = *context.used_bits >> std::min<size_t>(i, 63) & 1;
    }
  }
  return out;
}

const char* status_word(const Error& error) { return error.code == EEXIST ? "constraint" : error.code == EROFS ? "readonly" : "failure"; }

}  // namespace

Response TablePlugin::routes() const {
  Response out;
  for (const auto& c : shape_.columns) {
    out.push_back({{"id", "column"}, {"name", c.name}, {"type", wire_type(c.type)}, {"op", std::to_string(c.traits)}});
    for (const auto& alias : c.aliases) out.push_back({{"id", "columnAlias"}, {"name", alias}, {"target", c.name}});
  }
  for (const auto& alias : shape_.aliases) out.push_back({{"id", "alias"}, {"alias", alias}});
  const int attributes = (shape_.cacheable ? 2 : 0) | (shape_.user_data ? 8 : 0);
  if (attributes) out.push_back({{"id", "attributes"}, {"attributes", std::to_string(attributes)}});
  return out;
}

Answer TablePlugin::call(const Call& call) {
  const auto action = value_of(call.request, "action");
  if (!action) return failure(action.error());
  if (*action == "generate") return generate(call);
  if (*action == "columns") return success(routes());
  if (*action != "insert" && *action != "update" && *action != "delete") return failure({"a table knows no action '" + *action + "'"});

  const auto id = write(*action, call.request);
  if (!id) return success({{{"status", status_word(id.error())}, {"message", id.error().message}}});
  if (*action == "insert") return success({{{"status", "success"}, {"id", std::to_string(*id)}}});
  return success({{{"status", "success"}}});
}

Answer TablePlugin::generate(const Call& call) const {
  const auto text = call.request.find("context");
  const auto context = parse_context(text == call.request.end() ? "" : text->second);
  if (!context) return failure(context.error());

  auto host = Host::live({&call.stop});
  if (!host) return failure(host.error());
  const auto columns = used(*context, shape_.columns);
  uint64_t sources = 1;  // the first one tells which rows there are
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i]) sources |= uint64_t{1} << shape_.columns[i].source;

  sql::Report report;
  const auto scanner = open(sql::QueryBase(std::move(*host), &call.engine, &report, sources, columns));
  if (!scanner) return failure(scanner.error());

  std::vector<std::string> met;
  for (const auto& asked : context->columns) {
    const auto names = [&](const Shape::Column& c) { return c.name == asked.name || std::count(c.aliases.begin(), c.aliases.end(), asked.name) > 0; };
    const auto column = std::find_if(shape_.columns.begin(), shape_.columns.end(), names);
    if (column == shape_.columns.end() || asked.comparisons.empty()) continue;
    met.push_back(column->required);
    // With a collation, values that differ in bytes can be equal.
    if (column->traits & collations) continue;
    constrain(**scanner, static_cast<int>(column - shape_.columns.begin()), column->type, asked.comparisons, column->like);
  }
  for (const auto& c : shape_.columns)
    if (!c.required.empty() && std::find(met.begin(), met.end(), c.required) == met.end())
      return failure({"Table " + shape_.name + " was queried without a required column in the WHERE clause: " + c.name});

  Response rows;
  (*scanner)->start();
  while (!call.stop && (*scanner)->next()) {
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < columns.size(); ++i)
      if (columns[i])
        if (auto cell = cell_text((*scanner)->value(static_cast<int>(i)))) row.emplace(shape_.columns[i].name, std::move(*cell));
    if (numbered())
      if (auto id = cell_text((*scanner)->value(static_cast<int>(columns.size())))) row.emplace("rowid", std::move(*id));
  }
  if (call.stop) return failure({"cancelled"});
  for (const auto& warning : report.warnings) call.log.warning("table '" + shape_.name + "': " + warning);
  if (report.skipped > 0) call.log.info("table '" + shape_.name + "': " + std::to_string(report.skipped) + " rows left out: " + report.first_skip);
  if ((*scanner)->error()) return failure(*(*scanner)->error());
  return success(std::move(rows));
}

Result<int64_t> TablePlugin::write(const std::string& action, const Request& request) const {
  const bool chosen = action == "insert" && request.contains("id");
  Int id;
  if (action != "insert" || chosen) {
    const auto number = number_of(request, "id");
    if (!number) return number.error();
    id = *number;
  }
  if (action == "delete") {
    auto done = remove(*id);
    return done ? Result<int64_t>(*id) : done.error();
  }
  const auto json = value_of(request, "json_value_array");
  if (!json) return json.error();
  const auto values = Values::parse(*json, shape_.columns.size());
  if (!values) return values.error();
  if (action == "insert") return insert(*values, id);
  const auto new_id = request.contains("new_id") ? number_of(request, "new_id") : Result<int64_t>(*id);
  if (!new_id) return new_id.error();
  auto done = update(*id, *new_id, *values);
  return done ? Result<int64_t>(*new_id) : done.error();
}

Result<int64_t> TablePlugin::insert(const Values&, Int) const { return Error{"table '" + shape_.name + "' takes no new rows", EROFS}; }
Result<void> TablePlugin::update(int64_t, int64_t, const Values&) const {
  return Error{"rows of table '" + shape_.name + "' cannot be changed", EROFS};
}
Result<void> TablePlugin::remove(int64_t) const { return Error{"rows of table '" + shape_.name + "' cannot be deleted", EROFS}; }

}  // namespace vigil::sdk
