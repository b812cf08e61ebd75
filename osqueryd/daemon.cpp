// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/daemon.h"

#include <malloc.h>
#include <syslog.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "core/base/uuid.h"
#include "core/host/identity.h"
#include "core/parse/text.h"
#include "core/sql/choose.h"
#include "core/store/store.h"
#include "osqueryd/configuration.h"
#include "osqueryd/control.h"
#include "osqueryd/daemon_program.h"
#include "osqueryd/distributed/plugins.h"
#include "osqueryd/distributed/service.h"
#include "osqueryd/extensions.h"
#include "osqueryd/own_plugins.h"
#include "osqueryd/log/forwarder.h"
#include "osqueryd/log/loggers.h"
#include "osqueryd/log/spool.h"
#include "osqueryd/log/status.h"
#include "osqueryd/results/identity.h"
#include "osqueryd/schedule/board.h"
#include "osqueryd/schedule/decorators.h"
#include "osqueryd/schedule/denylist.h"
#include "osqueryd/schedule/points.h"
#include "osqueryd/schedule/runner.h"
#include "osqueryd/schedule/scheduler.h"
#include "osqueryd/settings.h"
#include "osqueryd/speaker.h"
#include "osqueryd/watch/control.h"
#include "osqueryd/watch/extension_board.h"
#include "osqueryd/watch/guard.h"
#include "osqueryd/watch/nursery_thread.h"
#include "osqueryd/watch/reporter.h"
#include "osqueryd/watch/watcher.h"

namespace vigil {
namespace {

namespace asio = boost::asio;

// Queries, plugins and loggers get so long to end when the program is to stop.
constexpr int64_t end_queries = 600'000, end_plugin = 100'000, end_loggers = 200'000, end_nursery = 200'000;

// Words that those who read syslog know.
constexpr const char* started = "osqueryd started [version=" VIGIL_VERSION "]";

// Between two looks at what the main loop waits for.
constexpr std::chrono::milliseconds pause_time(20);

constexpr const char* watcher_gone = "the watcher is gone";

// Between two tries to get the store from a daemon that is about to end.
constexpr std::chrono::milliseconds store_pause(200);

// What many small runs leave free in the heap, a page here and there, adds up over hours.
constexpr int64_t trim_interval = 60 * Clock::second;

// For so long the host's addresses are taken to be the same.
constexpr int64_t keep_addresses = 600 * Clock::second;

extern "C" void end_late(int) { ::_exit(watch::catastrophic); }

// Whatever hangs at the end, the process does not.
void limit_shutdown(uint64_t seconds) {
  struct sigaction action {};
  action.sa_handler = end_late;
  ::sigaction(SIGALRM, &action, nullptr);
  ::alarm(static_cast<unsigned>(seconds));
}

class Daemon {
 public:
  explicit Daemon(OptionSet options)
      : base_options_(std::move(options)),
        log_(clock_, status_settings(base_options_.values())),
        tables_(sql::choose_tables(sql::all_tables(), base_options_.values().enable_tables, base_options_.values().disable_tables)),
        program_(base_options_, tables_),
        signals_(io_, SIGTERM, SIGINT, SIGHUP),
        timer_(io_) {
    signals_.add(SIGUSR1);
  }

  int run();

 private:
  // Each says what stands in the way; the code is the process's exit code.
  struct Failure {
    int code = 0;
    std::string message;
  };
  std::optional<Failure> open_store();
  std::optional<Failure> open_runner();
  std::optional<Failure> open_extensions();
  std::optional<Failure> read_configuration();
  std::optional<Failure> open_spool();
  std::optional<Failure> open_parts();
  std::optional<Failure> open_distributed();
  std::optional<Failure> open_points();
  std::optional<Failure> open_control();
  log::LoggerSettings current_logger_settings() const;
  Failure cannot(int code, Error error, const std::string& what) { return {code, std::move(error).within(what).message}; }

  void wait_for_signal();
  void wait_for_tick();
  void tick();
  bool pause();
  void load_configuration(const std::function<void(const config::Config&)>& apply);
  void reload();
  void apply(const config::Config& config);
  void look_up_addresses();
  void give_back_memory(const schedule::Usage& used);
  void write_points(bool at_end);
  void request_stop(const std::string& why);
  void shut_down();

