// SPDX-License-Identifier: Apache-2.0
#include "extensions/manager.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace vigil::extensions {
namespace {

using std::chrono::milliseconds;

struct Lines final : Log {
  std::mutex mutex;
  std::vector<std::string> lines;
  void write(LogLine line) override {
    const std::lock_guard lock(mutex);
    lines.push_back(line.message);
  }
};

// A world of extensions by their sockets' paths.
struct World {
  std::mutex mutex;
  std::set<std::string> silent;  // take a connection and do not answer
  std::set<std::string> closed;  // take none
  std::set<std::string> told_to_end;
  std::atomic<int> calls = 0;
};

class FakeClient final : public Client {
 public:
  FakeClient(World& world, std::string path) : world_(world), path_(std::move(path)) {}
  Result<Status> ping(const Bounds&) override {
    const std::lock_guard lock(world_.mutex);
    if (world_.silent.contains(path_)) return Error{"no answer"};
    return Status{success, "pong", 0};
  }
  Result<Answer> call(const std::string&, const std::string& item, const Request&, const Bounds& bounds) override {
    ++world_.calls;
    if (bounds.stop && *bounds.stop) return Error{"cancelled"};
    return Answer{{success, item, 0}, {{{"at", path_}}}};
  }
  Result<void> shutdown(const Bounds&) override {
    const std::lock_guard lock(world_.mutex);
    world_.told_to_end.insert(path_);
    return {};
  }
  Result<Extensions> extensions(const Bounds&) override { return Error{"not the core"}; }
  Result<Options> options(const Bounds&) override { return Error{"not the core"}; }
  Result<Status> register_extension(const Info&, const Routes&, const Bounds&) override { return Error{"not the core"}; }
  Result<Status> deregister_extension(int64_t, const Bounds&) override { return Error{"not the core"}; }
  Result<Answer> query(const std::string&, const Bounds&) override { return Error{"not the core"}; }
  Result<Answer> query_columns(const std::string&, const Bounds&) override { return Error{"not the core"}; }

 private:
  World& world_;
  const std::string path_;
};

class ManagerTest : public testing::Test {
 protected:
  ManagerTest() {
    settings_.socket = "/s";
    settings_.timeout = milliseconds(50);
    settings_.interval = milliseconds(20);
    make();
  }

  void make() {
    manager_.reset();
    manager_ = std::make_unique<Manager>(
        settings_, Manager::Parts{log_,
                                  [this](const std::string& path, const Bounds&) -> Result<std::unique_ptr<Client>> {
                                    const std::lock_guard lock(world_.mutex);
                                    if (world_.closed.contains(path)) return Error{"connect '" + path + "': refused", ECONNREFUSED};
                                    return std::unique_ptr<Client>(std::make_unique<FakeClient>(world_, path));
                                  },
                                  [](const std::string& registry, const std::string& item) { return registry == "table" && item == "processes"; },
                                  [this] { ++changes_; }});
  }

  static Info info(const std::string& name, const std::string& sdk = "5.0.1") { return {name, "1.0", sdk, "0.0.0"}; }
  static Response columns(const std::string& alias = "") {
    Response routes = {{{"id", "column"}, {"name", "a"}, {"type", "TEXT"}, {"op", "0"}}};
    if (!alias.empty()) routes.push_back({{"id", "alias"}, {"alias", alias}});
    return routes;
  }
  static Routes table(const std::string& name, const std::string& alias = "") { return {{"table", {{name, columns(alias)}}}}; }
  std::string refused(const Info& info, const Routes& routes) {
    const Status status = manager_->admit(info, routes, {});
    EXPECT_EQ(status.code, failure);
    return status.message;
  }
  int64_t admitted(const std::string& name, const Routes& routes, pid_t pid = 0) {
    const Status status = manager_->admit(info(name), routes, {pid, 0, 0});
    EXPECT_EQ(status.code, success) << status.message;
    return status.uuid;
  }
  bool soon(const std::function<bool()>& done) {
    for (int i = 0; i < 2000 && !done(); ++i) std::this_thread::sleep_for(milliseconds(5));
    return done();
  }

  Lines log_;
  World world_;
  std::atomic<int> changes_ = 0;
  Manager::Settings settings_;
  std::unique_ptr<Manager> manager_;
};

TEST_F(ManagerTest, AdmitsAndShowsWhatTheyOffer) {
  const int64_t a = admitted("first", {{"logger", {{"elsewhere", {}}}}, {"table", {{"one", columns("uno")}}}});
  const int64_t b = admitted("second", table("two"));
  EXPECT_NE(a, b);
  EXPECT_GE(std::min(a, b), 1);
  EXPECT_LE(std::max(a, b), 65535);
  EXPECT_EQ(changes_, 2);
  const auto plugins = manager_->plugins();
  ASSERT_EQ(plugins.size(), 4u);
  EXPECT_EQ(plugins[0].name, "elsewhere");
  EXPECT_EQ(plugins[1].name, "one");
  EXPECT_EQ(plugins[2].name, "two");
  EXPECT_EQ(plugins[3].name, "uno");
  EXPECT_EQ(manager_->tables().size(), 2u);
  EXPECT_TRUE(manager_->has_member("first"));
  ASSERT_TRUE(manager_->find("logger", "elsewhere"));
  EXPECT_EQ(manager_->find("logger", "elsewhere")->uuid(), a);
  EXPECT_FALSE(manager_->find("logger", "nowhere"));
  const auto answer = manager_->find("table", "two")->call("table", "two", {}, nullptr);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->response[0].at("at"), "/s." + std::to_string(b));
}

