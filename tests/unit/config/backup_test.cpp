// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/backup.h"

#include <gtest/gtest.h>

namespace vigil::config {
namespace {

TEST(ConfigBackupTest, KeepsTheLastSourcesOnly) {
  const auto store = store::memory_store();
  EXPECT_EQ(*load_backup(*store), Sources());
  EXPECT_TRUE(save_backup({{"/etc/a.conf", "1"}, {"/etc/a.conf.d/b.conf", "2"}}, *store));
  EXPECT_TRUE(save_backup({{"/etc/a.conf", "3"}, {"tls_plugin", "4"}}, *store));
  EXPECT_EQ(*load_backup(*store), (Sources{{"/etc/a.conf", "3"}, {"tls_plugin", "4"}}));
  EXPECT_EQ(**store->get(store::Domain::configurations, "config_persistence./etc/a.conf"), "3");
}

TEST(ConfigBackupTest, LeavesOtherKeysAlone) {
  const auto store = store::memory_store();
  store::Batch batch;
  batch.put(store::Domain::configurations, "nodeKey", "secret");
  ASSERT_TRUE(store->write(batch));
  EXPECT_TRUE(save_backup({{"a", "1"}}, *store));
  EXPECT_TRUE(save_backup({}, *store));
  EXPECT_EQ(*load_backup(*store), Sources());
  EXPECT_EQ(**store->get(store::Domain::configurations, "nodeKey"), "secret");
}

// A store whose disk is gone.
class BrokenStore final : public store::Store {
  struct Cursor final : store::Cursor {
    std::optional<Error> failed = Error{"scan: Input/output error"};
    bool next() override { return false; }
    std::string_view key() const override { return {}; }
    std::string_view value() const override { return {}; }
    const std::optional<Error>& error() const override { return failed; }
  };

 public:
  Result<std::optional<std::string>> get(store::Domain, std::string_view) const override { return std::optional<std::string>(); }
  Result<void> write(const store::Batch&) override { return {}; }
  std::unique_ptr<store::Cursor> scan(store::Domain, std::string_view, std::string_view) const override { return std::make_unique<Cursor>(); }
  uint64_t bytes() const override { return 0; }
};

TEST(ConfigBackupTest, ErrorsAreNotAnEmptyConfiguration) {
  BrokenStore store;
  EXPECT_FALSE(load_backup(store));
  EXPECT_EQ(save_backup({{"a", "1"}}, store).error().message, "scan: Input/output error");
}

}  // namespace
}  // namespace vigil::config
