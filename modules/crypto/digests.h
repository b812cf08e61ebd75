// SPDX-License-Identifier: Apache-2.0
// Digests: the digests of many files, several read at a time, in order.
//
//   Digests digests(2, {.sha256 = true}, max, stop);
//   while (!digests.full() && more) digests.add(std::move(fd));
//   const auto of_the_first = digests.take();
//
// What waits to be taken is bounded, so memory does not grow with the number
// or size of the files. The destructor ends what is being read, in the middle of a file.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "core/base/fd.h"

namespace vigil::crypto {

struct Wanted {
  bool md5 = false, sha1 = false, sha256 = false;
};

// Lower-case hexadecimal; empty where not wanted, forbidden by policy, or not readable.
struct FileDigests {
  std::optional<std::string> md5, sha1, sha256;
  int failed = 0;  // errno; EFBIG: larger than the limit
};

class Digests {
 public:
  // `threads` 0: files are read by add() itself. `max`: bytes of the largest
  // file that is read. `stop`, when set and true, ends everything.
  Digests(unsigned threads, Wanted wanted, size_t max, const std::atomic<bool>* stop);
  ~Digests();
  Digests(const Digests&) = delete;
  Digests& operator=(const Digests&) = delete;

  bool empty() const;
  bool full() const;
  // The next file, at its start; without a descriptor it has no digests.
  void add(Fd file);
  // Waits for the file added first and hands over its digests.
  FileDigests take();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vigil::crypto
