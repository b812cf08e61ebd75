// SPDX-License-Identifier: Apache-2.0
#include "core/sql/digest.h"

#include "core/sql/crypto_module.h"
#include "core/sql/module.h"

namespace vigil::sql {

Result<Digest> Digest::start(const std::string& algorithm) {
  const auto crypto = module_interface<VigilCrypto>("crypto", "vigil_crypto");
  if (!crypto) return crypto.error();
  State state((*crypto)->start(algorithm.c_str()), (*crypto)->release);
  if (!state) return Error{"digest '" + algorithm + "': not available"};
  return Digest(*crypto, std::move(state));
}

void Digest::add(std::string_view bytes) { crypto_->add(state_.get(), bytes.data(), bytes.size()); }

Result<std::string> Digest::finish() {
  char out[64];
  const size_t size = crypto_->finish(state_.get(), out);
  if (size == 0) return Error{"digest: failed"};
  return std::string(out, size);
}

Result<std::string> digest(const std::string& algorithm, std::string_view bytes) {
  auto digest = Digest::start(algorithm);
  if (!digest) return std::move(digest.error());
  digest->add(bytes);
  return digest->finish();
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

}  // namespace vigil::sql
