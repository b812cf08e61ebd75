// SPDX-License-Identifier: Apache-2.0
// LastEnd as the text of an environment variable: TIME SIGNAL LIMIT REASON.
#pragma once

#include <string>
#include <string_view>

#include "osqueryd/watch/watcher.h"

namespace vigil::watch {

std::string to_text(const LastEnd& end);
// Unknown for a text that to_text() does not write.
LastEnd parse_last_end(std::string_view text);

}  // namespace vigil::watch
