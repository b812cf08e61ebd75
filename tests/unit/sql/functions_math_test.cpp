// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class MathFunctions : public test::Query {};

TEST_F(MathFunctions, values) {
  constexpr Case cases[] = {
      {"sqrt(16)", "4.0"},
      {"sqrt(2.25)", "1.5"},
      {"sqrt('9')", "3.0"},
      {"sqrt('nine')", "0.0"},
      {"sqrt(x'39')", "3.0"},
      {"sin(0)", "0.0"},
      {"cos(0)", "1.0"},
      {"tan(0)", "0.0"},
      {"asin(0)", "0.0"},
      {"acos(1)", "0.0"},
      {"atan(0)", "0.0"},
      {"round(cot(1), 6)", "0.642093"},
      {"exp(0)", "1.0"},
      {"log(1)", "0.0"},
      // The natural logarithm, where SQLite's own has base 10.
      {"round(log(10), 6)", "2.302585"},
      {"log10(1000)", "3.0"},
      {"degrees(pi())", "180.0"},
      {"radians(180) = pi()", "1"},
      {"power(2, 10)", "1024.0"},
      {"power('2', '3')", "8.0"},
      {"power(0, 0)", "1.0"},
      {"pi()", "3.14159265358979"},
      // 1/0 is no error of the C library.
      {"cot(0)", "Inf"},
  };
  expect(cases);
}

TEST_F(MathFunctions, null_in_null_out) {
  for (const char* name : {"sqrt", "sin", "cos", "tan", "cot", "asin", "acos", "atan", "exp", "log", "log10", "degrees", "radians", "ceil", "floor"})
    EXPECT_EQ(run(std::string("SELECT ") + name + "(NULL)"), "NULL") << name;
  constexpr Case cases[] = {{"power(NULL, 1)", "NULL"}, {"power(1, NULL)", "NULL"}};
  expect(cases);
}

TEST_F(MathFunctions, errors) {
  constexpr Case cases[] = {
      {"sqrt(-1)", "error: Numerical argument out of domain"},
      {"asin(2)", "error: Numerical argument out of domain"},
      {"acos(-1.5)", "error: Numerical argument out of domain"},
      {"log(-1)", "error: Numerical argument out of domain"},
      {"log(0)", "error: Numerical result out of range"},
      {"log10(0)", "error: Numerical result out of range"},
      {"exp(1000)", "error: Numerical result out of range"},
      {"exp(-1000)", "error: Numerical result out of range"},
      {"power(-8, 0.5)", "error: Numerical argument out of domain"},
      {"power(0, -1)", "error: Numerical result out of range"},
      {"power(10, 400)", "error: Numerical result out of range"},
      {"sin(9e999)", "error: Numerical argument out of domain"},
      {"sqrt(1, 2)", "error: wrong number of arguments to function sqrt()"},
      {"pi(1)", "error: wrong number of arguments to function pi()"},
  };
  expect(cases);
}

TEST_F(MathFunctions, rounding_gives_integers) {
  constexpr Case cases[] = {
      {"ceil(1.2), typeof(ceil(1.2))", "2 | integer"},
      {"ceil(-1.2)", "-1"},
      {"floor(1.8), typeof(floor(1.8))", "1 | integer"},
      {"floor(-1.2)", "-2"},
      {"floor('1.8')", "1"},
      {"ceil('1.2')", "2"},
      {"ceil('word')", "0"},
      // A double could not hold these.
      {"ceil(9223372036854775807)", "9223372036854775807"},
      {"floor(-9223372036854775807 - 1)", "-9223372036854775808"},
      {"floor(-9223372036854775808.0)", "-9223372036854775808"},
      {"floor(9223372036854774784.0)", "9223372036854774784"},
      {"floor(9223372036854775808.0)", "error: Numerical result out of range"},
      {"ceil(-1e300)", "error: Numerical result out of range"},
      {"ceil(9e999)", "error: Numerical result out of range"},
  };
  expect(cases);
}

}  // namespace
}  // namespace vigil::sql
