// SPDX-License-Identifier: Apache-2.0
#include "extensions/server.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "extensions_testing.h"

namespace vigil::extensions {
namespace {

class ServerTest : public testing::Test {
 protected:
  // How many warnings hold this text.
  long warned(const std::string& text) const {
    const auto messages = log.messages();
    return std::count_if(messages.begin(), messages.end(), [&](const std::string& message) { return message.find(text) != message.npos; });
  }
  std::string error_of(const std::string& where) {
    const auto server = Server::listen(where, serving(manager), log);
    return server ? "" : server.error().message;
  }
  bool exists(const std::string& where) const { return ::access(where.c_str(), F_OK) == 0; }

  Folder folder;
  Lines log;
  EchoManager manager;
  const std::string path = folder / "em";
};

void leave_dead_socket(const std::string& path) {
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = socket_address(path);
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address), 0);
}

TEST_F(ServerTest, ItsFile) {
  const std::string deep = folder / "new/em";
  {
    const mode_t before = ::umask(0);
    const auto server = listen(deep, serving(manager), log);
    ::umask(before);
    struct stat s;
    ASSERT_EQ(::stat(deep.c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat((folder / "new").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777, 0700u);
  }
  EXPECT_FALSE(exists(deep)) << "the socket goes with its server";
  {
    const auto server = listen(deep, serving(manager), log);
    ASSERT_EQ(::unlink(deep.c_str()), 0);
    std::ofstream(deep) << "another's";
  }
  EXPECT_TRUE(exists(deep)) << "what has replaced it stays";
}

TEST_F(ServerTest, SocketsOfOthers) {
  const auto first = listen(path, serving(manager), log);
  EXPECT_EQ(error_of(path), "extension socket '" + path + "' is in use by another process");
  EXPECT_EQ(connect(path)->ping({})->message, "pong");
  std::ofstream(folder / "file") << "text";
  EXPECT_EQ(error_of(folder / "file"), "'" + folder / "file" + "' is in the way and is no socket");
  EXPECT_EQ(log::content(folder / "file"), "text");
  EXPECT_EQ(error_of(folder / std::string(200, 'x')).substr(0, 11), "use socket ");
  EXPECT_EQ(error_of(folder / "no/where/em").substr(0, 7), "create ");
  leave_dead_socket(folder / "dead");
  EXPECT_EQ(error_of(folder / "dead"), "");
}

TEST_F(ServerTest, SocketsOfExtensions) {
  for (const char* name : {"em.1", "em.65535", "em.", "em.1x", "em.x", "em1", "en.1"}) leave_dead_socket(folder / name);
  std::ofstream(folder / "em.7") << "a file";
  std::filesystem::create_symlink(folder / "em.x", folder / "em.8");
  const auto live = listen(path + ".77", serving(manager), log);
  const std::vector<std::string> kept = {"em.", "em.1x", "em.x", "em1", "en.1", "em.7", "em.8", "em.77"};
  {
    const auto server = listen(path, serving(manager), log);
    EXPECT_FALSE(exists(folder / "em.1"));
    EXPECT_FALSE(exists(folder / "em.65535"));
    for (const std::string& name : kept) EXPECT_TRUE(exists(folder / name)) << name;
    leave_dead_socket(folder / "em.2");
  }
  EXPECT_FALSE(exists(folder / "em.2"));
  for (const std::string& name : kept) EXPECT_TRUE(exists(folder / name)) << name;
}

TEST_F(ServerTest, OtherUsersAreNotHeard) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  const auto server = listen(path, serving(manager), log);
  ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const auto address = socket_address(path);
  const std::string question = wire::query("SELECT 1");
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(2);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) ::_exit(3);
    (void)::send(socket, question.data(), question.size(), MSG_NOSIGNAL);
    char byte;
    ::_exit(::recv(socket, &byte, 1, 0) > 0 ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(warned("process " + std::to_string(child) + " of user 65534 may not use it"), 1);
  EXPECT_EQ(connect(path)->ping({})->message, "pong");
}

TEST_F(ServerTest, ErrorsAreLoggedOnce) {
  const auto server = listen(path, serving(manager), log);
  for (int i = 0; i < 20; ++i) {
    const Fd client = raw_connection(path);
    send_all(client.get(), "GET / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(receive_all(client.get()), "");
  }
  EXPECT_EQ(connect(path)->ping({})->message, "pong");
  EXPECT_TRUE(
      eventually([&] { return warned("process " + std::to_string(::getpid()) + ": sent what is no Thrift: a message that names no method") > 0; }));
  EXPECT_EQ(log.messages().size(), 1u);
}

TEST_F(ServerTest, TooManyConnections) {
  const auto server = listen(path, serving(manager), log);
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 256; ++i) {
    clients.push_back(connect(path));
    ASSERT_TRUE(clients.back()->ping({}));
  }
  EXPECT_FALSE(connect(path)->ping({}));
  EXPECT_FALSE(connect(path)->ping({}));
  EXPECT_EQ(warned("was sent away, there are 256 connections"), 1);
  EXPECT_TRUE(clients.back()->ping({}));
  // Who leaves makes room.
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return bool(connect(path)->ping({})); }));
}

TEST_F(ServerTest, WithoutDescriptors) {
  const auto server = listen(path, serving(manager), log);
  ASSERT_TRUE(connect(path)->ping({}));
  const Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = socket_address(path);
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // A sanitizer looks at an object for the first time with descriptors of its own.
  EXPECT_EQ(warned("accept"), 0);
  const rlimit none = {0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address), 0);
  EXPECT_TRUE(eventually([&] { return warned("accept on '" + path + "': Too many open files") == 1; }));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  // It was not forgotten.
  send_all(client.get(), wire::query("SELECT 1"));
  char byte;
  EXPECT_EQ(::recv(client.get(), &byte, 1, 0), 1);
}

TEST_F(ServerTest, EndsWithWhoIsConnected) {
  auto server = listen(path, serving(manager), log);
  const auto idle = connect(path);
  ASSERT_TRUE(idle->ping({}));
  const Fd fresh = raw_connection(path);
  // In the middle of a question, and of an answer that is not read.
  const Fd half = raw_connection(path);
  send_all(half.get(), wire::query("SELECT 1").substr(0, 10));
  const Fd full = raw_connection(path);
  send_all(full.get(), wire::query("bytes 5000000"));
  char byte;
  ASSERT_EQ(::recv(full.get(), &byte, 1, 0), 1);
  server.reset();
  EXPECT_FALSE(idle->ping({}));
  EXPECT_EQ(receive_all(fresh.get()), "");
  EXPECT_LT(receive_all(full.get()).size(), 5'000'000u);
  EXPECT_EQ(log.messages().size(), 0u) << log.messages().front();
}

// Calls from many threads, while others come and go.
TEST_F(ServerTest, ManyAtOnce) {
  const auto server = listen(path, serving(manager), log);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      for (int j = 0; j < 20; ++j) {
        const auto client = connect(path);
        const std::string sql = std::to_string(i) + ":" + std::to_string(j);
        const auto answer = client->query(sql, {});
        if (answer && answer->response.at(0).at("sql") == sql) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
}

}  // namespace
}  // namespace vigil::extensions
