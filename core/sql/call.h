// SPDX-License-Identifier: Apache-2.0
// Call: one call of an SQL function, and the lists that functions stand in.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/sql/vtab.h"

namespace vigil::sql {

// Arguments are converted as SQLite does: text "7" is the number 7, a blob is
// the text of its bytes. A call without a result gives NULL.
class Call {
 public:
  Call(Session& session, sqlite3_context* context, int count, sqlite3_value** values)
      : session_(session), context_(context), count_(count), values_(values) {}

  int count() const { return count_; }
  int type(int i) const { return sqlite3_value_type(values_[i]); }
  bool is_null(int i) const { return type(i) == SQLITE_NULL; }
  bool any_null() const {
    for (int i = 0; i < count_; ++i)
      if (is_null(i)) return true;
    return false;
  }
  // Valid until the same argument is read in another way. Throws when there is no memory.
  std::string_view text(int i) const;
  // The text before the first NUL byte.
  std::string_view c_text(int i) const { return text(i).substr(0, text(i).find('\0')); }
  int64_t integer(int i) const { return sqlite3_value_int64(values_[i]); }
  double real(int i) const { return sqlite3_value_double(values_[i]); }

  void give(std::string_view text) {
    // For SQLite, a null pointer is NULL.
    sqlite3_result_text64(context_, text.data() ? text.data() : "", text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  void give(int64_t number) { sqlite3_result_int64(context_, number); }
  void give(double number) { sqlite3_result_double(context_, number); }
  void give(bool truth) { sqlite3_result_int(context_, truth); }
  void give(const char* text) { give(std::string_view(text)); }
  void fail(const std::string& message) { sqlite3_result_error(context_, message.c_str(), -1); }

  sqlite3_context* context() const { return context_; }
  Session& session() const { return session_; }
  // The longest text that may be a result.
  size_t limit() const { return static_cast<size_t>(sqlite3_limit(sqlite3_context_db_handle(context_), SQLITE_LIMIT_LENGTH, -1)); }

 private:
  Session& session_;
  sqlite3_context* context_;
  int count_;
  sqlite3_value** values_;
};

struct Function {
  const char* name;
  int arguments;  // -1: any number
  void (*run)(Call&);
  enum class Kind : uint8_t {
    steady,     // the same arguments give the same result within a statement, so SQLite may call it once for many rows
    every_row,  // called for each row
    aggregate,  // called once, without arguments, after the last row of a group
  } kind = Kind::steady;
};

std::span<const Function> math_functions();
std::span<const Function> text_functions();
std::span<const Function> regex_functions();
std::span<const Function> digest_functions();
std::span<const Function> network_functions();
std::span<const Function> path_functions();
std::span<const Function> version_functions();
std::span<const Function> operation_functions();

}  // namespace vigil::sql
