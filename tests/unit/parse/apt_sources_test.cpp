// SPDX-License-Identifier: Apache-2.0
#include "core/parse/apt_sources.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(AptSources, ListFilesAreNamedAsAptNamesThem) {
  EXPECT_EQ(apt_list_prefix({"http://deb.debian.org/debian", "bookworm"}), "deb.debian.org_debian_dists_bookworm_");
  EXPECT_EQ(apt_list_prefix({"http://deb.debian.org/debian/", "bookworm/updates"}), "deb.debian.org_debian_dists_bookworm_updates_");
  EXPECT_EQ(apt_list_prefix({"https://u:p@host:8080/node_20.x", "x"}), "host:8080_node%5f20.x_dists_x_");
  EXPECT_EQ(apt_list_prefix({"file:/srv/~me", "./"}), "_srv_%7eme_._");
  EXPECT_EQ(apt_list_prefix({"file:///srv", "/"}), "_srv_");
  EXPECT_EQ(apt_list_prefix({"http://h/a%20b", "s"}), "h_a%20b_dists_s_");
  EXPECT_EQ(apt_list_prefix({"cdrom:[A B]/", "s"}), "A%20B_dists_s_");
}

TEST(AptSources, NoPasswordIsShown) {
  EXPECT_EQ(apt_public_uri("https://user:p@ss@host/x//"), "https://host/x");
  EXPECT_EQ(apt_public_uri("https://host/mail@x"), "https://host/mail@x");
  EXPECT_EQ(apt_public_uri("file:/a@b/c"), "file:/a@b/c");
  EXPECT_EQ(apt_public_uri(""), "");
}

TEST(AptSources, OptionsQuotesAndComments) {
  const auto sources = apt_list("deb [a=b c=d] \"http://q/x y\" s m # x\n#deb http://c s m\ndeb http://h/#x s\ndebx http://h s\n");
  ASSERT_EQ(sources.size(), 1u);
  EXPECT_EQ(sources[0].uri, "http://q/x y");
  EXPECT_EQ(sources[0].suite, "s");
}

TEST(AptSources, UnclosedMarksCostNoMoreThanOtherText) {
  EXPECT_TRUE(apt_list("deb x" + std::string(2000000, '[')).empty());
  EXPECT_TRUE(apt_list("deb x" + std::string(2000001, '"')).empty());
}

TEST(AptSources, FileNames) {
  EXPECT_TRUE(apt_reads_file("my-repo_1.list"));
  EXPECT_FALSE(apt_reads_file("a b.list"));
  EXPECT_FALSE(apt_reads_file(".list"));
  EXPECT_FALSE(apt_reads_file("x~"));
}

}  // namespace
}  // namespace vigil::parse
