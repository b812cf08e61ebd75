// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/shell_extensions.h"

#include <signal.h>

#include <chrono>
#include <random>
#include <thread>

#include "osqueryd/settings.h"
#include "shell/home.h"

namespace vigil {
namespace {

bool is_set(const OptionSet& options, const char* name) { return options.origin(*find_option(name)) != Origin::standard; }

// Another shell of this user may have the socket that they share by default.
std::string spare(const std::string& path) {
  std::random_device random;
  return path + std::to_string(random() % 65536);
}

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

bool wants_extensions(const OptionSet& options, bool interactive) {
  const Options& values = options.values();
  if (values.disable_extensions) return false;
  return interactive || !values.extension.empty() || !values.extensions_require.empty() || is_set(options, "extensions_socket") ||
         !nursery_settings(values, "").autoload.candidates.empty();
}

ShellExtensions::ShellExtensions(const OptionSet& options, Program& program, std::shared_ptr<const schedule::Catalog> catalog)
    : log_(clock_, status_settings(options.values())) {
  // The threads that start here take no signal: Ctrl-C is for the shell's own to see.
  const SignalsBlocked blocked;
  OptionSet own = options;
  const OptionInfo& socket_option = *find_option("extensions_socket");
  std::string socket = options.values().extensions_socket;
  const bool shared = !is_set(options, "extensions_socket");
  if (shared) {
    const auto home = shell::home_directory();
    if (!home) {
      log_.warning("Extensions cannot reach this shell: " + home.error().message);
      return;
    }
    socket = *home + "/shell.em";
  }
  runner_ = std::make_unique<schedule::Runner>(schedule::Runner::Parts{clock_, program, nullptr, [read_max = options.values().read_max] {
                                                                         Access access;
                                                                         access.read_max = read_max;
                                                                         return Host::live(access);
                                                                       }});
  const auto no_plugin = [](const std::string& registry, const std::string& item, const extensions::Request&) -> extensions::Answer {
    return {{extensions::failure, "the shell has no plugin '" + item + "' of '" + registry + "'", 0}, {}};
  };
  const auto pause = [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return true;
  };
  extensions_ = std::make_unique<Extensions>(Extensions::Parts{program, *runner_, log_, {}, pause, no_plugin, true});
  extensions_->publish(std::move(catalog));
  auto listening = extensions_->listen(socket);
  if (!listening && shared) listening = extensions_->listen(socket = spare(socket));
  if (!listening) {
    log_.warning("Extensions cannot reach this shell: " + listening.error().message);
    return;
  }
  (void)own.set(socket_option, socket, options.origin(socket_option));
  program.use(std::move(own));
  nursery_ = std::make_unique<watch::NurseryThread>(nursery_settings(options.values(), socket), log_);
  program.attach(nursery_->board());
  const std::string& asked = options.values().extension;
  if (!asked.empty() && !extensions_->wait_for_any()) log_.warning("Extension '" + asked + "' has not registered in time");
  extensions_->wait_for_required();
}

ShellExtensions::~ShellExtensions() {
  if (runner_) runner_->stop();
  // Extensions are told to end by the socket first, and by a signal then.
  extensions_.reset();
}

std::optional<std::vector<std::shared_ptr<const sql::Table>>> ShellExtensions::changed_tables() {
  if (!extensions_) return std::nullopt;
  return extensions_->changed_tables(seen_);
}

}  // namespace vigil
