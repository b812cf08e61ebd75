// SPDX-License-Identifier: Apache-2.0
#include "shell/session.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "core/parse/display.h"
#include "core/parse/text.h"
#include "shell/suggest.h"
#include "shell/terminal.h"

namespace vigil::shell {
namespace {

Mode mode_of(const Settings& settings) {
  if (settings.list) return Mode::list;
  if (settings.line) return Mode::line;
  if (settings.csv) return Mode::csv;
  if (settings.markdown) return Mode::markdown;
  if (settings.json) return Mode::json;
  return settings.json_pretty ? Mode::json_pretty : Mode::pretty;
}

// What `.timer on` prints.
class Stopwatch {
 public:
  Stopwatch() : started_(std::chrono::steady_clock::now()) { ::getrusage(RUSAGE_SELF, &usage_); }

  std::string text() const {
    struct rusage now;
    ::getrusage(RUSAGE_SELF, &now);
    const auto seconds = [](const timeval& from, const timeval& to) {
      return static_cast<double>(to.tv_sec - from.tv_sec) + static_cast<double>(to.tv_usec - from.tv_usec) / 1e6;
    };
    const std::chrono::duration<double> real = std::chrono::steady_clock::now() - started_;
    char buffer[128];
    std::snprintf(buffer, sizeof buffer, "Run Time: real %.3f user %f sys %f\n", real.count(), seconds(usage_.ru_utime, now.ru_utime),
                  seconds(usage_.ru_stime, now.ru_stime));
    return buffer;
  }

