// SPDX-License-Identifier: Apache-2.0
// Both ends of the transport in one process, each method, and what each side
// says of the other's silence.
#include "extensions_testing.h"

namespace vigil::extensions {
namespace {

class Thrift : public testing::Test {
 protected:
  Folder folder;
  Lines log;
  const std::string path = folder / "em";
  const Bounds bounds;
};

TEST_F(Thrift, EveryMethod) {
  EchoManager manager;
  const auto server = listen(path, serving(manager), log);
  const auto client = connect(path);

  const auto pong = client->ping(bounds);
  ASSERT_TRUE(pong) << pong.error().message;
  EXPECT_EQ(pong->message, "pong");

  const Request request = {{"action", "generate"}, {"", "empty"}, {"zero", std::string("a\0b", 3)}, {"umlaut", "Ä"}};
  const auto called = client->call("table", "it", request, bounds);
  ASSERT_TRUE(called) << called.error().message;
  EXPECT_EQ(called->status.code, 5);
  EXPECT_EQ(called->status.message, "table/it");
  EXPECT_EQ(called->status.uuid, 9);
  EXPECT_EQ(called->response, (Response{request, {}, request}));

  const auto extensions = client->extensions(bounds);
  ASSERT_TRUE(extensions) << extensions.error().message;
  ASSERT_EQ(extensions->size(), 2u);
  const Info& core = extensions->at(0);
  EXPECT_EQ(core.name + core.version + core.sdk_version + core.min_sdk_version, "core123");
  EXPECT_EQ(extensions->at(65535).name, "last");

  const auto options = client->options(bounds);
  ASSERT_TRUE(options) << options.error().message;
  const Option& verbose = options->at("verbose");
  EXPECT_EQ(verbose.value + " " + verbose.default_value + " " + verbose.type, "true false bool");
  EXPECT_EQ(options->size(), 2u);

  const auto registered =
      client->register_extension({"a", "b", "c", "d"}, {{"table", {{"t", {{{"id", "column"}}, {}}}}}, {"logger", {{"l", {}}}}}, bounds);
  ASSERT_TRUE(registered) << registered.error().message;
  EXPECT_EQ(registered->message, "a b c d logger.l=0 table.t=2");
  EXPECT_EQ(registered->uuid, ::getpid()) << "the kernel's word on who registers";

  const auto gone = client->deregister_extension(-7, bounds);
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_EQ(gone->code, failure);
  EXPECT_EQ(gone->uuid, -7);

  EXPECT_EQ(client->query("SELECT 1", bounds)->response, (Response{{{"sql", "SELECT 1"}}}));
  EXPECT_EQ(client->query_columns("x", bounds)->response, (Response{{{"z", "UNSIGNED BIGINT"}}, {{"a", "TEXT"}}}));
  EXPECT_TRUE(client->shutdown(bounds));
  EXPECT_EQ(manager.shutdowns, 1);
}

TEST_F(Thrift, LargeAnswersAndQuestions) {
  EchoManager manager;
  const auto server = listen(path, serving(manager), log);
  const auto client = connect(path);
  const auto rows = client->query("rows 50000", bounds);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->response.size(), 50000u);
  EXPECT_EQ(rows->response.back().at("other"), std::string(20, 'x'));
  const auto text = client->query("bytes 5000000", bounds);
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_EQ(text->response.at(0).at("text").size(), 5'000'000u);
  const std::string sql(3'000'000, 's');
  EXPECT_EQ(client->query(sql, bounds)->response.at(0).at("sql"), sql);
  EXPECT_EQ(client->query("small again", bounds)->response.size(), 1u);
}

// An extension answers three methods; a question for another one is refused, and the next is heard.
TEST_F(Thrift, ServiceOfAnExtension) {
  EchoManager extension;
  const auto server = listen(
      path, [&](int socket, const Peer&) { return module().serve_extension(socket, extension, {}); }, log);
  const auto client = connect(path);
  EXPECT_EQ(client->query("SELECT 1", bounds).error().message, "'" + path + "' refused the call: Invalid method name: 'query'");
  EXPECT_EQ(client->call("logger", "l", {}, bounds)->status.message, "logger/l");
  EXPECT_EQ(client->ping(bounds)->message, "pong");
  EXPECT_TRUE(client->shutdown(bounds));
  EXPECT_EQ(extension.shutdowns, 1);
}

TEST_F(Thrift, WhatThrowsHasFailed) {
  ThrowingManager manager;
  const auto server = listen(path, serving(manager), log);
  const auto client = connect(path);
  const auto expect = [](const auto& result, const std::string& message) {
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->code, failure);
    EXPECT_EQ(result->message, message);
  };
  expect(client->ping(bounds), "no ping");
  expect(client->register_extension({}, {}, bounds), "no registration");
  expect(client->deregister_extension(1, bounds), "no deregistration");
  EXPECT_EQ(client->call("a", "b", {}, bounds)->status.message, "no call");
  EXPECT_EQ(client->query("", bounds)->status.message, "no query");
  EXPECT_EQ(client->query_columns("", bounds)->status.code, failure);
  EXPECT_EQ(client->shutdown(bounds).error().message, "'" + path + "' refused the call: no shutdown");
  EXPECT_EQ(client->extensions(bounds).error().message, "'" + path + "' refused the call: no extensions");
  EXPECT_EQ(client->options(bounds).error().message, "'" + path + "' refused the call: no options");
}

