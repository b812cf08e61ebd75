// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/fits.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/parse/text.h"
#include "core/sql/digest.h"

namespace vigil::config {
namespace {

std::vector<std::string_view> parts(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t at = text.find_first_of(separators);
    if (const auto part = text.substr(0, at); !part.empty()) out.push_back(part);
    text = at == text.npos ? std::string_view() : text.substr(at + 1);
  }
  return out;
}

}  // namespace

Platform platform(std::string_view text) {
  const auto has = [&](std::string_view word) { return text.find(word) != text.npos; };
  const auto words = parts(text, ", \t|;");
  if (words.empty() || has("linux") || has("ubuntu") || has("centos") || has("posix")) return Platform::here;
  const auto everywhere = [](std::string_view word) { return word == "any" || word == "all"; };
  if (std::any_of(words.begin(), words.end(), everywhere)) return Platform::here;
  for (const std::string_view other : {"darwin", "macos", "windows", "freebsd", "chrome", "ios", "android"})
    if (has(other)) return Platform::elsewhere;
  return Platform::unknown;
}

Result<bool> version_at_least(std::string_view required, std::string_view agent) {
  if (required == "0.0.0" || agent == "0.0.0") return true;
  agent = agent.substr(0, agent.find_first_of("+-"));
  const auto wanted = parts(required.substr(0, required.find_first_of("+-")), "."), own = parts(agent, ".");
  bool later = false, earlier = false;
  for (size_t i = 0; i < wanted.size(); ++i) {
    const auto want = parse::number<uint64_t>(wanted[i]);
    if (!want) return Error{"'" + std::string(required) + "' is no version"};
    const uint64_t have = i < own.size() ? parse::number<uint64_t>(own[i]).value_or(0) : 0;
    if (later || earlier) continue;
    later = have > *want;
    earlier = have < *want;
  }
  return !earlier;
}

Result<int64_t> machine_number(std::string_view host_name) {
  const auto bytes = sql::digest("sha1", host_name);
  if (!bytes) return bytes.error();
  return static_cast<unsigned char>(bytes->front()) * 100 / 255;
}

}  // namespace vigil::config
