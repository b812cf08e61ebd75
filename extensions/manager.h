// SPDX-License-Identifier: Apache-2.0
// Manager: which extensions are registered, what they offer, and whether they
// are alive. It does not listen; extensions/server.h does.
//
// From any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/base/log.h"
#include "core/base/result.h"
#include "extensions/client.h"
#include "extensions/link.h"
#include "extensions/protocol.h"
#include "extensions/remote_table.h"

namespace vigil::extensions {

class Manager {
 public:
  struct Settings {
    std::string socket;                        // of the manager; an extension's is `<socket>.<uuid>`
    std::chrono::milliseconds timeout{3000};   // that an extension may be silent before it counts as gone
    std::chrono::milliseconds interval{3000};  // between two checks whether it is alive
    std::chrono::milliseconds call{300'000};   // of one call
    uint64_t string_max = 0;                   // bytes of one text in an answer; 0: no bound
    bool default_index = true;
  };
  struct Parts {
    Log& log;
    std::function<Result<std::unique_ptr<Client>>(const std::string& path, const Bounds& bounds)> connect;
    // True for a plugin that the program itself has; of tables for aliases, too.
    std::function<bool(const std::string& registry, const std::string& item)> has;
    // Extensions came or went; called without a lock held, before they are told so.
    std::function<void()> changed;
  };
  // What `parts` refers to has to outlive the manager.
  Manager(Settings settings, Parts parts);
  // Tells every extension to end.
  ~Manager();
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  // As the calls registerExtension and deregisterExtension answer.
  Status admit(const Info& info, const Routes& routes, const Peer& peer);
  Status dismiss(int64_t uuid);

  struct Member {
    int64_t uuid = 0;
    Info info;
    std::string path;  // of its socket
    pid_t pid = 0;
  };
  std::vector<Member> members() const;
  struct Plugin {
    std::string registry, name;
    int64_t uuid = 0;
  };
  // Sorted by registry and name.
  std::vector<Plugin> plugins() const;
  // The way to the extension that offers a plugin, or to one by its name; null when there is none.
  std::shared_ptr<Link> find(const std::string& registry, const std::string& item) const;
  bool has_member(const std::string& name) const;
  std::vector<std::shared_ptr<const sql::Table>> tables() const;

 private:
  class Socket;
  struct Entry;
  std::string objection(const Info& info, const Routes& routes) const;
  std::string collision(const Entry& entry) const;
  std::string make_tables(const std::map<std::string, Response>& descriptions, Entry& entry) const;
  int64_t new_uuid();
  void bury();
  bool drop(int64_t uuid, const std::string& why);
  void watch();
  bool answers(const Socket& socket, std::chrono::milliseconds timeout) const;

  const Settings settings_;
  const Parts parts_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<int64_t, Entry> entries_;
  std::set<int64_t> used_;  // uuids that were given out
  bool stopping_ = false;
  std::atomic<bool> stop_ = false;  // ends the calls of watch()
  std::thread watcher_;             // from the first extension on
};

}  // namespace vigil::extensions
