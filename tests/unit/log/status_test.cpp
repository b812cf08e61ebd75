// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/log/status.h"

#include <fcntl.h>

#include <ctime>

#include "osqueryd/log/spool.h"
#include "tests/unit/log/log_testing.h"

namespace vigil::log {
namespace {

using Texts = std::vector<std::string>;

class StatusTest : public testing::Test {
 protected:
  StatusTest() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    EXPECT_EQ(::pipe2(pipe_, O_CLOEXEC | O_NONBLOCK), 0);
    settings_.stderr_fd = pipe_[1];
    auto opened = Spool::open(*store_, {{{"a"}}}, clock_);
    spool_ = std::move(*opened);
  }
  ~StatusTest() override {
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  std::string shown() {
    std::string out(1 << 16, '\0');
    const ssize_t count = ::read(pipe_[0], out.data(), out.size());
    out.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return out;
  }
  Texts committed() {
    Texts out;
    const auto batch = spool_->next("a", all_kinds, 100000, 1 << 30);
    for (const Record& record : *batch) out.push_back(unpack_status(record.text)->line.message);
    return out;
  }

  int pipe_[2];
  FakeClock clock_;
  StatusLog::Settings settings_;
  std::unique_ptr<store::Store> store_ = store::memory_store();
  std::unique_ptr<Spool> spool_;
};

TEST(Status, PacksAndUnpacks) {
  const Status status{{Severity::error, "x.cpp", 4711, std::string("a\0b\n", 4)}, -1, 42};
  const auto back = unpack_status(pack_status(status));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->line.severity, Severity::error);
  EXPECT_EQ(back->line.file, "x.cpp");
  EXPECT_EQ(back->line.line, 4711u);
  EXPECT_EQ(back->line.message, std::string("a\0b\n", 4));
  EXPECT_EQ(back->time, -1);
  EXPECT_EQ(back->thread, 42u);
}

TEST(Status, DamageIsNoticed) {
  std::string packed = pack_status({{Severity::info, "x.cpp", 1, "m"}, 0, 1});
  EXPECT_FALSE(unpack_status(packed.substr(0, 20)));
  EXPECT_FALSE(unpack_status(packed.substr(0, 24)));
  packed[20] = 9;
  EXPECT_FALSE(unpack_status(packed));
}

TEST(Status, Texts) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const Status status{{Severity::warning, "x.cpp", 10, "two\nlines"}, 1'756'803'907'000'123, 4711};
  EXPECT_EQ(glog_text(status), "W0902 09:05:07.000123  4711 x.cpp:10] two\\nlines");
  EXPECT_EQ(plain_text(status), "severity=1 location=x.cpp:10 message=two\\nlines");
  EXPECT_EQ(glog_text({{Severity::fatal, "x.cpp", 1, ""}, -1, 1234567}), "F1231 23:59:59.999999 1234567 x.cpp:1] ");
}

TEST_F(StatusTest, LinesWaitForTheSpool) {
  StatusLog log(clock_, settings_);
  log.info("first");
  log.error("second");
  EXPECT_TRUE(committed().empty());
  log.attach(*spool_);
  log.info("third");
  EXPECT_EQ(committed(), (Texts{"first", "second", "third"}));
  log.detach();
  log.info("fourth");
  EXPECT_EQ(committed().size(), 3u);
  EXPECT_NE(shown().find("] fourth\n"), std::string::npos);
}

TEST_F(StatusTest, TooManyThatWaitAreCounted) {
  settings_.waiting = 2;
  StatusLog log(clock_, settings_);
  for (int i = 0; i < 5; ++i) log.info(std::to_string(i));
  log.attach(*spool_);
  EXPECT_EQ(committed(), (Texts{"0", "1", "3 status lines were dropped before the loggers were ready"}));
  log.detach();
}

TEST_F(StatusTest, SeveritiesAreFiltered) {
  settings_.least = 1;
  settings_.least_stderr = 2;
  StatusLog log(clock_, settings_);
  log.attach(*spool_);
  log.info("i");
  log.warning("w");
  log.error("e");
  EXPECT_EQ(committed(), (Texts{"w", "e"}));
  const std::string text = shown();
  EXPECT_TRUE(text.starts_with("E0902 09:05:07.000000 "));
  EXPECT_TRUE(text.ends_with("] e\n"));
  EXPECT_EQ(text.find("] w"), text.npos);
  settings_.on_stderr = false;
  settings_.least = 0;
  log.configure(settings_);
  log.info("i");
  EXPECT_EQ(committed().size(), 3u);
  EXPECT_EQ(shown(), "");
  log.detach();
}

TEST_F(StatusTest, AFullPipeStopsNobody) {
  const std::string fill(4096, 'x');
  while (::write(pipe_[1], fill.data(), fill.size()) > 0) continue;
  ::fcntl(pipe_[1], F_SETFL, 0);
  StatusLog log(clock_, settings_);
  log.attach(*spool_);
  log.error("still here");
  EXPECT_EQ(committed(), Texts{"still here"});
  log.detach();
}

TEST_F(StatusTest, LongLinesAreCutOnStandardErrorOnly) {
  StatusLog log(clock_, settings_);
  log.attach(*spool_);
  log.error(std::string(10'000, 'x'));
  EXPECT_EQ(committed()[0].size(), 10'000u);
  const std::string text = shown();
  EXPECT_EQ(text.size(), 4096u);
  EXPECT_TRUE(text.ends_with("x...\n"));
  log.detach();
}

// A store that logs, and fails.
class Loud final : public store::Store {
 public:
  explicit Loud(store::Store& inner) : inner_(inner) {}
  Result<std::optional<std::string>> get(store::Domain domain, std::string_view key) const override { return inner_.get(domain, key); }
  Result<void> write(const store::Batch& batch) override {
    if (!log) return inner_.write(batch);
    log->error("from within");
    return Error{"broken"};
  }
  std::unique_ptr<store::Cursor> scan(store::Domain domain, std::string_view prefix, std::string_view from) const override {
    return inner_.scan(domain, prefix, from);
  }
  uint64_t bytes() const override { return 0; }
  Log* log = nullptr;

 private:
  store::Store& inner_;
};

TEST_F(StatusTest, LinesThatTheSpoolCannotTakeWait) {
  settings_.on_stderr = false;
  Loud loud(*store_);
  auto spool = Spool::open(loud, {{{"a"}}}, clock_);
  ASSERT_TRUE(spool);
  StatusLog log(clock_, settings_);
  log.attach(**spool);
  loud.log = &log;
  log.info("first");
  log.info("second");
  const std::string text = shown();
  EXPECT_NE(text.find("] from within\n"), text.npos);
  EXPECT_NE(text.find("] status lines wait for the store: broken\n"), text.npos);
  loud.log = nullptr;
  log.info("third");
  log.detach();
  const auto records = (*spool)->next("a", all_kinds, 10, 10'000);
  ASSERT_TRUE(records);
  std::vector<std::string> messages;
  for (const Record& record : *records) messages.push_back(unpack_status(record.text)->line.message);
  EXPECT_EQ(messages, (std::vector<std::string>{"first", "second", "third"}));
}

TEST_F(StatusTest, ManyThreads) {
  settings_.on_stderr = false;
  StatusLog log(clock_, settings_);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) log.info("x");
    });
  log.attach(*spool_);
  log.configure(settings_);
  for (std::thread& thread : threads) thread.join();
  log.detach();
  EXPECT_EQ(committed().size(), 800u);
}

}  // namespace
}  // namespace vigil::log
