// SPDX-License-Identifier: Apache-2.0
// X.509 certificates as text, by libcrypto.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::crypto {

// Empty where a certificate does not say, or says what libcrypto cannot tell.
struct Certificate {
  std::optional<std::string> common_name;
  std::optional<std::string> subject, issuer;                  // "/C=US/CN=x"
  std::optional<std::string> subject_oneline, issuer_oneline;  // "C = US, CN = x"
  bool ca = false, self_signed = false;
  std::optional<int64_t> not_before, not_after;  // seconds since the epoch
  std::optional<std::string> signing_algorithm, key_algorithm, key_strength, key_usage;
  std::optional<std::string> subject_key_id, authority_key_id, sha1, serial;
};

// All certificates of a PEM file, in its order, or the one of a DER file. What
// is damaged is left out.
std::vector<Certificate> certificates(std::string_view bytes);

}  // namespace vigil::crypto
