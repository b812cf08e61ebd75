// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/settings.h"

#include <algorithm>
#include <csignal>

#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr uint64_t megabyte = uint64_t{1} << 20;
constexpr uint64_t block = 4096;  // of --rocksdb_buffer_blocks

schedule::Budget budget(const Options& options) {
  schedule::Budget budget;
  budget.cpu = static_cast<int64_t>(options.query_max_cpu) * Clock::second;
  budget.wall = static_cast<int64_t>(options.query_max_wall) * Clock::second;
  budget.rows = options.query_max_rows;
  budget.memory = options.query_max_memory * megabyte;
  return budget;
}

results::Format format(const Options& options) {
  results::Format format;
  if (options.logger_envelope == "hids") format.envelope = results::Envelope::hids;
  if (options.logger_envelope == "ecs") format.envelope = results::Envelope::ecs;
  format.events = options.logger_event_type;
  format.snapshot_events = options.logger_snapshot_event_type;
  format.numerics = options.logger_numerics;
  format.top_level = options.decorations_top_level;
  format.null_value = options.nullvalue;
  return format;
}

watch::Limits watchdog_limits(const Options& options) {
  watch::Overrides overrides;
  overrides.memory_mib = options.watchdog_memory_limit;
  overrides.utilization = options.watchdog_utilization_limit;
  overrides.latency = options.watchdog_latency_limit;
  overrides.grace = options.watchdog_delay;
  overrides.max_delay = options.watchdog_max_delay;
  overrides.forced_shutdown = options.watchdog_forced_shutdown_delay;
  overrides.debug = options.enable_watchdog_debug;
  return watch::limits_for(options.watchdog_level, overrides);
}

}  // namespace

std::vector<std::string> active_loggers(const Options& options) {
  std::vector<std::string> names = options.disable_logging ? std::vector<std::string>() : log::logger_names(options.logger_plugin);
  std::erase(names, "none");
  return names;
}

log::LoggerSettings logger_settings(const Options& options) {
  log::LoggerSettings settings;
  settings.path = options.logger_path;
  settings.mode = static_cast<mode_t>(parse::number<unsigned>(options.logger_mode, 8).value_or(settings.mode));
  settings.rotate = options.logger_rotate;
  settings.rotate_size = options.logger_rotate_size;
  settings.rotate_max_files = options.logger_rotate_max_files;
  settings.syslog_facility = options.logger_syslog_facility;
  settings.syslog_cee = options.logger_syslog_prepend_cee;
  settings.rfc5424 = options.logger_syslog_rfc5424;
  return settings;
}

bool keeps_store_in_memory(const OptionSet& options) {
  const Options& values = options.values();
  if (values.disable_database) return true;
  return values.ephemeral && options.origin(*find_option("database_path")) == Origin::standard;
}

uint64_t trim_threshold(const OptionSet& options) {
  const Options& values = options.values();
  if (options.origin(*find_option("malloc_trim_threshold")) != Origin::standard || values.disable_watchdog)
    return values.malloc_trim_threshold * 1'000'000;
  return watchdog_limits(values).memory / 5 * 4;
}

schedule::Settings schedule_settings(const Options& options) {
  schedule::Settings settings;
  settings.splay_percent = options.schedule_splay_percent;
  settings.epoch = options.schedule_epoch;
  settings.max_drift = options.schedule_max_drift;
  settings.pack_refresh = options.pack_refresh_interval;
  settings.budget = budget(options);
  settings.log_names = options.schedule_lognames;
  settings.decorate = !options.disable_decorators;
  settings.format = format(options);
  return settings;
}

distributed::Settings distributed_settings(const Options& options) {
  distributed::Settings settings;
  settings.interval = options.distributed_interval;
  settings.denylist_duration = options.distributed_denylist_duration;
  settings.log_sql = options.distributed_loginfo;
  settings.budget = budget(options);
  return settings;
}

store::Settings store_settings(const Options& options) {
  store::Settings settings;
  settings.path = options.database_path;
  settings.write_buffer = static_cast<uint64_t>(std::max(1, options.rocksdb_buffer_blocks)) * block;
  settings.write_buffers = options.rocksdb_write_buffer;
  settings.merge_buffers = options.rocksdb_merge_number;
  settings.background_flushes = options.rocksdb_background_flushes;
  return settings;
}

log::StatusLog::Settings status_settings(const Options& options) {
  log::StatusLog::Settings settings;
  settings.least = options.logger_min_status;
  // Those who read standard output get status lines there.
  const std::vector<std::string> loggers = active_loggers(options);
  settings.on_stderr = options.logger_stderr && std::find(loggers.begin(), loggers.end(), "stdout") == loggers.end();
  settings.least_stderr = options.logger_min_stderr;
  return settings;
}

watch::Settings watcher_settings(const Options& options, std::vector<std::string> arguments) {
  watch::Settings settings;
  settings.limits = watchdog_limits(options);
  settings.arguments = std::move(arguments);
  settings.alarm_timeout = options.alarm_timeout;
  settings.allow_unsafe = options.allow_unsafe;
  return settings;
}

watch::NurserySettings nursery_settings(const Options& options, const std::string& socket) {
  watch::NurserySettings settings;
  if (options.disable_extensions) return settings;
  settings.autoload = extensions::read_autoload(options.extensions_autoload);
  extensions::add_extension(settings.autoload, options.extension);
  if (!options.verbose) settings.autoload.notes.clear();
  // Those four are all that the SDKs for other languages understand.
  settings.arguments = {"--socket", socket, "--timeout", options.extensions_timeout, "--interval", options.extensions_interval};
  if (options.verbose) settings.arguments.push_back("--verbose");
  settings.limits = watchdog_limits(options);
  settings.limited = options.enable_extensions_watchdog;
  settings.allow_unsafe = options.allow_unsafe;
  return settings;
}

schedule::Death death_of(const watch::LastEnd& end) {
  schedule::Death death;
  death.known = end.known;
  death.limit = end.limit;
  death.crash = end.signal == SIGSEGV || end.signal == SIGBUS || end.signal == SIGABRT || end.signal == SIGILL || end.signal == SIGFPE;
  death.reason = end.reason;
  if (death.reason.empty() && death.crash) death.reason = "the process crashed with signal " + std::to_string(end.signal);
  death.time = end.time;
  return death;
}

}  // namespace vigil