TEST_F(ManagerTest, RefusesWithAReason) {
  admitted("first", table("one", "uno"));
  EXPECT_EQ(refused(info("first"), {}).find("Duplicate extension registered"), 0u);
  EXPECT_EQ(refused(info("old", "1.7.6"), {}).find("Incompatible extension SDK version"), 0u);
  EXPECT_EQ(manager_->admit(info("unversioned", "0.0.0"), {}, {}).code, success);
  EXPECT_EQ(manager_->admit(info("newer", "1.7.10-3-gabc"), {}, {}).code, success);
  EXPECT_EQ(manager_->admit(info("oldest", "1.7.7"), {}, {}).code, success);
  for (const Routes& routes :
       {table("processes"), table("one"), table("uno"), table("other", "one"), table("other", "processes"), table("other", "other"),
        Routes{{"event_publisher", {{"x", {}}}}}, Routes{{"no_registry", {{"x", {}}}}}, Routes{{"table", {{"bad", {}}}}}})
    EXPECT_EQ(refused(info("second"), routes).find("Failed adding registry"), 0u);
  EXPECT_NE(refused(info(""), {}), "");
  EXPECT_NE(refused(info("a\nb"), {}), "");
  EXPECT_NE(refused(info(std::string(300, 'x')), {}), "");
  EXPECT_FALSE(manager_->has_member("second"));
  EXPECT_FALSE(manager_->find("table", "other"));
}

TEST_F(ManagerTest, OneThatLeavesMakesRoom) {
  const int64_t uuid = admitted("first", table("one"));
  const auto link = manager_->find("table", "one");
  EXPECT_EQ(manager_->dismiss(uuid + 1).code, failure);
  EXPECT_EQ(manager_->dismiss(uuid).code, success);
  EXPECT_TRUE(manager_->tables().empty());
  const auto answer = link->call("table", "one", {}, nullptr);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("first"), std::string::npos);
  EXPECT_NE(admitted("first", table("one")), uuid);
}

TEST_F(ManagerTest, OneThatDoesNotAnswerTwiceIsGone) {
  const int64_t silent = admitted("silent", table("one")), good = admitted("good", table("two"));
  {
    const std::lock_guard lock(world_.mutex);
    world_.silent.insert("/s." + std::to_string(silent));
  }
  EXPECT_TRUE(soon([&] { return !manager_->has_member("silent"); }));
  EXPECT_TRUE(manager_->has_member("good"));
  EXPECT_EQ(manager_->find("table", "two")->uuid(), good);
}

TEST_F(ManagerTest, ADeadProcessMakesWayAtOnce) {
  settings_.interval = std::chrono::hours(1);
  make();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  const int64_t uuid = admitted("first", table("one"), child);
  ::waitpid(child, nullptr, 0);
  EXPECT_NE(admitted("first", table("one"), ::getpid()), uuid);
}

TEST_F(ManagerTest, ACallWaitsForASocketThatIsToCome) {
  settings_.timeout = std::chrono::seconds(30);
  make();
  const int64_t uuid = admitted("late", table("one"));
  const std::string path = "/s." + std::to_string(uuid);
  {
    const std::lock_guard lock(world_.mutex);
    world_.closed.insert(path);
  }
  std::thread opener([&] {
    std::this_thread::sleep_for(milliseconds(60));
    const std::lock_guard lock(world_.mutex);
    world_.closed.erase(path);
  });
  EXPECT_TRUE(manager_->find("table", "one")->call("table", "one", {}, nullptr));
  opener.join();
  // Once it has answered, a closed socket is that of one that is gone.
  {
    const std::lock_guard lock(world_.mutex);
    world_.closed.insert(path);
  }
  const auto answer = manager_->find("table", "one")->call("table", "one", {}, nullptr);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("refused"), std::string::npos);
}

TEST_F(ManagerTest, TheEndTellsAll) {
  const int64_t a = admitted("first", {}), b = admitted("second", {});
  manager_.reset();
  EXPECT_EQ(world_.told_to_end, (std::set<std::string>{"/s." + std::to_string(a), "/s." + std::to_string(b)}));
}

TEST_F(ManagerTest, ManyComeAndGoAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      const std::string name = "extension_" + std::to_string(t), table_name = "table_" + std::to_string(t);
      for (int i = 0; i < 50; ++i) {
        const Status status = manager_->admit(info(name), table(table_name), {});
        ASSERT_EQ(status.code, success) << status.message;
        const auto link = manager_->find("table", table_name);
        ASSERT_TRUE(link);
        EXPECT_TRUE(link->call("table", table_name, {}, nullptr));
        (void)manager_->tables();
        (void)manager_->plugins();
        ASSERT_EQ(manager_->dismiss(status.uuid).code, success);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(manager_->members().empty());
}

}  // namespace
}  // namespace vigil::extensions
