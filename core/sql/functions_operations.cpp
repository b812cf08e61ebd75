// SPDX-License-Identifier: Apache-2.0
// Functions that are called for what they do.
#include <algorithm>
#include <chrono>
#include <thread>

#include "core/sql/call.h"

namespace vigil::sql {
namespace {

// sleep(seconds): waits, and gives the seconds. A cancelled query waits no longer.
void sleep(Call& call) {
  using std::chrono::steady_clock;
  constexpr steady_clock::duration step = std::chrono::milliseconds(20);
  const int64_t seconds = std::clamp<int64_t>(call.integer(0), 0, INT32_MAX);
  const auto end = steady_clock::now() + std::chrono::seconds(seconds);
  for (auto now = steady_clock::now(); now < end; now = steady_clock::now()) {
    const std::atomic<bool>* stop = call.session().host.access().stop;
    if (stop && stop->load(std::memory_order_relaxed)) return sqlite3_result_error_code(call.context(), SQLITE_INTERRUPT);
    std::this_thread::sleep_for(std::min(step, end - now));
  }
  call.give(seconds);
}

// carve(path): collects files when the carver is enabled. The answer is the
// 13 bytes that osquery leaves of it.
void carve(Call& call) { call.give("Carve Failed:"); }

constexpr Function functions[] = {
    {"sleep", 1, sleep, Function::Kind::every_row},
    {"carve", 1, carve, Function::Kind::aggregate},
};

}  // namespace

std::span<const Function> operation_functions() { return functions; }

}  // namespace vigil::sql
