// SPDX-License-Identifier: Apache-2.0
// The store over an open RocksDB.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/store/store.h"

namespace vigil::store {

// A database and its families; closes them in the order that RocksDB wants.
class Database {
 public:
  Database() = default;
  Database(Database&& other) noexcept : db_(std::move(other.db_)), families_(std::move(other.families_)) { other.families_.clear(); }
  Database& operator=(Database&&) = delete;
  ~Database();

  // Opens all of `names`.
  rocksdb::Status open(const std::string& path, const rocksdb::Options& options, const std::vector<std::string>& names);
  rocksdb::Status open_read_only(const std::string& path, const rocksdb::Options& options, const std::vector<std::string>& names);

  rocksdb::Status add_family(const std::string& name, const rocksdb::Options& options, rocksdb::ColumnFamilyHandle*& made);

  // Nothing may be asked of it afterwards.
  rocksdb::Status close();

  rocksdb::DB* operator->() const { return db_.get(); }
  const std::vector<rocksdb::ColumnFamilyHandle*>& families() const { return families_; }
  // Null when there is none of that name.
  rocksdb::ColumnFamilyHandle* family(std::string_view name) const;

 private:
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

// A file in the store's directory that says: reading met damage, so the next
// start has to salvage. RocksDB leaves names alone that it does not know.
std::string damage_mark(const std::string& path);

// Opens the database anew; every domain has to be open in it.
using Reopen = std::function<rocksdb::Status(Database& database)>;

// Every domain must be open in `database`. After an error of the disk that
// RocksDB does not get over by itself, `reopen` opens it again.
std::unique_ptr<Store> rocksdb_store(std::string path, Database database, Reopen reopen);

}  // namespace vigil::store
