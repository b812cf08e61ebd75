// SPDX-License-Identifier: Apache-2.0
#include "modules/rocksdb/salvage.h"

#include <rocksdb/sst_file_reader.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "modules/rocksdb/options.h"
#include "modules/rocksdb/readable.h"
#include "modules/rocksdb/rocksdb_store.h"
#include "modules/rocksdb/write_log.h"

namespace vigil::store {
namespace {

namespace fs = std::filesystem;

std::string clone_path(const std::string& path) { return path + ".salvage"; }
std::string new_path(const std::string& path) { return path + ".new"; }

// The files of a directory whose names end or start so, in order.
template <class Wanted>
std::vector<fs::path> files(const fs::path& directory, const Wanted& wanted) {
  std::vector<fs::path> found;
  std::error_code ignored;
  for (fs::directory_iterator at(directory, ignored), end; !ignored && at != end; at.increment(ignored))
    if (wanted(at->path())) found.push_back(at->path());
  std::sort(found.begin(), found.end());
  return found;
}

bool is_table(const fs::path& path) { return path.extension() == ".sst"; }
bool is_manifest(const fs::path& path) { return path.filename().string().starts_with("MANIFEST-"); }
bool is_write_log(const fs::path& path) { return path.extension() == ".log"; }

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What reading needs of the damaged store, so that no try can harm it: tables
// are never written to and need no copy. The write-ahead log stays out of it.
void clone(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  ::chmod(to.c_str(), 0700);
  for (const auto& file : files(from, [](const fs::path& path) { return is_table(path) || is_manifest(path); })) {
    std::error_code failed;
    if (is_table(file)) fs::create_hard_link(file, to / file.filename(), failed);
    if (!is_table(file) || failed) fs::copy_file(file, to / file.filename(), failed);
  }
  // CURRENT says nothing that the names of the manifests do not.
  const auto manifests = files(to, is_manifest);
  if (!manifests.empty()) std::ofstream(to / "CURRENT") << manifests.back().filename().string() << "\n";
}

// The new store and what came into it.
class Target {
 public:
  Target(std::string path, const Settings& settings) : path_(std::move(path)), options_(store_options(settings)) {
    options_.disable_auto_compactions = true;
    unlogged_.disableWAL = true;
  }

  Result<void> open() {
    if (const auto status = database_.open(path_, options_, families({})); !status.ok()) return store_error("make", path_, status);
    return {};
  }

  rocksdb::ColumnFamilyHandle* family(const std::string& name) {
    auto* known = database_.family(name);
    if (!known && failure_.ok()) failure_ = database_.add_family(name, options_, known);
    return known;
  }

  void put(rocksdb::ColumnFamilyHandle* family, const rocksdb::Slice& key, const rocksdb::Slice& value) {
    if (failure_.ok()) failure_ = database_->Put(unlogged_, family, key, value);
    ++saved_[family->GetName()];
  }

  void put_if_absent(rocksdb::ColumnFamilyHandle* family, const rocksdb::Slice& key, const rocksdb::Slice& value) {
    std::string old;
    if (database_->Get({}, family, key, &old).IsNotFound()) put(family, key, value);
  }

  void apply(rocksdb::WriteBatch& batch) {
    if (failure_.ok()) failure_ = database_->Write(unlogged_, &batch);
  }

  void damage(const std::string& family, const rocksdb::Status& status) { damage_.emplace(family, status.ToString()); }
  bool damaged(const std::string& family) const { return damage_.count(family) != 0; }
  bool damaged() const { return !damage_.empty(); }

  Result<void> close() {
    for (auto* family : database_.families())
      if (failure_.ok()) failure_ = database_->Flush({}, family);
    if (failure_.ok()) failure_ = database_.close();
    if (!failure_.ok()) return store_error("write", path_, failure_);
    return {};
  }

  void tell(std::vector<std::string>& notes) const {
    for (const auto& [family, count] : saved_)
      notes.push_back("domain '" + family + "': " + std::to_string(count) + " keys were saved from its tables");
    for (const auto& [family, why] : damage_) notes.push_back("domain '" + family + "': some keys could not be read: " + why);
  }

 private:
  const std::string path_;
  rocksdb::Options options_;
  rocksdb::WriteOptions unlogged_;
  Database database_;
  rocksdb::Status failure_;
  std::map<std::string, uint64_t> saved_;
  std::map<std::string, std::string> damage_;
};

using FamilyNames = std::map<uint32_t, std::string>;

// Applies a batch of the write-ahead log to families of other numbers.
class Translator final : public rocksdb::WriteBatch::Handler {
 public:
  Translator(Target& target, const FamilyNames& names) : target_(target), names_(names) {}

