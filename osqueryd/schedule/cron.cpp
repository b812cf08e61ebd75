// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/cron.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <span>
#include <string>

#include "core/parse/text.h"

namespace vigil::schedule {

struct Cron::Field {
  std::string_view name;
  int lowest, highest;
  std::span<const std::string_view> names;  // the first stands for `lowest`
};

namespace {

constexpr std::string_view months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

// Offsets from UTC change at multiples of this only.
constexpr int64_t block = 15 * 60;
constexpr int64_t minute = 60, hour = 3600, day = 24 * hour;
// No clock is set forth or back by more.
constexpr int64_t largest_shift = 3 * hour;
// A 29 February that is a certain weekday too is at most 40 years away.
constexpr int64_t horizon = 41 * 366 * day;

struct tm local(int64_t time) {
  const auto seconds = static_cast<time_t>(time);
  struct tm out = {};
  ::localtime_r(&seconds, &out);
  return out;
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string_view macro(std::string_view text) {
  constexpr std::array<std::array<std::string_view, 2>, 7> macros = {{{"@hourly", "0 * * * *"},
                                                                      {"@daily", "0 0 * * *"},
                                                                      {"@midnight", "0 0 * * *"},
                                                                      {"@weekly", "0 0 * * 0"},
                                                                      {"@monthly", "0 0 1 * *"},
                                                                      {"@yearly", "0 0 1 1 *"},
                                                                      {"@annually", "0 0 1 1 *"}}};
  for (const auto& [name, meaning] : macros)
    if (name == text) return meaning;
  return {};
}

template <class Field>
std::optional<int> value(const Field& field, std::string_view text) {
  const std::string word = parse::lower(text);
  const auto named = std::find(field.names.begin(), field.names.end(), word);
  if (named != field.names.end()) return field.lowest + static_cast<int>(named - field.names.begin());
  const auto number = parse::number<uint32_t>(text);
  if (!number || static_cast<int64_t>(*number) < field.lowest || *number > static_cast<uint32_t>(field.highest)) return std::nullopt;
  return static_cast<int>(*number);
}

// One item of a list: a value, a range or *, with an optional step.
template <class Field>
Result<uint64_t> item_bits(const Field& field, std::string_view item) {
  const Error bad = {std::string(field.name) + ": " + quoted(item) + " is not a value, range or step from " + std::to_string(field.lowest) + " to " +
                     std::to_string(field.highest)};
  const size_t slash = item.find('/');
  const std::string_view range = item.substr(0, slash);
  int from = field.lowest, to = field.highest, step = 1;
  if (slash != item.npos) {
    const auto given = parse::number<uint32_t>(item.substr(slash + 1));
    if (!given || *given == 0 || *given > 60) return bad;
    step = static_cast<int>(*given);
  }
  if (range != "*") {
    const size_t dash = range.find('-');
    const auto first = value(field, range.substr(0, dash));
    if (!first) return bad;
    from = *first;
    if (dash != range.npos) {
      const auto last = value(field, range.substr(dash + 1));
      if (!last || *last < from) return bad;
      to = *last;
    } else if (slash == item.npos) {
      to = from;
    }
  }
  uint64_t bits = 0;
  for (int i = from; i <= to; i += step) bits |= uint64_t{1} << i;
  return bits;
}

template <class Field>
Result<uint64_t> field_bits(const Field& field, std::string_view text) {
  uint64_t bits = 0;
  for (bool more = true; more;) {
    more = text.find(',') != text.npos;
    const auto item = item_bits(field, parse::cut(text, ','));
    if (!item) return item.error();
    bits |= *item;
  }
  return bits;
}

}  // namespace

constinit const Cron::Field Cron::fields[5] = {
    {"minute", 0, 59, {}}, {"hour", 0, 23, {}}, {"day of month", 1, 31, {}}, {"month", 1, 12, months}, {"day of week", 0, 7, weekdays},
};

Result<Cron> Cron::parse(std::string_view text) {
  text = parse::trim(text);
  if (text.starts_with('@')) {
    const std::string_view meaning = macro(text);
    if (meaning.empty()) return Error{quoted(text) + " is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually"};
    return parse(meaning);
  }
  const auto parts = parse::fields(text);
  if (parts.size() != 5)
    return Error{"there are " + std::to_string(parts.size()) + " fields instead of five: minute, hour, day of month, month, day of week"};

  Cron cron;
  uint64_t* const bits[] = {&cron.minutes_, &cron.hours_, &cron.days_, &cron.months_, &cron.weekdays_};
  for (size_t i = 0; i < 5; ++i) {
    const auto read = field_bits(fields[i], parts[i]);
    if (!read) return read.error();
    *bits[i] = *read;
  }
  if (cron.weekdays_ >> 7 & 1) cron.weekdays_ |= 1;  // 7 is Sunday as well
  cron.any_hour_ = parts[1].starts_with('*');
  cron.any_day_ = parts[2].starts_with('*');
  cron.any_weekday_ = parts[4].starts_with('*');

  constexpr int longest[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool possible = !cron.any_day_ && !cron.any_weekday_;
  for (int month = 1; month <= 12; ++month)
    if (cron.months_ >> month & 1 && cron.days_ & ((uint64_t{2} << longest[month - 1]) - 1)) possible = true;
  if (!possible) return Error{"no such day: " + std::string(parts[2]) + " of month " + std::string(parts[3])};
  return cron;
}

// As crontab(5) has it: where both days are named, one of them is enough.
bool Cron::due_on(const struct tm& t) const {
  const bool of_month = days_ >> t.tm_mday & 1, of_week = weekdays_ >> t.tm_wday & 1;
  if (!(months_ >> (t.tm_mon + 1) & 1)) return false;
  return any_day_ || any_weekday_ ? of_month && of_week : of_month || of_week;
}

// The first due minute from `from` on in the block that starts at `begin`.
std::optional<int64_t> Cron::first_in(int64_t begin, int64_t from) const {
  const long before = local(begin - 1).tm_gmtoff, now = local(begin).tm_gmtoff;
  const struct tm start = local(begin);
  if (!due_on(start)) return std::nullopt;
  if (from == begin && now > before && !any_hour_) {
    // The clock was just set forward: what it left out is due now.
    for (int64_t missing = begin + before; missing < begin + now; missing += minute)
      if (due_at(static_cast<int>(missing % day / hour), static_cast<int>(missing % hour / minute))) return begin;
  }
  const long earlier = local(begin - largest_shift).tm_gmtoff;
  for (int64_t t = from; t < begin + block; t += minute) {
    const struct tm wall = local(t);
    if (!due_at(wall.tm_hour, wall.tm_min)) continue;
    // The clock was set back: this hour has been already.
    if (!any_hour_ && earlier > now && local(t - (earlier - now)).tm_gmtoff == earlier) continue;
    return t;
  }
  return std::nullopt;
}

int64_t Cron::next(int64_t after) const {
  const auto floor = [](int64_t value, int64_t unit) { return value - ((value % unit) + unit) % unit; };
  const int64_t first = floor(after, minute) + minute;
  for (int64_t from = first; from < first + horizon;) {
    const int64_t begin = floor(from, block);
    if (const auto due = first_in(begin, from)) return *due;
    from = begin + block;
    const struct tm t = local(from);
    if (due_on(t)) continue;
    // Over most of a day that is not due; not over the hours where a clock may be set.
    const int64_t rest = day - (t.tm_hour * hour + t.tm_min * minute) - largest_shift;
    if (rest > block) from = floor(from + rest, block);
  }
  return first + horizon;
}

}  // namespace vigil::schedule
