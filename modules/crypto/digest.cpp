// SPDX-License-Identifier: Apache-2.0
// Digests by libcrypto, see core/sql/digest.h.
#include <openssl/evp.h>

#include "core/sql/crypto_module.h"

namespace {

void* start(const char* algorithm) {
  const EVP_MD* type = EVP_get_digestbyname(algorithm);
  EVP_MD_CTX* digest = type && EVP_MD_get_size(type) <= 64 ? EVP_MD_CTX_new() : nullptr;
  if (digest && EVP_DigestInit_ex(digest, type, nullptr) == 1) return digest;
  EVP_MD_CTX_free(digest);
  return nullptr;
}

void add(void* digest, const char* bytes, size_t size) { EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(digest), bytes, size); }

size_t finish(void* digest, char* out) {
  unsigned size = 0;
  return EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(digest), reinterpret_cast<unsigned char*>(out), &size) == 1 ? size : 0;
}

void release(void* digest) { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(digest)); }

}  // namespace

const VigilCrypto vigil_crypto = {start, add, finish, release};
