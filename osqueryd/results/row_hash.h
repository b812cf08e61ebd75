// SPDX-License-Identifier: Apache-2.0
// Hashes of packed rows that nobody can aim at without the store's random key.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::results {

struct Hash {
  uint64_t high = 0, low = 0;
  auto operator<=>(const Hash&) const = default;

  // Sixteen bytes that sort as the hashes do.
  std::string bytes() const;
  // `bytes` must be sixteen.
  static Hash of_bytes(std::string_view bytes);
};

// A sum of hashes: the same for the same rows in any order.
class Digest {
 public:
  Digest() = default;
  explicit Digest(Hash sum) : sum_(sum) {}
  void add(Hash hash, uint64_t times = 1);
  Hash sum() const { return sum_; }

 private:
  Hash sum_;
};

// 128 bits of XXH3. The names of the columns are part of every hash.
class RowHash {
 public:
  RowHash(std::string_view key, const std::vector<std::string>& columns);
  Hash operator()(std::string_view packed) const;

 private:
  std::array<unsigned char, 192> secret_;
};

}  // namespace vigil::results
