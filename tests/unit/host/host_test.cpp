// SPDX-License-Identifier: Apache-2.0
#include "core/host/host.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace vigil {
namespace {

namespace fs = std::filesystem;

class HostTest : public ::testing::Test {
 protected:
  HostTest() {
    char name[] = "/tmp/vigil-host-XXXXXX";
    top_ = ::mkdtemp(name);
    write("etc/hostname", "inner\n");
    access_.touched = &touched_;
  }
  ~HostTest() override { fs::remove_all(top_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(top_ + "/" + path).parent_path());
    std::ofstream(top_ + "/" + path) << text;
  }
  Host directory() {
    auto host = Host::directory(top_, access_);
    EXPECT_TRUE(host);
    return std::move(*host);
  }

  std::string top_;
  std::vector<std::string> touched_;
  Access access_;
};

TEST_F(HostTest, ReadsAFileAndNotesIt) {
  const auto text = directory().read("/etc/hostname");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "inner\n");
  EXPECT_EQ(touched_, std::vector<std::string>{"/etc/hostname"});
}

TEST_F(HostTest, AnErrorNamesTheFileAndTheReason) {
  const auto text = directory().read("/etc/absent");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, "read '/etc/absent': No such file or directory");
  EXPECT_EQ(text.error().code, ENOENT);
}

