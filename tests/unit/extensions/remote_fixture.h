// SPDX-License-Identifier: Apache-2.0
// SQL over tables of an extension that a test plays: what it is asked is kept,
// and a function answers.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/parse/json_tree.h"
#include "core/sql/connection.h"
#include "extensions/remote_table.h"
#include "tests/runner/test_engine.h"

namespace vigil::extensions::test {

class FakeLink final : public Link {
 public:
  int64_t uuid() const override { return 7; }
  const std::string& name() const override { return name_; }
  Result<Answer> call(const std::string& registry, const std::string& item, const Request& request, const std::atomic<bool>* stop) override {
    EXPECT_EQ(registry, "table");
    items.push_back(item);
    requests.push_back(request);
    stops.push_back(stop);
    return answer(request);
  }

  std::vector<Request> requests;
  std::vector<std::string> items;
  std::vector<const std::atomic<bool>*> stops;
  std::function<Result<Answer>(const Request&)> answer = [](const Request&) { return Answer{}; };

 private:
  std::string name_ = "played";
};

inline std::map<std::string, std::string> column(const std::string& name, const std::string& type, int op = 0) {
  return {{"id", "column"}, {"name", name}, {"type", type}, {"op", std::to_string(op)}};
}

inline Answer rows(Response response) { return {{success, "OK", 7}, std::move(response)}; }

class Remote : public ::testing::Test {
 protected:
  // A table, or why there is none.
  std::string add(const std::string& name, const Response& routes, bool default_index = true) {
    auto made = RemoteTable::make(name, routes, link_, default_index);
    if (!made) return made.error().message;
    owned_.push_back(std::move(*made));
    tables_.push_back(owned_.back().get());
    connection_.reset();
    return {};
  }
  // Answers every generate with these.
  void give(Response response) {
    link_->answer = [response = std::move(response)](const Request&) { return rows(response); };
  }

  sql::Connection& connection() {
    if (!connection_) connection_ = std::make_unique<sql::Connection>(tables_, std::move(*Host::directory("/")), engine_);
    return *connection_;
  }
  // The rows, as "a | NULL; b | 2", and the error that ends them; the requests are new.
  std::string run(const std::string& sql) {
    link_->requests.clear();
    code_ = 0;
    auto statement = connection().prepare(sql);
    if (!statement) {
      code_ = statement.error().code;
      return "error: " + statement.error().message;
    }
    std::string out;
    while (true) {
      const auto more = (*statement)->step();
      if (!more) code_ = more.error().code;
      if (!more) return out + "error: " + more.error().message;
      if (!*more) return out;
      if (!out.empty()) out += "; ";
      for (size_t c = 0; c < (*statement)->columns(); ++c) {
        const auto text = (*statement)->text(c);
        out += (c == 0 ? "" : " | ") + (text ? std::string(*text) : "NULL");
      }
    }
  }
  // "column op text, ..." of each scan, from the contexts.
  std::vector<std::string> asked() const {
    std::vector<std::string> out;
    for (const Request& request : link_->requests) {
      if (request.at("action") != "generate") continue;
      const parse::JsonTree context = parse::json_tree(request.at("context"));
      EXPECT_FALSE(context.error) << request.at("context");
      std::string text;
      for (const parse::JsonNode& column : context.root.find("constraints")->items)
        for (const parse::JsonNode& term : column.find("list")->items)
          text += (text.empty() ? "" : ", ") + column.find("name")->text + ' ' + term.find("op")->text + ' ' + term.find("expr")->text;
      out.push_back(text);
    }
    return out;
  }
  // The requests that are no scans: "delete id=3"; without contexts.
  std::vector<std::string> changes() const {
    std::vector<std::string> out;
    for (const Request& request : link_->requests) {
      if (request.at("action") == "generate") continue;
      std::string text = request.at("action");
      for (const auto& [key, value] : request)
        if (key != "action" && key != "context") text += ' ' + key + '=' + value;
      out.push_back(text);
    }
    return out;
  }
  const std::vector<std::string>& warnings() { return connection().report().warnings; }

  std::shared_ptr<FakeLink> link_ = std::make_shared<FakeLink>();
  int code_ = 0;
  vigil::test::TestEngine engine_;
  std::vector<std::unique_ptr<RemoteTable>> owned_;
  std::vector<const sql::Table*> tables_;
  std::unique_ptr<sql::Connection> connection_;
};

}  // namespace vigil::extensions::test
