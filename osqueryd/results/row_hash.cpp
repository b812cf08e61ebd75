// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/row_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/base/big_endian.h"
#include "osqueryd/results/bytes.h"

namespace vigil::results {

std::string Hash::bytes() const {
  std::string out;
  put_big_endian(out, high);
  put_big_endian(out, low);
  return out;
}

Hash Hash::of_bytes(std::string_view bytes) { return {big_endian(bytes), big_endian(bytes.substr(8))}; }

void Digest::add(Hash hash, uint64_t times) {
  __extension__ using Wide = unsigned __int128;
  const Wide sum = (Wide{sum_.high} << 64 | sum_.low) + (Wide{hash.high} << 64 | hash.low) * times;
  sum_ = {static_cast<uint64_t>(sum >> 64), static_cast<uint64_t>(sum)};
}

RowHash::RowHash(std::string_view key, const std::vector<std::string>& columns) {
  std::string seed(key);
  for (const auto& column : columns) put_text(seed, column);
  XXH3_generateSecret(secret_.data(), secret_.size(), seed.data(), seed.size());
}

Hash RowHash::operator()(std::string_view packed) const {
  const auto hash = XXH3_128bits_withSecret(packed.data(), packed.size(), secret_.data(), secret_.size());
  return {hash.high64, hash.low64};
}

}  // namespace vigil::results
