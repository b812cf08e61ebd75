// SPDX-License-Identifier: Apache-2.0
// What a caller sends: no service is asked more often than the bytes allow, nor
// with more than they hold.
#include "modules/thrift/serve.h"
#include "tests/fuzz/socket_pair.h"

namespace {

using namespace vigil::extensions;

class CountingManager final : public ManagerService {
 public:
  Status ping() override { return count({}); }
  Answer call(const std::string& registry, const std::string& item, const Request& request) override {
    texts += registry.size() + item.size();
    for (const auto& [name, value] : request) texts += name.size() + value.size();
    return {count({}), {request}};
  }
  void shutdown() override { ++calls; }
  Extensions extensions() override { return {{static_cast<int64_t>(++calls), {}}}; }
  Options options() override {
    ++calls;
    return {{"name", {}}};
  }
  Status register_extension(const Info& info, const Routes& routes, const Peer&) override {
    texts += info.name.size() + info.version.size() + info.sdk_version.size() + info.min_sdk_version.size();
    for (const auto& [registry, plugins] : routes)
      for (const auto& [name, known] : plugins) texts += name.size() + known.size();
    return count({});
  }
  Status deregister_extension(int64_t uuid) override { return count({success, "", uuid}); }
  Answer query(const std::string& sql) override {
    texts += sql.size();
    return {count({}), {}};
  }
  Answer query_columns(const std::string& sql) override {
    texts += sql.size();
    return {count({}), {{}}};
  }

  uint64_t calls = 0, texts = 0;

 private:
  Status count(Status status) {
    ++calls;
    return status;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const uint64_t string_max : {0, 16}) {
    vigil::Fd other;
    const auto socket = vigil::socket_with(data, size, other);
    CountingManager manager;
    ServeLimits limits;
    limits.string_max = string_max;
    limits.message_max = 4096;
    // Answers that fill the socket are not taken; that has to end.
    limits.timeout = std::chrono::milliseconds(20);
    const auto ended = serve_manager(socket.get(), manager, {}, limits);
    if (!ended && ended.error().message.empty()) std::abort();
    // The shortest call: its size, a name, its type, a number, and the end.
    if (manager.calls * 14 > size || manager.texts > size) std::abort();
  }
  return 0;
}
