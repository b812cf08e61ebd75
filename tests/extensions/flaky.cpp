// SPDX-License-Identifier: Apache-2.0
// flaky NAME: an extension with one table NAME of a hundred rows, whose scans
// go well most of the time; others fail, hang until nobody waits any more, or
// end the process. A part of tests/extensions/storm_test.py.
#include <unistd.h>
#include <vigil/extension.h>

#include <chrono>
#include <random>
#include <thread>
#include <vector>

using namespace vigil::sdk;

namespace {

struct Row {
  Int number, square;
  Text text;
};

Rows<Row> scan(Query<Row> query) {
  static thread_local std::mt19937 chance{std::random_device()()};
  const auto fate = std::uniform_int_distribution<int>(0, 99)(chance);
  if (fate < 4) ::_exit(3);
  if (fate < 8) co_await failed("out of luck");
  for (int64_t i = 0; i < 100; ++i) {
    if (fate < 10 && i == 50) ::_exit(4);
    if (fate < 13)
      while (!query.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    const Row row{i, i * i, "row " + std::to_string(i)};
    co_yield row;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // The name comes last, after what all extensions take.
  const std::string name = argc > 1 ? argv[argc - 1] : "flaky";
  Extension extension(name, "1.0");
  extension.add(table<Row>(
      name, {column("number", &Row::number, "From 0 on"), column("square", &Row::square, "Its square"), column("text", &Row::text, "In words")},
      scan));
  return extension.run(argc - 1, argv);
}
