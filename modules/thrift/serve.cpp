// SPDX-License-Identifier: Apache-2.0
#include "modules/thrift/serve.h"

#include <ExtensionManager.h>

#include <utility>

#include "modules/thrift/protocol.h"
#include "modules/thrift/types.h"

namespace vigil::extensions {
namespace {

using apache::thrift::transport::TTransportException;

// A service that throws has failed, and says so as any other failure.
template <class Call>
void answer(thrift::ExtensionStatus& wire, Call call) try {
  wire = to_wire(call());
} catch (const std::exception& error) {
  wire = to_wire(Status{failure, error.what()});
}
template <class Call>
void answer(thrift::ExtensionResponse& wire, Call call) try {
  wire = to_wire(call());
} catch (const std::exception& error) {
  wire = to_wire(Answer{{failure, error.what()}, {}});
}

// Calls of generated code, handed to a service. What throws in the others becomes a TApplicationException.
template <class Interface, class Service>
class Handler : virtual public Interface {
 public:
  explicit Handler(Service& service) : service_(service) {}

  void ping(thrift::ExtensionStatus& wire) override {
    answer(wire, [&] { return service_.ping(); });
  }
  void call(thrift::ExtensionResponse& wire, const std::string& registry, const std::string& item, const Request& request) override {
    answer(wire, [&] { return service_.call(registry, item, request); });
  }
  void shutdown() override { service_.shutdown(); }

 protected:
  Service& service_;
};

using ExtensionHandler = Handler<thrift::ExtensionIf, ExtensionService>;

class ManagerHandler final : public Handler<thrift::ExtensionManagerIf, ManagerService> {
 public:
  ManagerHandler(ManagerService& service, const Peer& peer) : Handler(service), peer_(peer) {}

  void extensions(thrift::InternalExtensionList& wire) override { wire = to_wire(service_.extensions()); }
  void options(thrift::InternalOptionList& wire) override { wire = to_wire(service_.options()); }
  void registerExtension(thrift::ExtensionStatus& wire, const thrift::InternalExtensionInfo& info, const Routes& routes) override {
    answer(wire, [&] { return service_.register_extension(from_wire(info), routes, peer_); });
  }
  void deregisterExtension(thrift::ExtensionStatus& wire, int64_t uuid) override {
    answer(wire, [&] { return service_.deregister_extension(uuid); });
  }
  void query(thrift::ExtensionResponse& wire, const std::string& sql) override {
    answer(wire, [&] { return service_.query(sql); });
  }
  void getQueryColumns(thrift::ExtensionResponse& wire, const std::string& sql) override {
    answer(wire, [&] { return service_.query_columns(sql); });
  }

 private:
  const Peer& peer_;
};

Result<void> serve(int socket, apache::thrift::TProcessor& processor, const ServeLimits& limits) try {
  const auto transport = std::make_shared<Transport>(socket, limits.timeout, limits.message_max);
  const auto protocol = std::make_shared<Protocol>(transport, Side::server);
  protocol->limit_strings(limits.string_max);
  while (transport->next_message())
    if (!processor.process(protocol, protocol, nullptr)) break;
  return {};
} catch (const TTransportException& error) {
  if (error.getType() != TTransportException::TIMED_OUT) return Error{error.what()};
  return Error{error.what() + (" within " + period(limits.timeout)), ETIMEDOUT};
} catch (const TooMuch& error) {
  return Error{std::string("sent too much: ") + error.what(), EMSGSIZE};
} catch (const apache::thrift::protocol::TProtocolException& error) {
  return Error{std::string("sent what is no Thrift: ") + error.what(), EPROTO};
} catch (const std::exception& error) {
  return Error{error.what()};
} catch (...) {
  return Error{"the service failed"};
}

}  // namespace

Result<void> serve_manager(int socket, ManagerService& service, const Peer& peer, const ServeLimits& limits) {
  thrift::ExtensionManagerProcessor processor(std::make_shared<ManagerHandler>(service, peer));
  return serve(socket, processor, limits);
}

Result<void> serve_extension(int socket, ExtensionService& service, const ServeLimits& limits) {
  thrift::ExtensionProcessor processor(std::make_shared<ExtensionHandler>(service));
  return serve(socket, processor, limits);
}

}  // namespace vigil::extensions
