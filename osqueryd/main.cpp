// SPDX-License-Identifier: Apache-2.0
// The program: reads the command line, chooses a role and builds its parts.
//
// Nothing is read before it is needed: a shell that answers one query reads the
// flag file, if there is one, and what the query asks for.

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "core/host/host.h"
#include "core/sql/table.h"
#include "core/sql/choose.h"
#include "osqueryd/config/auto_table.h"
#include "osqueryd/config/commands.h"
#include "osqueryd/configuration.h"
#include "osqueryd/options/command_line.h"
#include "osqueryd/options/help.h"
#include "osqueryd/daemon.h"
#include "osqueryd/database_dump.h"
#include "osqueryd/program.h"
#include "osqueryd/settings.h"
#include "osqueryd/shell_extensions.h"
#include "osqueryd/watch/control.h"
#include "osqueryd/watch/pidfile.h"
#include "osqueryd/watch/watcher.h"
#include "shell/shell.h"

namespace {

using namespace vigil;

constexpr size_t largest_flag_file = 1 << 20;
constexpr rlim_t open_files = 1024;

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

int fail(const std::string& message) {
  std::fprintf(stderr, "ERROR: %s\n", message.c_str());
  return 1;
}

// A pipe will do too: --flagfile <(make-flags).
Result<std::string> read_flag_file(const std::string& path) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (!file) return os_error("read", path, errno);
  std::string text(largest_flag_file + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get())) return os_error("read", path, errno);
  if (text.size() > largest_flag_file) return os_error("read", path, EFBIG);
  return text;
}

std::optional<std::string> variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// Without them a process cannot keep many sockets and watched files open.
void allow_open_files() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur >= open_files) return;
  rlimit raised = {std::max(limit.rlim_cur, open_files), std::max(limit.rlim_max, open_files)};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return;
  // Only root may raise the hard limit; anyone may go up to it.
  raised = {std::min(open_files, limit.rlim_max), limit.rlim_max};
  (void)::setrlimit(RLIMIT_NOFILE, &raised);
}

// A worker's arguments are those of its watcher, and nobody has to see them twice.
void hide_arguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) std::memset(argv[i], 0, std::strlen(argv[i]));
}

// Every user can read the arguments of every process.
void hide_secrets(char** argv, const std::vector<size_t>& secrets) {
  for (const size_t i : secrets) {
    char* equals = std::strchr(argv[i], '=');
    char* value = argv[i][0] == '-' && equals ? equals + 1 : argv[i];
    std::memset(value, '*', std::strlen(value));
  }
}

bool holds(const OptionInfo& option, const std::string& text) {
  return option.name.find(text) != option.name.npos || option.description.find(text) != option.description.npos;
}

// --config_check and --config_dump.
int read_config(const OptionSet& options) {
  const auto sources = read_sources(options.values());
  if (options.values().config_dump) return config::dump_config(sources);
  auto host = Host::live();
  if (!host) return fail(host.error().message);
  const Program program(options, sql::all_tables());
  return config::check_config(sources, config_context(options.values()), sql::all_tables(), std::move(*host), program);
}

Result<config::Loaded> load_config(const Options& options) {
  const auto sources = read_sources(options);
  if (!sources) return sources.error();
  return config::load(*sources, config_context(options));
}

// Names and SQL of the queries of a pack, for the shell.
Result<std::vector<std::pair<std::string, std::string>>> pack_queries(const Result<config::Loaded>& loaded, const std::string& path,
                                                                      const std::string& name) {
  if (!loaded) return loaded.error();
  for (const std::string& warning : loaded->warnings) std::fprintf(stderr, "WARNING: %s\n", warning.c_str());
  bool found = false;
  std::vector<std::pair<std::string, std::string>> queries;
  for (const config::Pack& pack : loaded->config.packs) {
    if (pack.name != name) continue;
    found = true;
    for (const config::Query& query : pack.queries) queries.emplace_back(query.name, query.sql);
  }
  if (!found) return Error{"pack '" + name + "' is not in the configuration '" + path + "'"};
  if (queries.empty()) return Error{"pack '" + name + "' has no queries for this host"};
  return queries;
}

// A shell's configuration, where there is a use for it. One that is where no flag
// named it may be absent, or be for root's eyes only.
std::optional<Result<config::Loaded>> load_shell_config(const OptionSet& options) {
  const Options& values = options.values();
  if (values.pack.empty()) {
    const bool named = options.origin(*find_option("config_path")) != Origin::standard;
    if (!values.root.empty() || (!named && ::access(values.config_path.c_str(), R_OK) != 0)) return std::nullopt;
  }
  return load_config(values);
}

// What a configuration adds to SQL in the shell.
struct Additions {
  std::unique_ptr<const config::AutoTables> tables;
  std::map<std::string, std::string> views;
};

Additions make_additions(const Options& options, const Result<config::Loaded>& loaded) {
  Additions additions;
  if (!loaded) {
    // For a pack it is an error, and said as such.
    if (options.pack.empty()) std::fprintf(stderr, "WARNING: Configuration: %s\n", loaded.error().message.c_str());
    return additions;
  }
  const auto core = sql::choose_tables(sql::all_tables(), options.enable_tables, options.disable_tables);
  additions.tables = std::make_unique<const config::AutoTables>(loaded->config.tables, core);
  additions.views = loaded->config.views;
  return additions;
}

