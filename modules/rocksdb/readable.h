// SPDX-License-Identifier: Apache-2.0
// What of an ordered set of keys can be read, when some of its blocks cannot.
#pragma once

#include <rocksdb/iterator.h>

#include <functional>
#include <string>

namespace vigil::store {

using EachKey = std::function<void(const rocksdb::Slice& key, const rocksdb::Slice& value)>;

// Calls `each` for every key that can be read, in no certain order. The first
// damage that was met, or ok.
rocksdb::Status read_all(rocksdb::Iterator& keys, const EachKey& each);

}  // namespace vigil::store
