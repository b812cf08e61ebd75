// SPDX-License-Identifier: Apache-2.0
// xBestIndex (https://sqlite.org/vtab.html#the_xbestindex_method): which
// constraints a scan is given, and what it costs.
#include <algorithm>
#include <set>
#include <utility>

#include "core/sql/plan.h"
#include "core/sql/vtab_module.h"

namespace vigil::sql {
namespace {

// A scan that must not be chosen while any other plan exists.
constexpr double forbidding = 1e30;
// Of a plan that is right only when no other one pins the user.
constexpr double discouraging = 1e9;

std::vector<bool> used_columns(const Module& module, uint64_t mask) {
  std::vector<bool> used(module.table.info.columns.size());
  const TableInfo& table = module.table.info;
  const auto& wide = module.session.wide_reads;
  for (size_t sql = 0; sql < module.columns.size(); ++sql) {
    const auto column = static_cast<size_t>(module.columns[sql]);
    if (sql < 63) {
      if (mask >> sql & 1) used[column] = true;
    } else if (mask >> 63) {
      // One bit stands for all of these; the authorizer saw which it is.
      const Column& c = table.columns[column];
      const auto reads = [&](std::string_view from) {
        const auto seen = wide.find(from);
        const auto is_read = [&](std::string_view name) { return seen->second.contains(std::string(name)); };
        return seen == wide.end() || is_read(c.name) || std::any_of(c.aliases.begin(), c.aliases.end(), is_read);
      };
      if (reads(table.name) || std::any_of(table.aliases.begin(), table.aliases.end(), reads)) used[column] = true;
    }
  }
  return used;
}

// The plan's letter for a constraint, or 0 for one that is of no use to a scan.
char plan_op(sqlite3_index_info* info, int at, const Column& column, bool remote) {
  const auto& c = info->aConstraint[at];
  const bool number = column.type == Type::integer || column.type == Type::bigint || column.type == Type::datetime ||
                      (remote && (column.type == Type::unsigned_bigint || column.type == Type::real));
  switch (c.op) {
    case SQLITE_INDEX_CONSTRAINT_EQ: {
      // With another collation, values that differ in bytes can be equal.
      const std::string_view collation = sqlite3_vtab_collation(info, at);
      if (collation != "BINARY" && !(remote && collation == column.collate)) return 0;
      return (column.optimized || !remote) && sqlite3_vtab_in(info, at, -1) ? 'i' : 'e';
    }
    case SQLITE_INDEX_CONSTRAINT_LIKE: return column.like ? 'l' : 0;
    case SQLITE_INDEX_CONSTRAINT_GLOB: return column.like ? 'g' : 0;
    case SQLITE_INDEX_CONSTRAINT_GT: return number ? '>' : 0;
    case SQLITE_INDEX_CONSTRAINT_GE: return number ? ']' : 0;
    case SQLITE_INDEX_CONSTRAINT_LT: return number ? '<' : 0;
    case SQLITE_INDEX_CONSTRAINT_LE: return number ? '[' : 0;
    default: return 0;
  }
}

// True for a LIKE pattern that is known while planning and ends in %.
bool open_ended(sqlite3_index_info* info, int at) {
  sqlite3_value* value = nullptr;
  if (sqlite3_vtab_rhs_value(info, at, &value) != SQLITE_OK || sqlite3_value_type(value) != SQLITE_TEXT) return false;
  const int size = sqlite3_value_bytes(value);
  return size > 0 && reinterpret_cast<const char*>(sqlite3_value_text(value))[size - 1] == '%';
}

}  // namespace

std::string missing_column(const TableInfo& table, int column) {
  std::string names;
  const std::string_view group = table.columns[static_cast<size_t>(column)].required;
  for (const Column& c : table.columns)
    if (c.required == group) names += (names.empty() ? "" : " or ") + std::string(c.name);
  return "Table " + std::string(table.name) + " was queried without a required column in the WHERE clause: " + names;
}

int best_index(sqlite3_vtab* vtab, sqlite3_index_info* info) {
  const Module& module = module_of(vtab);
  const TableInfo& table = module.table.info;
  Plan plan;
  plan.table = table.name;
  plan.columns = used_columns(module, info->colUsed);
  plan.sources = 1;  // the first source enumerates the rows and is always read
  for (size_t i = 0; i < table.columns.size(); ++i)
    if (plan.columns[i]) plan.sources |= uint64_t{1} << table.columns[i].source;

  double cost = table.cost.scan, rows = table.cost.rows;
  int argument = 0, selecting = 0, exact = -1;
  bool postponed = false;                 // a column that decides what is generated comes too early in this join order
  bool of_one_user = table.user_data;     // whose data is generated is not told
  std::set<std::string_view> met, hoped;  // groups of required columns: pinned here, pinned in another join order
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& c = info->aConstraint[i];
    if (c.iColumn < 0) continue;
    const int index = module.columns[static_cast<size_t>(c.iColumn)];
    const Column& column = table.columns[static_cast<size_t>(index)];
    if (!column.key && !column.additional && column.required.empty()) continue;
    const char op = plan_op(info, i, column, table.remote);
    if (!op) continue;
    const bool tells_user = table.user_data && column.name == "uid";
    if (!c.usable) {
      if (!selects(op)) continue;
      if (column.additional || tells_user) postponed = true;
      if (!column.required.empty()) hoped.insert(column.required);
      continue;
    }
    if (tells_user && selects(op)) of_one_user = false;
    if (op == 'i') sqlite3_vtab_in(info, i, 1);
    info->aConstraintUsage[i].argvIndex = ++argument;
    plan.given.push_back({op, index});
    selecting += selects(op);
    if (op == 'l' && column.exact_like && open_ended(info, i)) exact = i;
    if ((selects(op) || table.remote) && !column.required.empty()) met.insert(column.required);
    const double values = op == 'i' ? 10 : 1;
    if (op == 'e' || op == 'i') {
      cost = std::min(cost, table.cost.pinned * values);
      rows = std::min(rows, std::max(1.0, table.cost.rows / 100) * values);
    } else {
      cost *= selects(op) ? 0.3 : 0.9;
      rows *= selects(op) ? 0.3 : 0.9;
    }
  }

  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.required.empty() || met.contains(column.required)) continue;
    if (hoped.contains(column.required)) {
      module.session.unmet = missing_column(table, static_cast<int>(i));
      return SQLITE_CONSTRAINT;
    }
    plan.missing = static_cast<int>(i);
    cost = forbidding;
    break;
  }
  // SQLite need not match a hundred thousand paths again.
  if (exact >= 0 && selecting == 1) info->aConstraintUsage[exact].omit = 1;
  if (of_one_user) cost = std::max(cost, discouraging);
  if (postponed) cost = forbidding;

  info->estimatedCost = cost;
  info->estimatedRows = static_cast<sqlite3_int64>(std::max(1.0, rows));
  info->idxStr = sqlite3_mprintf("%s", plan.text().c_str());
  info->needToFreeIdxStr = 1;
  return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

}  // namespace vigil::sql
