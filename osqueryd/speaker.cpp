// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/speaker.h"

#include <pwd.h>
#include <unistd.h>

#include "core/base/uuid.h"
#include "core/host/host.h"

namespace vigil {
namespace {

// Of the interface that the default route leads to, if there is one; columns in the order of their names.
constexpr const char* address_query =
    "SELECT a.address AS address, d.mac AS mac FROM interface_addresses AS a JOIN interface_details AS d ON d.interface = a.interface "
    "LEFT JOIN routes AS r ON r.interface = a.interface AND r.destination = '0.0.0.0' AND r.netmask = 0 "
    "WHERE a.interface <> 'lo' AND a.address NOT LIKE '%:%' ORDER BY r.metric IS NULL, r.metric";

std::string user_name() {
  passwd entry{}, *found = nullptr;
  char text[4096];
  if (::getpwuid_r(::geteuid(), &entry, text, sizeof text, &found) == 0 && found) return found->pw_name;
  return std::to_string(::geteuid());
}

}  // namespace

Speaker::Speaker(results::Identity identity) : identity_(std::move(identity)), ephemeral_(random_uuid()) {}

Result<std::unique_ptr<Speaker>> Speaker::make(store::Store& store) {
  auto identity = results::load_identity(store);
  if (!identity) return identity.error();
  return std::unique_ptr<Speaker>(new Speaker(std::move(*identity)));
}

void Speaker::configure(const Options& options) {
  results::Speaker fixed;
  fixed.version = VIGIL_VERSION;
  fixed.tag = options.logger_server_tag;
  fixed.agent_id = options.logger_agent_id;
  fixed.user = user_name();
  const std::lock_guard lock(mutex_);
  fixed.address = fixed_.address;
  fixed.hardware_address = fixed_.hardware_address;
  tells_addresses_ = options.logger_envelope != "osquery";
  choice_ = options.host_identifier;
  specified_ = options.specified_identifier;
  fixed_ = std::move(fixed);
}

void Speaker::look_up_addresses(schedule::Work& work) {
  {
    const std::lock_guard lock(mutex_);
    if (!tells_addresses_) return;
  }
  const schedule::Outcome outcome = work.query(address_query, {Clock::second, 5 * Clock::second, 1, 16 << 20});
  if (outcome.rows.size() == 0) return;
  results::Unpacker row(outcome.rows.packed(0));
  sql::Value address, mac;
  row.next(address);
  row.next(mac);
  const std::lock_guard lock(mutex_);
  fixed_.address = address.bytes;
  fixed_.hardware_address = mac.bytes;
}

results::Speaker Speaker::now() const {
  const auto host = Host::live();
  const std::lock_guard lock(mutex_);
  results::Speaker speaker = fixed_;
  speaker.identifier = host ? results::host_identifier(*host, choice_, identity_, ephemeral_, specified_) : identity_.host_uuid;
  if (speaker.agent_id.empty()) speaker.agent_id = speaker.identifier;
  return speaker;
}

}  // namespace vigil
