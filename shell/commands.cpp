// SPDX-License-Identifier: Apache-2.0
#include "shell/commands.h"

#include <algorithm>
#include <array>

#include "core/parse/display.h"
#include "core/parse/text.h"
#include "core/parse/words.h"
#include "shell/schema.h"
#include "shell/suggest.h"

namespace vigil::shell {
namespace {

using Words = std::vector<std::string>;

// osquery takes no more.
constexpr size_t most_words = 50;
constexpr int any = 1000;
constexpr auto prefixed = [](std::string_view text, const Words& words) { return words.size() < 2 || text.starts_with(words[1]); };

// A number as sqlite3(1) reads it: what is none is 0.
int integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int64_t value = 0;
  if (text.starts_with("0x")) {
    value = parse::number(text.substr(2), 16).value_or(0);
  } else {
    value = parse::number(text.substr(0, text.find_first_not_of("0123456789"))).value_or(0);
  }
  return static_cast<int>(negative ? -value : value);
}

bool boolean(std::string_view text) {
  const std::string word = parse::lower(text);
  constexpr std::array yes = {"on", "yes", "true", "y", "t"}, no = {"off", "no", "false", "n", "f"};
  if (std::find(yes.begin(), yes.end(), word) != yes.end()) return true;
  if (std::find(no.begin(), no.end(), word) != no.end()) return false;
  if (parse::number(text) || (text.starts_with("0x") && parse::number(text.substr(2), 16))) return integer(text) != 0;
  std::fprintf(stderr, "ERROR: Not a boolean value: \"%s\". Assuming \"no\".\n", parse::printable(text).c_str());
  return false;
}

bool all(Session& s, const Words& words) { return s.show_all(words[1]); }

bool socket(Session& s, const Words&) {
  s.out.write(s.engine.option("extensions_socket") + '\n');
  return true;
}

bool connect(Session& s, const Words& words) {
  auto remote = Remote::connect(words[1], s.watch.interrupted());
  if (!remote) {
    s.complain(remote.error().message);
    return false;
  }
  s.remote.emplace(std::move(*remote));
  return true;
}

bool disconnect(Session& s, const Words&) {
  const bool connected = s.remote.has_value();
  if (!connected) s.complain("Not connected to a socket");
  s.remote.reset();
  return connected;
}

bool bail(Session& s, const Words& words) {
  s.bail = boolean(words[1]);
  return true;
}

bool echo(Session& s, const Words& words) {
  s.echo = boolean(words[1]);
  return true;
}

bool planner(Session& s, const Words& words) {
  s.planner = boolean(words[1]);
  return true;
}

bool timer(Session& s, const Words& words) {
  s.timer = boolean(words[1]);
  return true;
}

bool headers(Session& s, const Words& words) {
  s.format.headers = boolean(words[1]);
  return true;
}

bool leave(Session& s, const Words& words) {
  s.leaving = true;
  if (const int code = words.size() > 1 ? integer(words[1]) : 0; code != 0) s.exit_code = code & 0xff;
  return true;
}

bool explain(Session& s, const Words& words) {
  const auto lines = s.connection.explain(words[1]);
  if (!lines) {
    s.complain(with_suggestion(lines.error().message, words[1], s.connection));
    return false;
  }
  for (const std::string& line : *lines) s.out.write(parse::printable(line) + '\n');
  return true;
}

bool features(Session& s, const Words&) {
  for (const auto& flag : s.engine.flags())
    if (flag.type == "bool" && (flag.name.starts_with("enable_") || flag.name.starts_with("disable_")))
      s.out.write(flag.name + ": " + flag.value + '\n');
  return true;
}

bool mode(Session& s, const Words& words) {
  const auto mode = mode_named(words[1]);
  if (!mode) {
    s.complain("mode should be one of: " + mode_names());
    return false;
  }
  s.format.mode = *mode;
  if (*mode == Mode::csv) s.format.separator = ",";
  return true;
}

bool nullvalue(Session& s, const Words& words) {
  s.format.nullvalue = words[1];
  return true;
}

bool separator(Session& s, const Words& words) {
  s.format.separator = words[1];
  return true;
}

bool print(Session& s, const Words& words) {
  s.out.write(parse::join({words.begin() + 1, words.end()}, " ") + '\n');
  return true;
}

bool schema(Session& s, const Words& words) {
  for (const sql::Table* table : s.tables) {
    const sql::TableInfo& info = table->info;
    const bool also = words.size() > 1 && std::find(info.aliases.begin(), info.aliases.end(), words[1]) != info.aliases.end();
    if (!prefixed(info.name, words) && !also) continue;
    s.standard.write(create_text(info) + '\n');
    if (words.size() > 1 && (info.name == words[1] || also)) s.standard.write(comments(info));
  }
  return true;
}

bool tables(Session& s, const Words& words) {
  for (const sql::Table* table : s.tables)
    if (prefixed(table->info.name, words)) s.standard.write("  => " + std::string(table->info.name) + '\n');
  return true;
}

bool types(Session& s, const Words& words) {
  const auto columns = s.connection.types(words[1]);
  if (!columns) {
    const Error& error = columns.error();
    s.standard.write("Error " + std::to_string(error.code) + ": " + parse::printable(with_suggestion(error.message, words[1], s.connection)) + '\n');
    return false;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& column : *columns) rows.push_back({column.name, column.type});
  s.show({"name", "type"}, rows);
  return true;
}

std::string sqlite_version(Session& s) {
  auto statement = s.connection.prepare("SELECT sqlite_version()");
  if (!statement || !*statement) return {};
  const auto row = (*statement)->step();
  return row && *row ? std::string((*statement)->text(0).value_or("")) : "";
}

bool version(Session& s, const Words&) {
  s.out.write("osquery " + s.engine.program().version + "\nusing SQLite " + sqlite_version(s) + '\n');
  return true;
}

bool width(Session& s, const Words& words) {
  s.format.widths.clear();
  for (size_t i = 1; i < words.size(); ++i) s.format.widths.push_back(std::clamp(integer(words[i]), -10000, 10000));
  return true;
}

// osquery sets SQLite's busy handler, which waits for locks; here is none to wait for.
bool timeout(Session&, const Words&) { return true; }

std::string quoted(std::string_view text) { return '"' + parse::printable(text) + '"'; }

bool show(Session& s, const Words& words) {
  const auto line = [&](const std::string& name, const std::string& value) {
    s.out.write(std::string(13 - std::min<size_t>(13, name.size()), ' ') + name + ": " + parse::printable(value) + '\n');
  };
  const auto option = [&](std::string_view name) { return s.engine.option(name); };
  // "filesystem (/etc/osquery/osquery.conf)"
  const auto plugin = [&](const std::string& name, const std::string& path, const std::string& endpoint) {
    if (name == "filesystem") return name + " (" + option(path) + ')';
    if (name == "tls") return name + " (" + option("tls_hostname") + option(endpoint) + ')';
    return name;
  };
  std::vector<std::string> extensions, widths;
  std::string database;
  for (const auto& p : s.engine.plugins()) {
    if (p.registry == "database" && p.active) database = p.name;
    if (p.owner != 0) extensions.push_back(p.name);
  }
  if (database == "rocksdb") database += " (" + option("database_path") + ')';
  for (const int w : s.format.widths) widths.push_back(std::to_string(w));

  version(s, words);
  s.out.write("\nGeneral settings:\n");
  line("Flagfile", option("flagfile"));
  line("Config", plugin(option("config_plugin"), "config_path", "config_tls_endpoint"));
  line("Logger", plugin(option("logger_plugin"), "logger_path", "logger_tls_endpoint"));
  line("Distributed", option("distributed_plugin"));
  line("Database", database);
  line("Extensions", parse::join(extensions, ", "));
  line("Socket", option("extensions_socket"));
  line("Tables", std::to_string(s.tables.size()));
  line("Root", s.settings.root.empty() ? "/" : s.settings.root);

  s.out.write("\nShell settings:\n");
  line("bail", s.bail ? "on" : "off");
  line("echo", s.echo ? "on" : "off");
  line("headers", s.format.headers ? "on" : "off");
  line("mode", std::string(mode_name(s.format.mode)));
  line("nullvalue", quoted(s.format.nullvalue));
  line("output", s.settings.output.empty() || s.settings.output == "-" ? "stdout" : s.settings.output);
  line("planner", s.planner ? "on" : "off");
  line("separator", quoted(s.format.separator));
  line("timer", s.timer ? "on" : "off");
  line("width", parse::join(widths, " "));

  s.out.write("\nNon-default flags/options:\n");
  for (const auto& flag : s.engine.flags())
    if (flag.value != flag.default_value) s.out.write("  " + flag.name + ": " + parse::printable(flag.value) + '\n');
  return true;
}

bool help(Session& session, const Words& words);

struct Command {
  std::string_view name;
  size_t shortest;  // letters that are enough; the first command that fits wins
  int least, most;  // words after the name
  bool takes_sql;
  bool (*run)(Session&, const Words&);
  std::string_view arguments, does;  // for .help; a second name of a command has none
};

constexpr Command commands[] = {
    {"all", 1, 1, 1, false, all, "TABLE", "Show all rows of a table"},
    {"socket", 1, 0, 0, false, socket, "", "Show the path of the extensions socket"},
    {"connect", 1, 1, 1, false, connect, "PATH", "Send queries to another process's extensions socket"},
    {"disconnect", 1, 0, 0, false, disconnect, "", "Send queries to this shell again"},
    {"bail", 3, 1, 1, false, bail, "on|off", "End a script at its first error"},
    {"echo", 1, 1, 1, false, echo, "on|off", "Repeat statements and commands before their results"},
    {"explain", 3, 1, 1, true, explain, "SQL", "Show what a query reads and where it starts from"},
    {"exit", 1, 0, any, false, leave, "[CODE]", "Leave the shell"},
    {"features", 1, 0, 0, false, features, "", "Show which features are enabled and disabled"},
    {"headers", 1, 1, 1, false, headers, "on|off", "Show column names in modes list, csv and column"},
    {"help", 1, 0, any, false, help, "", "Show this text"},
    {"mode", 1, 1, 1, false, mode, "MODE", "Choose how results look:"},
    {"nullvalue", 1, 1, 1, false, nullvalue, "TEXT", "Show TEXT in place of NULL"},
    {"print", 3, 0, any, false, print, "TEXT...", "Print TEXT"},
    {"planner", 2, 1, 1, false, planner, "on|off", "Say on standard error what each query reads"},
    {"quit", 1, 0, 0, false, leave, "", "Leave the shell"},
    {"schema", 1, 0, 1, false, schema, "[TABLE]", "Show CREATE statements; of a table by its full name, all about it"},
    {"separator", 1, 1, 1, false, separator, "TEXT", "Set what stands between fields in modes list and csv"},
    {"show", 1, 0, 0, false, show, "", "Show settings"},
    {"summary", 1, 0, 0, false, show, "", "The same as .show"},
    {"tables", 2, 0, 1, false, tables, "[PREFIX]", "List tables; .list does the same"},
    {"list", 2, 0, 1, false, tables, "", ""},
    {"timeout", 5, 1, 1, false, timeout, "MS", "Accepted for old scripts; nothing here waits for locks"},
    {"timer", 5, 1, 1, false, timer, "on|off", "Show how long each query takes"},
    {"types", 2, 1, 1, true, types, "SQL", "Show names and types of a query's columns without running it"},
    {"version", 1, 0, any, false, version, "", "Show versions"},
    {"width", 1, 1, any, false, width, "N...", "Set the widths of mode column; 0: fit, negative: right-aligned"},
};

constexpr std::string_view modes_help[] = {
    "column       columns of fixed width, see .width",
    "csv          comma-separated values",
    "json         an array of objects",
    "json_pretty  the same, indented",
    "line         one value on each line",
    "list         values with .separator between them",
    "markdown     a table in Markdown",
    "pretty       a table with borders (default)",
};

bool help(Session&, const Words&) {
  std::string text = "SQL ends with a semicolon. Lines that start with a dot are commands:\n\n";
  for (const Command& c : commands) {
    if (c.does.empty()) continue;
    std::string call = '.' + std::string(c.name);
    if (!c.arguments.empty()) (call += ' ') += c.arguments;
    call.resize(std::max<size_t>(call.size() + 1, 18), ' ');
    ((text += call) += c.does) += '\n';
    if (c.run == mode)
      for (const std::string_view line : modes_help) (text.append(20, ' ') += line) += '\n';
  }
  std::fputs(text.c_str(), stderr);
  return true;
}

const Command* find(std::string_view typed, int arguments) {
  for (const Command& c : commands)
    if (typed.size() >= c.shortest && c.name.starts_with(typed) && arguments >= c.least && arguments <= c.most) return &c;
  return nullptr;
}

// The words of a command; SQL is one word, however many blanks it has.
Words words_of(std::string_view line) {
  std::string_view rest = parse::trim(line).substr(1);
  Words words = parse::words(rest, most_words);
  const std::string_view typed = parse::field(rest);
  const Command* command = rest.empty() ? nullptr : find(typed, 1);
  if (command && command->takes_sql) words = {std::string(typed), std::string(rest)};
  return words;
}

}  // namespace

bool run_command(Session& session, std::string_view line) {
  const Words words = words_of(line);
  if (words.empty()) return true;
  const Command* command = find(words[0], static_cast<int>(words.size()) - 1);
  if (!command) {
    session.complain("unknown command or invalid arguments:  \"" + words[0] + "\". Enter \".help\" for help");
    return false;
  }
  session.refresh_tables();
  const bool good = command->run(session, words);
  const auto written = session.out.flush();
  if (!written) session.complain(written.error().message);
  return good && written;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& c : commands) names.emplace_back(c.name);
  return names;
}

}  // namespace vigil::shell
