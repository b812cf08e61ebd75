// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/control_protocol.h"

#include <algorithm>

#include "core/parse/text.h"

namespace vigil::watch {
namespace {

constexpr std::string_view good = "OK\n", bad = "ERROR\n";

}  // namespace

Result<Command> parse_command(std::string_view line) {
  line = parse::trim(line);
  if (std::any_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\t'; }))
    return Error{"a command is one line of text"};
  const std::string_view verb = parse::field(line);
  if (verb.empty()) return Error{"no command was given"};
  return Command{std::string(verb), std::string(line)};
}

std::string answer_text(const Result<std::string>& answer) {
  return answer ? std::string(good) + *answer : std::string(bad) + answer.error().message;
}

Result<std::string> parse_answer(std::string_view text) {
  if (text.starts_with(good)) return std::string(text.substr(good.size()));
  if (text.starts_with(bad)) return Error{std::string(text.substr(bad.size()))};
  return Error{"the daemon gave no whole answer"};
}

}  // namespace vigil::watch
