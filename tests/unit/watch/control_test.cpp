// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/control.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <thread>

#include "core/base/unix_socket.h"
#include "osqueryd/watch/control_protocol.h"
#include "scratch.h"

namespace vigil::watch {
namespace {

Result<std::string> echo(const std::string& verb, const std::string& argument) {
  if (verb == "fail") return Error{"cannot " + argument};
  if (verb == "much") return std::string(3'000'000, 'x');
  return verb + "|" + argument;
}

// A server on a thread of its own.
class Served {
 public:
  explicit Served(const std::string& path) : work_(io_.get_executor()) {
    auto server = ControlServer::listen(io_, path, echo);
    if (server)
      server_ = std::move(*server);
    else
      error_ = server.error().message;
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Served() {
    boost::asio::post(io_, [this] { server_.reset(); });
    work_.reset();
    thread_.join();
  }
  const std::string& error() const { return error_; }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::unique_ptr<ControlServer> server_;
  std::string error_;
  std::thread thread_;
};

Fd connect_to(const std::string& path) {
  Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = socket_address(path);
  EXPECT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address), 0);
  return client;
}

std::string read_all(const Fd& client) {
  std::string text;
  char part[1000];
  for (ssize_t n; (n = ::read(client.get(), part, sizeof part)) > 0;) text.append(part, static_cast<size_t>(n));
  return text;
}

TEST(ControlTest, AnswersAndErrors) {
  const Scratch scratch;
  const std::string path = scratch / "new/control";
  {
    const Served served(path);
    ASSERT_EQ(served.error(), "");
    struct stat s;
    ASSERT_EQ(::stat(path.c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat((scratch / "new").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777, 0700u);
    EXPECT_EQ(*send_command(path, "status"), "status|");
    EXPECT_EQ(*send_command(path, "allow pack_a_b  c"), "allow|pack_a_b  c");
    EXPECT_EQ(send_command(path, "fail this").error().message, "cannot this");
    EXPECT_EQ(send_command(path, "much")->size(), 3'000'000u);
    EXPECT_FALSE(send_command(path, ""));
    EXPECT_FALSE(send_command(path, "one\ntwo"));
    EXPECT_FALSE(send_command(path, std::string(5000, 'x')));
  }
  EXPECT_NE(::access(path.c_str(), F_OK), 0) << "the socket goes with its server";
  EXPECT_EQ(send_command(path, "status").error().message, "connect to '" + path + "': No such file or directory");
}

TEST(ControlTest, SocketsOfOthers) {
  const Scratch scratch;
  const std::string path = scratch / "control";
  const Served first(path);
  EXPECT_EQ(Served(path).error(), "control socket '" + path + "' is in use by another process");
  EXPECT_EQ(*send_command(path, "still there"), "still|there");

  // A socket whose server died.
  const std::string dead = scratch / "dead";
  {
    const Fd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
    const auto address = socket_address(dead);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address), 0);
  }
  const Served heir(dead);
  EXPECT_EQ(heir.error(), "");
  EXPECT_EQ(*send_command(dead, "hello"), "hello|");

  scratch.put("file", "text");
  EXPECT_EQ(Served(scratch / "file").error(), "'" + scratch / "file" + "' is in the way and is no socket");
  EXPECT_EQ(scratch.get("file"), "text");
  EXPECT_NE(Served(scratch / std::string(200, 'x')).error(), "");
}

TEST(ControlTest, HostileClients) {
  const Scratch scratch;
  const std::string path = scratch / "control";
  const Served served(path);
  ASSERT_EQ(served.error(), "");
  // Says nothing, says too much, says no text, leaves in the middle.
  const Fd silent = connect_to(path);
  for (const std::string& line : {std::string(5000, 'x'), std::string("a\0b\n", 4), std::string("\n"), std::string("\x1b[31m\n")}) {
    const Fd client = connect_to(path);
    ASSERT_EQ(::send(client.get(), line.data(), line.size(), MSG_NOSIGNAL), static_cast<ssize_t>(line.size()));
    EXPECT_EQ(read_all(client).substr(0, 6), "ERROR\n");
  }
  { EXPECT_EQ(::send(connect_to(path).get(), "stat", 4, MSG_NOSIGNAL), 4); }
  { EXPECT_EQ(::send(connect_to(path).get(), "much\n", 5, MSG_NOSIGNAL), 5); }
  // More than are heard at once: the last ones are let go, and nobody has to wait.
  std::vector<Fd> crowd;
  for (int i = 0; i < 30; ++i) crowd.push_back(connect_to(path));
  EXPECT_EQ(read_all(crowd.back()), "");
  crowd.clear();
  while (!send_command(path, "status")) continue;
}

TEST(ControlTest, OtherUsersAreNotHeard) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  const Scratch scratch;
  const std::string path = scratch / "control";
  const Served served(path);
  ASSERT_EQ(::chmod(path.c_str(), 0777), 0);
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0755), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(2);
    ::_exit(send_command(path, "status") ? 1 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace vigil::watch
