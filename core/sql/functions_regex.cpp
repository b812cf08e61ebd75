// SPDX-License-Identifier: Apache-2.0
// regex_match and regex_split. SQLite keeps the compiled pattern with the
// statement, so a constant pattern is compiled once.
#include <cerrno>
#include <memory>

#include "core/parse/text.h"
#include "core/sql/call.h"
#include "core/sql/regex.h"

namespace vigil::sql {
namespace {

// The longest pattern, in bytes (osquery's --regex_max_size).
size_t longest_pattern(const Call& call) { return parse::number<size_t>(call.session().engine.option("regex_max_size")).value_or(256); }

// Runs `use` with the compiled pattern, argument 1; fails the call when there is none.
template <class Use>
void with_regex(Call& call, const Use& use) {
  constexpr int argument = 1;
  auto* kept = static_cast<Regex*>(sqlite3_get_auxdata(call.context(), argument));
  if (kept) return use(*kept);
  auto compiled = Regex::compile(call.text(argument));
  if (!compiled) {
    const Error& error = compiled.error();
    if (error.code == EINVAL) return call.fail("Invalid regex");
    return call.fail(error.code == ENOTSUP ? "Invalid regex: " + error.message : error.message);
  }
  auto fresh = std::make_unique<Regex>(std::move(*compiled));
  use(*fresh);
  // Last, because SQLite may let go of it at once.
  sqlite3_set_auxdata(call.context(), argument, fresh.release(), [](void* regex) { delete static_cast<Regex*>(regex); });
}

// regex_match(text, pattern, group): what a group of the first match took; 0
// is the whole match. A group that took no part is empty.
void regex_match(Call& call) {
  if (call.any_null()) return;
  const size_t longest = longest_pattern(call);
  if (call.text(1).size() > longest) return call.fail("Invalid regex: too big, max size is " + std::to_string(longest) + " bytes");
  const int64_t group = call.integer(2);
  with_regex(call, [&](Regex& regex) {
    const auto groups = regex.search(call.text(0));
    if (group >= 0 && static_cast<uint64_t>(group) < groups.size()) call.give(groups[static_cast<size_t>(group)]);
  });
}

// regex_split(text, pattern, index): the piece number `index`, from 0, between
// matches. Empty pieces count, but for one at the end; text without a match is
// one piece.
void regex_split(Call& call) {
  if (call.any_null()) return;
  if (call.text(1).empty()) return call.fail("Invalid input to split function");
  if (call.text(1).size() > longest_pattern(call)) return call.fail("Invalid regex");
  int64_t index = call.integer(2);
  with_regex(call, [&](Regex& regex) {
    const std::string_view text = call.text(0);
    size_t start = 0;
    bool matched = false;
    regex.each(text, [&](std::string_view match) {
      matched = true;
      const auto at = static_cast<size_t>(match.data() - text.data());
      if (index-- == 0) call.give(text.substr(start, at - start));
      start = at + match.size();
      return index >= 0 && !call.session().stop.load(std::memory_order_relaxed);
    });
    if (index == 0 && (start < text.size() || !matched)) call.give(text.substr(start));
  });
}

constexpr Function functions[] = {
    {"regex_match", 3, regex_match},
    {"regex_split", 3, regex_split},
};

}  // namespace

std::span<const Function> regex_functions() { return functions; }

}  // namespace vigil::sql
