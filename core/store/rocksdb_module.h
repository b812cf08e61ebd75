// SPDX-License-Identifier: Apache-2.0
// What the module "rocksdb" offers to store.cpp; no type of RocksDB shows.
#pragma once

#include "core/store/store.h"

struct VigilRocksdb {
  // As store::open_store().
  vigil::Result<vigil::store::Opened> (*open)(const vigil::store::Settings& settings, const std::function<bool()>& wait);
};

// The module's symbol: const VigilRocksdb vigil_rocksdb.
extern "C" const VigilRocksdb vigil_rocksdb;
