// SPDX-License-Identifier: Apache-2.0
// How osquery writes the text of differential results.
#pragma once

#include <string>
#include <string_view>

namespace vigil::results {

// `text` with \xHH in place of control characters (below a blank) and of bytes
// that are not UTF-8. What is escaped once stays the same when escaped again.
std::string escape(std::string_view text);

}  // namespace vigil::results
