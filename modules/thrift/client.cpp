// SPDX-License-Identifier: Apache-2.0
#include "modules/thrift/client.h"

#include <ExtensionManager.h>
#include <poll.h>
#include <thrift/TApplicationException.h>

#include <algorithm>
#include <cerrno>

#include "core/base/fd.h"
#include "core/base/unix_socket.h"
#include "modules/thrift/protocol.h"
#include "modules/thrift/types.h"

namespace vigil::extensions {
namespace {

using apache::thrift::TApplicationException;
using apache::thrift::transport::TTransportException;
using std::chrono::milliseconds;

std::string quoted(const std::string& path) { return "'" + path + "'"; }

Error late(const std::string& path, milliseconds timeout) { return {quoted(path) + ": no answer within " + period(timeout), ETIMEDOUT}; }
Error stopped(const std::string& path) { return {quoted(path) + ": the call was stopped", ECANCELED}; }

class ThriftClient final : public Client {
 public:
  ThriftClient(std::string path, Fd socket)
      : path_(std::move(path)),
        socket_(std::move(socket)),
        transport_(std::make_shared<Transport>(socket_.get(), milliseconds(0), 0)),
        protocol_(std::make_shared<Protocol>(transport_, Side::client)),
        calls_(protocol_) {}

  Result<Status> ping(const Bounds& bounds) override {
    return ask<Status, thrift::ExtensionStatus>(bounds, [&](auto& answer) { calls_.ping(answer); });
  }
  Result<Answer> call(const std::string& registry, const std::string& item, const Request& request, const Bounds& bounds) override {
    return ask<Answer, thrift::ExtensionResponse>(bounds, [&](auto& answer) { calls_.call(answer, registry, item, request); });
  }
  Result<void> shutdown(const Bounds& bounds) override {
    return attempt(bounds, [&] { calls_.shutdown(); });
  }
  Result<Extensions> extensions(const Bounds& bounds) override {
    return ask<Extensions, thrift::InternalExtensionList>(bounds, [&](auto& answer) { calls_.extensions(answer); });
  }
  Result<Options> options(const Bounds& bounds) override {
    return ask<Options, thrift::InternalOptionList>(bounds, [&](auto& answer) { calls_.options(answer); });
  }
  Result<Status> register_extension(const Info& info, const Routes& routes, const Bounds& bounds) override {
    return ask<Status, thrift::ExtensionStatus>(bounds, [&](auto& answer) { calls_.registerExtension(answer, to_wire(info), routes); });
  }
  Result<Status> deregister_extension(int64_t uuid, const Bounds& bounds) override {
    return ask<Status, thrift::ExtensionStatus>(bounds, [&](auto& answer) { calls_.deregisterExtension(answer, uuid); });
  }
  Result<Answer> query(const std::string& sql, const Bounds& bounds) override {
    return ask<Answer, thrift::ExtensionResponse>(bounds, [&](auto& answer) { calls_.query(answer, sql); });
  }
  Result<Answer> query_columns(const std::string& sql, const Bounds& bounds) override {
    return ask<Answer, thrift::ExtensionResponse>(bounds, [&](auto& answer) { calls_.getQueryColumns(answer, sql); });
  }

 private:
  template <class T, class Wire, class Call>
  Result<T> ask(const Bounds& bounds, Call call) {
    Wire answer;
    if (auto done = attempt(bounds, [&] { call(answer); }); !done) return std::move(done.error());
    return from_wire(std::move(answer));
  }

  template <class Call>
  Result<void> attempt(const Bounds& bounds, Call call) {
    if (broken_) return Error{quoted(path_) + ": the connection is of no use after an earlier error"};
    transport_->start_call(bounds.timeout, bounds.stop, bounds.message_max);
    protocol_->limit_strings(bounds.string_max);
    try {
      call();
      return {};
    } catch (const TApplicationException& refusal) {
      return Error{quoted(path_) + " refused the call: " + refusal.what()};
    } catch (...) {
      broken_ = true;
      return explain(bounds);
    }
  }

  // What the exception in flight means.
  Error explain(const Bounds& bounds) const try { throw; } catch (const TTransportException& error) {
    if (error.getType() == TTransportException::TIMED_OUT) return late(path_, bounds.timeout);
    if (error.getType() == TTransportException::INTERRUPTED) return stopped(path_);
    if (error.getType() != TTransportException::END_OF_FILE) return {quoted(path_) + ": " + error.what(), EIO};
    return {
        quoted(path_) + (transport_->answered() ? " closed the connection in the middle of its answer" : " closed the connection and gave no answer"),
        EPIPE};
  } catch (const TooMuch& error) {
    return {quoted(path_) + " sent too much: " + error.what(), EMSGSIZE};
  } catch (const apache::thrift::protocol::TProtocolException& error) {
    return {quoted(path_) + " sent what is no Thrift: " + error.what(), EPROTO};
  } catch (const std::exception& error) {
    return {quoted(path_) + ": " + error.what()};
  } catch (...) {
    return {quoted(path_) + ": the call failed"};
  }

  const std::string path_;
  const Fd socket_;
  const std::shared_ptr<Transport> transport_;
  const std::shared_ptr<Protocol> protocol_;
  thrift::ExtensionManagerClient calls_;
  bool broken_ = false;
};

}  // namespace

Result<std::unique_ptr<Client>> connect_client(const std::string& path, const Bounds& bounds) try {
  const auto address = socket_address(path);
  if (!address) return address.error();
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return os_error("connect to", path, errno);
  const auto start = std::chrono::steady_clock::now();
  while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) != 0) {
    // Too many wait to be accepted; there is no way to wait for one's turn.
    if (errno != EAGAIN && errno != EINTR) return os_error("connect to", path, errno);
    if (bounds.stop && bounds.stop->load(std::memory_order_relaxed)) return stopped(path);
    if (std::chrono::steady_clock::now() - start >= bounds.timeout) return late(path, bounds.timeout);
    ::poll(nullptr, 0, 10);
  }
  return std::unique_ptr<Client>(new ThriftClient(path, std::move(socket)));
} catch (const std::exception& error) {
  return Error{"connect to " + quoted(path) + ": " + error.what()};
}

}  // namespace vigil::extensions
