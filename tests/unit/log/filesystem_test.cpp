// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstring>

#include "osqueryd/log/log_file.h"
#include "osqueryd/log/loggers.h"
#include "tests/unit/log/log_testing.h"

namespace vigil::log {
namespace {

using Texts = std::vector<std::string>;

class FilesystemTest : public testing::Test {
 protected:
  FilesystemTest() { settings_.path = folder_ / "log"; }

  void make() {
    logger_ = make_filesystem_logger([this] { return settings_; }, lines_, clock_);
  }

  Logger::Outcome send(const std::vector<Record>& records) {
    Logger::Outcome outcome;
    logger_->send(records, [&](Logger::Outcome each) { outcome = std::move(each); });
    return outcome;
  }
  void expect_sent(Kind kind, const Texts& texts) {
    const auto outcome = send(records(kind, texts));
    EXPECT_TRUE(outcome.status) << outcome.status.error().message;
    EXPECT_EQ(outcome.sent, texts.size());
  }
  static mode_t mode(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }
  Record status(uint64_t sequence, Severity severity, const std::string& message) {
    return {Kind::status, sequence, pack_status({{severity, "x.cpp", 7, message}, clock_.wall(), 42})};
  }
  std::string results() const { return settings_.path + "/osqueryd.results.log"; }
  std::string snapshots() const { return settings_.path + "/osqueryd.snapshots.log"; }
  int run(const std::string& command) { return std::system(command.c_str()); }

