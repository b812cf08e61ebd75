// SPDX-License-Identifier: Apache-2.0
// What crontabs, unit files and desktop entries have in common: they start things.
#include <gtest/gtest.h>

#include "core/parse/crontab.h"
#include "core/parse/desktop_entry.h"
#include "core/parse/sections.h"
#include "core/parse/unit_file.h"

namespace vigil::parse {
namespace {

TEST(Crontab, TellsVariablesFromJobs) {
  for (const char* line : {"", "  ", "# x", "A=b", "A = b c d e f g", "'x y' = z", "PATH=$HOME/bin:* * * * * x"}) {
    const auto entry = cron_line(line);
    ASSERT_TRUE(entry) << line;
    EXPECT_FALSE(*entry) << line;
  }
  for (const char* line : {"x", "* * * * *", "@daily", "60 * jan * * x", "a b c d e f"}) EXPECT_FALSE(cron_line(line)) << line;
  const auto entry = cron_line(" \t1-5/2\t* ~ JAN Mon-Fri  a  b=c\t d \r");
  ASSERT_TRUE(entry && *entry);
  EXPECT_EQ((*entry)->minute, "1-5/2");
  EXPECT_EQ((*entry)->day_of_week, "Mon-Fri");
  EXPECT_EQ((*entry)->command, "a b=c d");
}

TEST(UnitFile, NamesAndTemplates) {
  EXPECT_TRUE(is_unit_name("-.mount"));
  EXPECT_TRUE(is_unit_name("getty@tty1.service"));
  EXPECT_FALSE(is_unit_name(".service"));
  EXPECT_FALSE(is_unit_name("cron.service.d"));
  EXPECT_EQ(unit_template("getty@tty1.service"), "getty@.service");
  EXPECT_EQ(unit_template("a@b@c.d.socket"), "a@.socket");
  EXPECT_EQ(unit_template("getty@.service"), "");
  EXPECT_EQ(unit_template("cron.service"), "");
}

TEST(Sections, LinesGoOn) {
  Sections file("[A]\nk = a \\\n# comment\n\n  b\\\n;c\nd\nl=", Sections::Style::unit);
  ASSERT_TRUE(file.next());
  EXPECT_TRUE(file.at("A", "k"));
  EXPECT_EQ(file.value(), "a");  // the empty line ends it
  ASSERT_TRUE(file.next());
  EXPECT_EQ(file.key(), "l");
  EXPECT_FALSE(file.next());
}

TEST(DesktopEntry, ProgramAndArguments) {
  EXPECT_EQ(split_exec("a b  c"), (std::pair<std::string, std::string>("a", "b  c")));
  EXPECT_EQ(split_exec("\"/x y/\\\"z\\\"\" %U"), (std::pair<std::string, std::string>("/x y/\"z\"", "%U")));
  EXPECT_EQ(split_exec(""), (std::pair<std::string, std::string>("", "")));
  EXPECT_EQ(split_exec("\"open"), (std::pair<std::string, std::string>("open", "")));
}

}  // namespace
}  // namespace vigil::parse
