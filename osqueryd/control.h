// SPDX-License-Identifier: Apache-2.0
// What osqueryctl prints of a running daemon.
#pragma once

#include <string>
#include <vector>

#include "core/sql/engine.h"

namespace vigil {

std::string status_text(const sql::Engine& engine, const std::string& config_error);
std::string queries_text(const std::vector<sql::RunningInfo>& running);

}  // namespace vigil
