// SPDX-License-Identifier: Apache-2.0
#include "extensions/sdk/arguments.h"

#include <gtest/gtest.h>

namespace vigil::sdk {
namespace {

using std::chrono::milliseconds;

Result<Arguments> parse(std::vector<const char*> words) { return Arguments::parse(words); }

TEST(ArgumentsTest, WhatALauncherGives) {
  const auto arguments = parse({"--socket", "/run/x.em", "--timeout", "7", "--interval", "5", "--verbose"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->socket, "/run/x.em");
  EXPECT_EQ(arguments->timeout, milliseconds(7000));
  EXPECT_EQ(arguments->interval, milliseconds(5000));
  EXPECT_TRUE(arguments->verbose);
  EXPECT_TRUE(arguments->ignored.empty());
}

TEST(ArgumentsTest, Nothing) {
  const auto arguments = parse({});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->socket, "/var/osquery/osquery.em");
  EXPECT_EQ(arguments->timeout, milliseconds(3000));
  EXPECT_EQ(arguments->interval, milliseconds(3000));
  EXPECT_FALSE(arguments->verbose || arguments->help || arguments->version);
}

TEST(ArgumentsTest, OtherForms) {
  const auto arguments = parse({"-socket=/a=b", "--timeout=0", "--interval=0.5", "--verbose=false", "--help", "-version"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->socket, "/a=b");
  EXPECT_EQ(arguments->timeout, shortest_wait);
  EXPECT_EQ(arguments->interval, milliseconds(500));
  EXPECT_FALSE(arguments->verbose);
  EXPECT_TRUE(arguments->help && arguments->version);
  EXPECT_FALSE(parse({"--verbose", "--noverbose"})->verbose);
}

TEST(ArgumentsTest, OthersAreIgnoredAndNamed) {
  const auto arguments = parse({"--what", "ever", "--logger_plugin=x", "--", "--socket", "/a"});
  ASSERT_TRUE(arguments);
  EXPECT_EQ(arguments->socket, "/a");
  EXPECT_EQ(arguments->ignored, (std::vector<std::string>{"--what", "ever", "--logger_plugin=x", "--"}));
}

TEST(ArgumentsTest, Wrong) {
  const struct {
    std::vector<const char*> words;
    const char* error;
  } cases[] = {
      {{"--socket"}, "--socket takes a value"},
      {{"--socket", ""}, "--socket takes the path of the core's socket"},
      {{"--timeout", "soon"}, "--timeout takes seconds, not 'soon'"},
      {{"--interval=-1"}, "--interval takes seconds, not '-1'"},
      {{"--interval=nan"}, "--interval takes seconds, not 'nan'"},
      {{"--timeout=1e300"}, "--timeout takes seconds, not '1e300'"},
      {{"--verbose=maybe"}, "--verbose takes true or false, not 'maybe'"},
  };
  for (const auto& c : cases) {
    const auto arguments = parse(c.words);
    ASSERT_FALSE(arguments) << c.error;
    EXPECT_EQ(arguments.error().message, c.error);
  }
}

}  // namespace
}  // namespace vigil::sdk
