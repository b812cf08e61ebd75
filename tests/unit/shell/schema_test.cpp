// SPDX-License-Identifier: Apache-2.0
#include "shell/schema.h"

#include <gtest/gtest.h>

#include "core/sql/choose.h"

namespace vigil::shell {
namespace {

constexpr std::string_view old_names[] = {"old", "older"};
constexpr sql::Column plain = {"plain", sql::Type::text, "A text", 0, false, false, "", false, false, false, false, "", {}};
constexpr sql::Column key = {"key", sql::Type::unsigned_bigint, "A number", 0, true, false, "", false, false, false, false, "", old_names};
constexpr sql::Column extra = {"extra", sql::Type::integer, "Changes what comes", 0, false, true, "", false, false, false, true, "", {}};
constexpr sql::Column version = {"version", sql::Type::text, "A version", 0, false, false, "", false, false, false, true, "VERSION_DPKG", {}};
constexpr sql::Column path = {"path", sql::Type::text, "A file", 0, true, false, "location", false, false, false, false, "", {}};
constexpr sql::Column directory = {"directory", sql::Type::text, "Its directory", 0, false, false, "location", false, false, false, false, "", {}};
constexpr sql::Column own = {"own", sql::Type::text, "A text", 0, true, false, "", false, false, false, false, "", {}, true};
constexpr sql::Source source = {"files", "where it comes from"};

TEST(SchemaTest, PrintsWhatOsqueryPrints) {
  constexpr sql::Column keyed[] = {key, plain, extra, version};
  EXPECT_EQ(create_text({.name = "t", .columns = keyed}),
            "CREATE TABLE t(`key` UNSIGNED BIGINT, `plain` TEXT, `extra` INTEGER HIDDEN, `version` TEXT HIDDEN COLLATE VERSION_DPKG, "
            "`old` UNSIGNED BIGINT HIDDEN, `older` UNSIGNED BIGINT HIDDEN, PRIMARY KEY (`key`, `extra`)) WITHOUT ROWID;");
  constexpr sql::Column unkeyed[] = {plain};
  EXPECT_EQ(create_text({.name = "t", .columns = unkeyed}), "CREATE TABLE t(`plain` TEXT);");
  constexpr sql::Column with_own_key[] = {plain, own};
  EXPECT_EQ(create_text({.name = "t", .columns = with_own_key}), "CREATE TABLE t(`plain` TEXT, `own` TEXT);");
  // That of an extension has rowids.
  constexpr sql::Column one[] = {key};
  EXPECT_EQ(create_text({.name = "t", .columns = one, .remote = true}),
            "CREATE TABLE t(`key` UNSIGNED BIGINT, `old` UNSIGNED BIGINT HIDDEN, `older` UNSIGNED BIGINT HIDDEN, PRIMARY KEY (`key`));");
  constexpr sql::Column additional[] = {plain, extra};
  EXPECT_EQ(create_text({.name = "t", .columns = additional}),
            "CREATE TABLE t(`plain` TEXT, `extra` INTEGER HIDDEN, PRIMARY KEY (`plain`, `extra`)) WITHOUT ROWID;");
}

TEST(SchemaTest, TellsAllAboutATable) {
  constexpr sql::Column columns[] = {path, directory, key};
  constexpr sql::Source sources[] = {source};
  constexpr std::string_view examples[] = {"SELECT 1"}, notes[] = {"A note."}, aliases[] = {"u"};
  const sql::TableInfo table = {
      .name = "t", .description = "Things", .columns = columns, .sources = sources, .aliases = aliases, .examples = examples, .notes = notes};
  EXPECT_EQ(comments(table), R"(-- Things
-- Also called u.
-- A note.
--
-- Columns:
--   path       A file [required unless directory is given]
--   directory  Its directory [required unless path is given]
--   key        A number [key; also old, older]
--
-- Sources:
--   files  where it comes from
--
-- Examples:
--   SELECT 1
)");
}

TEST(ChooseTest, DisabledWinsAndAliasesCount) {
  constexpr std::string_view aliases[] = {"uno"};
  const sql::Table one = {{.name = "one", .aliases = aliases}, nullptr}, two = {{.name = "two"}, nullptr}, three = {{.name = "three"}, nullptr};
  const sql::Table* all[] = {&one, &two, &three};
  using List = std::vector<const sql::Table*>;
  EXPECT_EQ(sql::choose_tables(all, "", ""), (List{&one, &two, &three}));
  EXPECT_EQ(sql::choose_tables(all, "", "two"), (List{&one, &three}));
  EXPECT_EQ(sql::choose_tables(all, " one , two ,", "two"), (List{&one}));
  EXPECT_EQ(sql::choose_tables(all, "uno", ""), (List{&one}));
  EXPECT_EQ(sql::choose_tables(all, "", "uno,,"), (List{&two, &three}));
  EXPECT_EQ(sql::choose_tables(all, "nothing", ""), List());
}

}  // namespace
}  // namespace vigil::shell