  const OptionSet base_options_;  // before the configuration
  SystemClock clock_;
  log::StatusLog log_;
  const std::vector<const sql::Table*> tables_;
  DaemonProgram program_;
  const pid_t starter_ = ::getppid();
  const watch::Reporter reporter_ = watch::Reporter::from_environment();

  asio::io_context io_{1};
  asio::signal_set signals_;
  asio::steady_timer timer_;
  bool stopping_ = false;
  bool reloading_ = false, reload_again_ = false;
  OwnPlugins own_plugins_{io_, program_};
  int64_t last_alive_ = 0, addresses_at_ = 0, trimmed_at_ = 0, stop_at_ = 0, next_refresh_ = 0;

  std::unique_ptr<store::Store> store_;
  std::unique_ptr<log::Spool> spool_;
  std::vector<std::unique_ptr<log::Logger>> loggers_;  // until their forwarders start
  std::vector<std::unique_ptr<log::Forwarder>> forwarders_;
  std::unique_ptr<Speaker> speaker_;
  std::unique_ptr<schedule::Board> board_;
  std::unique_ptr<schedule::Points> points_;
  bool points_fail_ = false;
  std::unique_ptr<schedule::Denylist> denylist_;
  std::unique_ptr<schedule::Decorators> decorators_;
  std::unique_ptr<schedule::Scheduler> scheduler_;
  std::unique_ptr<distributed::Service> distributed_;
  std::unique_ptr<schedule::Runner> runner_;       // ends before what its tasks use
  std::unique_ptr<watch::NurseryThread> nursery_;  // of a daemon without a watcher
  std::unique_ptr<Extensions> extensions_;
  std::unique_ptr<Configuration> configuration_;
  config::Config first_configuration_;  // read before there is anything to configure
  std::unique_ptr<watch::ControlServer> control_;
  std::unique_ptr<watch::ParentWatch> parent_;
};

std::optional<Daemon::Failure> Daemon::open_store() {
  const Options& options = base_options_.values();
  if (keeps_store_in_memory(base_options_)) {
    store_ = store::memory_store();
    return std::nullopt;
  }
  auto opened = store::open_store(store_settings(options), [&] {
    io_.run_for(store_pause);
    return !stopping_;
  });
  if (!opened) return cannot(watch::is_worker() ? watch::catastrophic : 1, opened.error(), "cannot open the store");
  store_ = std::move(opened->store);
  for (const std::string& note : opened->notes) log_.warning(note);
  return std::nullopt;
}

std::optional<Daemon::Failure> Daemon::open_runner() {
  const Options& options = base_options_.values();
  if (!keeps_store_in_memory(base_options_)) {
    auto board = schedule::Board::open(options.database_path + ".running");
    // It only helps to find out who is to blame for a crash.
    if (!board) log_.warning("Running queries are not noted: " + board.error().message);
    if (board) board_ = std::move(*board);
  }
  runner_ = std::make_unique<schedule::Runner>(schedule::Runner::Parts{clock_, program_, board_.get(),
                                                                       [this] {
                                                                         Access access;
                                                                         access.read_max = program_.options()->values().read_max;
                                                                         return Host::live(access);
                                                                       },
                                                                       options.query_concurrency});
  return std::nullopt;
}

// Before the configuration, which may come from one.
std::optional<Daemon::Failure> Daemon::open_extensions() {
  const auto call = [this](const std::string& registry, const std::string& item, const extensions::Request& request) {
    return own_plugins_.call(registry, item, request);
  };
  // They are started by the watcher, or by the daemon itself.
  auto board = watch::ExtensionBoard::from_environment();
  bool autoloads = board != nullptr;
  if (board) program_.attach(std::move(board));
  if (!watch::is_worker()) {
    const Options& options = base_options_.values();
    auto settings = nursery_settings(options, options.extensions_socket);
    settings.patience = end_nursery;
    autoloads = !settings.autoload.candidates.empty();
    nursery_ = std::make_unique<watch::NurseryThread>(std::move(settings), log_);
    program_.attach(nursery_->board());
  }
  extensions_ = std::make_unique<Extensions>(Extensions::Parts{program_, *runner_, log_, tables_, [this] { return pause(); }, call, autoloads});
  if (base_options_.values().disable_extensions) return std::nullopt;
  // The daemon does its work without them.
  if (const auto listening = extensions_->listen(base_options_.values().extensions_socket); !listening)
    log_.warning("Extensions cannot reach this daemon: " + listening.error().message);
  extensions_->wait_for_required();
  return std::nullopt;
}

std::optional<Daemon::Failure> Daemon::open_parts() {
  auto denylist = schedule::Denylist::open(*store_);
  if (!denylist) return cannot(1, denylist.error(), "cannot read the denylist");
  denylist_ = std::move(*denylist);
  if (board_ && watch::is_worker()) {
    const auto lines = denylist_->blame(board_->suspects(), death_of(watch::last_end()), clock_.unix_time());
    for (const std::string& line : lines) log_.warning(line);
  }

  decorators_ = std::make_unique<schedule::Decorators>(log_);
  auto speaker = Speaker::make(*store_);
  if (!speaker) return cannot(1, speaker.error(), "cannot find out who this host is");
  speaker_ = std::move(*speaker);
  scheduler_ = std::make_unique<schedule::Scheduler>(
      schedule::Scheduler::Parts{clock_, log_, *store_, *spool_, *runner_, *denylist_, *decorators_, [this] { return speaker_->now(); },
                                 [this](const config::Query& query, const schedule::Usage& used, bool failed) {
                                   if (points_) points_->add(query, used, failed);
                                   give_back_memory(used);
                                 }});
  program_.attach({scheduler_.get(), runner_.get(), denylist_.get(), spool_.get(), &clock_});
  return std::nullopt;
}

std::optional<Daemon::Failure> Daemon::open_distributed() {
  const auto options = program_.options();
  if (options->values().disable_distributed) return std::nullopt;
  const std::string& name = options->values().distributed_plugin;
  auto plugin = distributed::make_plugin(name, [this](const std::string& wanted) { return extensions_->distributed(wanted); });
  if (!plugin) return cannot(watch::catastrophic, plugin.error(), "Cannot activate " + name + " distributed plugin");
  const auto settings = [this] { return distributed_settings(program_.options()->values()); };
  distributed_ =
      std::make_unique<distributed::Service>(name, std::move(*plugin),
                                             distributed::Service::Parts{clock_, log_, *store_, *runner_, *denylist_, board_.get(), settings,
                                                                         [this](const schedule::Usage& used) { give_back_memory(used); }});
  return std::nullopt;
}

// Before the loggers, as it may say how they are to be.
std::optional<Daemon::Failure> Daemon::read_configuration() {
  auto origin = extensions_->config();
  if (!origin) return cannot(watch::catastrophic, origin.error(), "cannot read the configuration");
  configuration_ = std::make_unique<Configuration>(base_options_, *store_, program_, log_, std::move(*origin));
  load_configuration([this](const config::Config& config) { first_configuration_ = config; });
  return std::nullopt;
}

std::optional<Daemon::Failure> Daemon::open_spool() {
  const auto options = program_.options();
  log_.configure(status_settings(options->values()));
  log::Spool::Settings settings;
  settings.quota = options->values().logger_spool_max << 20;
  settings.lines = options->values().buffered_log_max;
  for (const std::string& name : active_loggers(options->values())) {
    auto logger = log::is_logger(name) ? log::make_logger(
                                             name, [this] { return current_logger_settings(); }, log_, clock_)
                                       : extensions_->logger(name, [this] { return speaker_ ? speaker_->now().identifier : ""; });
    if (!logger) return cannot(watch::catastrophic, logger.error(), "cannot start logger " + name);
    settings.loggers.push_back({name, log::wanted_kinds(**logger)});
    loggers_.push_back(std::move(*logger));
  }
  auto spool = log::Spool::open(*store_, std::move(settings), clock_);
  if (!spool) return cannot(1, spool.error(), "cannot open the spool");
  spool_ = std::move(*spool);
  log_.attach(*spool_);
  return std::nullopt;
}

// On a logger's thread.
log::LoggerSettings Daemon::current_logger_settings() const {
  const auto options = program_.options();
  log::LoggerSettings settings = logger_settings(options->values());
  const results::Format format = schedule_settings(options->values()).format;
  if (format.envelope == results::Envelope::osquery) return settings;
  settings.status_line = [this, format](const log::Status& status) {
    const auto decorations = decorators_ ? decorators_->values() : results::Decorations();
    return results::status_json(format, speaker_ ? speaker_->now() : results::Speaker(), decorations, status.line, status.time / Clock::second,
                                VIGIL_VERSION);
  };
  return settings;
}

std::optional<Daemon::Failure> Daemon::open_points() {
  const auto all = program_.options();
  const Options& options = all->values();
  if (!options.enable_numeric_monitoring) return std::nullopt;
  for (const std::string& name : log::logger_names(options.numeric_monitoring_plugins))
    if (name != "filesystem")
      return cannot(watch::catastrophic, Error{"this build has no such plugin; it has filesystem"}, "numeric monitoring plugin '" + name + "'");
  points_ = std::make_unique<schedule::Points>(options.numeric_monitoring_filesystem_path, logger_settings(options).mode, clock_);
  return std::nullopt;
}

void Daemon::write_points(bool at_end) {
  if (!points_) return;
  const auto written = at_end ? points_->write() : points_->tick();
  if (!written && !points_fail_) log_.warning("Points of numeric monitoring are lost: " + written.error().message);
  points_fail_ = !written;
}

std::optional<Daemon::Failure> Daemon::open_control() {
  const std::string& path = base_options_.values().control_socket;
  if (path.empty()) return std::nullopt;
  const ControlParts parts{program_, *scheduler_, *runner_, log_, [this] { return configuration_->error(); }, [this] { reload(); }};
  auto control = watch::ControlServer::listen(
      io_, path, [parts](const std::string& verb, const std::string& argument) { return run_control(parts, verb, argument); });
  // The daemon does its work without being spoken to.
  if (!control) log_.warning("osqueryctl cannot reach this daemon: " + control.error().message);
  if (control) control_ = std::move(*control);
  return std::nullopt;
}

void Daemon::give_back_memory(const schedule::Usage& used) {
  // Below this, what malloc keeps is used by the next query.
  constexpr int64_t worth_it = 4 << 20;
  const uint64_t limit = trim_threshold(*program_.options());
  if (limit == 0) return;
  const auto usage = watch::usage_of(::getpid());
  if (used.memory > worth_it || (usage && usage->memory > limit)) ::malloc_trim(0);
}

void Daemon::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (signal == SIGHUP) {
      // While the program starts, it reads the configuration anyway.
      if (scheduler_) reload();
    } else {
      // What runs now broke a limit of the watcher; it stays noted, so that it is found out.
      if (signal == SIGUSR1 && board_) board_->freeze();
      // The kernel tells of the watcher's end with a signal too, which may come first.
      const bool orphan = watch::is_worker() && ::getppid() != starter_;
      request_stop(orphan ? watcher_gone : "signal " + std::to_string(signal));
    }
    wait_for_signal();
  });
}

