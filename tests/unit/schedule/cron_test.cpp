// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/cron.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <string>

namespace vigil::schedule {
namespace {

class CronTest : public ::testing::Test {
 protected:
  CronTest() { zone("UTC"); }
  ~CronTest() override { zone("UTC"); }

  static void zone(const char* name) {
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  static int64_t utc(const std::string& text) {
    struct tm t = {};
    EXPECT_TRUE(::strptime(text.c_str(), "%Y-%m-%d %H:%M:%S", &t)) << text;
    return ::timegm(&t);
  }
  static std::string show(int64_t time) {
    const auto seconds = static_cast<time_t>(time);
    struct tm t = {};
    ::gmtime_r(&seconds, &t);
    char out[32];
    std::strftime(out, sizeof out, "%Y-%m-%d %H:%M:%S", &t);
    return out;
  }
  // The first `count` times in UTC that are due after `after`.
  static std::string due(const char* cron, const char* after, int count = 1) {
    const auto parsed = Cron::parse(cron);
    if (!parsed) return parsed.error().message;
    std::string out;
    int64_t time = utc(after);
    for (int i = 0; i < count; ++i) out += (i ? ", " : "") + show(time = parsed->next(time));
    return out;
  }
};

TEST_F(CronTest, FieldsListsRangesStepsNames) {
  EXPECT_EQ(due("* * * * *", "2026-01-01 00:00:00"), "2026-01-01 00:01:00");
  EXPECT_EQ(due("* * * * *", "2026-01-01 00:00:59"), "2026-01-01 00:01:00");
  EXPECT_EQ(due("30 4 * * *", "2026-01-01 04:29:59"), "2026-01-01 04:30:00");
  EXPECT_EQ(due("30 4 * * *", "2026-01-01 04:30:00"), "2026-01-02 04:30:00");
  EXPECT_EQ(due("*/20 * * * *", "2026-01-01 00:00:00", 3), "2026-01-01 00:20:00, 2026-01-01 00:40:00, 2026-01-01 01:00:00");
  EXPECT_EQ(due("5,50-52 9 * * *", "2026-01-01 00:00:00", 4), "2026-01-01 09:05:00, 2026-01-01 09:50:00, 2026-01-01 09:51:00, 2026-01-01 09:52:00");
  EXPECT_EQ(due("10/25 0 * * *", "2026-01-01 00:00:00", 2), "2026-01-01 00:10:00, 2026-01-01 00:35:00");
  EXPECT_EQ(due("0 22-23/1 * JAN-feb Mon", "2026-02-20 00:00:00", 2), "2026-02-23 22:00:00, 2026-02-23 23:00:00");
  EXPECT_EQ(due("0 0 * * 7", "2026-01-01 00:00:00"), "2026-01-04 00:00:00");
  EXPECT_EQ(due("0 0 * * 5-7", "2026-01-04 00:00:00"), "2026-01-09 00:00:00");
  // Where both days are named, one of them is enough.
  EXPECT_EQ(due("0 0 13 * fri", "2026-01-01 00:00:00", 3), "2026-01-02 00:00:00, 2026-01-09 00:00:00, 2026-01-13 00:00:00");
  EXPECT_EQ(due("0 0 29 2 *", "2096-03-01 00:00:00"), "2104-02-29 00:00:00");
  EXPECT_EQ(due("0 0 31 * *", "2026-01-31 00:00:00"), "2026-03-31 00:00:00");
}

TEST_F(CronTest, Macros) {
  EXPECT_EQ(due("@hourly", "2026-01-01 00:30:00"), "2026-01-01 01:00:00");
  EXPECT_EQ(due("@daily", "2026-01-01 00:30:00"), "2026-01-02 00:00:00");
  EXPECT_EQ(due(" @midnight ", "2026-01-01 00:30:00"), "2026-01-02 00:00:00");
  EXPECT_EQ(due("@weekly", "2026-01-01 00:30:00"), "2026-01-04 00:00:00");
  EXPECT_EQ(due("@monthly", "2026-01-01 00:30:00"), "2026-02-01 00:00:00");
  EXPECT_EQ(due("@yearly", "2026-01-01 00:30:00"), "2027-01-01 00:00:00");
}

TEST_F(CronTest, Errors) {
  const auto error = [](const char* text) {
    const auto parsed = Cron::parse(text);
    return parsed ? "none" : parsed.error().message;
  };
  EXPECT_EQ(error("* * * *"), "there are 4 fields instead of five: minute, hour, day of month, month, day of week");
  EXPECT_EQ(error(""), "there are 0 fields instead of five: minute, hour, day of month, month, day of week");
  EXPECT_EQ(error("60 * * * *"), "minute: '60' is not a value, range or step from 0 to 59");
  EXPECT_EQ(error("* 5-2 * * *"), "hour: '5-2' is not a value, range or step from 0 to 23");
  EXPECT_EQ(error("* * 0 * *"), "day of month: '0' is not a value, range or step from 1 to 31");
  EXPECT_EQ(error("* * * janus *"), "month: 'janus' is not a value, range or step from 1 to 12");
  EXPECT_EQ(error("* * * * 8"), "day of week: '8' is not a value, range or step from 0 to 7");
  EXPECT_EQ(error("*/0 * * * *"), "minute: '*/0' is not a value, range or step from 0 to 59");
  EXPECT_EQ(error("1, * * * *"), "minute: '' is not a value, range or step from 0 to 59");
  EXPECT_EQ(error("-1 * * * *"), "minute: '-1' is not a value, range or step from 0 to 59");
  EXPECT_EQ(error("0 0 31 2,4 *"), "no such day: 31 of month 2,4");
  EXPECT_EQ(error("@reboot"), "'@reboot' is none of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually");
}

TEST_F(CronTest, ClockIsSetForward) {
  zone("Europe/Berlin");  // 2026-03-29, 02:00 becomes 03:00, at 01:00 UTC
  EXPECT_EQ(due("30 2 * * *", "2026-03-28 12:00:00", 2), "2026-03-29 01:00:00, 2026-03-30 00:30:00");
  EXPECT_EQ(due("0 3 * * *", "2026-03-28 12:00:00", 2), "2026-03-29 01:00:00, 2026-03-30 01:00:00");
  EXPECT_EQ(due("30 * * * *", "2026-03-29 00:00:00", 2), "2026-03-29 00:30:00, 2026-03-29 01:30:00");
}

TEST_F(CronTest, ClockIsSetBack) {
  zone("Europe/Berlin");  // 2026-10-25, 03:00 becomes 02:00, at 01:00 UTC
  EXPECT_EQ(due("30 2 * * *", "2026-10-24 12:00:00", 2), "2026-10-25 00:30:00, 2026-10-26 01:30:00");
  EXPECT_EQ(due("30 * * * *", "2026-10-25 00:00:00", 3), "2026-10-25 00:30:00, 2026-10-25 01:30:00, 2026-10-25 02:30:00");
  EXPECT_EQ(due("0 3 * * *", "2026-10-25 00:00:00"), "2026-10-25 02:00:00");
}

TEST_F(CronTest, OddZones) {
  zone("Australia/Lord_Howe");  // half an hour back on 2026-04-05, 02:00 becomes 01:30 at 15:00 UTC
  EXPECT_EQ(due("45 1 * * *", "2026-04-04 12:00:00", 2), "2026-04-04 14:45:00, 2026-04-05 15:15:00");
  zone("America/Santiago");  // midnight is missing on 2026-09-06: 00:00 becomes 01:00 at 04:00 UTC
  EXPECT_EQ(due("0 0 * * *", "2026-09-05 12:00:00", 2), "2026-09-06 04:00:00, 2026-09-07 03:00:00");
}

}  // namespace
}  // namespace vigil::schedule
