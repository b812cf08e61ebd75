// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/pidfile.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>

#include "scratch.h"

namespace vigil::watch {
namespace {

// A process that holds the pidfile `path` under the name `name`.
class Holder {
 public:
  Holder(const std::string& path, const char* name, bool deaf = false) {
    int ready[2];
    EXPECT_EQ(::pipe(ready), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_NAME, name);
      if (deaf) ::signal(SIGTERM, SIG_IGN);
      const auto taken = Pidfile::take(path, false);
      (void)!::write(ready[1], taken ? "y" : "n", 1);
      while (true) ::pause();
    }
    char answer = 0;
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    EXPECT_EQ(answer, 'y');
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Holder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  int signal_of_end() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

TEST(PidfileTest, HoldsThePidAndGoesWithIt) {
  const Scratch scratch;
  {
    auto pidfile = Pidfile::take(scratch / "pid", false);
    ASSERT_TRUE(pidfile) << pidfile.error().message;
    EXPECT_EQ(scratch.get("pid"), std::to_string(::getpid()));
    struct stat s;
    ASSERT_EQ(::stat((scratch / "pid").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 07777, 0600u);
    const Pidfile moved = std::move(*pidfile);
    EXPECT_FALSE(Pidfile::take(scratch / "pid", false));
  }
  EXPECT_NE(::access((scratch / "pid").c_str(), F_OK), 0);
}

TEST(PidfileTest, FileOfADeadProcessIsTaken) {
  const Scratch scratch;
  scratch.put("pid", "123456789, which is longer than a pid");
  const auto pidfile = Pidfile::take(scratch / "pid", false);
  ASSERT_TRUE(pidfile) << pidfile.error().message;
  EXPECT_EQ(scratch.get("pid"), std::to_string(::getpid()));
}

TEST(PidfileTest, LiveHolderIsNamed) {
  const Scratch scratch;
  const Holder holder(scratch / "pid", "osqueryd");
  const auto refused = Pidfile::take(scratch / "pid", false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "pidfile '" + scratch / "pid" + "' is held by process " + std::to_string(holder.pid()) + ", which still runs");
}

TEST(PidfileTest, ForceEndsADaemon) {
  const Scratch scratch;
  Holder holder(scratch / "pid", "osqueryd");
  const auto pidfile = Pidfile::take(scratch / "pid", true);
  ASSERT_TRUE(pidfile) << pidfile.error().message;
  EXPECT_EQ(scratch.get("pid"), std::to_string(::getpid()));
  EXPECT_EQ(holder.signal_of_end(), SIGTERM);
}

TEST(PidfileTest, ForceKillsADaemonThatDoesNotListen) {
  const Scratch scratch;
  Holder holder(scratch / "pid", "osqueryd", true);
  const auto pidfile = Pidfile::take(scratch / "pid", true);
  ASSERT_TRUE(pidfile) << pidfile.error().message;
  EXPECT_EQ(holder.signal_of_end(), SIGKILL);
}

TEST(PidfileTest, ForceSparesOtherPrograms) {
  const Scratch scratch;
  const Holder holder(scratch / "pid", "sshd");
  const auto refused = Pidfile::take(scratch / "pid", true);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("is no osqueryd"), std::string::npos) << refused.error().message;
  EXPECT_EQ(::kill(holder.pid(), 0), 0);
}

TEST(PidfileTest, LinksAreNotFollowed) {
  const Scratch scratch;
  scratch.put("precious", "text");
  ASSERT_EQ(::symlink((scratch / "precious").c_str(), (scratch / "link").c_str()), 0);
  ASSERT_EQ(::link((scratch / "precious").c_str(), (scratch / "hard").c_str()), 0);
  EXPECT_FALSE(Pidfile::take(scratch / "link", true));
  EXPECT_FALSE(Pidfile::take(scratch / "hard", true));
  ASSERT_EQ(::mkfifo((scratch / "fifo").c_str(), 0600), 0);
  EXPECT_FALSE(Pidfile::take(scratch / "fifo", true));
  EXPECT_FALSE(Pidfile::take(scratch.path(), true));
  EXPECT_FALSE(Pidfile::take(scratch / "no/such/place", false));
  EXPECT_EQ(scratch.get("precious"), "text");
}

TEST(PidfileTest, AnothersFileIsLeft) {
  const Scratch scratch;
  {
    const auto pidfile = Pidfile::take(scratch / "pid", false);
    ASSERT_TRUE(pidfile);
    ASSERT_EQ(::unlink((scratch / "pid").c_str()), 0);
    scratch.put("pid", "of another");
  }
  EXPECT_EQ(scratch.get("pid"), "of another");
}

}  // namespace
}  // namespace vigil::watch
