// SPDX-License-Identifier: Apache-2.0
#include "extensions/autoload.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace vigil::extensions {
namespace {

namespace fs = std::filesystem;

// In a directory of its own, as nothing that stands in /tmp itself is safe.
class AutoloadTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/vigil-autoload-XXXXXX";
    top_ = ::mkdtemp(name);
    list_ = top_ + "/list";
  }
  void TearDown() override { fs::remove_all(top_); }

  std::string program(const std::string& name, mode_t mode = 0755) const {
    const std::string path = top_ + "/" + name;
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << "#!/bin/sh\n";
    ::chmod(path.c_str(), mode);
    return path;
  }
  Autoload read(const std::string& text) const {
    std::ofstream(list_) << text;
    return read_autoload(list_);
  }
  static std::vector<std::string> paths(const Autoload& autoload) {
    std::vector<std::string> all;
    for (const Candidate& candidate : autoload.candidates) all.push_back(candidate.path);
    return all;
  }

  std::string top_, list_;
};
using Strings = std::vector<std::string>;

TEST_F(AutoloadTest, Lines) {
  const auto paths = parse_autoload("# one\n/a.ext\n\n ; two\n  /b c.ext \t\r\n/d.ext");
  ASSERT_EQ(paths.size(), 3u);
  EXPECT_EQ(paths[0].path, "/a.ext");
  EXPECT_EQ(paths[0].line, 2u);
  EXPECT_EQ(paths[1].path, "/b c.ext");
  EXPECT_EQ(paths[1].line, 5u);
  EXPECT_EQ(paths[2].line, 6u);
  EXPECT_TRUE(parse_autoload("").empty());
}

TEST_F(AutoloadTest, EachProgramOnce) {
  const std::string one = program("one.ext"), two = program("dir/b/two.ext"), three = program("dir/three.ext");
  program("dir/readme");
  fs::create_symlink(one, top_ + "/dir/one-again.ext");
  fs::create_directory_symlink(top_ + "/dir", top_ + "/dir/round");
  const Autoload found = read(one + "\n" + top_ + "/dir\n" + one + "\n");
  EXPECT_EQ(paths(found), (Strings{one, two, three}));
  EXPECT_EQ(found.candidates[0].origin, list_ + ":1");
  EXPECT_EQ(found.candidates[1].origin, list_ + ":2");
  EXPECT_EQ(found.warnings, Strings());
  EXPECT_EQ(found.notes, (Strings{list_ + ":2: extension '" + top_ + "/dir/one-again.ext' is left out: it is named twice",
                                  list_ + ":2: extension '" + top_ + "/dir/readme' is left out: it does not end with .ext",
                                  list_ + ":2: extension '" + top_ + "/dir/round' is left out: it does not end with .ext",
                                  list_ + ":3: extension '" + one + "' is left out: it is named twice"}));
}

TEST_F(AutoloadTest, WarningsNameFileAndLine) {
  const std::string plain = program("plain");
  const Autoload found = read("\nrelative.ext\n" + plain + "\n/nowhere/x.ext\n" + std::string("/a\0b.ext", 8));
  EXPECT_TRUE(found.candidates.empty());
  EXPECT_EQ(found.warnings, (Strings{list_ + ":2: extension 'relative.ext' is left out: it is no absolute path",
                                     list_ + ":3: extension '" + plain + "' is left out: it does not end with .ext",
                                     list_ + ":4: extension '/nowhere/x.ext' is left out: stat '/nowhere/x.ext': No such file or directory",
                                     list_ + ":5: the line has a NUL byte"}));
}

TEST_F(AutoloadTest, Lists) {
  const Autoload missing = read_autoload(top_ + "/missing");
  EXPECT_TRUE(missing.warnings.empty());
  EXPECT_EQ(missing.notes, Strings{"no extension is started from a list: read '" + top_ + "/missing': No such file or directory"});
  EXPECT_EQ(read_autoload(top_).warnings, Strings{"no extension is started from a list: read '" + top_ + "': it is no regular file"});
  ::mkfifo((top_ + "/fifo").c_str(), 0600);
  EXPECT_EQ(read_autoload(top_ + "/fifo").warnings.size(), 1u);
  EXPECT_EQ(read(std::string((1 << 20) + 1, '#')).warnings, Strings{"no extension is started from a list: read '" + list_ + "': File too large"});
  EXPECT_TRUE(read_autoload("").notes.empty());
}

