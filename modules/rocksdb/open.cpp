// SPDX-License-Identifier: Apache-2.0
// Opens the store on disk, see core/store/store.h.
#include <fcntl.h>
#include <link.h>
#include <rocksdb/env.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "core/store/rocksdb_module.h"
#include "modules/rocksdb/options.h"
#include "modules/rocksdb/rocksdb_store.h"
#include "modules/rocksdb/salvage.h"
#include "modules/rocksdb/write_log.h"

namespace vigil::store {
namespace {

namespace fs = std::filesystem;

constexpr int tries = 25;

Result<void> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return os_error("mkdir", path, errno);
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return os_error("open", path, errno);
  const int failed = ::fchmod(fd, 0700) == 0 ? 0 : errno;
  ::close(fd);
  if (failed != 0) return os_error("chmod", path, failed);
  return {};
}

// The lock of a store, while no database has it.
class Lock {
 public:
  explicit Lock(const std::string& path) : status_(rocksdb::Env::Default()->LockFile(path + "/LOCK", &lock_)) {}
  ~Lock() {
    if (lock_) (void)rocksdb::Env::Default()->UnlockFile(lock_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  const rocksdb::Status& status() const { return status_; }
  // Another process, or another part of this one, holds it.
  bool busy() const { return !status_.ok() && status_.ToString().find("open a file") == std::string::npos; }

 private:
  rocksdb::FileLock* lock_ = nullptr;
  rocksdb::Status status_;
};

struct Files {
  std::vector<fs::path> write_logs;
  bool current = false, any = false, marked = false;
};

Files look(const std::string& path) {
  Files files;
  std::error_code ignored;
  for (fs::directory_iterator at(path, ignored), end; !ignored && at != end; at.increment(ignored)) {
    const auto& file = at->path();
    const std::string name = file.filename();
    if (file.extension() == ".log") files.write_logs.push_back(file);
    files.current |= name == "CURRENT";
    files.marked |= file == damage_mark(path);
    files.any |= name.starts_with("MANIFEST-") || file.extension() == ".sst" || file.extension() == ".log";
  }
  std::sort(files.write_logs.begin(), files.write_logs.end());
  return files;
}

// True when the write-ahead log has damage only after its last batch: the
// write that the process or the machine died in. `bytes`: how much.
bool torn_end(const std::vector<fs::path>& logs, uint64_t& bytes) {
  for (const auto& log : logs) {
    std::ifstream in(log, std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(in), {});
    const auto report = read_write_log(content, [](std::string) {});
    bytes = report.skipped;
    if (!report.whole || (bytes > 0 && &log != &logs.back())) return false;
  }
  return true;
}

rocksdb::Status open_database(const Settings& settings, rocksdb::WALRecoveryMode mode, Database& database) {
  auto options = store_options(settings);
  options.wal_recovery_mode = mode;
  std::vector<std::string> found;
  if (look(settings.path).current) {
    const auto listed = rocksdb::DB::ListColumnFamilies(options, settings.path, &found);
    if (!listed.ok()) return listed;
  }
  return database.open(settings.path, options, families(found));
}

// What is wrong with the disk or with rights is not mended by a new store.
bool is_damage(const rocksdb::Status& status) { return !status.IsIOError() || status.IsPathNotFound(); }

rocksdb::Status open_mending(const Settings& settings, Opened& opened, Database& database) {
  const Files files = look(settings.path);
  if (files.marked) return rocksdb::Status::Corruption("damage was met while reading");
  if (files.any && !files.current) return rocksdb::Status::Corruption("CURRENT is missing");
  auto status = open_database(settings, rocksdb::WALRecoveryMode::kAbsoluteConsistency, database);
  uint64_t bytes = 0;
  if (!status.IsCorruption() || !torn_end(files.write_logs, bytes) || bytes == 0) return status;
  const auto mended = open_database(settings, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords, database);
  if (mended.ok()) opened.notes.push_back("the last write to the store was cut off; " + std::to_string(bytes) + " bytes of it were dropped");
  return mended;
}

std::unique_ptr<Store> make_store(const Settings& settings, Database database) {
  return rocksdb_store(settings.path, std::move(database), [settings](Database& again) {
    // What was cut off is a write that failed, and was said to.
    Opened ignored;
    return open_mending(settings, ignored, again);
  });
}

// One try. True when it succeeded, false when another process has the store.
Result<bool> try_open(const Settings& settings, Opened& opened) {
  if (const Lock lock(settings.path); !lock.status().ok()) {
    if (lock.busy()) return false;
    return store_error("open the store", settings.path, lock.status());
  }
  {
    Database database;
    const auto status = open_mending(settings, opened, database);
    if (status.ok()) {
      opened.store = make_store(settings, std::move(database));
      return true;
    }
    const Lock lock(settings.path);
    if (lock.busy()) return false;
    if (!is_damage(status)) return store_error("open the store", settings.path, status);
    auto notes = salvage(settings);
    if (!notes) return notes.error();
    opened.notes.push_back("the store '" + settings.path + "' was damaged and is now " + settings.path + ".backup: " + status.ToString());
    std::move(notes->begin(), notes->end(), std::back_inserter(opened.notes));
  }
  Database database;
  const auto status = open_database(settings, rocksdb::WALRecoveryMode::kAbsoluteConsistency, database);
  if (!status.ok()) return store_error("open the store", settings.path, status);
  opened.store = make_store(settings, std::move(database));
  return true;
}

// Most of the library's code is for opening. Its pages go back to the page
// cache, and those that running needs return from there: half of what the store
// adds to the size of the process.
void release_code() {
  const auto release = [](dl_phdr_info* object, size_t, void*) {
    if (std::string_view(object->dlpi_name).find("/librocksdb.") == std::string_view::npos) return 0;
    const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (int i = 0; i < object->dlpi_phnum; ++i) {
      const auto& part = object->dlpi_phdr[i];
      if (part.p_type != PT_LOAD || part.p_flags & PF_W) continue;
      const uintptr_t start = (object->dlpi_addr + part.p_vaddr) & ~(page - 1), end = object->dlpi_addr + part.p_vaddr + part.p_memsz;
      (void)::madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
    }
    return 0;
  };
  ::dl_iterate_phdr(release, nullptr);
}

Result<Opened> open(const Settings& settings, const std::function<bool()>& wait) {
  finish_salvage(settings.path);
  if (auto made = make_directory(settings.path); !made) return made.error();
  Opened opened;
  for (int i = 0; i < tries; ++i) {
    if (i > 0 && !wait()) break;
    const auto done = try_open(settings, opened);
    if (!done) return done.error();
    if (!*done) continue;
    release_code();
    return opened;
  }
  return Error{"open the store '" + settings.path + "': another process holds it", EBUSY};
}

}  // namespace
}  // namespace vigil::store

const VigilRocksdb vigil_rocksdb = {vigil::store::open};
