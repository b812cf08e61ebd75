// SPDX-License-Identifier: Apache-2.0
// Digest: MD5, SHA-1, SHA-256 and the others of libcrypto, which is loaded at
// first use.
//
//   auto digest = Digest::start("sha256");
//   digest->add(part);
//   digest->finish();            32 bytes
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

struct VigilCrypto;

namespace vigil::sql {

class Digest {
 public:
  // `algorithm` as openssl-dgst(1) names it.
  static Result<Digest> start(const std::string& algorithm);

  void add(std::string_view bytes);
  // The digest's bytes; ends its use.
  Result<std::string> finish();

 private:
  using State = std::unique_ptr<void, void (*)(void*)>;
  Digest(const VigilCrypto* crypto, State state) : crypto_(crypto), state_(std::move(state)) {}
  const VigilCrypto* crypto_;
  State state_;
};

// Of all of `bytes` at once.
Result<std::string> digest(const std::string& algorithm, std::string_view bytes);

// Lower-case hexadecimal.
std::string hex(std::string_view bytes);

}  // namespace vigil::sql
