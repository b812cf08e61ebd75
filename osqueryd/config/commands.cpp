// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/commands.h"

#include <cstdio>

#include "core/parse/display.h"
#include "core/sql/connection.h"
#include "osqueryd/config/auto_table.h"

namespace vigil::config {
namespace {

int refuse(const Error& error) {
  std::fprintf(stderr, "Error reading config: %s\n", parse::printable(error.message, "\n").c_str());
  return 1;
}

// The first error in `text`, which may be several statements.
Result<void> prepare_all(sql::Connection& connection, std::string_view text) {
  while (!text.empty()) {
    const auto statement = connection.prepare(text, &text);
    if (!statement) return statement.error();
  }
  return {};
}

}  // namespace

std::vector<std::string> check_statements(const Loaded& loaded, std::span<const sql::Table* const> tables, Host host, const sql::Engine& engine) {
  const AutoTables all(loaded.config.tables, tables);
  sql::Connection connection(all.tables(), std::move(host), engine);
  std::vector<std::string> warnings = all.warnings();
  for (std::string& warning : add_views(connection, loaded.config.views)) warnings.push_back(std::move(warning));
  for (const Sql& sql : loaded.statements)
    if (const auto good = prepare_all(connection, sql.text); !good)
      warnings.push_back(sql.source + ":" + std::to_string(sql.line) + ": " + sql.what + ": " + good.error().message);
  return warnings;
}

int check_config(const Result<Sources>& sources, const Context& context, std::span<const sql::Table* const> tables, Host host,
                 const sql::Engine& engine) {
  if (!sources) return refuse(sources.error());
  const auto loaded = load(*sources, context);
  if (!loaded) return refuse(loaded.error());
  const auto warn = [](const std::string& text) { std::fprintf(stderr, "WARNING: %s\n", parse::printable(text).c_str()); };
  for (const std::string& warning : loaded->warnings) warn(warning);
  for (const std::string& warning : check_statements(*loaded, tables, std::move(host), engine)) warn(warning);
  return 0;
}

int dump_config(const Result<Sources>& sources) {
  if (!sources) return refuse(sources.error());
  for (const auto& [name, text] : *sources) std::printf("{\"%s\": %s}\n", name.c_str(), text.c_str());
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace vigil::config
