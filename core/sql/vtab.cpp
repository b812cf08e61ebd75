// SPDX-License-Identifier: Apache-2.0
// The one place that speaks SQLite's virtual table protocol
// (https://sqlite.org/vtab.html), with vtab_plan.cpp and vtab_change.cpp:
// xBestIndex turns constraints into a Plan, xFilter turns the Plan into a
// Cursor.
#include "core/sql/vtab.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/sql/plan.h"
#include "core/sql/vtab_module.h"

namespace vigil::sql {

namespace {

struct VtabCursor : sqlite3_vtab_cursor {
  std::unique_ptr<Cursor> cursor;
  std::string key;       // of the Memo
  bool keeping = false;  // the rows are being remembered
  bool at_row = false;
  bool looped = false;  // scanned before: it is an inner side of something
  int64_t row = 0;      // number of the row in this scan
  // Rowids given out in this cursor's life, for rows that identity calls the same.
  std::map<uint64_t, uint64_t> repeats;
  int64_t rowid_row = -1;
  sqlite3_int64 rowid = 0;
};

std::string declaration(const TableInfo& table) {
  std::string ddl;
  const auto add = [&](std::string_view name, const Column& c, bool hidden) {
    ddl += ddl.empty() ? "CREATE TABLE x(\"" : ", \"";
    ((ddl += name) += "\" ") += type_name(c.type);
    if (hidden) ddl += " HIDDEN";
    if (!c.collate.empty()) (ddl += " COLLATE ") += c.collate;
  };
  for (const Column& c : table.columns) add(c.name, c, c.hidden);
  for (const Column& c : table.columns)
    for (const std::string_view alias : c.aliases) add(alias, c, true);
  return ddl + ")";
}

int connect(sqlite3* db, void* aux, int, const char* const*, sqlite3_vtab** out, char**) {
  const auto* module = static_cast<const Module*>(aux);
  const int rc = sqlite3_declare_vtab(db, declaration(module->table.info).c_str());
  if (rc != SQLITE_OK) return rc;
  // A change that breaks a constraint has changed nothing, so INSERT OR IGNORE may go on.
  if (module->table.change) sqlite3_vtab_config(db, SQLITE_VTAB_CONSTRAINT_SUPPORT, 1);
  auto* vtab = new Vtab{};
  vtab->module = module;
  *out = vtab;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* vtab) {
  delete static_cast<Vtab*>(vtab);
  return SQLITE_OK;
}

int open(sqlite3_vtab* vtab, sqlite3_vtab_cursor** out) {
  ++module_of(vtab).session.open_cursors;
  *out = new VtabCursor{};
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* base) {
  --module_of(base->pVtab).session.open_cursors;
  delete static_cast<VtabCursor*>(base);
  return SQLITE_OK;
}

// Keeps a finished scan for the next one with the same keys.
void finish(VtabCursor& c, Session& session) {
  if (!c.keeping || c.cursor->error()) return;
  c.keeping = false;
  session.memo.keep(c.key, std::move(c.cursor));
}

int advance(VtabCursor& c) {
  Session& session = module_of(c.pVtab).session;
  c.at_row = c.cursor->next();
  ++c.row;
  if (session.stop.load(std::memory_order_relaxed)) {
    c.at_row = false;
    return SQLITE_INTERRUPT;
  }
  if (const auto& error = c.cursor->error()) {
    c.at_row = false;
    return fail(c.pVtab, error->message);
  }
  if (c.keeping && !session.memo.has_room(c.cursor->remembered_bytes())) {
    c.cursor->remember(false);
    c.keeping = false;
  }
  if (!c.at_row) finish(c, session);
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) { return advance(*static_cast<VtabCursor*>(base)); }

Constraint::Op constraint_op(char op) {
  switch (op) {
    case '>': return Constraint::Op::greater;
    case ']': return Constraint::Op::greater_equal;
    case '<': return Constraint::Op::less;
    case '[': return Constraint::Op::less_equal;
    case 'l': return Constraint::Op::like;
    case 'g': return Constraint::Op::glob;
    default: return Constraint::Op::equal;
  }
}

// Text columns compare numbers as text, and `1.0` is written so by SQLite
// itself; the key gets the text that SQLite compares with.
Value as_column(sqlite3_value* v, const Column& column) {
  const Value value = from_sqlite(v);
  if (column.type != Type::text || value.kind == Value::Kind::null || value.kind == Value::Kind::blob) return value;
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(v));
  return {Value::Kind::text, 0, 0, std::string_view(text, static_cast<size_t>(sqlite3_value_bytes(v)))};
}

void add_to_key(std::string& key, const Value& value) {
  // Lengths keep ("a","bc") and ("ab","c") apart.
  key += '\0' + std::to_string(static_cast<int>(value.kind)) + ':' + std::to_string(value.integer) + ':' + std::to_string(value.real) + ':' +
         std::to_string(value.bytes.size()) + ':';
  key += value.bytes;
}

void warn_of_default_user(const Module& module, const Plan& plan) {
  const TableInfo& table = module.table.info;
  if (!table.user_data) return;
  for (const auto& given : plan.given)
    if (table.columns[static_cast<size_t>(given.column)].name == "uid" && selects(given.op)) return;
  if (module.session.host.user() != 0) return;
  module.session.report.warn("The " + std::string(table.name) +
                             " table returns data based on the current user by default, consider JOINing against the users table");
}

// The key by which rows are found in a full scan that is held, for a plan whose
// pinned scans cost about as much as that; -1 for other plans. More than the
// first source is asked only for rows that a key names.
int held_key(const TableInfo& table, const Plan& plan) {
  if (table.cost.pinned * 2 < table.cost.scan || plan.sources != 1 || table.user_data || plan.given.empty()) return -1;
  for (const auto& given : plan.given) {
    const Column& column = table.columns[static_cast<size_t>(given.column)];
    const bool plain = (given.op == 'e' || given.op == 'i') && column.key && !column.additional && column.required.empty();
    if (!plain || !Whole::finds_by(column)) return -1;
  }
  // One key will do: SQLite checks the others.
  const auto equal = std::find_if(plan.given.begin(), plan.given.end(), [](const auto& given) { return given.op == 'e'; });
  return static_cast<int>(equal == plan.given.end() ? 0 : equal - plan.given.begin());
}

// All rows of the table; null on an error, when the query was cancelled, and
// when they would take more memory than the statement has for such rows. What
// the scan reports counts only when its rows do.
std::unique_ptr<Whole> read_whole(const Module& module, const Plan& plan, int key) {
  Session& session = module.session;
  Report report;
  auto cursor = module.table.open(module.table, QueryBase(session.host, &session.engine, &report, plan.sources, plan.columns));
  if (!cursor) return nullptr;
  auto whole = std::make_unique<Whole>(module.table.info, plan.columns, static_cast<size_t>(plan.given[static_cast<size_t>(key)].column));
  for ((*cursor)->start(); (*cursor)->next();) {
    whole->add(**cursor);
    if (session.stop.load(std::memory_order_relaxed) || !session.memo.has_room(whole->bytes())) return nullptr;
  }
  if ((*cursor)->error()) return nullptr;
  whole->finish();
  for (std::string& warning : report.warnings) session.report.warn(std::move(warning));
  if (session.report.skipped == 0) session.report.first_skip = std::move(report.first_skip);
  session.report.skipped += report.skipped;
  return whole;
}

int filter(sqlite3_vtab_cursor* base, int, const char* plan_text, int, sqlite3_value** argv) {
  auto& c = *static_cast<VtabCursor*>(base);
  const Module& module = module_of(base->pVtab);
  Session& session = module.session;
  const TableInfo& table = module.table.info;
  const Plan plan = Plan::parse(plan_text);
  if (plan.missing >= 0) return fail(base->pVtab, missing_column(table, plan.missing), SQLITE_CONSTRAINT);

  std::vector<std::vector<Value>> values(plan.given.size());
  std::deque<std::string> copies;  // what IN delivers lives only until its next value
  std::string key = plan_text;
  for (size_t i = 0; i < plan.given.size(); ++i) {
    const Column& column = table.columns[static_cast<size_t>(plan.given[i].column)];
    if (plan.given[i].op != 'i') {
      values[i].push_back(as_column(argv[i], column));
    } else {
      sqlite3_value* v = nullptr;
      for (int rc = sqlite3_vtab_in_first(argv[i], &v); rc == SQLITE_OK && v; rc = sqlite3_vtab_in_next(argv[i], &v)) {
        Value value = as_column(v, column);
        value.bytes = copies.emplace_back(value.bytes);
        values[i].push_back(value);
      }
    }
    for (const Value& value : values[i]) add_to_key(key, value);
  }

  c.row = 0;
  c.rowid_row = -1;
  c.repeats.clear();
  c.keeping = false;
  const bool inner = session.open_cursors > 1 || std::exchange(c.looped, true);
  if (const int held = inner ? held_key(table, plan) : -1; held >= 0) {
    if (const Whole* whole = session.memo.whole(plan_text, [&] { return read_whole(module, plan, held); })) {
      c.cursor = whole->lookup(values[static_cast<size_t>(held)]);
      return advance(c);
    }
  }
  QueryBase query(session.host, &session.engine, &session.report, plan.sources, plan.columns);
  auto opened = module.table.open(module.table, std::move(query));
  if (!opened) return fail(base->pVtab, opened.error().message);
  c.cursor = std::move(*opened);

  if (const Cursor* complete = session.memo.find(key)) {
    c.cursor->replay(*complete);
    return advance(c);
  }
  // Rows are kept where another scan may come: in a join, for pinned keys and
  // cacheable tables at once, for others when they are scanned again.
  const bool pinned = std::any_of(plan.given.begin(), plan.given.end(), [](const auto& g) { return selects(g.op); });
  const bool again = session.memo.seen(key);
  c.keeping = session.open_cursors > 1 && (pinned || table.cacheable || again);
  c.key = std::move(key);
  if (!again) warn_of_default_user(module, plan);
  for (size_t i = 0; i < plan.given.size(); ++i) c.cursor->constrain(plan.given[i].column, {constraint_op(plan.given[i].op), values[i]});
  c.cursor->remember(c.keeping);
  c.cursor->start();
  return advance(c);
}

int eof(sqlite3_vtab_cursor* base) { return !static_cast<VtabCursor*>(base)->at_row; }

int column(sqlite3_vtab_cursor* base, sqlite3_context* out, int sql_column) {
  const auto& c = *static_cast<VtabCursor*>(base);
  const Module& module = module_of(base->pVtab);
  const int index = module.columns[static_cast<size_t>(sql_column)];
  // A further name of a column is set only where the statement says so.
  if (static_cast<size_t>(sql_column) >= module.table.info.columns.size() && sqlite3_vtab_nochange(out)) return SQLITE_OK;
  const Value value = c.cursor->value(index);
  const auto size = static_cast<sqlite3_uint64>(value.bytes.size());
  switch (value.kind) {
    case Value::Kind::null: break;
    case Value::Kind::integer: sqlite3_result_int64(out, value.integer); break;
    case Value::Kind::real: sqlite3_result_double(out, value.real); break;
    case Value::Kind::blob: sqlite3_result_blob64(out, value.bytes.data(), size, SQLITE_TRANSIENT); break;
    case Value::Kind::text:
      if (module.table.info.columns[static_cast<size_t>(index)].type == Type::unsigned_bigint) {
        const std::string digits = std::to_string(static_cast<uint64_t>(value.integer));
        sqlite3_result_text(out, digits.c_str(), -1, SQLITE_TRANSIENT);
      } else {
        sqlite3_result_text64(out, value.bytes.data(), size, SQLITE_TRANSIENT, SQLITE_UTF8);
      }
  }
  return SQLITE_OK;
}

std::string places_are_of_one_scan(const TableInfo& table) {
  return "table " + std::string(table.name) +
         " gives its rows no rowid, so that a change can name only rows of one scan, and this one needs several, as OR and joins do";
}

// The same number for the same row in every scan: for OR, SQLite scans once
// per term and drops rows whose rowid it has seen. Rows that are equal in all
// of `identity` are told apart by how many of them came before.
int rowid(sqlite3_vtab_cursor* base, sqlite3_int64* out) {
  auto& c = *static_cast<VtabCursor*>(base);
  const Module& module = module_of(base->pVtab);
  if (c.rowid_row != c.row) {
    const uint64_t identity = c.cursor->identity();
    const uint64_t repeat = c.repeats[identity]++;
    c.rowid = static_cast<sqlite3_int64>(identity + repeat * 0x9e3779b97f4a7c15);
    c.rowid_row = c.row;
    if (module.session.names_rows && module.table.change) {
      // Every row is read before the first is changed.
      const RowId id = c.cursor->id();
      auto& named = module.session.named[&module.table];
      if (!named.empty() && named.begin()->second.scan != id.scan) return fail(base->pVtab, places_are_of_one_scan(module.table.info));
      named[c.rowid] = id;
    }
  }
  *out = c.rowid;
  return SQLITE_OK;
}

constexpr sqlite3_module methods(bool changes) {
  sqlite3_module m = {};
  m.xConnect = connect;  // no xCreate: the tables exist by their names alone
  m.xBestIndex = best_index;
  m.xDisconnect = disconnect;
  m.xOpen = open;
  m.xClose = close;
  m.xFilter = filter;
  m.xNext = next;
  m.xEof = eof;
  m.xColumn = column;
  m.xRowid = rowid;
  if (changes) m.xUpdate = change;
  return m;
}
constexpr sqlite3_module reading = methods(false), changing = methods(true);

int attach_as(sqlite3* db, std::string_view name, const Table& table, Session& session) {
  auto* module = new Module{table, session, {}};
  const auto& columns = table.info.columns;
  for (size_t i = 0; i < columns.size(); ++i) module->columns.push_back(static_cast<int>(i));
  for (size_t i = 0; i < columns.size(); ++i) module->columns.insert(module->columns.end(), columns[i].aliases.size(), static_cast<int>(i));
  return sqlite3_create_module_v2(db, std::string(name).c_str(), table.change ? &changing : &reading, module,
                                  [](void* p) { delete static_cast<Module*>(p); });
}

}  // namespace

int attach(sqlite3* db, const Table& table, Session& session) {
  int rc = attach_as(db, table.info.name, table, session);
  for (const std::string_view alias : table.info.aliases)
    if (rc == SQLITE_OK) rc = attach_as(db, alias, table, session);
  return rc;
}

int detach(sqlite3* db, const Table& table) {
  // A module without methods takes the place of none.
  const auto forget = [&](std::string_view name) { return sqlite3_create_module_v2(db, std::string(name).c_str(), nullptr, nullptr, nullptr); };
  int rc = forget(table.info.name);
  for (const std::string_view alias : table.info.aliases)
    if (rc == SQLITE_OK) rc = forget(alias);
  return rc;
}

}  // namespace vigil::sql
