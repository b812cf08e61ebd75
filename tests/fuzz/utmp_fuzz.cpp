// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/session.h"
#include "core/parse/utmp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto session = vigil::parse::session(bytes); session && session->user.empty()) std::abort();
  if (size < 384 && vigil::parse::login(bytes)) std::abort();
  for (const size_t record : {384, 400}) {
    if (size < record) continue;
    const auto login = vigil::parse::login(bytes.substr(0, record));
    if (!login || login->user.size() > 32 || login->line.size() > 32 || login->host.size() > 256) std::abort();
    if (vigil::parse::login_type_name(login->type).empty()) std::abort();
  }
  return 0;
}
