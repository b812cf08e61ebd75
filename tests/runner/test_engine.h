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

  std::vector<sql::ExtensionInfo> extensions() const override {
    return {{0, "core", "5.23.1+vigil.test", "5.23.1", "/var/osquery/osquery.em", "core"},
            {4711, "hello", "1.0", "5.0.1", "/var/osquery/osquery.em.4711", "extension"}};
  }
  std::vector<sql::ScheduleInfo> schedule() const override {
    sql::ScheduleInfo processes{"pack_base_processes", "SELECT pid FROM processes", "base", "", 60, 12, 1700000060, 1700000120};
    processes.output_size = 4096;
    processes.wall_time = 1;
    processes.wall_time_ms = 1234;
    processes.last_wall_time_ms = 100;
    processes.user_time = 600;
    processes.last_user_time = 50;
    processes.system_time = 300;
    processes.last_system_time = 25;
    processes.average_memory = 8192;
    processes.last_memory = 9000;
    processes.last_rows = 7;
    sql::ScheduleInfo slow{"slow", "SELECT * FROM file, hash", "main", "0 4 * * *", 0};
    slow.denylisted = true;
    slow.errors = 1;
    slow.last_error = "it ran for more than 600 s";
    return {processes, slow};
  }
  std::vector<sql::PackInfo> packs() const override {
    return {{"base", "linux", "5.0.0", 50, 3, 2, true}, {"elsewhere", "darwin", "", 0, 0, 0, false}};
  }
  std::vector<sql::EventInfo> events() const override {
    return {{"inotify", "inotify", "publisher", 2, 40, 1, 1}, {"file_events", "inotify", "subscriber", 2, 38, 0, 1}};
  }
  std::vector<sql::RunningInfo> running() const override {
    return {{7, "slow", "SELECT * FROM file, hash", "scheduled", 1700000100, 20000, 15000, 42, 65536}};
  }
  std::vector<sql::DenialInfo> denials() const override {
    return {{"slow", "it ran for more than 600 s", 1700000000, 1700003600, 1, 600010, 500000, 65536}};
  }
  std::vector<sql::SpoolInfo> spool() const override { return {{"status", 2, 300, 0}, {"result", 10, 5000, 3}}; }
  std::vector<sql::ExtensionProcessInfo> extension_processes() const override {
    sql::ExtensionProcessInfo one{"/opt/one.ext", "running", 77, 3, 1, 1, 1700000200, 0, "ended with exit status 1", 4711, "one"};
    sql::ExtensionProcessInfo gone{"/opt/gone.ext", "running", 78, 1, 0, 0, 1700000300, 0, "", -1, ""};
    sql::ExtensionProcessInfo open{
        "/opt/open.ext", "unsafe", -1, 0, 0, 0, 0, 1700000400, "not started: '/opt/open.ext' can be changed by every user"};
    return {one, gone, open};
  }

  std::map<std::string, std::string, std::less<>> options = {{"read_max", "52428800"}};
};

}  // namespace vigil::test
