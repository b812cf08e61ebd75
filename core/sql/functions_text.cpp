// SPDX-License-Identifier: Apache-2.0
// Cutting, joining and encoding text.
#include <algorithm>

#include "core/parse/base64.h"
#include "core/parse/text.h"
#include "core/sql/call.h"

namespace vigil::sql {
namespace {

// split(text, characters, index): the piece number `index`, from 0, between
// any of the characters. Empty pieces do not count; blanks around a piece go,
// but a piece of blanks alone still counts.
void split(Call& call) {
  if (call.any_null()) return;
  std::string_view rest = call.text(0);
  const std::string_view separators = call.text(1);
  int64_t index = call.integer(2);
  if (separators.empty()) return call.fail("Invalid input to split function");
  while (index >= 0) {
    const size_t start = rest.find_first_not_of(separators);
    if (start == rest.npos) return;
    rest.remove_prefix(start);
    const size_t end = std::min(rest.find_first_of(separators), rest.size());
    if (index-- == 0) return call.give(parse::trim(rest.substr(0, end)));
    rest.remove_prefix(end);
  }
}

// The separator follows every argument but the last one, and nothing else: one
// that is NULL takes its own separator along, not that before it.
void join(Call& call, std::string_view separator, int first) {
  if (call.count() <= first) return;
  std::string out;
  for (int i = first; i < call.count(); ++i) {
    if (call.is_null(i)) continue;
    const std::string_view text = call.text(i);
    const std::string_view end = i + 1 < call.count() ? separator : std::string_view();
    if (out.size() + text.size() + end.size() > call.limit()) return sqlite3_result_error_toobig(call.context());
    (out += text) += end;
  }
  call.give(out);
}

void concat(Call& call) { join(call, "", 0); }

void concat_ws(Call& call) {
  if (call.count() == 0) return call.fail("Missing separator to concat_ws");
  join(call, call.is_null(0) ? std::string_view() : call.text(0), 1);
}

void to_base64(Call& call) {
  if (call.any_null()) return;
  if (call.text(0).size() / 3 * 4 > call.limit()) return sqlite3_result_error_toobig(call.context());
  call.give(parse::to_base64(call.text(0)));
}

void from_base64(Call& call) {
  if (!call.any_null()) call.give(parse::from_base64(call.text(0)).value_or(""));
}

// As it is when all of it is printable ASCII.
void conditional_to_base64(Call& call) {
  if (call.any_null()) return;
  const std::string_view text = call.text(0);
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7f'; })) return call.give(text);
  to_base64(call);
}

constexpr Function functions[] = {
    {"split", 3, split},         {"concat", -1, concat},          {"concat_ws", -1, concat_ws},
    {"to_base64", 1, to_base64}, {"from_base64", 1, from_base64}, {"conditional_to_base64", 1, conditional_to_base64},
};

}  // namespace

std::span<const Function> text_functions() { return functions; }

}  // namespace vigil::sql
