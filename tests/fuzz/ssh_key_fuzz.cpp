// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/base64.h"
#include "core/parse/ssh_key.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto bytes = vigil::parse::from_base64(text); bytes && bytes->size() > size) std::abort();
  if (const auto key = vigil::parse::ssh_public_key(text); key && key->algorithm.size() > size) std::abort();
  if (const auto line = vigil::parse::authorized_key(text); line && (line->algorithm.empty() || line->key.empty())) std::abort();
  const auto file = vigil::parse::private_key_file(text);
  if (file && !file->block.empty() && (file->block.data() < text.data() || file->block.data() + file->block.size() > text.data() + size))
    std::abort();
  return 0;
}
