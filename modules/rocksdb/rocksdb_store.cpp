// SPDX-License-Identifier: Apache-2.0
#include "modules/rocksdb/rocksdb_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <mutex>
#include <shared_mutex>

#include "core/base/fd.h"
#include "core/parse/display.h"
#include "modules/rocksdb/options.h"

namespace vigil::store {
namespace {

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

// Makes errors of statuses, and leaves the mark when one means damage.
class Reporter {
 public:
  explicit Reporter(std::string path) : path_(std::move(path)) {}

  Error error(const std::string& what, const rocksdb::Status& status) const {
    if (status.IsCorruption() && !marked_.exchange(true)) const Fd mark(::open(damage_mark(path_).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    return {what + ": " + status.ToString()};
  }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  mutable std::atomic<bool> marked_ = false;
};

std::string describe(Domain domain, std::string_view key) { return std::string(name(domain)) + "[" + parse::printable(key) + "]"; }

// The first key after all those that start with `prefix`; empty: there is none.
std::string after_prefix(std::string_view prefix) {
  std::string key(prefix);
  while (!key.empty() && key.back() == '\xff') key.pop_back();
  if (!key.empty()) ++key.back();
  return key;
}

class RocksdbCursor final : public Cursor {
 public:
  RocksdbCursor(std::shared_ptr<const Database> database, Domain domain, std::string_view prefix, std::string_view from, const Reporter& reporter)
      : database_(std::move(database)),
        domain_(domain),
        from_(std::max(prefix, from)),
        end_(after_prefix(prefix)),
        end_slice_(end_),
        reporter_(reporter) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    if (!end_.empty()) options.iterate_upper_bound = &end_slice_;
    iterator_.reset((*database_)->NewIterator(options, database_->family(name(domain))));
  }

  bool next() override {
    if (done_) return false;
    if (started_) {
      iterator_->Next();
    } else {
      iterator_->Seek(from_);
    }
    started_ = true;
    if (iterator_->Valid()) {
      last_.assign(iterator_->key().data(), iterator_->key().size());
      return true;
    }
    done_ = true;
    if (const auto status = iterator_->status(); !status.ok())
      error_ = reporter_.error("read what follows " + describe(domain_, last_.empty() ? from_ : last_), status);
    return false;
  }
  std::string_view key() const override { return view(iterator_->key()); }
  std::string_view value() const override { return view(iterator_->value()); }
  const std::optional<Error>& error() const override { return error_; }

 private:
  const std::shared_ptr<const Database> database_;  // stays open for as long
  const Domain domain_;
  const std::string from_, end_;
  const rocksdb::Slice end_slice_;
  const Reporter& reporter_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  std::string last_;
  bool started_ = false, done_ = false;
  std::optional<Error> error_;
};

// What is asked of a store that could not be opened again.
class NoCursor final : public Cursor {
 public:
  explicit NoCursor(Error error) : error_(std::move(error)) {}
  bool next() override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  const std::optional<Error>& error() const override { return error_; }

 private:
  const std::optional<Error> error_;
};

// Whether a file can be written beside the store: 64 KiB of it.
bool takes_writes(const std::string& directory) {
  const std::string path = directory + "/PROBE";
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const std::string bytes(64 << 10, '\0');
  const bool written = file && ::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(file.get()) == 0;
  (void)::unlink(path.c_str());
  return written;
}

class RocksdbStore final : public Store {
 public:
  RocksdbStore(std::string path, Database database, Reopen reopen)
      : reporter_(std::move(path)), reopen_(std::move(reopen)), database_(std::make_shared<const Database>(std::move(database))) {}

  Result<std::optional<std::string>> get(Domain domain, std::string_view key) const override {
    const std::shared_lock lock(mutex_);
    if (!database_) return closed();
    std::string value;
    const auto status = (*database_)->Get({}, family(domain), slice(key), &value);
    if (status.ok()) return std::optional(std::move(value));
    if (status.IsNotFound()) return std::optional<std::string>();
    return reporter_.error("read " + describe(domain, key), status);
  }

  Result<void> write(const Batch& batch) override {
    const bool again = refused_.exchange(false);
    auto status = try_write(batch, again);
    // A full disk is waited for; other errors of a disk RocksDB holds for final.
    if (again && status.IsIOError() && !status.IsNoSpace() && reopen()) status = try_write(batch, false);
    if (status.ok()) return {};
    refused_ = true;
    return reporter_.error("write to the store '" + reporter_.path() + "'", reason(status));
  }