TEST_F(AutoloadTest, Bounds) {
  for (size_t i = 0; i <= most_extensions; ++i) program("many/" + std::to_string(100 + i) + ".ext");
  const Autoload many = read(top_ + "/many");
  EXPECT_EQ(many.candidates.size(), most_extensions);
  EXPECT_EQ(many.warnings, Strings{list_ + ":1: extension '" + top_ + "/many/164.ext' is left out: it is one too many: 64 are started"});

  const std::string deep = "deep/1/2/3/4/5/6/7/8/9";
  program(deep + "/x.ext");
  const Autoload found = read(top_ + "/deep");
  EXPECT_TRUE(found.candidates.empty());
  EXPECT_EQ(found.warnings,
            Strings{list_ + ":1: extension '" + top_ + "/" + deep + "' is left out: it is too deep below the directory that is named"});
}

TEST_F(AutoloadTest, NamedOnTheCommandLine) {
  const std::string one = program("one"), two = program("two.ext");
  Autoload found = read(two);
  add_extension(found, two);
  add_extension(found, one);
  add_extension(found, "");
  EXPECT_EQ(paths(found), (Strings{two, one}));
  EXPECT_EQ(found.candidates[1].origin, "--extension");
}

TEST_F(AutoloadTest, Permissions) {
  constexpr const char* unsafe = "unsafe permissions: nobody but root and this user may be able to replace it, but: ";
  const auto why = [](const std::string& path) {
    const auto checked = check_extension(path, false);
    return checked ? "safe" : checked.error().message;
  };
  EXPECT_EQ(why(program("one.ext")), "safe");
  EXPECT_EQ(why(program("group.ext", 0775)), "safe");
  const std::string open = program("open.ext", 0777), closed = program("closed.ext", 0644);
  EXPECT_EQ(why(open), unsafe + ("'" + open + "' can be changed by every user"));
  EXPECT_EQ(why(closed), unsafe + ("'" + closed + "' is not executable by its owner"));
  EXPECT_TRUE(check_extension(open, true));
  EXPECT_EQ(why(top_), unsafe + std::string("'/tmp' is a directory that users share"));
  const std::string below = program("wide/x/below.ext");
  ::chmod((top_ + "/wide").c_str(), 0777);
  EXPECT_EQ(why(below), unsafe + ("'" + top_ + "/wide' can be changed by every user"));
  EXPECT_EQ(why(top_ + "/gone.ext"), "stat '" + top_ + "/gone.ext': No such file or directory");
  EXPECT_FALSE(check_extension(top_ + "/gone.ext", true));
}

TEST_F(AutoloadTest, Links) {
  const std::string one = program("safe/one.ext");
  fs::create_symlink("../safe/./one.ext", fs::path(program("links/none")).parent_path() / "good.ext");
  EXPECT_TRUE(check_extension(top_ + "/links/good.ext", false));
  // Who may replace the link decides what runs, however safe that is.
  program("wide/none");
  fs::create_symlink(one, top_ + "/wide/bad.ext");
  ::chmod((top_ + "/wide").c_str(), 0777);
  fs::create_symlink("wide/bad.ext", top_ + "/twice.ext");
  EXPECT_FALSE(check_extension(top_ + "/wide/bad.ext", false));
  EXPECT_FALSE(check_extension(top_ + "/twice.ext", false));
  fs::create_symlink("loop.ext", top_ + "/loop.ext");
  EXPECT_EQ(check_extension(top_ + "/loop.ext", false).error().code, ELOOP);
  if (::geteuid() != 0) {
    std::printf("not run without root: owners other than root and this user\n");
    return;
  }
  const std::string foreign = program("foreign.ext");
  ASSERT_EQ(::chown(foreign.c_str(), 1, 1), 0);
  EXPECT_FALSE(check_extension(foreign, false));
  EXPECT_EQ(::lchown((top_ + "/links/good.ext").c_str(), 1, 1), 0);
  EXPECT_FALSE(check_extension(top_ + "/links/good.ext", false));
}

}  // namespace
}  // namespace vigil::extensions