  rocksdb::Status PutCF(uint32_t number, const rocksdb::Slice& key, const rocksdb::Slice& value) override {
    return with(number, [&](auto* family) { return batch_.Put(family, key, value); });
  }
  rocksdb::Status DeleteCF(uint32_t number, const rocksdb::Slice& key) override {
    return with(number, [&](auto* family) { return batch_.Delete(family, key); });
  }
  rocksdb::Status SingleDeleteCF(uint32_t number, const rocksdb::Slice& key) override { return DeleteCF(number, key); }
  rocksdb::Status DeleteRangeCF(uint32_t number, const rocksdb::Slice& from, const rocksdb::Slice& to) override {
    return with(number, [&](auto* family) { return batch_.DeleteRange(family, from, to); });
  }
  // Neither is written by this program or by osquery; they change no key.
  rocksdb::Status MergeCF(uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override { return {}; }
  void LogData(const rocksdb::Slice&) override {}

  rocksdb::WriteBatch& batch() { return batch_; }

 private:
  template <class Change>
  rocksdb::Status with(uint32_t number, const Change& change) {
    const auto name = names_.find(number);
    auto* family = name == names_.end() ? nullptr : target_.family(name->second);
    return family ? change(family) : rocksdb::Status::OK();
  }

  Target& target_;
  const FamilyNames& names_;
  rocksdb::WriteBatch batch_;
};

class Salvage {
 public:
  explicit Salvage(const Settings& settings)
      : path_(settings.path), clone_(clone_path(path_)), options_(store_options(settings)), target_(new_path(path_), settings) {
    options_.paranoid_checks = false;
    options_.create_if_missing = false;
    options_.create_missing_column_families = false;
  }

  Result<std::vector<std::string>> run() {
    if (auto made = target_.open(); !made) return made.error();
    clone(path_, clone_);
    const bool listed = copy_store(false);
    if (!listed || target_.damaged()) {
      const auto status = rocksdb::RepairDB(clone_, options_, descriptors(families({}), options_), options_);
      if (!status.ok()) notes_.push_back("repair '" + path_ + "': " + status.ToString());
      copy_store(listed);
      copy_lost();
    }
    apply_write_logs();
    if (auto closed = target_.close(); !closed) return closed.error();
    target_.tell(notes_);
    return std::move(notes_);
  }

 private:
  // Copies what the clone has; `again`: only the keys that are not there yet, of
  // families that were found damaged. False when it does not open.
  bool copy_store(bool again) {
    std::vector<std::string> names;
    Database source;
    auto status = rocksdb::DB::ListColumnFamilies(options_, clone_, &names);
    if (status.ok()) status = source.open_read_only(clone_, options_, names);
    if (!status.ok()) {
      notes_.push_back("read '" + path_ + "': " + status.ToString());
      return false;
    }
    for (auto* from : source.families()) {
      const std::string& name = from->GetName();
      numbers_[from->GetID()] = name;
      auto* to = target_.family(name);
      if (!to || (again && !target_.damaged(name))) continue;
      const std::unique_ptr<rocksdb::Iterator> keys(source->NewIterator({}, from));
      copy(*keys, to, again);
    }
    return true;
  }

  // Tables that the repair gave up because of a part of them.
  void copy_lost() {
    for (const auto& file : files(fs::path(clone_) / "lost", is_table)) {
      rocksdb::SstFileReader table(options_);
      auto status = table.Open(file);
      if (!status.ok()) {
        notes_.push_back("table '" + file.filename().string() + "' could not be read: " + status.ToString());
        continue;
      }
      const std::string name = table.GetTableProperties()->column_family_name;
      numbers_.emplace(static_cast<uint32_t>(table.GetTableProperties()->column_family_id), name);
      const std::unique_ptr<rocksdb::Iterator> keys(table.NewIterator({}));
      if (auto* to = target_.family(name)) copy(*keys, to, true);
    }
  }

  void copy(rocksdb::Iterator& keys, rocksdb::ColumnFamilyHandle* to, bool absent) {
    const auto status = read_all(keys, [&](const rocksdb::Slice& key, const rocksdb::Slice& value) {
      absent ? target_.put_if_absent(to, key, value) : target_.put(to, key, value);
    });
    if (!status.ok()) target_.damage(to->GetName(), status);
  }

  void apply_write_logs() {
    // A family that nothing told the number of has the one that its place in
    // the list gave it when the store was made.
    const auto names = families({});
    for (uint32_t i = 0; i < names.size(); ++i) {
      const bool placed = std::any_of(numbers_.begin(), numbers_.end(), [&](const auto& known) { return known.second == names[i]; });
      if (!placed) numbers_.emplace(i, names[i]);
    }
    for (const auto& file : files(path_, is_write_log)) {
      const auto report = read_write_log(content(file), [&](std::string batch) {
        if (batch.size() < 12) return;  // the header: sequence number and count
        Translator translator(target_, numbers_);
        // What is left of a batch that does not parse is as good as it gets.
        (void)rocksdb::WriteBatch(std::move(batch)).Iterate(&translator);
        target_.apply(translator.batch());
      });
      notes_.push_back("write-ahead log '" + file.filename().string() + "': " + std::to_string(report.batches) + " batches were applied, " +
                       std::to_string(report.skipped) + " bytes were damaged");
    }
  }

  const std::string path_, clone_;
  rocksdb::Options options_;
  Target target_;
  FamilyNames numbers_;
  std::vector<std::string> notes_;
};

}  // namespace

void finish_salvage(const std::string& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored) && fs::exists(new_path(path), ignored)) fs::rename(new_path(path), path, ignored);
}

Result<std::vector<std::string>> salvage(const Settings& settings) try {
  const std::string& path = settings.path;
  fs::remove_all(new_path(path));
  fs::remove_all(clone_path(path));
  auto notes = Salvage(settings).run();
  if (!notes) return notes.error();
  fs::remove_all(clone_path(path));
  fs::remove_all(path + ".backup");
  fs::rename(path, path + ".backup");
  fs::rename(new_path(path), path);
  return notes;
} catch (const fs::filesystem_error& failed) {
  return Error{"salvage '" + settings.path + "': " + failed.what(), failed.code().value()};
}

}  // namespace vigil::store
