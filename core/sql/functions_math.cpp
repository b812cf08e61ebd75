// SPDX-License-Identifier: Apache-2.0
// sqrt, log, sin and the like; log() is the natural logarithm, unlike SQLite's.
//
// What has no result (the root of -1) or none that a double can hold fails
// the query with the text of errno, as math_error(7) lists it.
#include <cerrno>
#include <cmath>
#include <cstring>
#include <numbers>

#include "core/sql/call.h"

namespace vigil::sql {
namespace {

void fail_with_errno(Call& call, int code) {
  char reason[128];
  call.fail(::strerror_r(code, reason, sizeof reason));
}

// Compilers believe that sin() and others leave errno alone, and would move
// them past its reset; they cannot see through a volatile pointer.
template <class... Arguments>
void compute(Call& call, double (*function)(Arguments...), Arguments... arguments) {
  double (*volatile opaque)(Arguments...) = function;
  errno = 0;
  const double result = opaque(arguments...);
  if (errno != 0) return fail_with_errno(call, errno);
  call.give(result);
}

template <double (*f)(double)>
void unary(Call& call) {
  if (!call.any_null()) compute(call, f, call.real(0));
}

void power(Call& call) {
  if (!call.any_null()) compute<double, double>(call, std::pow, call.real(0), call.real(1));
}

// Integers stay as they are: a double could not hold all of them.
template <double (*f)(double)>
void round_to_integer(Call& call) {
  if (call.is_null(0)) return;
  if (call.type(0) == SQLITE_INTEGER) return call.give(call.integer(0));
  const double result = f(call.real(0));
  constexpr double beyond = 9223372036854775808.0;
  if (!(result >= -beyond && result < beyond)) return fail_with_errno(call, ERANGE);
  call.give(static_cast<int64_t>(result));
}

double cot(double x) { return 1.0 / std::tan(x); }
double radians(double x) { return x * std::numbers::pi / 180.0; }
double degrees(double x) { return 180.0 * x / std::numbers::pi; }
void pi(Call& call) { call.give(std::numbers::pi); }

constexpr Function functions[] = {
    {"sqrt", 1, unary<std::sqrt>},
    {"acos", 1, unary<std::acos>},
    {"asin", 1, unary<std::asin>},
    {"atan", 1, unary<std::atan>},
    {"cos", 1, unary<std::cos>},
    {"sin", 1, unary<std::sin>},
    {"tan", 1, unary<std::tan>},
    {"cot", 1, unary<cot>},
    {"exp", 1, unary<std::exp>},
    {"log", 1, unary<std::log>},
    {"log10", 1, unary<std::log10>},
    {"degrees", 1, unary<degrees>},
    {"radians", 1, unary<radians>},
    {"power", 2, power},
    {"ceil", 1, round_to_integer<std::ceil>},
    {"floor", 1, round_to_integer<std::floor>},
    {"pi", 0, pi},
};

}  // namespace

std::span<const Function> math_functions() { return functions; }

}  // namespace vigil::sql
