// SPDX-License-Identifier: Apache-2.0
// What the module "crypto" offers to digest.cpp; no type of libcrypto shows.
#pragma once

#include <cstddef>

struct VigilCrypto {
  // A new digest, or null when there is no such algorithm.
  void* (*start)(const char* algorithm);
  void (*add)(void* digest, const char* bytes, size_t size);
  // Writes the digest, at most 64 bytes, and gives its size; 0 is failure.
  size_t (*finish)(void* digest, char* out);
  void (*release)(void* digest);
};

// The module's symbol: const VigilCrypto vigil_crypto.
extern "C" const VigilCrypto vigil_crypto;
