// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/cgroup.h"

#include <gtest/gtest.h>

#include "scratch.h"

namespace vigil::watch {
namespace {

TEST(CgroupTest, Membership) {
  const Membership split = parse_membership("9:name=systemd:/\n5:memory:/a/b\n3:cpuset:/c\n2:cpu,cpuacct:/x:y\n0::/\n");
  EXPECT_EQ(split.memory, "/a/b");
  EXPECT_EQ(split.processor, "/x:y");
  EXPECT_EQ(split.unified, "/");
  const Membership unified = parse_membership("0::/system.slice/osqueryd.service");
  EXPECT_EQ(unified.unified, "/system.slice/osqueryd.service");
  EXPECT_FALSE(unified.memory);
  for (const char* text : {"", ":", "0::", "0::relative", "0::/../outside", "5:memory:/..", "\n\n", "memory"}) {
    const Membership none = parse_membership(text);
    EXPECT_FALSE(none.unified || none.memory || none.processor) << text;
  }
}

TEST(CgroupTest, OomKills) {
  EXPECT_EQ(parse_oom_kills("low 0\nhigh 3\noom 4\noom_kill 2\noom_group_kill 0\n"), 2u);
  EXPECT_EQ(parse_oom_kills("oom_kill_disable 0\nunder_oom 0\noom_kill 7"), 7u);
  EXPECT_EQ(parse_oom_kills("oom_kill many"), 0u);
  EXPECT_EQ(parse_oom_kills(""), 0u);
}

// What the kernel makes with a directory has to be there before.
void unified(const Scratch& scratch, const std::string& members) {
  scratch.put("cgroup.controllers", "cpu memory");
  scratch.put("unit/cgroup.type", "domain");
  scratch.put("unit/cgroup.controllers", "cpuset cpu io memory pids\n");
  scratch.put("unit/cgroup.procs", members);
  scratch.put("unit/cgroup.subtree_control", "");
  scratch.put("unit/osqueryd-watcher/cgroup.procs", "");
  for (const char* file : {"cgroup.procs", "memory.high", "memory.max", "cpu.max"}) scratch.put(std::string("unit/osqueryd-worker/") + file, "");
  scratch.put("unit/osqueryd-worker/memory.events", "oom_kill 1\n");
}

TEST(CgroupTest, UnifiedHierarchy) {
  const Scratch scratch;
  unified(scratch, "42\n");
  const auto group = ControlGroup::make(scratch.path(), parse_membership("0::/unit"), 42);
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_EQ(scratch.get("unit/osqueryd-watcher/cgroup.procs"), "42");
  EXPECT_EQ(scratch.get("unit/cgroup.subtree_control"), "+cpu +memory");
  EXPECT_EQ(group->entries(), std::vector<std::string>{scratch / "unit/osqueryd-worker/cgroup.procs"});
  EXPECT_TRUE(group->limit_memory(1000, 1250));
  EXPECT_EQ(scratch.get("unit/osqueryd-worker/memory.high"), "1000");
  EXPECT_EQ(scratch.get("unit/osqueryd-worker/memory.max"), "1250");
  EXPECT_TRUE(group->limit_memory(0, 0));
  EXPECT_EQ(scratch.get("unit/osqueryd-worker/memory.max"), "max");
  EXPECT_TRUE(group->limit_processor(18));
  EXPECT_EQ(scratch.get("unit/osqueryd-worker/cpu.max"), "18000 100000");
  EXPECT_TRUE(group->limit_processor(0));
  EXPECT_EQ(scratch.get("unit/osqueryd-worker/cpu.max"), "max 100000");
  EXPECT_EQ(group->oom_kills(), 1u);
}

TEST(CgroupTest, GroupsBesideAnother) {
  const Scratch scratch;
  unified(scratch, "42\n");
  const auto group = ControlGroup::make(scratch.path(), parse_membership("0::/unit"), 42);
  ASSERT_TRUE(group);
  {
    const auto other = group->beside("other");
    ASSERT_TRUE(other) << other.error().message;
    EXPECT_EQ(other->entries(), std::vector<std::string>{scratch / "unit/other/cgroup.procs"});
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "unit/other"));
}

TEST(CgroupTest, HalfAUnifiedHierarchy) {
  const Scratch scratch;
  unified(scratch, "42\n");
  scratch.put("unit/cgroup.controllers", "memory\n");
  ASSERT_TRUE(ControlGroup::make(scratch.path(), parse_membership("0::/unit"), 42));
  EXPECT_EQ(scratch.get("unit/cgroup.subtree_control"), "+memory");
  scratch.put("unit/cgroup.controllers", "\n");
  EXPECT_FALSE(ControlGroup::make(scratch.path(), parse_membership("0::/unit"), 42));
}

TEST(CgroupTest, GroupsOfOthersAreLeftAlone) {
  const Scratch scratch;
  unified(scratch, "42\n43\n");
  EXPECT_EQ(ControlGroup::make(scratch.path(), parse_membership("0::/unit"), 42).error().message,
            "control group '" + scratch / "unit" + "' has other processes");
  EXPECT_FALSE(ControlGroup::make(scratch.path(), parse_membership("0::/"), 42)) << "the root has no type";
  EXPECT_FALSE(ControlGroup::make(scratch.path(), parse_membership(""), 42));
  EXPECT_FALSE(ControlGroup::make(scratch.path(), parse_membership("0::/gone"), 42));
  EXPECT_EQ(scratch.get("unit/cgroup.subtree_control"), "");
}

TEST(CgroupTest, SplitHierarchies) {
  const Scratch scratch;
  scratch.put("memory/box/cgroup.procs", "42\n");
  scratch.put("cpu/box/cgroup.procs", "42\n");
  for (const char* file : {"cgroup.procs", "memory.limit_in_bytes", "memory.soft_limit_in_bytes"})
    scratch.put(std::string("memory/box/osqueryd-worker/") + file, "");
  scratch.put("memory/box/osqueryd-worker/memory.oom_control", "oom_kill_disable 0\noom_kill 3\n");
  for (const char* file : {"cgroup.procs", "cpu.cfs_period_us", "cpu.cfs_quota_us"}) scratch.put(std::string("cpu/box/osqueryd-worker/") + file, "");
  const auto group = ControlGroup::make(scratch.path(), parse_membership("5:memory:/box\n2:cpu:/box\n"), 42);
  ASSERT_TRUE(group) << group.error().message;
  EXPECT_EQ(group->entries().size(), 2u);
  EXPECT_TRUE(group->limit_memory(1000, 1250));
  EXPECT_EQ(scratch.get("memory/box/osqueryd-worker/memory.limit_in_bytes"), "1250");
  EXPECT_TRUE(group->limit_processor(50));
  EXPECT_EQ(scratch.get("cpu/box/osqueryd-worker/cpu.cfs_quota_us"), "50000");
  EXPECT_TRUE(group->limit_processor(0));
  EXPECT_EQ(scratch.get("cpu/box/osqueryd-worker/cpu.cfs_quota_us"), "-1");
  EXPECT_EQ(group->oom_kills(), 3u);

  EXPECT_FALSE(ControlGroup::make(scratch.path(), parse_membership("5:memory:/\n2:cpu:/\n"), 42)) << "a root is nobody's";
  EXPECT_FALSE(ControlGroup::make(scratch.path(), parse_membership("5:memory:/box\n2:cpu:/box\n"), 7)) << "another's group";
  const auto half = ControlGroup::make(scratch.path(), parse_membership("5:memory:/box\n2:cpu:/\n"), 42);
  ASSERT_TRUE(half);
  EXPECT_EQ(half->entries().size(), 1u);
  EXPECT_TRUE(half->limit_processor(50)) << "what is not there is not limited";
}

}  // namespace
}  // namespace vigil::watch
