// SPDX-License-Identifier: Apache-2.0
#include "shell/shell.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <memory>

#include "core/parse/display.h"
#include "core/parse/text.h"
#include "core/sql/choose.h"
#include "shell/commands.h"
#include "shell/input.h"
#include "shell/session.h"

namespace vigil::shell {
namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

Result<std::string> read_all(FILE* file, const std::string& name) {
  std::string text;
  char buffer[65536];
  while (const size_t size = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, size);
  if (std::ferror(file)) return os_error("read", name, errno);
  return text;
}

Result<std::string> read_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return os_error("open", path, errno);
  return read_all(file.get(), path);
}

// SQLite's code, which is the exit code of a query that was asked for alone.
int exit_code(const Error& error) { return error.code > 0 && (error.code & 0xff) != 0 ? error.code & 0xff : 1; }

int run_once(Session& session, std::string_view sql) {
  const auto done = session.run(sql);
  if (done) return 0;
  session.complain(done.error().message);
  return exit_code(done.error());
}

int run_pack(Session& session) {
  const std::string& pack = session.settings.pack;
  if (!session.settings.pack_queries) {
    session.complain("pack '" + pack + "': no configuration is loaded");
    return 1;
  }
  const auto queries = session.settings.pack_queries(pack);
  if (!queries) {
    session.complain(queries.error().message);
    return 1;
  }
  for (const auto& [name, sql] : *queries) {
    if (const int code = run_once(session, sql); code != 0) {
      std::fprintf(stderr, "Could not execute query %s: %s\n", parse::printable(name).c_str(), parse::printable(sql, "\n\t").c_str());
      return code;
    }
  }
  return 0;
}

// Runs a query over and over for who measures the process, and says how long it took.
int run_profile(Session& session) {
  const Settings& settings = session.settings;
  std::string sql = settings.has_argument ? settings.argument : settings.query;
  if (sql.empty() && !::isatty(STDIN_FILENO)) {
    auto text = read_all(stdin, "standard input");
    if (text) sql = std::move(*text);
  }
  if (parse::trim(sql).empty()) {
    session.complain("nothing to profile: give a query as argument or on standard input");
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  Milliseconds best{0}, worst{0}, total{0};
  uint64_t rows = 0;
  for (int run = 0; run < settings.profile; ++run) {
    const auto start = Clock::now();
    const auto counted = session.count_rows(sql);
    const Milliseconds spent = Clock::now() - start;
    if (!counted) {
      std::fprintf(stderr, "Query failed (%d): %s\n", counted.error().code, parse::printable(counted.error().message).c_str());
      return exit_code(counted.error());
    }
    rows = *counted;
    best = run == 0 ? spent : std::min(best, spent);
    worst = std::max(worst, spent);
    total += spent;
  }
  std::fprintf(stderr, "%d runs of %llu rows: best %.3f ms, mean %.3f ms, worst %.3f ms\n", settings.profile, static_cast<unsigned long long>(rows),
               best.count(), total.count() / settings.profile, worst.count());
  return 0;
}

int run_argument(Session& session) {
  const std::string& argument = session.settings.argument;
  if (!argument.starts_with('.')) return run_once(session, argument);
  const bool good = run_command(session, argument);
  return session.exit_code.value_or(good ? 0 : 1);
}

int run(Session& session) {
  const Settings& settings = session.settings;
  if (settings.profile > 0) return run_profile(session);
  if (settings.L) return run_command(session, ".tables") ? 0 : 1;
  if (!settings.A.empty()) return session.show_all(settings.A) ? 0 : 1;
  if (!settings.pack.empty()) return run_pack(session);
  if (!settings.query.empty()) return run_once(session, settings.query);
  if (!settings.query_file.empty()) {
    const auto sql = read_file(settings.query_file);
    if (sql) return run_once(session, *sql);
    session.complain(sql.error().message);
    return 1;
  }
  if (settings.has_argument) return run_argument(session);
  return session.interactive ? run_interactive(session) : run_script(session, stdin);
}

// With --connect: to the program that answers instead of this one. False when it does not.
bool connect(Session& session) {
  if (session.settings.connect.empty()) return true;
  auto remote = Remote::connect(session.settings.connect, session.watch.interrupted());
  if (remote)
    session.remote.emplace(std::move(*remote));
  else
    session.complain(remote.error().message);
  return session.remote.has_value();
}

int refuse(const std::string& message) {
  std::fprintf(stderr, "Error: %s\n", parse::printable(message).c_str());
  return 1;
}

}  // namespace

bool is_interactive(const Settings& s) {
  const bool asked = s.profile > 0 || s.L || !s.A.empty() || !s.pack.empty() || !s.query.empty() || !s.query_file.empty() || s.has_argument;
  return !asked && ::isatty(STDIN_FILENO);
}

int run_shell(const Settings& settings, const sql::Engine& engine, Host host) {
  FILE* results = stdout;
  File file(nullptr, std::fclose);
  if (!settings.output.empty() && settings.output != "-") {
    file.reset(std::fopen(settings.output.c_str(), "we"));
    if (!file) return refuse(os_error("open", settings.output, errno).message);
    results = file.get();
  }
  const bool interactive = is_interactive(settings);
  int code;
  {
    auto tables = sql::choose_tables(sql::all_tables(), settings.enable_tables, settings.disable_tables);
    tables.insert(tables.end(), settings.own_tables.begin(), settings.own_tables.end());
    Session session(settings, engine, std::move(tables), std::move(host), results, interactive);
    if (settings.add_views)
      for (const std::string& warning : settings.add_views(session.connection)) session.warn(warning);
    code = connect(session) ? run(session) : 1;
  }
  if (std::fflush(stdout) != 0 && code == 0) code = refuse(os_error("write", "standard output", errno).message);
  return code;
}

}  // namespace vigil::shell