  Folder folder_;
  FakeClock clock_;
  Lines lines_;
  LoggerSettings settings_;
  std::unique_ptr<Logger> logger_;
};

TEST_F(FilesystemTest, EachKindHasItsFile) {
  make();
  EXPECT_EQ(content(results()), "");
  EXPECT_EQ(mode(results()), 0640u);
  EXPECT_EQ(mode(settings_.path), 0750u);
  EXPECT_FALSE(std::filesystem::exists(snapshots()));
  expect_sent(Kind::result, {"r1", "r2"});
  expect_sent(Kind::snapshot, {"s1"});
  expect_sent(Kind::alert, {"a1"});
  EXPECT_EQ(content(results()), "r1\nr2\na1\n");
  EXPECT_EQ(content(snapshots()), "s1\n");
}

TEST_F(FilesystemTest, TheModeIsForced) {
  settings_.mode = 0604;
  make();
  ::chmod(results().c_str(), 0777);
  expect_sent(Kind::result, {"r"});
  EXPECT_EQ(mode(results()), 0604u);
}

TEST_F(FilesystemTest, AFolderThatVanishesComesBack) {
  make();
  expect_sent(Kind::result, {"1"});
  std::filesystem::remove_all(settings_.path);
  expect_sent(Kind::result, {"2"});
  EXPECT_EQ(content(results()), "2\n");
}

TEST_F(FilesystemTest, AFolderThatCannotBeMadeIsAnError) {
  std::ofstream(folder_ / "log") << "a file";
  make();
  const auto outcome = send(records(Kind::result, {"1"}));
  EXPECT_EQ(outcome.sent, 0u);
  EXPECT_EQ(outcome.status.error().message, "open '" + results() + "': Not a directory");
  std::filesystem::remove(folder_ / "log");
  expect_sent(Kind::result, {"1"});
}

TEST_F(FilesystemTest, SettingsAreReadAgain) {
  make();
  settings_.path = folder_ / "other";
  logger_->reopen();
  expect_sent(Kind::result, {"1"});
  EXPECT_EQ(content(folder_ / "other/osqueryd.results.log"), "1\n");
}

TEST_F(FilesystemTest, LogrotateInBothModes) {
  if (run("command -v logrotate > /dev/null") != 0) GTEST_SKIP() << "logrotate is not installed";
  for (const std::string how : {"create 0640", "copytruncate", "nocreate"}) {
    settings_.path = folder_ / how.substr(0, how.find(' '));
    make();
    expect_sent(Kind::result, {"before"});
    const std::string config = folder_ / "logrotate.conf";
    std::ofstream(config) << results() << " {\n rotate 3\n " << how << "\n}\n";
    ASSERT_EQ(run("chmod 0644 " + config + " && logrotate -f -s " + folder_.path() + "/state " + config), 0);
    expect_sent(Kind::result, {"after"});
    EXPECT_EQ(content(results() + ".1"), "before\n") << how;
    EXPECT_EQ(content(results()), "after\n") << how;
  }
}

std::string unpacked(const std::string& path) {
  const std::string out = path + ".out";
  EXPECT_EQ(std::system(("zstd -dqf -o " + out + " " + path).c_str()), 0);
  return content(out);
}

TEST_F(FilesystemTest, RotatesBySize) {
  settings_.rotate = true;
  settings_.rotate_size = 6;
  settings_.rotate_max_files = 4;
  make();
  for (const std::string text : {"one", "two", "three", "four", "five5", "six66", "seven"}) expect_sent(Kind::result, {text});
  EXPECT_EQ(content(results()), "seven\n");
  EXPECT_EQ(content(results() + ".1"), "six66\n");
  EXPECT_EQ(unpacked(results() + ".2.zst"), "four\nfive5\n");
  EXPECT_EQ(unpacked(results() + ".3.zst"), "three\n");
  EXPECT_FALSE(std::filesystem::exists(results() + ".4.zst"));
  EXPECT_FALSE(std::filesystem::exists(results() + ".2"));
  EXPECT_EQ(mode(results() + ".2.zst"), 0640u);
  EXPECT_TRUE(lines_.messages().empty());
}

TEST_F(FilesystemTest, AnInterruptedRotationGoesOn) {
  settings_.rotate = true;
  settings_.rotate_size = 1;
  make();
  std::ofstream(results() + ".2") << "old\n";
  std::ofstream(results() + ".2.zst.tmp") << "torn";
  expect_sent(Kind::result, {"1"});
  expect_sent(Kind::result, {"2"});
  EXPECT_EQ(content(results() + ".1"), "1\n");
  EXPECT_EQ(unpacked(results() + ".3.zst"), "old\n");
  EXPECT_FALSE(std::filesystem::exists(results() + ".2.zst.tmp"));
}

TEST_F(FilesystemTest, RotationThatFailsIsToldOnceAndLosesNothing) {
  settings_.rotate = true;
  settings_.rotate_size = 1;
  make();
  std::filesystem::create_directories(results() + ".1/x");
  std::filesystem::create_directories(results() + ".2/x");
  for (const std::string text : {"1", "2", "3"}) expect_sent(Kind::result, {text});
  EXPECT_EQ(content(results()), "1\n2\n3\n");
  EXPECT_EQ(lines_.messages().size(), 1u);
}

TEST_F(FilesystemTest, WhatStandsAtTheEndWasDelivered) {
  make();
  expect_sent(Kind::result, {"old", "one", "two"});
  make();
  const auto delivered = [&](const Texts& texts) { return *logger_->delivered(records(Kind::result, texts)); };
  EXPECT_EQ(delivered({"one", "two", "three"}), 2u);
  EXPECT_EQ(delivered({"two"}), 1u);
  EXPECT_EQ(delivered({"one"}), 0u);
  EXPECT_EQ(delivered({"wo"}), 0u);
  EXPECT_EQ(delivered({"old", "one", "two"}), 3u);
  EXPECT_EQ(delivered({"very", "old", "one", "two"}), 0u);
  EXPECT_EQ(delivered({}), 0u);
  EXPECT_EQ(content(results()), "old\none\ntwo\n");
}

TEST_F(FilesystemTest, ATornLineIsTakenAway) {
  make();
  expect_sent(Kind::result, {"one", "two"});
  std::ofstream(results(), std::ios::app) << "thr";
  make();
  EXPECT_EQ(*logger_->delivered(records(Kind::result, {"two", "three", "four"})), 1u);
  EXPECT_EQ(content(results()), "one\ntwo\n");
  expect_sent(Kind::result, {"three", "four"});
  EXPECT_EQ(content(results()), "one\ntwo\nthree\nfour\n");
}

TEST_F(FilesystemTest, ALineOfSomebodyElseIsEnded) {
  make();
  std::ofstream(results(), std::ios::app) << "not ours";
  make();
  EXPECT_EQ(*logger_->delivered(records(Kind::result, {"three"})), 0u);
  EXPECT_EQ(content(results()), "not ours\n");
}

TEST_F(FilesystemTest, DeliveredIsFoundInTheRotatedFile) {
  make();
  expect_sent(Kind::result, {"one", "two"});
  std::filesystem::rename(results(), results() + ".1");
  make();
  EXPECT_EQ(*logger_->delivered(records(Kind::result, {"one", "two", "three"})), 2u);
}

TEST_F(FilesystemTest, StatusFilesHoldTheirSeverityAndAbove) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  make();
  const auto outcome =
      send({status(1, Severity::info, "i"), status(2, Severity::error, "e"), status(3, Severity::warning, "w\nx"), status(4, Severity::fatal, "f")});
  EXPECT_EQ(outcome.sent, 4u);
  const std::string i = "I0902 09:05:07.000000    42 x.cpp:7] i\n", e = "E0902 09:05:07.000000    42 x.cpp:7] e\n",
                    w = "W0902 09:05:07.000000    42 x.cpp:7] w\\nx\n", f = "F0902 09:05:07.000000    42 x.cpp:7] f\n";
  EXPECT_EQ(content(settings_.path + "/osqueryd.INFO"), i + e + w + f);
  EXPECT_EQ(content(settings_.path + "/osqueryd.WARNING"), e + w + f);
  EXPECT_EQ(content(settings_.path + "/osqueryd.ERROR"), e + f);
  EXPECT_EQ(std::filesystem::read_symlink(settings_.path + "/osqueryd.INFO"), "osqueryd.INFO.20250902-090507." + std::to_string(::getpid()));
}

TEST_F(FilesystemTest, StatusFilesStartAnewAtTenMegabytes) {
  make();
  send({status(1, Severity::info, "first")});
  const auto first = std::filesystem::read_symlink(settings_.path + "/osqueryd.INFO");
  std::filesystem::resize_file(settings_.path + "/" + first.string(), 10 << 20);
  clock_.advance(5 * Clock::second);
  send({status(2, Severity::info, "second")});
  EXPECT_NE(std::filesystem::read_symlink(settings_.path + "/osqueryd.INFO"), first);
  EXPECT_NE(content(settings_.path + "/osqueryd.INFO").find("second"), std::string::npos);
}

TEST_F(FilesystemTest, StatusLinesOfTheLastProcessAreNotWrittenAgain) {
  make();
  const std::vector<Record> all = {status(1, Severity::info, "i"), status(2, Severity::error, "e"), status(3, Severity::info, "j")};
  send(all);
  // As if the process had died after it wrote the file of errors, and not yet the last line of the other.
  const std::string info = settings_.path + "/osqueryd.INFO";
  std::string text = content(info);
  std::filesystem::resize_file(info, text.find('\n') + 3);
  clock_.advance(5 * Clock::second);
  make();
  EXPECT_EQ(*logger_->delivered(all), 1u);
  send({all[1], all[2]});
  EXPECT_EQ(content(settings_.path + "/osqueryd.ERROR").find("] e"), content(settings_.path + "/osqueryd.ERROR").rfind("] e"));
  std::string everything;
  for (const auto& entry : std::filesystem::directory_iterator(settings_.path))
    if (!entry.is_symlink() && entry.path().filename().string().starts_with("osqueryd.INFO.")) everything += content(entry.path());
  EXPECT_EQ(std::count(everything.begin(), everything.end(), '\n'), 3);
}

TEST_F(FilesystemTest, AFullDiskKeepsWholeLinesAndLosesNone) {
  const std::string disk = folder_ / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) GTEST_SKIP() << "NOT RUN: cannot mount a small disk: " << std::strerror(errno);
  settings_.path = disk;
  make();
  Texts texts;
  for (int i = 0; i < 200; ++i) texts.push_back(std::to_string(i) + std::string(997, 'x'));
  std::vector<Record> pending = records(Kind::result, texts);
  auto outcome = send(pending);
  EXPECT_FALSE(outcome.status);
  EXPECT_NE(outcome.status.error().message.find("No space left"), std::string::npos);
  EXPECT_GT(outcome.sent, 10u);
  std::string expected;
  for (size_t i = 0; i < outcome.sent; ++i) expected += texts[i] + "\n";
  EXPECT_EQ(content(results()), expected);
  pending.erase(pending.begin(), pending.begin() + static_cast<ptrdiff_t>(outcome.sent));
  EXPECT_EQ(send(pending).sent, 0u);
  EXPECT_EQ(content(results()), expected);
  ASSERT_EQ(::mount("tmpfs", disk.c_str(), "tmpfs", MS_REMOUNT, "size=1m"), 0);
  EXPECT_EQ(send(pending).sent, pending.size());
  expected.clear();
  for (const std::string& text : texts) expected += text + "\n";
  EXPECT_EQ(content(results()), expected);
  logger_.reset();
  EXPECT_EQ(::umount2(disk.c_str(), MNT_DETACH), 0);
}

