// SPDX-License-Identifier: Apache-2.0
#include "vigil/extension.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <utility>

#include "extensions/sdk/arguments.h"
#include "extensions/sdk/hangups.h"
#include "extensions/sdk/spec_table.h"
#include "extensions/server.h"
#include "extensions/service.h"
#include "extensions/thrift_module.h"

namespace vigil::sdk {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// The protocol's generation, which cores compare with the oldest they take.
constexpr const char* sdk_version = "5.23.1";

class StderrLog final : public Log {
 public:
  StderrLog(const std::string& name, bool verbose) : name_(name), verbose_(verbose) {}
  void write(LogLine line) override {
    if (line.severity == Severity::info && !verbose_) return;
    std::fprintf(stderr, "%s: %s\n", name_.c_str(), line.message.c_str());
  }

 private:
  const std::string& name_;
  const bool verbose_;
};

std::string one_line(const Response& routes) {
  std::string columns;
  for (const auto& row : routes)
    if (row.at("id") == "column") columns += (columns.empty() ? "(" : ", ") + row.at("name") + ' ' + row.at("type");
  return columns.empty() ? "" : columns + ')';
}

}  // namespace

// Reads signals and wakes from one place, so that nothing runs in a handler.
class Extension::Wait {
 public:
  Wait() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE)) {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGINT);
    // Threads that are started from now on inherit it.
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    // A peer that is gone is an error of the call that writes to it.
    std::signal(SIGPIPE, SIG_IGN);
  }

  enum class Why { time, signal, wake };
  Why operator()(milliseconds timeout) {
    std::array<pollfd, 2> fds{{{signals_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), static_cast<int>(timeout.count()));
    if (fds[0].revents) return Why::signal;
    if (!fds[1].revents) return Why::time;
    eventfd_t count = 0;
    ::eventfd_read(wake_.get(), &count);
    return Why::wake;
  }
  // From any thread.
  void wake() { ::eventfd_write(wake_.get(), 1); }

 private:
  Fd signals_, wake_;
};

// What a table of a spec may ask of the program that it runs in.
class Extension::Engine final : public sql::Engine {
 public:
  explicit Engine(Extension& extension) : extension_(extension) {}

  sql::ProgramInfo program() const override {
    sql::ProgramInfo info;
    info.pid = ::getpid();
    info.version = extension_.info_.version;
    return info;
  }
  std::vector<sql::FlagInfo> flags() const override {
    std::vector<sql::FlagInfo> out;
    if (const auto options = extension_.core_.options())
      for (const auto& [name, option] : *options) out.push_back({name, option.type, "", option.default_value, option.value});
    return out;
  }
  std::vector<sql::PluginInfo> plugins() const override {
    std::vector<sql::PluginInfo> out;
    for (const auto& [registry, plugins] : extension_.plugins_)
      for (const auto& [name, plugin] : plugins) out.push_back({registry, name});
    return out;
  }
  std::string option(std::string_view name) const override {
    const auto options = extension_.core_.options();
    if (!options) return {};
    const auto at = options->find(std::string(name));
    return at == options->end() ? std::string() : at->second.value;
  }

 private:
  Extension& extension_;
};

// Answers one connection.
class Extension::Service final : public extensions::ExtensionService {
 public:
  Service(Extension& extension, Hangups& hangups, Wait& wait, Log& log, int64_t uuid, int socket)
      : extension_(extension), engine_(extension), hangups_(hangups), wait_(wait), log_(log), uuid_(uuid), socket_(socket) {}
  // After shutdown() this tells that its answer was sent.
  ~Service() {
    if (ended_) wait_.wake();
  }

  extensions::Status ping() override { return {extensions::success, "pong", uuid_}; }

  Answer call(const std::string& registry, const std::string& item, const Request& request) override {
    Answer answer = plugin_call(registry, item, request);
    answer.status.uuid = uuid_;
    if (answer.status.code != extensions::success) answer.response.clear();
    return answer;
  }

  void shutdown() override {
    ended_ = true;
    wait_.wake();
  }

 private:
  Answer plugin_call(const std::string& registry, const std::string& item, const Request& request) {
    const auto plugins = extension_.plugins_.find(registry);
    if (plugins == extension_.plugins_.end()) return failure({"extension '" + extension_.info_.name + "' has no registry '" + registry + "'"});
    const auto plugin = plugins->second.find(item);
    if (plugin == plugins->second.end()) return failure({"extension '" + extension_.info_.name + "' has no " + registry + " '" + item + "'"});
    std::atomic<bool> stop = false;
    const Hangups::Watch watch(hangups_, socket_, stop);
    try {
      return plugin->second->call({request, stop, engine_, log_});
    } catch (const std::exception& e) {
      return failure({registry + " '" + item + "': " + e.what()});
    }
  }

