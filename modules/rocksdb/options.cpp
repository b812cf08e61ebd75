// SPDX-License-Identifier: Apache-2.0
#include "modules/rocksdb/options.h"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

#include <algorithm>

namespace vigil::store {
namespace {

constexpr size_t kib = 1024, mib = 1024 * kib;

// The library's own log is a file beside the store, and with assertions, as
// Debian builds it, the library ends the process at the second line that a full
// disk does not take. What matters comes back as a status.
class NoLog final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::shared_ptr<rocksdb::TableFactory> tables() {
  rocksdb::BlockBasedTableOptions options;
  options.block_cache = rocksdb::NewLRUCache(mib / 2, 0);
  options.verify_compression = false;
  return std::shared_ptr<rocksdb::TableFactory>(rocksdb::NewBlockBasedTableFactory(options));
}

// Nothing that runs at rest, and buffers of the size that the writes have.
void be_light(rocksdb::Options& options) {
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.skip_stats_update_on_db_open = true;
  options.max_open_files = 128;
  options.max_file_opening_threads = 1;
  options.table_cache_numshardbits = 0;
  options.writable_file_max_buffer_size = 64 * kib;
  options.manifest_preallocation_size = 64 * kib;
  options.arena_block_size = 16 * kib;
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.compaction_readahead_size = 0;
}

}  // namespace

rocksdb::Options store_options(const Settings& settings) {
  rocksdb::Options options;
  be_light(options);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.compression = rocksdb::kNoCompression;
  options.table_factory = tables();
  options.write_buffer_size = settings.write_buffer;
  options.max_write_buffer_number = settings.write_buffers;
  options.min_write_buffer_number_to_merge = settings.merge_buffers;
  options.max_background_compactions = 1;
  // An upper bound; a store of this size gains nothing by more threads.
  options.max_background_flushes = std::min(settings.background_flushes, 1);
  // A family that is written once an hour must not keep the log of all the others.
  options.max_total_wal_size = 4 * mib;
  options.target_file_size_base = 4 * mib;
  options.max_bytes_for_level_base = 16 * mib;
  options.max_manifest_file_size = 500 * kib;
  options.info_log = std::make_shared<NoLog>();
  options.paranoid_checks = true;
  // A torn end is damage too: the caller says what it lost. See salvage.h.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  return options;
}

std::vector<std::string> families(const std::vector<std::string>& found) {
  std::vector<std::string> names = {rocksdb::kDefaultColumnFamilyName};
  for (size_t i = 0; i < domains; ++i) names.emplace_back(name(static_cast<Domain>(i)));
  for (const auto& family : found)
    if (std::find(names.begin(), names.end(), family) == names.end()) names.push_back(family);
  return names;
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const std::vector<std::string>& names, const rocksdb::Options& options) {
  std::vector<rocksdb::ColumnFamilyDescriptor> list;
  for (const auto& family : names) list.emplace_back(family, options);
  return list;
}

Error store_error(const char* verb, const std::string& path, const rocksdb::Status& status) {
  return {std::string(verb) + " '" + path + "': " + status.ToString()};
}

}  // namespace vigil::store
