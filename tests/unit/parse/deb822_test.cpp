// SPDX-License-Identifier: Apache-2.0
#include "core/parse/deb822.h"

#include <gtest/gtest.h>

namespace vigil::parse {
namespace {

TEST(Deb822, WalksStanzasAndFields) {
  Deb822 file("\n\nA: 1\nb :  two \nC:\n x\n y\n\n\nD: 4");
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_field());
  EXPECT_TRUE(file.is("a"));
  EXPECT_EQ(file.value(), "1");
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(file.name(), "b");
  EXPECT_EQ(file.value(), "two");
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(file.value(), "x\n y");
  EXPECT_FALSE(file.next_field());
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(file.value(), "4");
  EXPECT_FALSE(file.next_field());
  EXPECT_FALSE(file.next_stanza());
}

TEST(Deb822, PassesOverWhatIsNotReadOfAStanza) {
  Deb822 file("A: 1\nB: 2\n\nC: 3\nD: 4\n\nE: 5\n");
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(file.name(), "C");
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(file.name(), "E");
}

TEST(Deb822, CommentsEndNoField) {
  Deb822 file("# first\nA: 1\n# within\n 2\n# after\nB: 3\n");
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(deb822_words(file.value()), (std::vector<std::string_view>{"1", "2"}));
  ASSERT_TRUE(file.next_field());
  EXPECT_EQ(file.value(), "3");
}

TEST(Deb822, AStanzaWithoutFieldsIsNone) {
  EXPECT_FALSE(Deb822("").next_stanza());
  EXPECT_FALSE(Deb822("# x\n\n continued\n:\nno field\n").next_stanza());
}

TEST(Deb822, FieldsOfManyMegabytesTakeOneWalk) {
  std::string text = "A:";
  for (int i = 0; i < 2000000; ++i) text += " x\n";
  Deb822 file(text);
  ASSERT_TRUE(file.next_stanza());
  ASSERT_TRUE(file.next_field());
  EXPECT_GT(file.value().size(), 5000000u);
  EXPECT_FALSE(file.next_field());
}

TEST(Deb822, RevisionIsWhatFollowsTheLastHyphen) {
  EXPECT_EQ(debian_revision("1:2.0-3-4+b1"), "4+b1");
  EXPECT_EQ(debian_revision("2.0"), "");
  EXPECT_EQ(debian_revision("2.0-"), "");
}

}  // namespace
}  // namespace vigil::parse
