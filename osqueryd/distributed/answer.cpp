// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/answer.h"

#include <algorithm>
#include <numeric>

#include "core/parse/text.h"
#include "osqueryd/results/bytes.h"
#include "osqueryd/results/format.h"
#include "osqueryd/results/json.h"

namespace vigil::distributed {
namespace {

std::string stats_json(const schedule::Usage& used) {
  results::Fields stats;
  stats.set("wall_time_ms", std::to_string(used.wall / 1000));
  stats.set("user_time", std::to_string(used.user / 1000));
  stats.set("system_time", std::to_string(used.system / 1000));
  stats.set("memory", std::to_string(used.memory));
  return stats.object();
}

}  // namespace

RowsText rows_json(const results::RowSet& rows, size_t longest) {
  const std::vector<size_t>& places = rows.places();
  std::vector<size_t> order(places.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return places[a] < places[b]; });
  std::vector<std::string> keys;
  for (const std::string& column : rows.columns()) keys.push_back(results::json_string(column) + ':');

  RowsText text;
  std::vector<sql::Value> values(keys.size());
  for (std::string row; text.rows < rows.size(); ++text.rows) {
    results::Unpacker unpacker(rows.packed(text.rows));
    for (sql::Value& value : values) unpacker.next(value);
    row = text.rows ? ",{" : "[{";
    for (const size_t column : order) {
      if (row.back() != '{') row += ',';
      row += keys[column];
      results::append_string(row, results::text_of(values[column], ""));
    }
    row += '}';
    if (text.json.size() + row.size() >= longest) break;
    text.json += row;
  }
  text.json += text.json.empty() ? "[]" : "]";
  return text;
}

Answer answer(const schedule::Outcome& outcome, size_t longest) {
  Answer answer;
  if (outcome.error) return refusal(outcome.error->message);
  answer.stats = stats_json(outcome.used);
  RowsText rows = rows_json(outcome.rows, longest);
  answer.rows = std::move(rows.json);
  answer.message = parse::join(outcome.warnings, "; ");
  if (!outcome.stopped.empty()) {
    answer.good = false;
    answer.message = "the query was ended early: " + outcome.stopped;
  }
  if (rows.rows < outcome.rows.size()) {
    if (!answer.message.empty()) answer.message += "; ";
    answer.good = false;
    answer.message += "only " + std::to_string(rows.rows) + " of " + std::to_string(outcome.rows.size()) + " rows are sent, all would be too long";
  }
  return answer;
}

Answer refusal(std::string reason) {
  Answer answer;
  answer.good = false;
  answer.message = std::move(reason);
  return answer;
}

std::string write_answers(const std::vector<const Answer*>& answers) {
  size_t size = 0;
  for (const Answer* answer : answers) size += answer->rows.size() + answer->message.size() + answer->stats.size() + 4 * answer->id.size() + 32;
  std::string out;
  out.reserve(size + 64);
  const auto part = [&](const char* name, const auto& append_value) {
    out += out.empty() ? '{' : ',';
    (out += '"') += name;
    out += "\":{";
    for (const Answer* answer : answers) {
      if (answer != answers.front()) out += ',';
      results::append_string(out, answer->id);
      out += ':';
      append_value(*answer);
    }
    out += '}';
  };
  part("queries", [&](const Answer& answer) { out += answer.rows; });
  part("statuses", [&](const Answer& answer) { out += answer.good ? '0' : '1'; });
  part("messages", [&](const Answer& answer) { results::append_string(out, answer.message); });
  part("stats", [&](const Answer& answer) { out += answer.stats; });
  out += '}';
  return out;
}

std::string pack(const Answer& answer) {
  std::string text;
  results::put_number(text, static_cast<uint64_t>(answer.time));
  results::put_number(text, answer.good);
  for (const std::string* part : {&answer.sql, &answer.message, &answer.stats, &answer.rows}) results::put_text(text, *part);
  return text;
}

bool unpack(std::string_view text, Answer& answer) {
  uint64_t time = 0, good = 0;
  if (!results::take_number(text, time) || !results::take_number(text, good) || good > 1) return false;
  answer.time = static_cast<int64_t>(time);
  answer.good = good == 1;
  for (std::string* part : {&answer.sql, &answer.message, &answer.stats, &answer.rows}) {
    std::string_view value;
    if (!results::take_text(text, value)) return false;
    *part = value;
  }
  return text.empty();
}

}  // namespace vigil::distributed
