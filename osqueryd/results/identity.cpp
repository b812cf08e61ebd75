// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/identity.h"

#include "core/base/uuid.h"
#include "core/host/identity.h"

namespace vigil::results {
namespace {

using store::Domain;

Result<std::string> lasting_uuid(store::Store& store, const std::string& key) {
  const auto stored = store.get(Domain::configurations, key);
  if (!stored) return stored.error();
  if (*stored && !(*stored)->empty()) return **stored;
  std::string uuid = random_uuid();
  store::Batch batch;
  batch.put(Domain::configurations, key, uuid);
  if (const auto written = store.write(batch); !written) return written.error();
  return uuid;
}

}  // namespace

Result<Identity> load_identity(store::Store& store) {
  Identity identity;
  // osquery's keys, so that a store that it made goes on to name the same host.
  auto host = lasting_uuid(store, "host_uuid_v3");
  if (!host) return host.error();
  auto instance = lasting_uuid(store, "instance_uuid_v1");
  if (!instance) return instance.error();
  identity.host_uuid = std::move(*host);
  identity.instance_uuid = std::move(*instance);
  return identity;
}

std::string host_identifier(const Host& host, const std::string& choice, const Identity& identity, const std::string& ephemeral,
                            const std::string& specified) {
  if (choice == "uuid") return hardware_uuid(host).value_or(identity.host_uuid);
  if (choice == "instance") return identity.instance_uuid;
  if (choice == "ephemeral") return ephemeral;
  if (choice == "specified" && !specified.empty()) return specified;
  auto name = host_name(host);
  return name ? *name : std::string("localhost");
}

}  // namespace vigil::results
