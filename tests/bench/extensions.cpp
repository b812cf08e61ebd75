// SPDX-License-Identifier: Apache-2.0
// What a call over the extension socket costs beside bare Thrift.
//
//   vigil_bench_extensions bare SOCKET     libthrift's threaded server; query answers one constant row
//   vigil_bench_extensions ours SOCKET     the same answer by the program's own server
//   vigil_bench_extensions measure CALLS SQL SOCKET...
//                                          calls query(SQL) on one connection each, turn by turn in
//                                          blocks; prints "p50 p99" in microseconds for each socket
//   vigil_bench_extensions table NAME --socket SOCKET ...
//                                          an extension with one of the program's own tables
#include <ExtensionManager.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TServerSocket.h>
#include <thrift/transport/TSocket.h>
#include <unistd.h>
#include <vigil/extension.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/sql/module.h"
#include "extensions/server.h"
#include "extensions/thrift_module.h"

namespace {

using namespace vigil;
using apache::thrift::protocol::TBinaryProtocol;
using apache::thrift::protocol::TBinaryProtocolFactory;
using apache::thrift::transport::TBufferedTransport;
using apache::thrift::transport::TBufferedTransportFactory;

constexpr int block = 100;

class BareManager final : public thrift::ExtensionManagerNull {
  void query(thrift::ExtensionResponse& answer, const std::string&) override {
    answer.status.__set_message("OK");
    answer.response = {{{"1", "1"}}};
  }
};

class OurManager final : public extensions::ManagerService {
  extensions::Status ping() override { return {}; }
  extensions::Answer call(const std::string&, const std::string&, const extensions::Request&) override { return {}; }
  void shutdown() override {}
  extensions::Extensions extensions() override { return {}; }
  extensions::Options options() override { return {}; }
  extensions::Status register_extension(const extensions::Info&, const extensions::Routes&, const extensions::Peer&) override { return {}; }
  extensions::Status deregister_extension(int64_t) override { return {}; }
  extensions::Answer query(const std::string&) override { return {{extensions::success, "OK", 0}, {{{"1", "1"}}}}; }
  extensions::Answer query_columns(const std::string&) override { return {}; }
};

class Stderr final : public Log {
  void write(LogLine line) override { std::fprintf(stderr, "%s\n", line.message.c_str()); }
};

int serve_bare(const std::string& path) {
  apache::thrift::server::TThreadedServer server(std::make_shared<thrift::ExtensionManagerProcessor>(std::make_shared<BareManager>()),
                                                 std::make_shared<apache::thrift::transport::TServerSocket>(path),
                                                 std::make_shared<TBufferedTransportFactory>(), std::make_shared<TBinaryProtocolFactory>());
  server.serve();
  return 0;
}

int serve_ours(const std::string& path) {
  const auto module = sql::module_interface<VigilThrift>("thrift", "vigil_thrift");
  if (!module) return std::fprintf(stderr, "%s\n", module.error().message.c_str()), 1;
  OurManager manager;
  Stderr log;
  const auto serve = [&](int socket, const extensions::Peer& peer) { return (*module)->serve_manager(socket, manager, peer, {}); };
  const auto server = extensions::Server::listen(path, serve, log);
  if (!server) return std::fprintf(stderr, "%s\n", server.error().message.c_str()), 1;
  for (;;) ::pause();
}

struct Connection {
  explicit Connection(const std::string& path) {
    const auto socket = std::make_shared<apache::thrift::transport::TSocket>(path);
    socket->open();
    client = std::make_unique<thrift::ExtensionManagerClient>(std::make_shared<TBinaryProtocol>(std::make_shared<TBufferedTransport>(socket)));
  }
  std::unique_ptr<thrift::ExtensionManagerClient> client;
  std::vector<double> took;
};

int measure(int calls, const std::string& sql, const std::vector<std::string>& paths) {
  std::vector<Connection> connections(paths.begin(), paths.end());
  // The first block of each is not counted.
  for (int done = -block; done < calls; done += block) {
    for (Connection& connection : connections) {
      for (int i = 0; i < block; ++i) {
        thrift::ExtensionResponse answer;
        const auto start = std::chrono::steady_clock::now();
        connection.client->query(answer, sql);
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
        if (answer.status.code != 0 || answer.response.empty()) return std::fprintf(stderr, "no rows: %s\n", answer.status.message.c_str()), 1;
        if (done >= 0) connection.took.push_back(took.count());
      }
    }
  }
  for (Connection& connection : connections) {
    std::sort(connection.took.begin(), connection.took.end());
    std::printf("%.1f %.1f\n", connection.took[connection.took.size() / 2], connection.took[connection.took.size() * 99 / 100]);
  }
  return 0;
}

int serve_table(const std::string& name, int argc, char** argv) {
  const auto tables = sql::all_tables();
  const auto table = std::find_if(tables.begin(), tables.end(), [&](const sql::Table* t) { return t->info.name == name; });
  if (table == tables.end()) return std::fprintf(stderr, "there is no table %s\n", name.c_str()), 2;
  sdk::Extension extension("bench", "1.0");
  extension.add(std::span(&*table, 1));
  return extension.run(argc, argv);
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "bare") return serve_bare(words[1]);
  if (words.size() == 2 && words[0] == "ours") return serve_ours(words[1]);
  if (words.size() > 2 && words[0] == "table") return serve_table(words[1], argc - 2, argv + 2);
  if (words.size() > 3 && words[0] == "measure" && std::atoi(argv[2]) > 0)
    return measure(std::atoi(argv[2]), words[2], {words.begin() + 3, words.end()});
  std::fprintf(stderr, "usage: vigil_bench_extensions bare SOCKET | ours SOCKET | measure CALLS SQL SOCKET...\n");
  return 2;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
