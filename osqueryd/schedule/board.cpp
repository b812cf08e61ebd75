// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/schedule/board.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/base/fd.h"

namespace vigil::schedule {
namespace {

constexpr size_t places = 16;
constexpr size_t longest_name = 472;
constexpr uint32_t scheduled = 1, live_lane = 2;  // what stands in a slot that is taken

}  // namespace

// A name that is cut still tells which query it was: names are compared at
// their stored length. The order of writes is that of the program, which is
// what a reader after a crash sees.
struct Board::Slot {
  uint32_t taken;
  uint32_t size;
  int64_t started, wall, cpu, memory;
  char name[longest_name];
};

Result<std::unique_ptr<Board>> Board::open(const std::string& path) {
  constexpr size_t size = places * sizeof(Slot);
  const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return os_error("open", path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return os_error("stat", path, errno);
  if (!S_ISREG(info.st_mode)) return os_error("open", path, EINVAL);
  // Allocated now: a full disk met later, on a write to the map, would be a SIGBUS.
  if (const int error = ::posix_fallocate(file.get(), 0, size)) return os_error("allocate", path, error);
  void* map = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (map == MAP_FAILED) return os_error("map", path, errno);

  std::unique_ptr<Board> board(new Board(static_cast<Slot*>(map)));
  for (size_t i = 0; i < places; ++i) {
    Slot& slot = board->slots_[i];
    if (slot.taken == scheduled || slot.taken == live_lane) {
      std::string name(slot.name, std::min<size_t>(slot.size, longest_name));
      board->suspects_.push_back({std::move(name), slot.started, slot.wall, slot.cpu, slot.memory, slot.taken == live_lane});
    }
    slot = {};
  }
  return board;
}

Board::~Board() { ::munmap(slots_, places * sizeof(Slot)); }

std::optional<size_t> Board::put(const std::string& name, int64_t started, bool live) {
  const std::lock_guard lock(mutex_);
  if (frozen_) return std::nullopt;
  for (size_t i = 0; i < places; ++i) {
    Slot& slot = slots_[i];
    if (slot.taken) continue;
    slot.size = static_cast<uint32_t>(std::min(name.size(), longest_name));
    std::memcpy(slot.name, name.data(), slot.size);
    slot.started = started;
    slot.wall = slot.cpu = slot.memory = 0;
    __atomic_store_n(&slot.taken, live ? live_lane : scheduled, __ATOMIC_RELEASE);
    return i;
  }
  return std::nullopt;
}

void Board::update(size_t place, int64_t wall, int64_t cpu, int64_t memory) {
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[place];
  slot.wall = wall;
  slot.cpu = cpu;
  slot.memory = memory;
}

void Board::remove(size_t place) {
  const std::lock_guard lock(mutex_);
  if (!frozen_) __atomic_store_n(&slots_[place].taken, 0U, __ATOMIC_RELEASE);
}

void Board::freeze() {
  const std::lock_guard lock(mutex_);
  frozen_ = true;
}

bool Board::frozen() const {
  const std::lock_guard lock(mutex_);
  return frozen_;
}

}  // namespace vigil::schedule
