// SPDX-License-Identifier: Apache-2.0
#include "vigil/core.h"

#include "extensions/thrift_module.h"

namespace vigil::sdk {
namespace {

// For what is asked of the core itself, rather than of a query or a plugin.
constexpr std::chrono::seconds soon{10}, patient{300};

Result<Response> rows(Result<extensions::Answer> answer) {
  if (!answer) return answer.error();
  if (answer->status.code != extensions::success) return Error{std::move(answer->status.message)};
  return std::move(answer->response);
}

Result<extensions::Status> good(Result<extensions::Status> status) {
  if (status && status->code != extensions::success) return Error{std::move(status->message)};
  return status;
}

}  // namespace

Core::Core() = default;
Core::~Core() = default;

template <class Ask>
auto Core::ask(std::chrono::milliseconds timeout, Ask ask) -> decltype(ask(std::declval<Client&>(), std::declval<const Bounds&>())) {
  Bounds bounds;
  bounds.timeout = timeout;
  bounds.stop = &stop_;
  std::unique_ptr<Client> client;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      client = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!client) {
    auto connected = vigil_thrift.connect(path_, bounds);
    if (!connected) return connected.error();
    client = std::move(*connected);
  }
  auto answer = ask(*client, bounds);
  if (answer) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(client));
  }
  return answer;
}

Result<Response> Core::query(const std::string& sql) {
  return rows(ask(patient, [&](Client& core, const Bounds& bounds) { return core.query(sql, bounds); }));
}

Result<std::vector<std::pair<std::string, std::string>>> Core::columns(const std::string& sql) {
  const auto answer = rows(ask(patient, [&](Client& core, const Bounds& bounds) { return core.query_columns(sql, bounds); }));
  if (!answer) return answer.error();
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& column : *answer) out.insert(out.end(), column.begin(), column.end());
  return out;
}

Result<Options> Core::options() {
  return ask(soon, [](Client& core, const Bounds& bounds) { return core.options(bounds); });
}

Result<Extensions> Core::extensions() {
  return ask(soon, [](Client& core, const Bounds& bounds) { return core.extensions(bounds); });
}

Result<Response> Core::call(const std::string& registry, const std::string& item, const Request& request) {
  return rows(ask(patient, [&](Client& core, const Bounds& bounds) { return core.call(registry, item, request, bounds); }));
}

Result<void> Core::ping() {
  const auto status = good(ask(soon, [](Client& core, const Bounds& bounds) { return core.ping(bounds); }));
  return status ? Result<void>() : status.error();
}

Result<int64_t> Core::enter(const Info& info, const Routes& routes) {
  const auto status = good(ask(soon, [&](Client& core, const Bounds& bounds) { return core.register_extension(info, routes, bounds); }));
  if (!status) return status.error();
  return status->uuid;
}

Result<void> Core::leave(int64_t uuid) {
  const auto status = good(ask(std::chrono::seconds(1), [&](Client& core, const Bounds& bounds) { return core.deregister_extension(uuid, bounds); }));
  return status ? Result<void>() : status.error();
}

}  // namespace vigil::sdk