 private:
  std::chrono::steady_clock::time_point started_;
  struct rusage usage_;
};

void say(bool color, std::string_view code, std::string_view word, std::string_view message) {
  std::string text;
  if (color) (text += "\x1b[") += code;
  text += word;
  if (color) text += "\x1b[0m";
  text += ' ' + parse::printable(message, "\n\t") + '\n';
  std::fputs(text.c_str(), stderr);
}

// The count of rows would disturb rows that go to the same terminal as they come.
bool shows_progress(const Settings& settings, FILE* results) {
  return can_erase(STDERR_FILENO) && (mode_of(settings) == Mode::pretty || !::isatty(::fileno(results)));
}

}  // namespace

Session::Session(const Settings& s, const sql::Engine& e, std::vector<const sql::Table*> t, Host host, FILE* results, bool is_interactive)
    : settings(s),
      engine(e),
      tables(std::move(t)),
      connection(tables, std::move(host), engine),
      watch(connection, is_interactive, shows_progress(s, results)),
      interactive(is_interactive),
      out(results, &watch.interrupted()),
      standard(stdout),
      format{mode_of(s), s.separator, s.nullvalue, s.header, {}},
      planner(s.planner),
      own_tables_(tables.size()),
      color_errors_(colored(STDERR_FILENO, s.color)),
      color_results_(colored(::fileno(results), s.color)) {}

void Session::complain(std::string_view message, std::string_view where) const {
  say(color_errors_, "1;31m", "Error:", std::string(where) + std::string(message));
}

void Session::warn(std::string_view message) const { say(color_errors_, "1;33m", "Warning:", message); }

void Session::refresh_tables() {
  auto changed = settings.changed_tables ? settings.changed_tables() : std::nullopt;
  if (!changed) return;
  std::vector<const sql::Table*> next(tables.begin(), tables.begin() + static_cast<std::ptrdiff_t>(own_tables_));
  for (const auto& table : *changed) next.push_back(table.get());
  if (const auto used = connection.use(next); !used) complain(used.error().message);
  tables.swap(next);  // keeps what the connection refers to
  extension_tables_ = std::move(*changed);
}

Result<void> Session::run(std::string_view sql) {
  const Stopwatch stopwatch;
  const auto renderer = make_renderer(format, out, color_results_);
  warnings_.clear();
  watch.begin();
  Result<void> result = run_each(sql, *renderer);
  watch.hide();
  renderer->end();
  if (auto written = out.flush(); !written && result) result = std::move(written);
  watch.end();
  for (const std::string& warning : warnings_) warn(warning);
  if (timer) {
    standard.write(stopwatch.text());
    std::fflush(stdout);
  }
  return result;
}

bool Session::show_all(const std::string& table) {
  const auto done = run("SELECT * FROM " + table);
  if (done) return true;
  std::fprintf(stderr, "Error querying table: %s: %s\n", parse::printable(table).c_str(), parse::printable(done.error().message).c_str());
  return false;
}

Result<uint64_t> Session::count_rows(std::string_view sql) {
  class Nowhere final : public Renderer {
   public:
    uint64_t rows = 0;
    void begin(const std::vector<std::string>&) override {}
    void row(std::span<const Cell>) override { ++rows; }
  };
  Nowhere nowhere;
  if (auto done = run_each(sql, nowhere); !done) return done.error();
  return nowhere.rows;
}

Result<void> Session::run_each(std::string_view sql, Renderer& renderer) {
  if (remote) return remote->run(sql, renderer);
  refresh_tables();
  while (!parse::trim(sql).empty()) {
    std::string_view rest;
    auto statement = connection.prepare(sql, &rest);
    if (!statement) {
      Error error = std::move(statement.error());
      error.message = with_suggestion(error.message, sql, connection);
      return error;
    }
    const std::string_view text = parse::trim(sql.substr(0, sql.size() - rest.size()));
    if (!*statement) {
      // Blanks and comments - or a NUL byte, at which SQLite stops.
      if (rest.size() == sql.size() || text.find('\0') != text.npos) break;
      sql = rest;
      continue;
    }
    if (echo) out.write(std::string(text) + '\n');
    if (planner) {
      statement = std::optional<sql::Statement>();
      explain_to_stderr(text);
      statement = connection.prepare(sql);
      if (!statement) return statement.error();
    }
    if (auto done = run_one(**statement, renderer); !done) return done;
    sql = rest;
  }
  return {};
}

Result<void> Session::run_one(sql::Statement& statement, Renderer& renderer) {
  const size_t columns = statement.columns();
  std::vector<Cell> cells(columns);
  bool first = true;
  Result<bool> row = statement.step();
  for (; row && *row; row = statement.step()) {
    if (first) {
      std::vector<std::string> names;
      for (size_t i = 0; i < columns; ++i) names.emplace_back(statement.name(i));
      renderer.begin(names);
      first = false;
    }
    for (size_t i = 0; i < columns; ++i) cells[i] = statement.text(i);
    renderer.row(cells);
    watch.row();
  }
  collect_warnings(warnings_);
  if (!row) return row.error();
  return {};
}

void Session::collect_warnings(std::vector<std::string>& warnings) const {
  const auto add = [&](std::string text) {
    if (std::find(warnings.begin(), warnings.end(), text) == warnings.end()) warnings.push_back(std::move(text));
  };
  const sql::Report& report = connection.report();
  for (const std::string& warning : report.warnings) {
    std::string text = warning;
    for (const sql::Table* table : tables)
      if (table->info.user_data && warning.starts_with("The " + std::string(table->info.name) + " table "))
        text += " (see .schema " + std::string(table->info.name) + ")";
    add(std::move(text));
  }
  // Scripts compare what stands on standard error; a person wants to know.
  if (interactive && report.skipped > 0) add(std::to_string(report.skipped) + " rows could not be read, first: " + report.first_skip);
}

void Session::explain_to_stderr(std::string_view statement) {
  const auto lines = connection.explain(statement);
  if (!lines) return;
  for (const std::string& line : *lines) std::fprintf(stderr, "osquery planner: %s\n", parse::printable(line).c_str());
}

void Session::show(const std::vector<std::string>& names, const std::vector<std::vector<std::string>>& rows) {
  const auto renderer = make_renderer(format, out, color_results_);
  if (!rows.empty()) renderer->begin(names);
  for (const auto& row : rows) renderer->row(std::vector<Cell>(row.begin(), row.end()));
  renderer->end();
}

}  // namespace vigil::shell
