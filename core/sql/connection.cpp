// SPDX-License-Identifier: Apache-2.0
#include "core/sql/connection.h"

#include <sqlite3.h>

#include <algorithm>

#include "core/parse/text.h"
#include "core/sql/authorizer.h"
#include "core/sql/functions.h"
#include "core/sql/memory.h"
#include "core/sql/plan.h"
#include "core/sql/types.h"
#include "core/sql/vtab.h"

namespace vigil::sql {

namespace {

Error sqlite_error(sqlite3* db) { return {sqlite3_errmsg(db), sqlite3_errcode(db)}; }

// Notes, on the way, which columns are read of tables with many, and whether rows are changed.
int authorize(void* arg, int action, const char* first, const char* second, const char*, const char*) {
  auto& session = *static_cast<Session*>(arg);
  if (action == SQLITE_READ && first && second) {
    if (const auto wide = session.wide_reads.find(std::string_view(first)); wide != session.wide_reads.end()) wide->second.insert(second);
  }
  // SQLite's own tables are changed as if when it looks a virtual table up.
  if ((action == SQLITE_UPDATE || action == SQLITE_DELETE) && first && !std::string_view(first).starts_with("sqlite_")) {
    session.names_rows = true;
    // What a row keeps is read as well, but not asked for here.
    session.wide_reads.erase(first);
  }
  return authorize_reading(action, first);
}

// So many steps of SQLite's machine are between two looks at whether to go on: some microseconds.
constexpr int stop_check = 1000;

int cancelled(void* arg) { return static_cast<Session*>(arg)->stop.load(std::memory_order_relaxed); }

}  // namespace

struct Statement::State {
  sqlite3_stmt* statement;
  Session& session;

  ~State() {
    sqlite3_finalize(statement);
    session.memo.clear();
  }
};

struct Connection::State {
  State(std::span<const Table* const> tables, Host host, const Engine& engine) : tables(tables), session(std::move(host), engine) {
    session.host.access().stop = &session.stop;
  }
  ~State() { sqlite3_close_v2(db); }

