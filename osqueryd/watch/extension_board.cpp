// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/watch/extension_board.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/parse/text.h"
#include "extensions/autoload.h"
#include "osqueryd/watch/names.h"

namespace vigil::watch {
namespace {

constexpr size_t places = extensions::most_extensions;
constexpr int tries = 1000;
// Nobody makes it smaller under a reader's feet.
constexpr int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

template <size_t n>
struct Text {
  uint64_t size;
  char bytes[n];

  void set(const std::string& text) {
    size = std::min(text.size(), n);
    std::memcpy(bytes, text.data(), size);
  }
  std::string get() const { return {bytes, std::min<size_t>(size, n)}; }
};

struct Record {
  int64_t pid, starts, quick_ends, limit_hits, started, next_start;
  Text<1024> path;
  Text<16> state;
  Text<256> last_end;
};
using Words = std::array<uint64_t, sizeof(Record) / sizeof(uint64_t)>;
static_assert(sizeof(Words) == sizeof(Record) && std::atomic<uint64_t>::is_always_lock_free);

Record record_of(const sql::ExtensionProcessInfo& info) {
  Record record{info.pid, info.starts, info.quick_ends, info.limit_hits, info.started, info.next_start, {}, {}, {}};
  record.path.set(info.path);
  record.state.set(info.state);
  record.last_end.set(info.last_end);
  return record;
}

sql::ExtensionProcessInfo info_of(const Record& record) {
  sql::ExtensionProcessInfo info;
  info.pid = record.pid;
  info.starts = record.starts;
  info.quick_ends = record.quick_ends;
  info.limit_hits = record.limit_hits;
  info.started = record.started;
  info.next_start = record.next_start;
  info.path = record.path.get();
  info.state = record.state.get();
  info.last_end = record.last_end.get();
  return info;
}

}  // namespace

// `sequence` is odd while the words change; a reader that finds it as it was
// before has words that belong together.
struct ExtensionBoard::Slot {
  std::atomic<uint64_t> sequence;
  std::array<std::atomic<uint64_t>, std::tuple_size_v<Words>> words;

  void write(const Words& from) {
    const uint64_t before = sequence.load(std::memory_order_relaxed);
    sequence.store(before + 1, std::memory_order_relaxed);
    for (size_t i = 0; i < from.size(); ++i) words[i].store(from[i], std::memory_order_release);
    sequence.store(before + 2, std::memory_order_release);
  }

  std::optional<Words> read() const {
    Words to;
    for (int i = 0; i < tries; ++i) {
      const uint64_t before = sequence.load(std::memory_order_acquire);
      if (before == 0) return std::nullopt;
      for (size_t word = 0; word < to.size(); ++word) to[word] = words[word].load(std::memory_order_acquire);
      if (before % 2 == 0 && sequence.load(std::memory_order_relaxed) == before) return to;
    }
    return std::nullopt;
  }
};

std::unique_ptr<ExtensionBoard> ExtensionBoard::map(Fd memory, int protection) {
  void* map = ::mmap(nullptr, places * sizeof(Slot), protection, MAP_SHARED, memory.get(), 0);
  return map == MAP_FAILED ? nullptr : std::unique_ptr<ExtensionBoard>(new ExtensionBoard(std::move(memory), static_cast<Slot*>(map)));
}

Result<std::unique_ptr<ExtensionBoard>> ExtensionBoard::make() {
  Fd memory(::memfd_create("extensions", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!memory || ::ftruncate(memory.get(), places * sizeof(Slot)) != 0 || ::fcntl(memory.get(), F_ADD_SEALS, seals) != 0)
    return os_error("create", "memory for the state of extensions", errno);
  auto board = map(std::move(memory), PROT_READ | PROT_WRITE);
  if (!board) return os_error("map", "memory for the state of extensions", errno);
  return board;
}

std::unique_ptr<const ExtensionBoard> ExtensionBoard::from_environment() {
  const char* text = std::getenv(extension_board_variable);
  const auto fd = text ? parse::number<int>(text) : std::nullopt;
  ::unsetenv(extension_board_variable);
  if (!fd || *fd <= STDERR_FILENO) return nullptr;
  struct stat info;
  // Whatever else has that number stays untouched.
  const int sealed = ::fcntl(*fd, F_GET_SEALS);
  if (sealed < 0 || (sealed & seals) != seals || ::fstat(*fd, &info) != 0 || info.st_size != static_cast<off_t>(places * sizeof(Slot)))
    return nullptr;
  ::fcntl(*fd, F_SETFD, FD_CLOEXEC);
  return map(Fd(*fd), PROT_READ);
}

ExtensionBoard::~ExtensionBoard() { ::munmap(slots_, places * sizeof(Slot)); }

void ExtensionBoard::write(size_t place, const sql::ExtensionProcessInfo& info) {
  if (place < places) slots_[place].write(std::bit_cast<Words>(record_of(info)));
}

std::vector<sql::ExtensionProcessInfo> ExtensionBoard::read() const {
  std::vector<sql::ExtensionProcessInfo> all;
  for (size_t place = 0; place < places; ++place)
    if (const auto words = slots_[place].read()) all.push_back(info_of(std::bit_cast<Record>(*words)));
  return all;
}

}  // namespace vigil::watch