void Daemon::request_stop(const std::string& why) {
  if (std::exchange(stopping_, true)) return;
  limit_shutdown(base_options_.values().alarm_timeout);
  reporter_.stopping();
  log_.info("osqueryd is stopping: " + why);
  io_.stop();
}

void Daemon::tick() {
  const int64_t now = clock_.steady();
  if (now - last_alive_ >= reporter_.interval()) {
    last_alive_ = now;
    reporter_.alive();
  }
  if (stop_at_ > 0 && now >= stop_at_) return request_stop("schedule_timeout is over");
  if (next_refresh_ > 0 && now >= next_refresh_) reload();
  if (now - addresses_at_ >= keep_addresses) look_up_addresses();
  if (now - trimmed_at_ >= trim_interval && trim_threshold(*program_.options()) > 0) {
    trimmed_at_ = now;
    ::malloc_trim(0);
  }
  write_points(false);
  scheduler_->tick();
  wait_for_tick();
}

// At the next full second of the wall clock, when queries become due.
void Daemon::wait_for_tick() {
  timer_.expires_after(std::chrono::microseconds(Clock::second - clock_.wall() % Clock::second));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

void Daemon::load_configuration(const std::function<void(const config::Config&)>& apply) {
  const bool good = configuration_->load(apply);
  const Options& options = base_options_.values();
  const uint64_t period = good ? options.config_refresh : options.config_accelerated_refresh;
  next_refresh_ = options.config_refresh > 0 ? clock_.steady() + static_cast<int64_t>(period) * Clock::second : 0;
}

void Daemon::reload() {
  // The main loop goes on while an extension is asked, and may come here again.
  reload_again_ = true;
  if (std::exchange(reloading_, true)) return;
  reporter_.reloading();
  while (std::exchange(reload_again_, false) && !stopping_) load_configuration([this](const config::Config& config) { apply(config); });
  reloading_ = false;
  for (const auto& forwarder : forwarders_) forwarder->reopen();
  reporter_.ready();
}

void Daemon::apply(const config::Config& config) {
  const auto options = program_.options();
  log_.configure(status_settings(options->values()));
  if (points_) points_->configure(options->values().numeric_monitoring_pre_aggregation_time);
  extensions_->publish(configuration_->catalog(config, tables_));
  speaker_->configure(options->values());
  look_up_addresses();
  scheduler_->configure(config, schedule_settings(options->values()));
}

void Daemon::look_up_addresses() {
  addresses_at_ = clock_.steady();
  runner_->submit({"addresses", "", schedule::Lane::scheduled, false, [this](schedule::Work& work) { speaker_->look_up_addresses(work); }});
}

// Lets the main loop go on for a moment; false when the program is to stop.
bool Daemon::pause() {
  io_.run_for(pause_time);
  return !stopping_;
}

void Daemon::shut_down() {
  control_.reset();
  bool ended = true;
  if (distributed_) distributed_->stop();
  if (runner_) {
    runner_->stop();
    ended = runner_->wait(end_queries);
    if (!ended) log_.warning("A query does not end; it is left behind");
  }
  if (distributed_ && !distributed_->join(end_plugin)) {
    log_.warning("The distributed plugin does not end; it is left behind");
    ended = false;
  }
  if (scheduler_) scheduler_->save();
  write_points(true);
  log_.info("osqueryd has stopped");
  for (const auto& forwarder : forwarders_) forwarder->finish(end_loggers);
  for (const auto& forwarder : forwarders_) ended = forwarder->join() && ended;
  extensions_.reset();
  nursery_.reset();
  log_.detach();
  // The thread that is left uses what would be taken down; what is to last is written.
  if (!ended) ::_exit(0);
}

int Daemon::run() {
  wait_for_signal();
  parent_ = std::make_unique<watch::ParentWatch>(reporter_, [this] { asio::post(io_, [this] { request_stop(watcher_gone); }); });
  for (const auto step : {&Daemon::open_store, &Daemon::open_runner, &Daemon::open_extensions, &Daemon::read_configuration, &Daemon::open_spool,
                          &Daemon::open_points, &Daemon::open_parts, &Daemon::open_distributed, &Daemon::open_control}) {
    const auto failure = (this->*step)();
    if (stopping_) break;
    if (!failure) continue;
    log_.error(failure->message);
    shut_down();
    return failure->code;
  }
  if (!stopping_) {
    log_.info(started);
    ::syslog(LOG_NOTICE, "%s", started);
    const uint64_t timeout = base_options_.values().schedule_timeout;
    if (timeout > 0) stop_at_ = clock_.steady() + static_cast<int64_t>(timeout) * Clock::second;
    apply(std::exchange(first_configuration_, {}));
    for (auto& logger : loggers_)
      forwarders_.push_back(std::make_unique<log::Forwarder>(std::move(logger), *spool_, log_, log::Forwarder::Settings{}));
    if (distributed_) distributed_->start();
    own_plugins_.start({*configuration_, *spool_, [this] { reload(); }});
    reporter_.ready();
    tick();
    io_.run();
  }
  shut_down();
  return 0;
}

}  // namespace

int run_daemon(OptionSet options) {
  // A heap for each thread would keep what a query freed for each of them.
  ::mallopt(M_ARENA_MAX, 2);
  return Daemon(std::move(options)).run();
}

}  // namespace vigil
