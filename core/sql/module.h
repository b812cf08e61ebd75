// SPDX-License-Identifier: Apache-2.0
// Modules: shared objects that hold what needs a heavy library, loaded at first
// use. They stand in "modules" beside the executable, or in ../lib/vigil when
// installed.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::sql {

// The address of `symbol` in the module for `library`; loads it when needed.
// Refuses a module that others than root and the effective user may change.
Result<void*> module_symbol(std::string_view library, const std::string& symbol);

// The one object of type Interface that a module exports. A module stays once
// it is loaded; a failed attempt is repeated.
template <class Interface>
Result<const Interface*> module_interface(std::string_view library, const std::string& symbol) {
  static std::atomic<const Interface*> loaded = nullptr;
  if (const Interface* interface = loaded.load(std::memory_order_acquire)) return interface;
  auto address = module_symbol(library, symbol);
  if (!address) return std::move(address.error());
  const auto* interface = static_cast<const Interface*>(*address);
  loaded.store(interface, std::memory_order_release);
  return interface;
}

}  // namespace vigil::sql
