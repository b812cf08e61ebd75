// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/distributed/request.h"

#include <gtest/gtest.h>

namespace vigil::distributed {
namespace {

using Queries = std::map<std::string, std::string>;

TEST(Request, AsServersWriteIt) {
  const auto request = read_request(R"({"queries":{"q2":"SELECT 2","q1":"SELECT '\u00e9\n'"},"discovery":{"q1":"SELECT 1"},"accelerate":300,)"
                                    R"("node_invalid":false,"something":[{"else":null}]})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->queries, (Queries{{"q1", "SELECT '\u00e9\n'"}, {"q2", "SELECT 2"}}));
  EXPECT_EQ(request->discovery, (Queries{{"q1", "SELECT 1"}}));
  EXPECT_EQ(request->accelerate, 300);
  EXPECT_EQ(request->warning, "");
}

TEST(Request, EveryPartMayBeAbsent) {
  for (const char* text : {"", " \n", "{}", R"({"queries":{}})", R"({"queries":null,"discovery":null,"accelerate":null})"}) {
    const auto request = read_request(text);
    ASSERT_TRUE(request) << text << request.error().message;
    EXPECT_TRUE(request->queries.empty() && request->discovery.empty() && !request->accelerate && request->warning.empty()) << text;
  }
  // What is for another query does no harm.
  EXPECT_TRUE(read_request(R"({"discovery":{"q":"SELECT 1"}})"));
  EXPECT_EQ(read_request(R"({"queries":{"q":""}})")->queries, (Queries{{"q", ""}}));
}

TEST(Request, OnlyAnIntegerAccelerates) {
  EXPECT_EQ(read_request(R"({"accelerate":0})")->accelerate, 0);
  EXPECT_EQ(read_request(R"({"accelerate":-5})")->accelerate, -5);
  for (const char* value : {"\"300\"", "300.0", "3e2", "true", "[300]", "99999999999"}) {
    const auto request = read_request(std::string(R"({"queries":{"q":"SELECT 1"},"accelerate":)") + value + "}");
    ASSERT_TRUE(request) << value;
    EXPECT_FALSE(request->accelerate) << value;
    EXPECT_EQ(request->warning, "`accelerate` is not an integer and is ignored") << value;
    EXPECT_EQ(request->queries.size(), 1U);
  }
}

TEST(Request, WhatIsWrongIsSaid) {
  const std::pair<std::string, std::string> cases[] = {
      {"[]", "it is an array, expected an object"},
      {"{\n\"queries\":", "line 2: bad JSON: invalid value"},
      {R"({"node_invalid":true,"queries":{"q":"SELECT 1"}})", "the node key is invalid"},
      {R"({"queries":["SELECT 1"]})", "`queries` is an array, expected an object"},
      {R"({"queries":{"a":"SELECT 1","q":7}})", "`queries`: `q` is a number, expected SQL in a string"},
      {R"({"discovery":{"q":{}}})", "`discovery`: `q` is an object, expected SQL in a string"},
      {R"({"queries":{"":"SELECT 1"}})", "`queries` has a query without an id"},
      {R"({"queries":{")" + std::string(longest_id + 1, 'i') + R"(":"SELECT 1"}})", "`queries` has an id of more than 1024 bytes"},
      {std::string(40, '[') + std::string(40, ']'), "line 1: values are nested more than 32 deep"},
  };
  for (const auto& [text, message] : cases) {
    const auto request = read_request(text);
    ASSERT_FALSE(request) << text;
    EXPECT_EQ(request.error().message, message);
  }
}

}  // namespace
}  // namespace vigil::distributed
