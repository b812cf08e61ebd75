// SPDX-License-Identifier: Apache-2.0
// What the core tells an extension as JSON: the context of a query, and new values of a row.
#include <cstdint>
#include <cstdlib>

#include "extensions/sdk/context.h"
#include "extensions/sdk/values.h"
#include "vigil/table.h"

namespace {

using namespace vigil;

// Ends the run for a constraint that no scan may see.
class Strict final : public sql::Scanner {
 public:
  void constrain(int, const sql::Constraint& constraint) override {
    if (constraint.values.empty()) std::abort();
    if (constraint.op != sql::Constraint::Op::equal && constraint.values.size() != 1) std::abort();
  }
  void start() override {}
  bool next() override { return false; }
  const std::optional<Error>& error() const override { return none_; }
  sql::Value value(int) const override { return {}; }

 private:
  std::optional<Error> none_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto context = sdk::parse_context(text);
  if (!context && context.error().message.empty()) std::abort();
  if (context) {
    Strict strict;
    for (const auto& column : context->columns)
      for (const auto type : {sql::Type::text, sql::Type::bigint, sql::Type::real}) sdk::constrain(strict, 0, type, column.comparisons, true);
  }

  const auto values = sdk::Values::parse(text, 5);
  if (!values) return 0;
  sdk::Text bytes;
  sdk::Blob blob;
  sdk::Int integer;
  sdk::Unsigned whole;
  sdk::Real real;
  for (size_t i = 0; i < 5; ++i) {
    (void)sdk::read(*values, i, bytes);
    (void)sdk::read(*values, i, blob);
    // A fraction is no whole number.
    if (sdk::read(*values, i, integer) && integer && sdk::read(*values, i, real) && real && static_cast<double>(*integer) != *real) std::abort();
    (void)sdk::read(*values, i, whole);
  }
  return 0;
}
