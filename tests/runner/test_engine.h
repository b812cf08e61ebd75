// SPDX-License-Identifier: Apache-2.0
// The Engine that tests run with: every value is fixed.
#pragma once

#include <map>
#include <string>

#include "core/sql/engine.h"

namespace vigil::test {

class TestEngine final : public sql::Engine {
 public:
  sql::ProgramInfo program() const override {
    sql::ProgramInfo info;
    info.pid = 4242;
    info.start_time = 1700000000;
    info.uuid = "00000000-0000-0000-0000-000000000001";
    info.instance_id = "00000000-0000-0000-0000-000000000002";
    info.version = "5.23.1+vigil.test";
    info.extensions = "inactive";
    info.config_hash = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
    info.build_platform = "linux";
    info.build_distro = "debian12";
    return info;
  }
  std::vector<sql::FlagInfo> flags() const override {
    return {{"config_path", "string", "Main configuration file", "/etc/osquery/osquery.conf", "/etc/osquery/osquery.conf", false},
            {"json", "bool", "JSON array output", "false", "true", true},
            {"read_max", "uint64", "Largest file that is read, in bytes", "52428800", option("read_max"), false}};
  }
  std::vector<sql::PluginInfo> plugins() const override { return {{"sql", "sql", 0, false, true}, {"table", "mounts", 0, false, true}}; }
  std::string option(std::string_view name) const override {
    const auto found = options.find(name);
    return found == options.end() ? "" : found->second;
  }

  std::map<std::string, std::string, std::less<>> options = {{"read_max", "52428800"}};
};

}  // namespace vigil::test
