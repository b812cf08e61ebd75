// SPDX-License-Identifier: Apache-2.0
// What is left of records when the process is killed: with the store on disk,
// the filesystem logger and real SIGKILLs, at moments chosen by chance.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <sstream>

#include "osqueryd/log/forwarder.h"
#include "osqueryd/log/loggers.h"
#include "tests/unit/log/log_testing.h"

namespace vigil::log {
namespace {

// The next number to write, kept in the same batch as the record that has it.
constexpr store::Domain domain = store::Domain::queries;
constexpr const char* counter = "next";

class Crash : public testing::Test {
 protected:
  std::unique_ptr<store::Store> open() {
    auto opened = store::open_store({folder_ / "store"}, [] { return true; });
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(opened->store) : nullptr;
  }

  static uint64_t next_number(store::Store& store) {
    const auto text = store.get(domain, counter);
    return text && *text ? std::stoull(**text) : 0;
  }

  // Commits one record after the other until killed. The batches are small and
  // the lines long, so that all steps of a delivery take their share of the time.
  // Says on `started` that it is at work.
  [[noreturn]] void produce(int started) {
    const auto store = open();
    if (!store) ::_exit(1);
    SystemClock clock;
    Lines lines;
    LoggerSettings settings;
    settings.path = folder_ / "log";
    auto spool = Spool::open(*store, {{{"filesystem"}}}, clock);
    if (!spool) ::_exit(1);
    Forwarder forwarder(make_filesystem_logger([&] { return settings; }, lines, clock), **spool, lines, {8, 1 << 20, 0, 1000, 8000});
    for (uint64_t i = next_number(*store);; ++i) {
      store::Batch batch;
      batch.put(domain, counter, std::to_string(i + 1));
      if (!(*spool)->commit(std::move(batch), records(Kind::result, {std::to_string(i) + std::string(2000, 'x')}))) ::_exit(1);
      if (::write(started, "", 1) != 1) ::_exit(1);
    }
  }

  // Sends what is left, and says how many records there were.
  uint64_t drain() {
    const auto store = open();
    SystemClock clock;
    Lines lines;
    LoggerSettings settings;
    settings.path = folder_ / "log";
    auto spool = std::move(*Spool::open(*store, {{{"filesystem"}}}, clock));
    Forwarder forwarder(make_filesystem_logger([&] { return settings; }, lines, clock), *spool, lines, {});
    EXPECT_TRUE(eventually([&] { return spool->next("filesystem", all_kinds, 1, 1)->empty(); }));
    EXPECT_TRUE(lines.messages().empty());
    return next_number(*store);
  }

  Folder folder_;
};

TEST_F(Crash, EveryRecordIsWrittenExactlyOnce) {
  std::minstd_rand chance(std::random_device{}());
  for (int round = 0; round < 15; ++round) {
    int started[2];
    ASSERT_EQ(::pipe(started), 0);
    const pid_t child = ::fork();
    if (child == 0) produce(started[1]);
    ::close(started[1]);
    char byte = 0;
    EXPECT_EQ(::read(started[0], &byte, 1), 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(chance() % 100));
    ::kill(child, SIGKILL);
    ::close(started[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
  }
  const uint64_t count = drain();
  EXPECT_GT(count, 15u);
  std::istringstream file(content(folder_ / "log/osqueryd.results.log"));
  uint64_t at = 0;
  for (std::string line; std::getline(file, line); ++at) ASSERT_EQ(line, std::to_string(at) + std::string(2000, 'x'));
  EXPECT_EQ(at, count);
}

}  // namespace
}  // namespace vigil::log
