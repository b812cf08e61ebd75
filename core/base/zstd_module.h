// SPDX-License-Identifier: Apache-2.0
// What the module "zstd" offers to those who compress files; no type of libzstd shows.
#pragma once

#include <string>

#include "core/base/result.h"

struct VigilZstd {
  // Writes what `from` has still to read, compressed, to `to`. The names are for errors.
  vigil::Result<void> (*compress)(int from, int to, const std::string& source, const std::string& target);
};

// The module's symbol: const VigilZstd vigil_zstd.
extern "C" const VigilZstd vigil_zstd;
