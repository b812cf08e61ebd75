// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/arguments.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "core/parse/text.h"

namespace vigil::sdk {
namespace {

// Seconds, as a person or a launcher writes them; a fraction is allowed.
Result<std::chrono::milliseconds> seconds(std::string_view name, std::string_view text) {
  const auto value = parse::number<double>(text);
  if (!value || !(*value >= 0) || *value > 1e9) return Error{"--" + std::string(name) + " takes seconds, not '" + std::string(text) + "'"};
  return std::max(shortest_wait, std::chrono::milliseconds(static_cast<int64_t>(*value * 1000)));
}

std::optional<bool> truth(std::string_view text) {
  if (text == "true" || text == "1" || text == "t" || text == "yes" || text == "y") return true;
  if (text == "false" || text == "0" || text == "f" || text == "no" || text == "n") return false;
  return std::nullopt;
}

Result<void> set_switch(bool& to, std::string_view name, const std::optional<std::string_view>& value) {
  const auto given = value ? truth(*value) : std::optional(true);
  if (!given) return Error{"--" + std::string(name) + " takes true or false, not '" + std::string(*value) + "'"};
  to = *given;
  return {};
}

}  // namespace

Result<Arguments> Arguments::parse(std::span<const char* const> words) {
  Arguments out;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    std::string_view name = word;
    if (!word.starts_with('-')) {
      out.ignored.emplace_back(word);
      continue;
    }
    name.remove_prefix(word.starts_with("--") ? 2 : 1);
    std::optional<std::string_view> value;
    if (const size_t at = name.find('='); at != name.npos) {
      value = name.substr(at + 1);
      name = name.substr(0, at);
    }

    Result<void> done;
    if (name == "verbose") {
      done = set_switch(out.verbose, name, value);
    } else if (name == "noverbose" && !value) {
      out.verbose = false;
    } else if (name == "help" || name == "h") {
      done = set_switch(out.help, name, value);
    } else if (name == "version") {
      done = set_switch(out.version, name, value);
    } else if (name == "socket" || name == "timeout" || name == "interval") {
      if (!value && i + 1 == words.size()) return Error{"--" + std::string(name) + " takes a value"};
      if (!value) value = words[++i];
      if (name == "socket") {
        out.socket = *value;
      } else {
        auto duration = seconds(name, *value);
        if (!duration) return duration.error();
        (name == "timeout" ? out.timeout : out.interval) = *duration;
      }
    } else {
      out.ignored.emplace_back(word);
    }
    if (!done) return done.error();
  }
  if (out.socket.empty()) return Error{"--socket takes the path of the core's socket"};
  return out;
}

}  // namespace vigil::sdk
