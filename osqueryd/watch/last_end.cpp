// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/last_end.h"

#include <unistd.h>

#include <cstdlib>

#include "core/parse/text.h"
#include "osqueryd/watch/names.h"

namespace vigil::watch {
namespace {

constexpr size_t longest_reason = 1024;
constexpr int highest_signal = 64;

}  // namespace

std::string to_text(const LastEnd& end) {
  return std::to_string(end.time) + " " + std::to_string(end.signal) + " " + (end.limit ? "1" : "0") + " " + end.reason.substr(0, longest_reason);
}

LastEnd parse_last_end(std::string_view text) {
  const auto time = parse::number(parse::cut(text, ' '));
  const auto signal = parse::number<int>(parse::cut(text, ' '));
  const std::string_view limit = parse::cut(text, ' ');
  if (!time || *time < 0 || !signal || *signal < 0 || *signal > highest_signal || (limit != "0" && limit != "1") || text.size() > longest_reason)
    return {};
  return {true, *signal, limit == "1", std::string(text), *time};
}

bool is_worker() {
  // Programs that a worker starts inherit the variable, but are none.
  const char* text = std::getenv(worker_variable);
  return text && parse::number<pid_t>(text) == ::getpid();
}

LastEnd last_end() {
  const char* text = std::getenv(last_end_variable);
  return text ? parse_last_end(text) : LastEnd{};
}

}  // namespace vigil::watch
