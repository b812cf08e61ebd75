// SPDX-License-Identifier: Apache-2.0
// Who speaks in results: the identifier of this host.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/host/host.h"
#include "core/store/store.h"

namespace vigil::results {

// Identifiers that last, made at random when the store has none yet.
struct Identity {
  std::string host_uuid;      // stands in for the firmware's
  std::string instance_uuid;  // of this installation
};
Result<Identity> load_identity(store::Store& store);

// As --host_identifier chooses: hostname, uuid, instance, ephemeral or
// specified; `ephemeral` is the process's own, `specified` the flag's text.
std::string host_identifier(const Host& host, const std::string& choice, const Identity& identity, const std::string& ephemeral,
                            const std::string& specified);

}  // namespace vigil::results
