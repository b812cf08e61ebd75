// SPDX-License-Identifier: Apache-2.0
// What the tests of the extension transport share: services, the module, and
// Thrift's bytes written by hand.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "core/base/unix_socket.h"
#include "core/sql/module.h"
#include "extensions/server.h"
#include "extensions/thrift_module.h"
#include "tests/unit/log/log_testing.h"

namespace vigil::extensions {

using log::eventually;
using log::Folder;
using log::Lines;

inline const VigilThrift& module() {
  const auto found = sql::module_interface<VigilThrift>("thrift", "vigil_thrift");
  if (!found) throw std::runtime_error(found.error().message);
  return **found;
}

// Answers with what it was asked.
class EchoManager final : public ManagerService {
 public:
  Status ping() override { return {success, "pong", 0}; }
  Answer call(const std::string& registry, const std::string& item, const Request& request) override {
    return {{5, registry + "/" + item, 9}, {request, {}, request}};
  }
  void shutdown() override { ++shutdowns; }
  Extensions extensions() override { return {{0, {"core", "1", "2", "3"}}, {65535, {"last", "", "", ""}}}; }
  Options options() override { return {{"verbose", {"true", "false", "bool"}}, {"none", {}}}; }
  Status register_extension(const Info& info, const Routes& routes, const Peer& peer) override {
    std::string all = info.name + " " + info.version + " " + info.sdk_version + " " + info.min_sdk_version;
    for (const auto& [registry, plugins] : routes)
      for (const auto& [name, known] : plugins) all += " " + registry + "." + name + "=" + std::to_string(known.size());
    return {success, all, peer.pid};
  }
  Status deregister_extension(int64_t uuid) override { return {failure, "no extension", uuid}; }
  Answer query(const std::string& sql) override {
    if (sql == "throw") throw std::runtime_error("thrown");
    if (sql.starts_with("rows ")) return {{}, Response(std::stoul(sql.substr(5)), {{"name", "value"}, {"other", std::string(20, 'x')}})};
    if (sql.starts_with("bytes ")) return {{}, {{{"text", std::string(std::stoul(sql.substr(6)), 'x')}}}};
    return {{}, {{{"sql", sql}}}};
  }
  Answer query_columns(const std::string& sql) override { return {{success, sql, 0}, {{{"z", "UNSIGNED BIGINT"}}, {{"a", "TEXT"}}}}; }

  std::atomic<int> shutdowns = 0;
};

// A service that cannot do anything.
class ThrowingManager final : public ManagerService {
 public:
  Status ping() override { throw std::runtime_error("no ping"); }
  Answer call(const std::string&, const std::string&, const Request&) override { throw std::runtime_error("no call"); }
  void shutdown() override { throw std::runtime_error("no shutdown"); }
  Extensions extensions() override { throw std::runtime_error("no extensions"); }
  Options options() override { throw std::runtime_error("no options"); }
  Status register_extension(const Info&, const Routes&, const Peer&) override { throw std::runtime_error("no registration"); }
  Status deregister_extension(int64_t) override { throw std::runtime_error("no deregistration"); }
  Answer query(const std::string&) override { throw std::runtime_error("no query"); }
  Answer query_columns(const std::string&) override { throw std::runtime_error("no columns"); }
};

inline Server::Serve serving(ManagerService& service, ServeLimits limits = {}) {
  return [&service, limits](int socket, const Peer& peer) { return module().serve_manager(socket, service, peer, limits); };
}

inline std::unique_ptr<Server> listen(const std::string& path, Server::Serve serve, Log& log) {
  auto server = Server::listen(path, std::move(serve), log);
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

inline std::unique_ptr<Client> connect(const std::string& path, const Bounds& bounds = {}) {
  auto client = module().connect(path, bounds);
  if (!client) throw std::runtime_error(client.error().message);
  return std::move(*client);
}

// A connection without Thrift.
inline Fd raw_connection(const std::string& path) {
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = socket_address(path);
  EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address), 0);
  return socket;
}

inline void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

// All that comes until the other side closes.
inline std::string receive_all(int socket) {
  std::string text;
  char part[4096];
  for (ssize_t n; (n = ::recv(socket, part, sizeof part, 0)) > 0;) text.append(part, static_cast<size_t>(n));
  return text;
}

// Thrift's binary protocol by hand.
namespace wire {

enum Type : char { stop = 0, byte = 3, i32 = 8, i64 = 10, string = 11, structure = 12, map = 13, set = 14, list = 15 };
enum Kind : uint32_t { call = 1, reply = 2, exception = 3, oneway = 4 };

inline std::string number(uint64_t value, int size) {
  std::string out;
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
  return out;
}
inline std::string text(std::string_view value) { return number(value.size(), 4) + std::string(value); }
inline std::string field(Type type, uint16_t id) { return std::string(1, type) + number(id, 2); }
inline std::string head(Kind kind, std::string_view method, uint32_t sequence = 1) {
  return number(0x80010000 | kind, 4) + text(method) + number(sequence, 4);
}
inline std::string rows(uint32_t count, Type element = map) { return std::string(1, element) + number(count, 4); }
inline std::string pairs(uint32_t count, Type key = string, Type value = string) { return std::string{key, value} + number(count, 4); }
inline std::string end(int structures = 1) { return std::string(static_cast<size_t>(structures), stop); }

// The beginning of the answer to a query, up to its rows.
inline std::string answer(std::string_view method = "query", uint32_t sequence = 1) {
  return head(reply, method, sequence) + field(structure, 0) + field(structure, 1) + field(i32, 1) + number(0, 4) + field(string, 2) + text("OK") +
         field(i64, 3) + number(0, 8) + end() + field(list, 2);
}
inline std::string query(std::string_view sql, uint32_t sequence = 1) { return head(call, "query", sequence) + field(string, 1) + text(sql) + end(); }

}  // namespace wire
}  // namespace vigil::extensions
