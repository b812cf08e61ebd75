// SPDX-License-Identifier: Apache-2.0
// How the store uses RocksDB: as little memory and as few threads as it can.
#pragma once

#include <rocksdb/db.h>

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/store/store.h"

namespace vigil::store {

rocksdb::Options store_options(const Settings& settings);

// The families of the store, `default` first; then those of `found`.
std::vector<std::string> families(const std::vector<std::string>& found);
std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const std::vector<std::string>& names, const rocksdb::Options& options);

// "verb 'path': reason".
Error store_error(const char* verb, const std::string& path, const rocksdb::Status& status);

}  // namespace vigil::store
