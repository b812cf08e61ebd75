// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/smbios.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  vigil::parse::SmbiosTable table({reinterpret_cast<const char*>(data), size});
  size_t seen = 0;
  while (const auto s = table.next()) {
    seen += s->bytes.size();
    if (s->formatted.size() < 4 || s->bytes.size() < s->formatted.size() || seen > size) std::abort();
    for (size_t offset = 0; offset < 300; ++offset) {
      if (s->byte(offset).has_value() != (offset < s->formatted.size())) std::abort();
      if (s->qword(offset) && !s->dword(offset)) std::abort();
      if (s->text(offset) && !s->word(offset == 0 ? 0 : offset - 1)) std::abort();
    }
  }
  return 0;
}