  Extension& extension_;
  const Engine engine_;
  Hangups& hangups_;
  Wait& wait_;
  Log& log_;
  const int64_t uuid_;
  const int socket_;
  bool ended_ = false;
};

Extension::Extension(std::string name, std::string version) : info_{std::move(name), std::move(version), sdk_version, "0.0.0"} {}
Extension::~Extension() = default;

void Extension::add(std::span<const sql::Table* const> tables) {
  for (const sql::Table* table : tables) add("table", std::string(table->info.name), std::make_unique<SpecTable>(*table));
}

void Extension::add(const std::string& registry, const std::string& name, std::unique_ptr<Plugin> plugin) {
  if (!plugins_[registry].try_emplace(name, std::move(plugin)).second)
    throw std::invalid_argument("two of registry '" + registry + "' are named '" + name + "'");
}

Routes Extension::routes() const {
  Routes out;
  for (const auto& [registry, plugins] : plugins_)
    for (const auto& [name, plugin] : plugins) out[registry][name] = plugin->routes();
  return out;
}

int Extension::run(int argc, char** argv) {
  const auto arguments = Arguments::parse({argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0)});
  if (!arguments) {
    std::fprintf(stderr, "%s: %s\n", info_.name.c_str(), arguments.error().message.c_str());
    return 1;
  }
  if (arguments->version) {
    std::printf("%s version %s\n", info_.name.c_str(), info_.version.c_str());
    return 0;
  }
  if (arguments->help) {
    std::printf(
        "%s %s, an extension of osquery\n\n  --socket PATH     socket of the core\n  --timeout SECONDS   how long to wait for the core\n"
        "  --interval SECONDS  how often to look whether it is there\n  --verbose           say more\n\n",
        info_.name.c_str(), info_.version.c_str());
    for (const auto& [registry, plugins] : plugins_)
      for (const auto& [name, plugin] : plugins) std::printf("%s %s%s\n", registry.c_str(), name.c_str(), one_line(plugin->routes()).c_str());
    return 0;
  }

  StderrLog log(info_.name, arguments->verbose);
  for (const std::string& word : arguments->ignored) log.warning("ignored '" + word + "'");
  return serve(*arguments, log);
}

int Extension::serve(const Arguments& arguments, Log& log) {
  const auto fails = [&](const Error& error) {
    log.error(error.message);
    return 1;
  };
  Wait wait;
  core_.set_path(arguments.socket);
  const auto deadline = Clock::now() + arguments.timeout;
  for (auto there = core_.ping(); !there; there = core_.ping()) {
    if (Clock::now() >= deadline) return fails(std::move(there.error()).within("reach the core"));
    if (wait(milliseconds(20)) == Wait::Why::signal) return 0;
  }
  auto hangups = Hangups::make();
  if (!hangups) return fails(hangups.error());
  auto uuid = core_.enter(info_, routes());
  if (!uuid) return fails(std::move(uuid.error()).within("register"));

  const std::string path = arguments.socket + '.' + std::to_string(*uuid);
  const auto answer = [&](int socket, const extensions::Peer&) {
    Service service(*this, **hangups, wait, log, *uuid, socket);
    return vigil_thrift.serve_extension(socket, service, {});
  };
  auto server = extensions::Server::listen(path, answer, log);
  if (!server) {
    (void)core_.leave(*uuid);
    return fails(server.error());
  }
  log.info("registered as " + std::to_string(*uuid) + ", listening on '" + path + "'");
  const int status = watch(*uuid, arguments.interval, wait, log);
  core_.stop();
  return status;
}

int Extension::watch(int64_t uuid, milliseconds interval, Wait& wait, Log& log) {
  while (true) {
    switch (wait(interval)) {
      case Wait::Why::signal: (void)core_.leave(uuid); return 0;
      case Wait::Why::wake:
        // The core said shutdown(); its answer is on the way.
        wait(milliseconds(500));
        return 0;
      case Wait::Why::time: break;
    }
    auto known = core_.extensions();
    // A connection may have been one to a core before this one.
    if (!known) known = core_.extensions();
    if (!known) {
      log.info("the core is gone: " + known.error().message);
      return 0;
    }
    if (!known->contains(uuid)) {
      log.error("the core does not know this extension any more");
      return 1;
    }
  }
}

}  // namespace vigil::sdk
