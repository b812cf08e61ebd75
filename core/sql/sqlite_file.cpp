// SPDX-License-Identifier: Apache-2.0
#include "core/sql/sqlite_file.h"

#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>

#include "core/parse/text.h"
#include "core/sql/authorizer.h"

namespace vigil::sql {
namespace {

constexpr int steps_between_looks = 10'000;
constexpr uint64_t most_looks = 10'000;  // some seconds of work
constexpr size_t header_size = 100;
constexpr int largest_value = 16 * 1024 * 1024;

// How SQLite is to open the file.
enum class Mode { ordinary, unlocked, immutable };

// Bytes 18 and 19 of the header, https://sqlite.org/fileformat.html.
bool keeps_log(std::string_view header) { return header.size() == header_size && header[18] == 2 && header[19] == 2; }

std::string uri(const std::string& path, Mode mode) {
  constexpr std::string_view plain = "/._-";
  std::string out = "file:";
  for (const char c : path) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != plain.npos) {
      out += c;
    } else {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
      out += code;
    }
  }
  switch (mode) {
    // Without a file of shared memory of our own making beside it.
    case Mode::ordinary: return out + "?mode=ro&readonly_shm=1";
    case Mode::unlocked: return out + "?mode=ro&nolock=1";
    case Mode::immutable: return out + "?mode=ro&immutable=1";
  }
  return out;
}

// Where an open file stands in this process's view, every link resolved.
Result<std::string> real_path(const Fd& fd, const std::string& path) {
  char target[PATH_MAX];
  const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(fd.get())).c_str(), target, sizeof target);
  if (size < 0) return os_error("readlink", path, errno);
  return std::string(target, static_cast<size_t>(size));
}

int authorize(void*, int action, const char* first, const char*, const char*, const char*) { return authorize_reading(action, first); }

}  // namespace

struct SqliteFile::State {
  State(std::string path, const std::atomic<bool>* stop) : path(std::move(path)), stop(stop) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { close(); }

  void close() {
    sqlite3_finalize(statement);
    sqlite3_close_v2(db);
    statement = nullptr;
    db = nullptr;
  }

  // SQLite's answer so far as an error.
  Error error() const {
    const std::string what = "read '" + path + "'";
    if (looks > most_looks) return {what + ": the query takes too long"};
    return {what + ": " + (db ? sqlite3_errmsg(db) : "out of memory")};
  }

  Result<void> open(const std::string& real, const std::string& query, Mode mode);

  std::string path;
  const std::atomic<bool>* stop;
  sqlite3* db = nullptr;
  sqlite3_stmt* statement = nullptr;
  uint64_t looks = 0;
};

Result<void> SqliteFile::State::open(const std::string& real, const std::string& query, Mode mode) {
  constexpr int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (sqlite3_open_v2(uri(real, mode).c_str(), &db, flags, nullptr) != SQLITE_OK) return error();
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, largest_value);
  sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY", nullptr, nullptr, nullptr);
  sqlite3_set_authorizer(db, authorize, nullptr);
  const auto look = [](void* arg) -> int {
    auto& state = *static_cast<State*>(arg);
    return ++state.looks > most_looks || (state.stop && state.stop->load(std::memory_order_relaxed));
  };
  sqlite3_progress_handler(db, steps_between_looks, look, this);

  const char* tail = nullptr;
  if (sqlite3_prepare_v2(db, query.c_str(), -1, &statement, &tail) != SQLITE_OK) return error();
  if (!statement || sqlite3_column_count(statement) == 0 || !parse::trim(tail).empty())
    return Error{"read '" + path + "': the query is not one SELECT"};
  return {};
}

Result<SqliteFile> SqliteFile::open(const Host& host, const std::string& path, const std::string& query) {
  // No FIFO or device can get past this.
  const auto fd = host.open(path);
  if (!fd) return fd.error();
  const auto header = host.read_start(path, header_size);
  if (!header) return header.error();
  const auto real = real_path(*fd, path);
  if (!real) return real.error();

  // SQLite would make a log where there is none.
  const bool has_log = keeps_log(*header) && host.stat(path + "-wal");
  auto state = std::make_unique<State>(path, host.access().stop);
  auto opened = state->open(*real, query, has_log ? Mode::ordinary : keeps_log(*header) ? Mode::immutable : Mode::unlocked);
  if (!opened) {
    state->close();
    opened = state->open(*real, query, Mode::immutable);
  }
  if (!opened) return opened.error();
  return SqliteFile(std::move(state));
}

SqliteFile::SqliteFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
SqliteFile::SqliteFile(SqliteFile&&) noexcept = default;
SqliteFile& SqliteFile::operator=(SqliteFile&&) noexcept = default;
SqliteFile::~SqliteFile() = default;

size_t SqliteFile::columns() const { return static_cast<size_t>(sqlite3_column_count(state_->statement)); }

std::string_view SqliteFile::name(size_t column) const { return sqlite3_column_name(state_->statement, static_cast<int>(column)); }

Result<bool> SqliteFile::step() {
  const int rc = sqlite3_step(state_->statement);
  if (rc == SQLITE_ROW) return true;
  if (rc == SQLITE_DONE) return false;
  return state_->error();
}

std::optional<std::string_view> SqliteFile::text(size_t column) const {
  const auto at = static_cast<int>(column);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(state_->statement, at));
  if (!text) return std::nullopt;
  return std::string_view(text, static_cast<size_t>(sqlite3_column_bytes(state_->statement, at)));
}

}  // namespace vigil::sql