  std::unique_ptr<Cursor> scan(Domain domain, std::string_view prefix, std::string_view from) const override {
    const std::shared_lock lock(mutex_);
    if (!database_) return std::make_unique<NoCursor>(closed());
    return std::make_unique<RocksdbCursor>(database_, domain, prefix, from, reporter_);
  }

  uint64_t bytes() const override {
    uint64_t sum = 0;
    std::error_code ignored;
    // Files come and go while this looks; what has gone counts as nothing.
    for (std::filesystem::directory_iterator at(reporter_.path(), ignored), end; !ignored && at != end; at.increment(ignored)) {
      std::error_code gone;
      const auto size = at->file_size(gone);
      if (!gone) sum += size;
    }
    return sum;
  }

 private:
  rocksdb::ColumnFamilyHandle* family(Domain domain) const { return database_->family(name(domain)); }

  Error closed() const { return {"the store '" + reporter_.path() + "' could not be opened again"}; }

  // `again`: after an error, when RocksDB refuses all writes until it is told to go on.
  rocksdb::Status try_write(const Batch& batch, bool again) {
    const std::shared_lock lock(mutex_);
    if (!database_) return rocksdb::Status::IOError(closed().message);
    rocksdb::WriteBatch changes;
    rocksdb::Status status;
    for (const auto& change : batch.changes())
      if (status.ok()) status = add(changes, change);
    if (status.ok() && again) status = (*database_)->Resume();
    return status.ok() ? (*database_)->Write({}, &changes) : status;
  }

  // Not while the disk still fails, or somebody reads: with a later write, then.
  bool reopen() {
    const std::unique_lock lock(mutex_);
    if (database_.use_count() > 1 || !takes_writes(reporter_.path())) return false;
    database_.reset();
    auto database = std::make_shared<Database>();
    if (!reopen_(*database).ok()) return false;
    database_ = std::move(database);
    return true;
  }

  // While it tries to recover by itself, RocksDB is only busy: the reason is that of the last failure.
  rocksdb::Status reason(const rocksdb::Status& status) {
    const std::lock_guard lock(failure_mutex_);
    if (!status.IsBusy()) failure_ = status;
    return failure_.ok() ? status : failure_;
  }

  rocksdb::Status add(rocksdb::WriteBatch& changes, const Batch::Change& change) const {
    switch (change.kind) {
      case Batch::Change::Kind::put: return changes.Put(family(change.domain), change.key, change.value);
      case Batch::Change::Kind::erase: return changes.Delete(family(change.domain), change.key);
      case Batch::Change::Kind::erase_range: break;
    }
    if (change.key >= change.value) return rocksdb::Status::OK();
    return changes.DeleteRange(family(change.domain), change.key, change.value);
  }

  const Reporter reporter_;
  const Reopen reopen_;
  mutable std::shared_mutex mutex_;  // alone by who opens the database anew
  std::shared_ptr<const Database> database_;
  std::atomic<bool> refused_ = false;
  std::mutex failure_mutex_;
  rocksdb::Status failure_;
};

}  // namespace

Database::~Database() {
  if (db_) (void)close();
}

rocksdb::Status Database::close() {
  for (auto* family : families_) db_->DestroyColumnFamilyHandle(family);
  families_.clear();
  auto status = db_->Close();
  db_.reset();
  return status;
}

rocksdb::Status Database::open(const std::string& path, const rocksdb::Options& options, const std::vector<std::string>& names) {
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::Open(options, path, descriptors(names, options), &families_, &db);
  db_.reset(db);
  return status;
}

rocksdb::Status Database::open_read_only(const std::string& path, const rocksdb::Options& options, const std::vector<std::string>& names) {
  rocksdb::DB* db = nullptr;
  auto status = rocksdb::DB::OpenForReadOnly(options, path, descriptors(names, options), &families_, &db);
  db_.reset(db);
  return status;
}

rocksdb::Status Database::add_family(const std::string& name, const rocksdb::Options& options, rocksdb::ColumnFamilyHandle*& made) {
  auto status = db_->CreateColumnFamily(options, name, &made);
  if (status.ok()) families_.push_back(made);
  return status;
}

rocksdb::ColumnFamilyHandle* Database::family(std::string_view name) const {
  for (auto* family : families_)
    if (family->GetName() == name) return family;
  return nullptr;
}

std::string damage_mark(const std::string& path) { return path + "/DAMAGED"; }

std::unique_ptr<Store> rocksdb_store(std::string path, Database database, Reopen reopen) {
  return std::make_unique<RocksdbStore>(std::move(path), std::move(database), std::move(reopen));
}

}  // namespace vigil::store
