// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <thread>

#include "tests/unit/sql/query.h"

namespace vigil::sql {
namespace {

class OperationFunctions : public test::Query {};

TEST_F(OperationFunctions, sleep) {
  constexpr Case cases[] = {{"sleep(0)", "0"}, {"sleep(-5)", "0"}, {"sleep(NULL)", "0"}, {"sleep('x')", "0"}};
  expect(cases);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run("SELECT sleep(1)"), "1");
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST_F(OperationFunctions, a_cancelled_query_sleeps_no_longer) {
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    connection_.cancel();
  });
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(run("SELECT sleep(60)"), "error: the query was cancelled");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  other.join();
  connection_.resume();
  EXPECT_EQ(run("SELECT sleep(0)"), "0");
}

TEST_F(OperationFunctions, carve) {
  constexpr Case cases[] = {
      {"carve('/etc/passwd')", "Carve Failed:"},
      {"carve(path), count(*) FROM (SELECT '/a' AS path UNION SELECT '/b')", "Carve Failed: | 2"},
      {"carve(path) FROM (SELECT '/a' AS path) WHERE path = '/b'", "Carve Failed:"},
      {"carve(NULL)", "Carve Failed:"},
  };
  expect(cases);
}

}  // namespace
}  // namespace vigil::sql
