// SPDX-License-Identifier: Apache-2.0
// Modules: shared objects that hold what needs a heavy library, loaded at first
// use. They stand in "modules" beside the executable, or in ../lib/vigil when
// installed.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace vigil::sql {

// The address of `symbol` in the module for `library`; loads it when needed.
// Refuses a module that others than root and the effective user may change. A
// module stays once it is loaded; a failed attempt is repeated.
Result<void*> module_symbol(std::string_view library, const std::string& symbol);

// The one object of type Interface that a module exports.
template <class Interface>
Result<const Interface*> module_interface(std::string_view library, const std::string& symbol) {
  const auto address = module_symbol(library, symbol);
  if (!address) return address.error();
  return static_cast<const Interface*>(*address);
}

}  // namespace vigil::sql