// What others may ask a shell about over its extension socket.
std::shared_ptr<const schedule::Catalog> shell_catalog(const Options& options, const Additions& additions) {
  auto catalog = std::make_shared<schedule::Catalog>();
  catalog->tables = sql::choose_tables(sql::all_tables(), options.enable_tables, options.disable_tables);
  if (additions.tables) catalog->tables = additions.tables->tables();
  catalog->views = additions.views;
  return catalog;
}

shell::Settings shell_settings(const CommandLine& line) {
  const Options& options = line.options.values();
  shell::Settings settings;
  settings.json = options.json;
  settings.json_pretty = options.json_pretty;
  settings.csv = options.csv;
  settings.line = options.line;
  settings.list = options.list;
  settings.markdown = options.markdown;
  settings.header = options.header;
  settings.separator = options.separator;
  settings.nullvalue = options.nullvalue;
  settings.color = options.color;
  settings.output = options.output;
  settings.L = options.L;
  settings.A = options.A;
  settings.pack = options.pack;
  settings.query = options.query;
  settings.query_file = options.query_file;
  settings.has_argument = !line.positional.empty();
  if (settings.has_argument) settings.argument = line.positional.front();
  settings.planner = options.planner;
  settings.profile = options.profile;
  settings.enable_tables = options.enable_tables;
  settings.disable_tables = options.disable_tables;
  settings.connect = options.connect;
  settings.root = options.root;
  return settings;
}

int send_control(const Options& options) {
  const auto answer = watch::send_command(options.control_socket, options.control);
  if (!answer) return fail(answer.error().message);
  print(*answer);
  return 0;
}

// The watcher, or, without one, the daemon itself.
int run_as_daemon(OptionSet options, const std::vector<std::string>& arguments) {
  const Options& values = options.values();
  if (values.database_dump) return dump_database(options);
  if (watch::is_worker()) return run_daemon(std::move(options));
  if (values.daemonize)
    if (const auto detached = watch::daemonize(); !detached) return fail(detached.error().message);
  std::optional<watch::Pidfile> pidfile;
  if (!values.ephemeral) {
    auto taken = watch::Pidfile::take(values.pidfile, values.force);
    if (!taken) return fail(taken.error().message);
    pidfile = std::move(*taken);
  }
  if (values.disable_watchdog) return run_daemon(std::move(options));
  const SystemClock clock;
  log::StatusLog log(clock, status_settings(values));
  watch::Settings settings = watcher_settings(values, arguments);
  settings.extensions = nursery_settings(values, values.extensions_socket);
  return watch::run_watcher(settings, log);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  const std::string name = program_name(arguments);
  if (asks_for_help(arguments)) {
    print(help_text(choose_role(arguments), name, VIGIL_VERSION));
    return 0;
  }

  auto line = parse_command_line(arguments, {read_flag_file, variable});
  if (!line) return fail(line.error().message);
  hide_secrets(argv, line->secrets);
  if (watch::is_worker()) hide_arguments(argc, argv);
  for (const std::string& warning : line->warnings) std::fprintf(stderr, "WARNING: %s\n", warning.c_str());

  const Options& options = line->options.values();
  if (options.version) {
    print(name + " version " + VIGIL_VERSION + "\n");
    return 0;
  }
  if (options.help || options.helpshort) {
    print(help_text(line->role, name, VIGIL_VERSION));
    return 0;
  }
  if (options.helpfull || !options.helpmatch.empty()) {
    print(full_help_text(name, VIGIL_VERSION, [&](const OptionInfo& option) { return options.helpfull || holds(option, options.helpmatch); }));
    return 0;
  }
  if (options.install || options.uninstall) return fail("--install and --uninstall are of use on Windows only");
  allow_open_files();
  if (!options.control.empty()) return send_control(options);
  if (options.config_check || options.config_dump) return read_config(line->options);
  if (line->role == Role::daemon) return run_as_daemon(std::move(line->options), arguments);

  line->options.force_shell();
  Access access;
  access.read_max = options.read_max;
  auto host = options.root.empty() ? Host::live(access) : Host::directory(options.root, access);
  if (!host) return fail(host.error().message);

  shell::Settings settings = shell_settings(*line);
  const auto loaded = load_shell_config(line->options);
  // Another root's SQL is that of its own files alone.
  const Additions additions = loaded && options.root.empty() ? make_additions(options, *loaded) : Additions();
  if (loaded) settings.pack_queries = [&loaded, path = options.config_path](const std::string& pack) { return pack_queries(*loaded, path, pack); };
  if (additions.tables) settings.own_tables = additions.tables->own();
  if (!additions.views.empty()) settings.add_views = [&](sql::Connection& connection) { return config::add_views(connection, additions.views); };
  Program program(line->options, sql::all_tables());
  std::unique_ptr<ShellExtensions> extensions;
  if (options.root.empty() && options.connect.empty() && wants_extensions(line->options, shell::is_interactive(settings))) {
    extensions = std::make_unique<ShellExtensions>(line->options, program, shell_catalog(options, additions));
    settings.changed_tables = [&] { return extensions->changed_tables(); };
  }
  return shell::run_shell(settings, program, std::move(*host));
}