TEST_F(FilesystemTest, EqualLinesAreNotTornApart) {
  const std::string disk = folder_ / "disk";
  std::filesystem::create_directory(disk);
  if (::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) GTEST_SKIP() << "NOT RUN: cannot mount a small disk: " << std::strerror(errno);
  settings_.path = disk;
  make();
  Texts texts = {"first"};
  for (int i = 0; i < 200; ++i) texts.push_back(std::string(999, 'x'));
  EXPECT_EQ(send(records(Kind::result, texts)).sent, 1u);
  EXPECT_EQ(content(results()), "first\n");
  logger_.reset();
  EXPECT_EQ(::umount2(disk.c_str(), MNT_DETACH), 0);
}

TEST_F(FilesystemTest, APipeInPlaceOfAFile) {
  std::filesystem::create_directory(settings_.path);
  ASSERT_EQ(::mkfifo(results().c_str(), 0640), 0);
  make();
  EXPECT_FALSE(send(records(Kind::result, {"nobody reads"})).status);
  const int reader = ::open(results().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  std::vector<Record> pending = records(Kind::result, {std::string(100'000, 'x'), "second"});
  std::string got;
  std::vector<char> buffer(1 << 16);
  for (int i = 0; i < 100 && !pending.empty(); ++i) {
    const auto outcome = send(pending);
    pending.erase(pending.begin(), pending.begin() + static_cast<ptrdiff_t>(outcome.sent));
    ssize_t count;
    while ((count = ::read(reader, buffer.data(), buffer.size())) > 0) got.append(buffer.data(), static_cast<size_t>(count));
  }
  EXPECT_EQ(got, std::string(100'000, 'x') + "\nsecond\n");
  ::close(reader);
}

}  // namespace
}  // namespace vigil::log
