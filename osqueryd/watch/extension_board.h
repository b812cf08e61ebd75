// SPDX-License-Identifier: Apache-2.0
// ExtensionBoard: how the extensions are that the watcher started, in memory
// that it shares with the worker. Whoever dies holds nobody up: there is no lock,
// and what is read while it changes is read again.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/fd.h"
#include "core/base/result.h"
#include "core/sql/engine.h"

namespace vigil::watch {

class ExtensionBoard {
 public:
  static Result<std::unique_ptr<ExtensionBoard>> make();
  // The one that the watcher handed down, for reading alone; none if it did not. Takes over what
  // the watcher left in the environment; once in a process.
  static std::unique_ptr<const ExtensionBoard> from_environment();
  ~ExtensionBoard();
  ExtensionBoard(const ExtensionBoard&) = delete;
  ExtensionBoard& operator=(const ExtensionBoard&) = delete;

  // By one thread. Texts that are too long are cut; a place that does not exist takes nothing.
  void write(size_t place, const sql::ExtensionProcessInfo& info);
  // By any thread: the places that were written to, without uuid and name.
  std::vector<sql::ExtensionProcessInfo> read() const;

  int descriptor() const { return memory_.get(); }

 private:
  struct Slot;
  static std::unique_ptr<ExtensionBoard> map(Fd memory, int protection);
  ExtensionBoard(Fd memory, Slot* slots) : memory_(std::move(memory)), slots_(slots) {}

  Fd memory_;
  Slot* slots_;
};

}  // namespace vigil::watch