  std::span<const Table* const> tables;
  Session session;
  sqlite3* db = nullptr;
  Error broken;  // why the connection could not be opened
};

Statement::Statement(std::unique_ptr<State> state) : state_(std::move(state)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

size_t Statement::columns() const { return static_cast<size_t>(sqlite3_column_count(state_->statement)); }

std::string_view Statement::name(size_t column) const { return sqlite3_column_name(state_->statement, static_cast<int>(column)); }

Result<bool> Statement::step() {
  const int rc = sqlite3_step(state_->statement);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  if (rc == SQLITE_INTERRUPT) return Error{"the query was cancelled", SQLITE_INTERRUPT};
  return sqlite_error(sqlite3_db_handle(state_->statement));
}

std::optional<std::string_view> Statement::text(size_t column) const {
  // The value itself may be asked, because the connection has no mutex: sqlite.org/c3ref/value.html.
  sqlite3_value* value = sqlite3_column_value(state_->statement, static_cast<int>(column));
  const int type = sqlite3_value_type(value);
  // Text is taken as bytes: to end it with a NUL byte, SQLite would allocate it anew.
  const bool bytes = type == SQLITE_TEXT || type == SQLITE_BLOB;
  const void* data = bytes ? sqlite3_value_blob(value) : sqlite3_value_text(value);
  if (!data) return bytes ? std::optional(std::string_view("")) : std::nullopt;
  return std::string_view(static_cast<const char*>(data), static_cast<size_t>(sqlite3_value_bytes(value)));
}

Value Statement::value(size_t column) const {
  const auto at = static_cast<int>(column);
  switch (sqlite3_column_type(state_->statement, at)) {
    case SQLITE_INTEGER: return {Value::Kind::integer, sqlite3_column_int64(state_->statement, at), 0, {}};
    case SQLITE_FLOAT: return {Value::Kind::real, 0, sqlite3_column_double(state_->statement, at), {}};
    case SQLITE_TEXT: return {Value::Kind::text, 0, 0, *text(column)};
    case SQLITE_BLOB: return {Value::Kind::blob, 0, 0, *text(column)};
    default: return {};
  }
}

Connection::Connection(std::span<const Table* const> tables, Host host, const Engine& engine)
    : state_(std::make_unique<State>(tables, std::move(host), engine)) {
  configure_sqlite();
  sqlite3*& db = state_->db;
  int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, nullptr);
  if (rc == SQLITE_OK) rc = sqlite3_exec(db, "PRAGMA temp_store = MEMORY; PRAGMA journal_mode = OFF", nullptr, nullptr, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  if (rc == SQLITE_OK) rc = add_collations(db);
  if (rc == SQLITE_OK) rc = add_functions(db, state_->session);
  for (const Table* table : tables)
    if (rc == SQLITE_OK) rc = attach(db, *table, state_->session);
  if (rc != SQLITE_OK) state_->broken = sqlite_error(db);
  sqlite3_set_authorizer(db, authorize, &state_->session);
  // An interrupt that comes just before a statement starts is forgotten by SQLite.
  sqlite3_progress_handler(db, stop_check, cancelled, &state_->session);
}

Connection::~Connection() = default;

Result<void> Connection::use(std::span<const Table* const> tables) {
  const auto within = [](std::span<const Table* const> all, const Table* table) { return std::find(all.begin(), all.end(), table) != all.end(); };
  int rc = SQLITE_OK;
  for (const Table* table : state_->tables)
    if (rc == SQLITE_OK && !within(tables, table)) rc = detach(state_->db, *table);
  for (const Table* table : tables)
    if (rc == SQLITE_OK && !within(state_->tables, table)) rc = attach(state_->db, *table, state_->session);
  state_->tables = tables;
  if (rc != SQLITE_OK) return sqlite_error(state_->db);
  return {};
}

Result<void> Connection::add_view(const std::string& name, const std::string& select) {
  const auto because = [&](Error error) { return std::move(error).within("view '" + name + "'"); };
  const auto is_taken = [&](std::string_view taken) { return parse::lower(taken) == parse::lower(name); };
  for (const Table* table : state_->tables)
    if (is_taken(table->info.name) || std::any_of(table->info.aliases.begin(), table->info.aliases.end(), is_taken))
      return because({"a table of this name exists already"});
  // What the authorizer lets through here is one SELECT, and so is all that the view can be.
  std::string_view rest;
  const auto statement = prepare(select, &rest);
  if (!statement) return because(statement.error());
  const auto second = prepare(rest);
  if (!*statement || (*statement)->columns() == 0 || !second || *second) return because({"it is not one SELECT"});

  std::string quoted;
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  // Without the semicolon and what may stand after it.
  const std::string_view text = std::string_view(select).substr(0, select.size() - rest.size());
  sqlite3_set_authorizer(state_->db, nullptr, nullptr);
  const int rc = sqlite3_exec(state_->db, ("CREATE TEMP VIEW \"" + quoted + "\" AS " + std::string(text)).c_str(), nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(state_->db, authorize, &state_->session);
  if (rc != SQLITE_OK) return because(sqlite_error(state_->db));
  return {};
}

Result<std::optional<Statement>> Connection::prepare(std::string_view sql, std::string_view* rest) {
  if (state_->broken.code) return state_->broken;
  Session& session = state_->session;
  session.report = {};
  session.memo.clear();
  session.unmet.clear();
  session.names_rows = false;
  session.named.clear();
  session.wide_reads.clear();
  for (const Table* table : state_->tables) {
    if (table->info.columns.size() <= 63) continue;
    session.wide_reads[std::string(table->info.name)];
    for (const std::string_view alias : table->info.aliases) session.wide_reads[std::string(alias)];
  }

  if (rest) *rest = {};
  if (sql.size() > 0x7fffffff) return Error{"the statement is too long", SQLITE_TOOBIG};
  // SQLite would take it for the end, and never get beyond it.
  if (sql.find('\0') != sql.npos) return Error{"there is a NUL byte in the SQL", SQLITE_ERROR};
  sqlite3_stmt* statement = nullptr;
  const char* tail = nullptr;
  const int rc = sqlite3_prepare_v2(state_->db, sql.data(), static_cast<int>(sql.size()), &statement, &tail);
  if (rest) *rest = rc == SQLITE_OK ? sql.substr(static_cast<size_t>(tail - sql.data())) : std::string_view();
  if (rc != SQLITE_OK) {
    Error error = sqlite_error(state_->db);
    // What SQLite says when every plan was refused.
    if (error.message == "no query solution" && !session.unmet.empty()) error = {session.unmet, SQLITE_CONSTRAINT};
    return error;
  }
  if (!statement) return std::optional<Statement>();
  return std::optional(Statement(std::unique_ptr<Statement::State>(new Statement::State{statement, session})));
}

Result<std::vector<ColumnType>> Connection::types(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  if (!*statement) return std::vector<ColumnType>();
  return result_types(state_->db, (*statement)->state_->statement);
}

Result<std::vector<std::string>> Connection::explain(std::string_view sql) {
  auto prepared = prepare("EXPLAIN QUERY PLAN " + std::string(sql));
  if (!prepared) return prepared.error();
  if (!*prepared) return std::vector<std::string>();
  Statement& statement = **prepared;

  std::vector<std::string> out;
  while (true) {
    const auto row = statement.step();
    if (!row) return row.error();
    if (!*row) return out;
    std::string detail(statement.text(3).value_or(""));
    // "SCAN p VIRTUAL TABLE INDEX 0:<plan>"
    const size_t at = detail.find(" VIRTUAL TABLE INDEX 0:");
    const Plan plan = Plan::parse(std::string_view(detail).substr(at == detail.npos ? detail.size() : detail.find(':', at) + 1));
    const auto table = std::find_if(state_->tables.begin(), state_->tables.end(), [&](const Table* t) { return t->info.name == plan.table; });
    if (table == state_->tables.end()) {
      out.push_back(std::move(detail));
      continue;
    }
    const TableInfo& info = (*table)->info;
    out.push_back("scan " + plan.table);
    std::vector<std::string> reads, keys;
    for (size_t i = 0; i < info.sources.size(); ++i)
      if (plan.sources >> i & 1) reads.emplace_back(info.sources[i].name);
    for (const auto& given : plan.given) {
      constexpr std::string_view ops = "eilg><][";
      constexpr std::string_view words[] = {"=", "IN", "LIKE", "GLOB", ">", "<", ">=", "<="};
      keys.push_back(std::string(info.columns[static_cast<size_t>(given.column)].name) + " " + std::string(words[ops.find(given.op)]));
    }
    out.push_back("  reads: " + parse::join(reads, ", "));
    out.push_back("  keys: " + (keys.empty() ? "none, every row is looked at" : parse::join(keys, ", ")));
    if (plan.missing >= 0) out.push_back("  fails: " + missing_column(info, plan.missing));
  }
}

void Connection::cancel() {
  state_->session.stop.store(true, std::memory_order_relaxed);
  sqlite3_interrupt(state_->db);
}

void Connection::resume() { state_->session.stop.store(false, std::memory_order_relaxed); }

const Report& Connection::report() const { return state_->session.report; }

std::span<const Table* const> Connection::tables() const { return state_->tables; }

bool complete(const std::string& sql) { return sqlite3_complete(sql.c_str()); }

}  // namespace vigil::sql
