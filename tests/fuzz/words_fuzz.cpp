// SPDX-License-Identifier: Apache-2.0
// The two readers of what a person types: words and ends of statements.
#include <cstdint>
#include <cstdlib>

#include "core/parse/statements.h"
#include "core/parse/text.h"
#include "core/parse/words.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace vigil;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto all = parse::words(text, size + 1);
  size_t sum = 0;
  for (const auto& word : all) sum += word.size();
  if (sum > size || parse::words(text, 3).size() > 3) std::abort();

  parse::StatementScanner scanner;
  for (const std::string_view line : parse::lines(text)) scanner.add(line);
  if (scanner.complete() && scanner.blank()) std::abort();
  return 0;
}
