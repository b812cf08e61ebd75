// SPDX-License-Identifier: Apache-2.0
// xUpdate (https://sqlite.org/vtab.html#the_xupdate_method): one row that is
// inserted, changed or deleted.
#include <algorithm>

#include "core/sql/vtab_module.h"

namespace vigil::sql {
namespace {

// What the statement sets a row to; names that stand for a column give it their value.
std::vector<Value> new_values(const Module& module, bool inserts, sqlite3_value** argv) {
  std::vector<Value> values(module.table.info.columns.size());
  for (size_t sql = 0; sql < module.columns.size(); ++sql) {
    const bool alias = sql >= values.size();
    const bool set = inserts ? sqlite3_value_type(argv[sql]) != SQLITE_NULL : !sqlite3_value_nochange(argv[sql]);
    if (!alias || set) values[static_cast<size_t>(module.columns[sql])] = from_sqlite(argv[sql]);
  }
  return values;
}

}  // namespace

Value from_sqlite(sqlite3_value* v) {
  const auto bytes = [&](const void* data) { return std::string_view(static_cast<const char*>(data), static_cast<size_t>(sqlite3_value_bytes(v))); };
  switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER: return {Value::Kind::integer, sqlite3_value_int64(v), 0, {}};
    case SQLITE_FLOAT: return {Value::Kind::real, 0, sqlite3_value_double(v), {}};
    case SQLITE_TEXT: return {Value::Kind::text, 0, 0, bytes(sqlite3_value_text(v))};
    case SQLITE_BLOB: return {Value::Kind::blob, 0, 0, bytes(sqlite3_value_blob(v))};
    default: return {};
  }
}

int change(sqlite3_vtab* vtab, int argc, sqlite3_value** argv, sqlite3_int64* rowid) {
  const Module& module = module_of(vtab);
  const bool inserts = argc > 1 && sqlite3_value_type(argv[0]) == SQLITE_NULL;
  Change change = {argc == 1 ? Change::Kind::remove : inserts ? Change::Kind::insert : Change::Kind::update, {}, {}, {}};
  const sqlite3_int64 before = sqlite3_value_int64(argv[0]);
  if (!inserts) {
    const auto& named = module.session.named[&module.table];
    const auto at = named.find(before);
    if (at == named.end()) return fail(vtab, "table " + std::string(module.table.info.name) + ": a row is changed that was not read");
    change.row = at->second;
  }
  std::vector<Value> values;
  if (argc > 1) {
    const int type = sqlite3_value_type(argv[1]);
    if (type != SQLITE_INTEGER && !(inserts && type == SQLITE_NULL)) return fail(vtab, "a rowid is an integer", SQLITE_MISMATCH);
    if (type == SQLITE_INTEGER && (inserts || sqlite3_value_int64(argv[1]) != before)) change.number = sqlite3_value_int64(argv[1]);
    values = new_values(module, inserts, argv + 2);
    change.values = values;
  }
  const Changed changed = module.table.change(module.table, change, &module.session.stop);
  if (module.session.stop.load(std::memory_order_relaxed)) return SQLITE_INTERRUPT;
  switch (changed.outcome) {
    case Changed::Outcome::done: break;
    case Changed::Outcome::readonly: return fail(vtab, changed.message, SQLITE_READONLY);
    case Changed::Outcome::constraint: return fail(vtab, changed.message, SQLITE_CONSTRAINT);
    case Changed::Outcome::mismatch: return fail(vtab, changed.message, SQLITE_MISMATCH);
    case Changed::Outcome::failed: return fail(vtab, changed.message);
  }
  if (inserts) *rowid = changed.number;
  return SQLITE_OK;
}

}  // namespace vigil::sql
