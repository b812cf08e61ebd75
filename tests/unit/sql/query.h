// SPDX-License-Identifier: Apache-2.0
// Running SQL in a test: a Connection over a small tree of files, without tables.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "core/sql/connection.h"

namespace vigil::sql::test {

class Options : public Engine {
 public:
  ProgramInfo program() const override { return {}; }
  std::vector<FlagInfo> flags() const override { return {}; }
  std::vector<PluginInfo> plugins() const override { return {}; }
  std::string option(std::string_view name) const override {
    const auto at = values.find(name);
    return at == values.end() ? "" : at->second;
  }
  std::map<std::string, std::string, std::less<>> values;
};

// The first row as the runner of .test files shows it ("a | NULL"), or
// "error: ..." when the query fails.
class Query : public ::testing::Test {
 protected:
  Query() : connection_({}, host(), options_) {}
  ~Query() override { std::filesystem::remove_all(top_); }

  std::string run(const std::string& sql) {
    auto statement = connection_.prepare(sql);
    if (!statement) return "error: " + statement.error().message;
    const auto row = (*statement)->step();
    if (!row) return "error: " + row.error().message;
    if (!*row) return "";
    std::string out;
    for (size_t c = 0; c < (*statement)->columns(); ++c) {
      const auto text = (*statement)->text(c);
      out += (c == 0 ? "" : " | ") + (text ? std::string(*text) : "NULL");
    }
    return out;
  }

  void file(const std::string& path) {
    std::filesystem::create_directories(top_ / std::filesystem::path(path).parent_path());
    std::ofstream(top_ / path) << "x";
  }

  struct Case {
    const char *sql, *answer;
  };
  template <class Cases>
  void expect(const Cases& cases) {
    for (const auto& [sql, answer] : cases) EXPECT_EQ(run(std::string("SELECT ") + sql), answer) << sql;
  }

  Options options_;
  std::filesystem::path top_;
  Connection connection_;

 private:
  Host host() {
    char name[] = "/tmp/vigil-unit-XXXXXX";
    top_ = ::mkdtemp(name);
    return std::move(*Host::directory(top_));
  }
};

}  // namespace vigil::sql::test