TEST_F(HostTest, RefusesWhatIsLargerThanTheLimit) {
  write("big", std::string(100'000, 'x'));
  const Host host = directory();
  EXPECT_EQ(host.read("/big", 99'999).error().message, "read '/big': larger than 99999 bytes");
  EXPECT_EQ(host.read("/big", 100'000)->size(), 100'000u);
  EXPECT_EQ(host.read_start("/big", 10)->size(), 10u);
  access_.read_max = 50;
  EXPECT_EQ(directory().read("/big").error().code, EFBIG);
}

TEST_F(HostTest, DoesNotOpenAFifoOrADevice) {
  ASSERT_EQ(::mkfifo((top_ + "/fifo").c_str(), 0644), 0);
  EXPECT_EQ(directory().read("/fifo").error().message, "read '/fifo': not a regular file");
  EXPECT_EQ(directory().open("/fifo").error().message, "open '/fifo': not a regular file");
  const auto live = Host::live();
  EXPECT_EQ(live->read("/dev/zero").error().message, "read '/dev/zero': not a regular file");
  EXPECT_EQ(live->read("/etc").error().message, "read '/etc': Is a directory");
}

TEST_F(HostTest, NoPathLeadsOutOfADirectory) {
  fs::create_symlink("/etc/hostname", top_ + "/absolute");
  fs::create_symlink("../../../../../../etc/hostname", top_ + "/climbing");
  fs::create_directory_symlink("/", top_ + "/top");
  const Host host = directory();
  for (const char* path : {"/absolute", "/climbing", "/top/etc/hostname", "/../../etc/hostname", "etc/../../etc/hostname"}) {
    const auto text = host.read(path);
    ASSERT_TRUE(text) << path;
    EXPECT_EQ(*text, "inner\n") << path;
  }
  EXPECT_FALSE(host.read("/top/proc/self/status"));
}

TEST_F(HostTest, AnEnteredDirectoryResolvesLinksFromTheTop) {
  write("a/b/file", "b");
  fs::create_symlink("/etc/hostname", top_ + "/a/b/link");
  const auto dir = directory().enter("/a");
  ASSERT_TRUE(dir);
  EXPECT_EQ(*dir->read("b/file"), "b");
  EXPECT_EQ(*dir->read("b/link"), "inner\n");
  EXPECT_EQ(*dir->link("b/link"), "/etc/hostname");
  EXPECT_EQ(dir->path(), "/a");
}

TEST_F(HostTest, LinksAreReadAsWritten) {
  fs::create_symlink("nowhere", top_ + "/dangling");
  const Host host = directory();
  EXPECT_EQ(*host.link("/dangling"), "nowhere");
  EXPECT_EQ(host.link("/etc/hostname").error().message, "readlink '/etc/hostname': Invalid argument");
  EXPECT_EQ(host.stat("/dangling").error().code, ENOENT);
  EXPECT_EQ(host.stat("/dangling", Links::keep)->type, FileType::symlink);
  EXPECT_EQ(*Host::live()->link(top_ + "/dangling"), "nowhere");
  EXPECT_EQ(Host::live()->link(top_ + "/etc/hostname").error().code, EINVAL);
}

TEST_F(HostTest, ListsSortedWithDotFiles) {
  write("d/b", "");
  write("d/.a", "");
  fs::create_directory(top_ + "/d/c");
  const auto entries = directory().list("/d");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ((*entries)[0].name, ".a");
  EXPECT_EQ((*entries)[1].name, "b");
  EXPECT_EQ((*entries)[2].name, "c");
  EXPECT_EQ((*entries)[2].type, FileType::directory);
}

TEST_F(HostTest, LinksGivesEverySymbolicLinkAndNothingElse) {
  write("d/file", "");
  fs::create_directory(top_ + "/d/c");
  fs::create_symlink("socket:[17]", top_ + "/d/3");
  fs::create_symlink("/etc/hostname", top_ + "/d/10");
  for (const Host& host : {directory(), *Host::live()}) {
    std::map<std::string, std::string> found;
    const std::string path = host.kind() == Host::Kind::live ? top_ + "/d" : "/d";
    EXPECT_TRUE(host.root().links(path, [&](std::string_view name, std::string_view target) { found.emplace(name, target); }));
    EXPECT_EQ(found, (std::map<std::string, std::string>{{"3", "socket:[17]"}, {"10", "/etc/hostname"}}));
  }
  EXPECT_EQ(touched_, std::vector<std::string>{"/d"});
  EXPECT_EQ(directory().root().links("/absent", [](auto, auto) {}).error().code, ENOENT);
}

TEST_F(HostTest, StatTellsWhatTheFileIs) {
  ASSERT_EQ(::chmod((top_ + "/etc/hostname").c_str(), 04640), 0);
  const auto stat = directory().stat("/etc/hostname");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->type, FileType::regular);
  EXPECT_EQ(stat->mode, 04640u);
  EXPECT_EQ(stat->size, 6);
  EXPECT_EQ(stat->hard_links, 1u);
  EXPECT_EQ(touched_, std::vector<std::string>{"stat /etc/hostname"});
}

TEST_F(HostTest, ReadsExtendedAttributes) {
  ASSERT_EQ(::setxattr((top_ + "/etc/hostname").c_str(), "user.b", "2", 1, 0), 0);
  ASSERT_EQ(::setxattr((top_ + "/etc/hostname").c_str(), "user.a", "1\0x", 3, 0), 0);
  const auto all = directory().root().attributes("/etc/hostname");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0], (std::pair<std::string, std::string>("user.a", std::string("1\0x", 3))));
}

TEST_F(HostTest, StopEndsEveryCall) {
  std::atomic<bool> stop = true;
  access_.stop = &stop;
  const Host host = directory();
  EXPECT_EQ(host.read("/etc/hostname").error().code, ECANCELED);
  EXPECT_EQ(host.list("/etc").error().code, ECANCELED);
  EXPECT_EQ(host.stat("/etc").error().message, "the query was cancelled");
  EXPECT_FALSE(host.enter("/etc"));
  EXPECT_FALSE(host.usage("/"));
  EXPECT_FALSE(host.fact("x", [] { return Result<std::string>("never"); }));
  stop = false;
  EXPECT_TRUE(host.read("/etc/hostname"));
}

TEST_F(HostTest, ADirectoryAnswersFactsFromFiles) {
  write("@thing", "from a file");
  const auto ask = [] { return Result<std::string>("from the machine"); };
  EXPECT_EQ(*directory().fact("thing", ask), "from a file");
  EXPECT_EQ(directory().fact("other", ask).error().message, "other: known of a running machine only, not of a directory");
  EXPECT_EQ(*Host::live()->fact("other", ask), "from the machine");
  write("@now", "1234\n");
  EXPECT_EQ(directory().now(), 1234);
  write("@euid", "77\n");
  EXPECT_EQ(directory().user(), 77);
}

TEST_F(HostTest, UsageComesFromTheListOrTheFileSystem) {
  EXPECT_GT(directory().usage("/")->blocks, 0);
  write("@statfs", "/mnt/my share 4096 10 9 8 7 6\ngarbage\n");
  EXPECT_EQ(directory().usage("/mnt/my share")->blocks_available, 8);
  EXPECT_EQ(directory().usage("/").error().message, "statfs '/': not in @statfs");
}

TEST_F(HostTest, AContainerIsTheRootOfAProcess) {
  write("proc/7/root/etc/hostname", "container\n");
  const Host host = directory();
  const auto inside = host.container(7);
  ASSERT_TRUE(inside);
  EXPECT_EQ(*inside->read("/etc/hostname"), "container\n");
  EXPECT_EQ(inside->kind(), Host::Kind::container);
  EXPECT_EQ(host.container(8).error().code, ENOENT);
}

TEST_F(HostTest, KernelFilesOfUnknownSizeAreReadWhole) {
  const auto host = Host::live();
  const auto maps = host->read("/proc/self/maps");
  ASSERT_TRUE(maps);
  EXPECT_NE(maps->find("[stack]"), std::string::npos);
  EXPECT_GT(host->read("/proc/kallsyms", 1 << 28)->size(), 100'000u);
}

TEST_F(HostTest, NamesThatCannotBeAreErrors) {
  const Host host = directory();
  EXPECT_EQ(host.read(std::string(5000, 'x')).error().code, ENAMETOOLONG);
  EXPECT_EQ(host.read(std::string("/etc\0/hostname", 14)).error().code, EINVAL);
  EXPECT_EQ(Host::directory("/nowhere/at/all").error().message, "enter '/nowhere/at/all': No such file or directory");
}

}  // namespace
}  // namespace vigil
