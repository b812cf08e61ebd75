// SPDX-License-Identifier: Apache-2.0
// Extension: a program that adds tables and plugins to osqueryd or osqueryi.
// This header is all that an extension includes; docs/extensions.md shows how.
//
//   #include <vigil/extension.h>
//   using namespace vigil::sdk;
//
//   struct Row {
//     Text word;
//     Int length;
//   };
//
//   Rows<Row> scan(Query<Row>) {
//     const Row row{"extension", 9};
//     co_yield row;
//   }
//
//   int main(int argc, char** argv) {
//     Extension words("words", "1.0");
//     words.add(table<Row>("words", {column("word", &Row::word, "The word"), column("length", &Row::length, "Its bytes")}, scan));
//     return words.run(argc, argv);
//   }
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "vigil/core.h"
#include "vigil/plugin.h"
#include "vigil/table.h"

namespace vigil::sdk {

struct Arguments;

class Extension {
 public:
  Extension(std::string name, std::string version);
  ~Extension();
  Extension(const Extension&) = delete;
  Extension& operator=(const Extension&) = delete;

  template <class Row>
  void add(Table<Row> table) {
    const std::string name = table.name();
    add("table", name, std::make_unique<Table<Row>>(std::move(table)));
  }
  // Tables of specs: add(vigil::sql::all_tables()).
  void add(std::span<const sql::Table* const> tables);
  // What is added by reference has to outlive run().
  void add(const std::string& name, Logger& logger) { add("logger", name, plugin(logger)); }
  void add(const std::string& name, ConfigSource& source) { add("config", name, plugin(source)); }
  void add(const std::string& name, Distributed& distributed) { add("distributed", name, plugin(distributed)); }
  // Of any registry that takes plugins. Two of one name are an error of the program.
  void add(const std::string& registry, const std::string& name, std::unique_ptr<Plugin> plugin);

  // The core, once run() has registered the extension.
  Core& core() { return core_; }

  // Registers the extension and answers calls until the core ends or says that
  // it is enough, or a SIGTERM or SIGINT comes: the program's exit status. 1 when
  // the core cannot be reached in time, refuses the extension, or forgets it.
  int run(int argc, char** argv);

 private:
  class Engine;
  class Service;
  class Wait;
  int serve(const Arguments& arguments, Log& log);
  // Until there is a reason to end; the exit status.
  int watch(int64_t uuid, std::chrono::milliseconds interval, Wait& wait, Log& log);
  Routes routes() const;

  const Info info_;
  Core core_;
  std::map<std::string, std::map<std::string, std::unique_ptr<Plugin>>> plugins_;
};

}  // namespace vigil::sdk
