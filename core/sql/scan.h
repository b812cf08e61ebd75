// SPDX-License-Identifier: Apache-2.0
// What a table's source file sees: cells, keys and the query being answered.
//
// SQLite is not visible from here. A table is a function from a Query to a
// lazy sequence of rows; core/sql/vtab.cpp does the rest.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/host/host.h"
#include "core/sql/rows.h"

namespace vigil::sql {

// A cell. Empty means NULL, and NULL means "not known".
using Text = std::optional<std::string>;    // TEXT
using Int = std::optional<int64_t>;         // INTEGER, BIGINT, DATETIME
using Unsigned = std::optional<uint64_t>;   // UNSIGNED_BIGINT
using Real = std::optional<double>;         // DOUBLE
struct Blob : std::optional<std::string> {  // BLOB
  using std::optional<std::string>::optional;
};

// What the query says about one key column. Keys may say too much, never too
// little: SQLite checks every row again.
template <class T>
class Key {
 public:
  // True when = or IN names the only values that can be part of the answer.
  bool pinned() const { return pinned_; }
  // Those values, each once, in ascending order; none when no value can match.
  const std::vector<T>& values() const { return values_; }

  // LIKE and GLOB patterns, offered where the spec says `like`; a row has to
  // match each of them.
  struct Pattern {
    enum class Kind : uint8_t { like, glob } kind;
    std::string text;
  };
  const std::vector<Pattern>& patterns() const { return patterns_; }

  // Bounds from <, <=, >, >= and BETWEEN, inclusive; only for numbers.
  T at_least() const { return at_least_; }
  T at_most() const { return at_most_; }

  // True when a row with this value can be part of the answer.
  bool admits(const T& value) const {
    if (pinned_) return std::binary_search(values_.begin(), values_.end(), value);
    if constexpr (std::is_arithmetic_v<T>) return value >= at_least_ && value <= at_most_;
    return true;
  }
  bool constrained() const { return pinned_ || !patterns_.empty(); }

  // For the engine: narrows by a set of values, so "pid = 7 AND pid = 7" is one value.
  void pin(std::vector<T> values) {
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    if (pinned_) {
      std::erase_if(values_, [&](const T& v) { return !std::binary_search(values.begin(), values.end(), v); });
    } else {
      values_ = std::move(values);
    }
    pinned_ = true;
  }
  void match(Pattern pattern) { patterns_.push_back(std::move(pattern)); }
  void bound_below(T value) { at_least_ = std::max(at_least_, value); }
  void bound_above(T value) { at_most_ = std::min(at_most_, value); }

 private:
  static constexpr T lowest() {
    if constexpr (std::is_arithmetic_v<T>)
      return std::numeric_limits<T>::lowest();
    else
      return T();
  }
  static constexpr T highest() {
    if constexpr (std::is_arithmetic_v<T>)
      return std::numeric_limits<T>::max();
    else
      return T();
  }
  bool pinned_ = false;
  std::vector<T> values_;
  std::vector<Pattern> patterns_;
  T at_least_ = lowest(), at_most_ = highest();
};

// What happened while a statement ran, beside its rows.
struct Report {
  // For the person who asked, each once: "table x returns data of the current user".
  std::vector<std::string> warnings;
  // Rows left out because they could not be read, and the first reason.
  uint64_t skipped = 0;
  std::string first_skip;

  void warn(std::string text);
};

class Engine;  // what the tables that describe the engine itself ask, core/sql/engine.h

// What one SELECT asks of one table. Scans take it by value: a coroutine
// outlives its caller's temporaries.
class QueryBase {
 public:
  QueryBase(Host host, const Engine* engine, Report* report, uint64_t sources, std::vector<bool> columns)
      : host_(std::move(host)), engine_(engine), report_(report), sources_(sources), columns_(std::move(columns)) {}

  // The machine to ask; the container's where pid_with_namespace is pinned.
  const Host& host() const { return host_; }
  const Engine& engine() const { return *engine_; }

  // Notes that one row could not be read; the scan goes on without it.
  void skip(const Error& error) const;
  // Tells the person who asked; the scan goes on.
  void warn(std::string text) const { report_->warn(std::move(text)); }

  // For the engine.
  void move_to(Host host) { host_ = std::move(host); }

 protected:
  bool needs_source(unsigned source) const { return sources_ >> source & 1; }
  bool needs_column(size_t column) const { return columns_[column]; }

 private:
  Host host_;
  const Engine* engine_;
  Report* report_;
  uint64_t sources_;
  std::vector<bool> columns_;
};

template <class Source, class Column, class Keys>
class Query : public QueryBase {
 public:
  explicit Query(QueryBase base) : QueryBase(std::move(base)) {}

  // True when the query uses a column that comes from `source`.
  bool needs(Source source) const { return needs_source(static_cast<unsigned>(source)); }
  // True when the query uses this very column; for columns that cost extra within a source.
  bool needs(Column column) const { return needs_column(static_cast<size_t>(column)); }

  Keys keys;
};

}  // namespace vigil::sql
