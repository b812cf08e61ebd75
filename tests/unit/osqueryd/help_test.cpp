// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/options/help.h"

#include <gtest/gtest.h>

#include "core/parse/text.h"

namespace vigil {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST(HelpTest, ShellAndDaemon) {
  const std::string shell = help_text(Role::shell, "osqueryi", "1.2.3"), daemon = help_text(Role::daemon, "osqueryd", "1.2.3");
  EXPECT_TRUE(has(shell, "Vigil 1.2.3"));
  EXPECT_TRUE(has(shell, "Usage: osqueryi"));
  EXPECT_TRUE(has(shell, "\n  --config_path VALUE "));
  EXPECT_TRUE(has(shell, "\n  --verbose  "));
  EXPECT_TRUE(has(shell, "\n  --json  "));
  EXPECT_TRUE(has(daemon, "\n  --config_path VALUE "));
  EXPECT_FALSE(has(daemon, "--json"));
  EXPECT_FALSE(has(shell, "--allow_unsafe"));
  EXPECT_FALSE(has(daemon, "--allow_unsafe"));
  for (const std::string_view line : parse::lines(shell)) EXPECT_LE(line.size(), 120u) << line;
}

TEST(HelpTest, EveryVisibleFlagIsInOneGroup) {
  const std::string text = help_text(Role::shell, "osqueryi", "1");
  for (const OptionInfo& option : all_options()) {
    const std::string name = "\n  --" + std::string(option.name) + (is_bool(option) ? "" : " VALUE");
    size_t found = 0;
    for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
      const char next = text[at + name.size()];
      found += next == ' ' || next == '\n';
    }
    EXPECT_EQ(found, option.kind == OptionKind::hidden ? 0u : 1u) << option.name;
  }
}

TEST(HelpTest, Full) {
  const std::string all = full_help_text("osqueryi", "1", [](const OptionInfo&) { return true; });
  EXPECT_TRUE(has(all, "--allow_unsafe"));
  EXPECT_TRUE(has(all, "(type: uint64, default: 15)"));
  const std::string none = full_help_text("osqueryi", "1", [](const OptionInfo&) { return false; });
  EXPECT_EQ(none, "osqueryi version 1\n\n");
}

}  // namespace
}  // namespace vigil
