// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <cstdlib>

#include "core/parse/process.h"
#include "core/parse/text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  parse::process_stat(text);
  parse::process_io(text);
  parse::boot_time(text);
  parse::link_number(text, "pipe");
  if (const auto status = parse::process_status(text); status && status->name.size() > size) std::abort();
  if (const auto mapping = parse::mapping(text); mapping && mapping->path.size() > size) std::abort();
  if (parse::command_line(std::string(text)).size() > size) std::abort();
  return 0;
}