// Program and module have C++ libraries of their own. In a new process neither has thrown before.
TEST_F(Thrift, FirstExceptionOfAProcess) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto program_throws = [&] {
    ThrowingManager manager;
    const auto server = listen(path, serving(manager), log);
    const auto answer = connect(path)->ping(bounds);
    std::_Exit(answer && answer->message == "no ping" ? 7 : 1);
  };
  EXPECT_EXIT(program_throws(), testing::ExitedWithCode(7), "");
}

TEST_F(Thrift, NobodyToConnectTo) {
  EXPECT_EQ(module().connect(path, bounds).error().message, "connect to '" + path + "': No such file or directory");
  const std::string far = folder / std::string(200, 'x');
  EXPECT_EQ(module().connect(far, bounds).error().message, "use socket '" + far + "': File name too long");
  const auto dead = socket_address(path);
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*dead), sizeof *dead), 0);
  EXPECT_EQ(module().connect(path, bounds).error().message, "connect to '" + path + "': Connection refused");
}

// Connections wait to be accepted until no more can.
TEST_F(Thrift, NobodyAccepts) {
  const auto listener = UnixListener::listen(path, "socket", 0);
  ASSERT_TRUE(listener);
  const Fd first = raw_connection(path);
  Bounds short_one;
  short_one.timeout = std::chrono::milliseconds(30);
  EXPECT_EQ(module().connect(path, short_one).error().message, "'" + path + "': no answer within 30 ms");
  const std::atomic<bool> stop = true;
  short_one.stop = &stop;
  EXPECT_EQ(module().connect(path, short_one).error().message, "'" + path + "': the call was stopped");
}

TEST_F(Thrift, NoAnswer) {
  const auto silent = UnixListener::listen(path, "socket", 5);
  ASSERT_TRUE(silent);
  Bounds short_one;
  short_one.timeout = std::chrono::milliseconds(50);
  const auto client = connect(path);
  EXPECT_EQ(client->ping(short_one).error().message, "'" + path + "': no answer within 50 ms");
  EXPECT_EQ(client->ping(bounds).error().message, "'" + path + "': the connection is of no use after an earlier error");
  // A question that nobody takes.
  EXPECT_EQ(connect(path)->query(std::string(3'000'000, 'x'), short_one).error().message, "'" + path + "': no answer within 50 ms");
  // Longer than any clock can tell.
  short_one.timeout = std::chrono::milliseconds::max();
  const std::atomic<bool> stop = true;
  short_one.stop = &stop;
  EXPECT_EQ(connect(path)->ping(short_one).error().message, "'" + path + "': the call was stopped");
}

TEST_F(Thrift, StoppedWhileItWaits) {
  const auto silent = UnixListener::listen(path, "socket", 5);
  ASSERT_TRUE(silent);
  auto client = connect(path);
  std::atomic<bool> stop = false;
  Bounds endless;
  endless.stop = &stop;
  std::thread other([&] {
    // The question is there, so its sender waits for the answer.
    const Fd taken(::accept(silent->get(), nullptr, nullptr));
    char byte;
    EXPECT_EQ(::recv(taken.get(), &byte, 1, 0), 1);
    stop = true;
    receive_all(taken.get());
  });
  EXPECT_EQ(client->query("SELECT 1", endless).error().message, "'" + path + "': the call was stopped");
  client.reset();
  other.join();
}

}  // namespace
}  // namespace vigil::extensions
