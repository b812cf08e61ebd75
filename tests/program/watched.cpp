// SPDX-License-Identifier: Apache-2.0
// A daemon with nothing in it: runs the watcher, and plays the worker that its
// arguments describe. Says on standard output what happens to it.
//
// watched NAME=VALUE... do=MANNER: the names of settings are below; manners are
//   idle    gives signs of life and ends when it is asked to
//   deaf    ignores every wish to end
//   silent  gives one sign of life and no other
//   status  ends at once with the exit status `status`
//   grow    takes memory as long as it lives; spin: processor time
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "osqueryd/watch/reporter.h"
#include "osqueryd/watch/watcher.h"

namespace {

using namespace vigil;
using Values = std::map<std::string, std::string>;

class StderrLog final : public Log {
 public:
  void write(LogLine line) override { std::fprintf(stderr, "%s\n", line.message.c_str()); }
};

uint64_t number(const Values& values, const char* name, uint64_t otherwise) {
  const auto found = values.find(name);
  return found == values.end() ? otherwise : std::strtoull(found->second.c_str(), nullptr, 10);
}

watch::Settings settings_of(const Values& values, std::vector<std::string> arguments) {
  watch::Overrides overrides;
  overrides.memory_mib = number(values, "memory", 0);
  overrides.utilization = number(values, "utilization", 0);
  overrides.latency = number(values, "latency", 0);
  overrides.grace = number(values, "grace", 0);
  overrides.max_delay = number(values, "max_delay", 0);
  overrides.forced_shutdown = number(values, "forced_shutdown", 4);
  watch::Settings settings;
  settings.limits = watch::limits_for(0, overrides);
  settings.arguments = std::move(arguments);
  settings.alarm_timeout = number(values, "alarm_timeout", 15);
  settings.allow_unsafe = number(values, "allow_unsafe", 0);
  settings.poll = static_cast<int64_t>(number(values, "poll_ms", 3000)) * 1000;
  settings.answer_within = static_cast<int64_t>(number(values, "answer_ms", 60'000)) * 1000;
  return settings;
}

void say(const std::string& text) {
  const std::string line = text + "\n";
  (void)!::write(STDOUT_FILENO, line.data(), line.size());
}

int work(const Values& values) {
  const std::string manner = values.at("do");
  sigset_t set;
  ::sigfillset(&set);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  const watch::Reporter reporter = watch::Reporter::from_environment();
  const watch::ParentWatch parent(reporter, [] {
    say("orphan");
    ::_exit(0);
  });
  const watch::LastEnd end = watch::last_end();
  say("worker " + std::to_string(::getpid()) + " " +
      (end.known ? "signal=" + std::to_string(end.signal) + " limit=" + std::to_string(end.limit) + " " + end.reason : "first"));
  if (manner == "status") return static_cast<int>(number(values, "status", 0));
  reporter.status("works as " + manner);
  reporter.ready();

  const Fd signals(::signalfd(-1, &set, SFD_CLOEXEC));
  pollfd polled = {signals.get(), POLLIN, 0};
  while (true) {
    if (manner != "silent") reporter.alive();
    if (::poll(&polled, 1, manner == "spin" || manner == "grow" ? 0 : 50) > 0) {
      signalfd_siginfo info;
      if (::read(signals.get(), &info, sizeof info) != sizeof info) return 1;
      say(std::string("SIG") + ::sigabbrev_np(static_cast<int>(info.ssi_signo)));
      if (info.ssi_signo == SIGTERM && manner != "deaf") return 0;
    }
    constexpr size_t megabyte = 1 << 20;
    if (manner == "grow") {
      // Never freed: this is the growth that the watcher has to see.
      if (void* more = std::malloc(megabyte)) std::memset(more, 1, megabyte);
      ::usleep(10'000);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  Values values = {{"do", "idle"}};
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    values[word.substr(0, word.find('='))] = word.substr(word.find('=') + 1);
  }
  if (watch::is_worker()) return work(values);
  StderrLog log;
  return watch::run_watcher(settings_of(values, {argv, argv + argc}), log);
}
