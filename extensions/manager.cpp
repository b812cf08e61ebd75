// SPDX-License-Identifier: Apache-2.0
#include "extensions/manager.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <utility>

#include "core/parse/text.h"
#include "extensions/registries.h"

namespace vigil::extensions {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr size_t most_members = 256, most_plugins = 10'000, longest_name = 256;
constexpr int64_t uuids = 65'535;
// Of extensions that were built before table specifications had their present form.
constexpr std::string_view least_sdk = "1.7.7", any_sdk = "0.0.0";
constexpr Milliseconds retry(20), farewell(200);

// Numbers of "5.12.1-7-gabc": as many as there are.
std::vector<uint64_t> numbers(std::string_view version) {
  std::vector<uint64_t> parts;
  while (!version.empty()) {
    const std::string_view part = parse::cut(version, '.');
    const size_t digits = std::min(part.find_first_not_of("0123456789"), part.size());
    const auto number = parse::number<uint64_t>(part.substr(0, digits));
    if (!number) break;
    parts.push_back(*number);
    if (digits != part.size()) break;
  }
  return parts;
}

bool good_name(const std::string& name) {
  return !name.empty() && name.size() <= longest_name &&
         std::none_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

Status refusal(std::string message) { return {failure, std::move(message), 0}; }

}  // namespace

// The way over an extension's socket; a connection for each call, as SDKs serve
// one after the other.
class Manager::Socket final : public Link {
 public:
  Socket(int64_t uuid, std::string name, const Settings& settings, const Parts& parts)
      : uuid_(uuid), name_(std::move(name)), path_(settings.socket + "." + std::to_string(uuid)), settings_(settings), connect_(parts.connect) {}

  int64_t uuid() const override { return uuid_; }
  const std::string& name() const override { return name_; }
  const std::string& path() const { return path_; }

  Result<Answer> call(const std::string& registry, const std::string& item, const Request& request, const std::atomic<bool>* stop) override {
    return with_client<Answer>(settings_.call, stop,
                               [&](Client& client, const Bounds& bounds) { return client.call(registry, item, request, bounds); });
  }
  Result<Status> ping(Milliseconds timeout, const std::atomic<bool>* stop) const {
    return with_client<Status>(timeout, stop, [](Client& client, const Bounds& bounds) { return client.ping(bounds); });
  }
  void shut_down() const {
    Bounds bounds;
    bounds.timeout = farewell;
    const auto client = connect_(path_, bounds);
    if (client) (void)(*client)->shutdown(bounds);
  }
  // From now on calls fail at once.
  void leave() { gone_ = true; }

 private:
  template <class T, class Ask>
  Result<T> with_client(Milliseconds timeout, const std::atomic<bool>* stop, const Ask& ask) const {
    const auto told = [&](Error error) { return std::move(error).within("extension '" + name_ + "'"); };
    Bounds bounds;
    bounds.timeout = timeout;
    bounds.stop = stop;
    bounds.string_max = settings_.string_max;
    while (!gone_) {
      const auto client = connect_(path_, bounds);
      if (client) {
        answered_ = true;
        auto result = ask(**client, bounds);
        return result ? std::move(result) : told(std::move(result.error()));
      }
      // It registers first and listens then.
      const bool absent = client.error().code == ENOENT || client.error().code == ECONNREFUSED;
      const bool starting = !answered_ && std::chrono::steady_clock::now() - since_ < settings_.timeout;
      if (!absent || !starting || (stop && *stop)) return told(client.error());
      std::this_thread::sleep_for(retry);
    }
    return told({"it is no longer registered"});
  }

  const int64_t uuid_;
  const std::string name_, path_;
  const Settings settings_;
  const decltype(Parts::connect) connect_;
  const std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  mutable std::atomic<bool> answered_ = false;
  std::atomic<bool> gone_ = false;
};

struct Manager::Entry {
  Info info;
  std::shared_ptr<Socket> socket;
  pid_t pid = 0;
  std::set<std::pair<std::string, std::string>> plugins;  // registry and name
  std::vector<std::shared_ptr<const sql::Table>> tables;
};

Manager::Manager(Settings settings, Parts parts) : settings_(std::move(settings)), parts_(std::move(parts)) {}

Manager::~Manager() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    stop_ = true;
  }
  wake_.notify_all();
  if (watcher_.joinable()) watcher_.join();
  std::vector<std::thread> farewells;
  for (const auto& [uuid, entry] : entries_) farewells.emplace_back([socket = entry.socket] { socket->shut_down(); });
  for (std::thread& thread : farewells) thread.join();
}

// Why they cannot be registered, or nothing.
std::string Manager::objection(const Info& info, const Routes& routes) const {
  if (!good_name(info.name)) return "an extension needs a name of at most " + std::to_string(longest_name) + " printable characters";
  if (info.sdk_version != any_sdk && numbers(info.sdk_version) < numbers(least_sdk))
    return "Incompatible extension SDK version: '" + info.sdk_version + "', " + std::string(least_sdk) + " or later is needed";
  size_t plugins = 0;
  for (const auto& [registry, items] : routes) {
    if (!open_registry(registry)) return "Failed adding registry: there is no registry '" + registry + "' that an extension may add to";
    plugins += items.size();
    for (const auto& [item, description] : items) {
      if (!good_name(item)) return "Failed adding registry: a plugin of '" + registry + "' has no printable name";
      if (parts_.has(registry, item)) return "Failed adding registry: the program has a plugin '" + item + "' of '" + registry + "' itself";
    }
  }
  if (plugins > most_plugins) return "Failed adding registry: more than " + std::to_string(most_plugins) + " plugins";
  return "";
}

// Of a plugin with one of another extension. With the mutex held.
std::string Manager::collision(const Entry& entry) const {
  for (const auto& [uuid, other] : entries_) {
    if (other.info.name == entry.info.name)
      return "Duplicate extension registered: '" + entry.info.name + "' has the UUID " + std::to_string(uuid) + " already";
    for (const auto& [registry, item] : entry.plugins)
      if (other.plugins.contains({registry, item}))
        return "Failed adding registry: extension '" + other.info.name + "' has a plugin '" + item + "' of '" + registry + "' already";
  }
  if (entries_.size() >= most_members) return "there are " + std::to_string(most_members) + " extensions already";
  return "";
}

// Each only once in the life of the manager, until all were used.
int64_t Manager::new_uuid() {
  std::random_device random;
  std::uniform_int_distribution<int64_t> any(1, uuids);
  const std::lock_guard lock(mutex_);
  if (used_.size() >= uuids / 2) used_.clear();
  int64_t uuid = any(random);
  while (entries_.contains(uuid) || !used_.insert(uuid).second) uuid = any(random);
  return uuid;
}

// Its tables, whose names and aliases become plugins; why not, or nothing.
// Without the mutex held, as it asks the program.
std::string Manager::make_tables(const std::map<std::string, Response>& descriptions, Entry& entry) const {
  for (const auto& [name, description] : descriptions) {
    auto table = RemoteTable::make(name, description, entry.socket, settings_.default_index);
    if (!table) return table.error().message;
    for (const std::string_view alias : (*table)->info.aliases) {
      const std::string other(alias);
      if (parts_.has("table", other) || !entry.plugins.emplace("table", other).second)
        return "table '" + name + "' has an alias '" + other + "', which is the name of another table";
    }
    entry.tables.push_back(std::move(*table));
  }
  return "";
}

Status Manager::admit(const Info& info, const Routes& routes, const Peer& peer) {
  if (std::string why = objection(info, routes); !why.empty()) return refusal(std::move(why));
  bury();
  Entry entry;
  entry.info = info;
  entry.pid = peer.pid;
  for (const auto& [registry, items] : routes)
    for (const auto& [item, description] : items) entry.plugins.emplace(registry, item);
  const int64_t uuid = new_uuid();
  entry.socket = std::make_shared<Socket>(uuid, info.name, settings_, parts_);
  if (const auto tables = routes.find("table"); tables != routes.end())
    if (const std::string why = make_tables(tables->second, entry); !why.empty()) return refusal("Failed adding registry: " + why);
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return refusal("the program is stopping");
    if (std::string why = collision(entry); !why.empty()) return refusal(std::move(why));
    entries_.emplace(uuid, std::move(entry));
    if (!watcher_.joinable()) watcher_ = std::thread([this] { watch(); });
  }
  parts_.log.info("Extension '" + info.name + "' " + info.version + " is registered with the UUID " + std::to_string(uuid));
  parts_.changed();
  return {success, "OK", uuid};
}

// One whose process is dead makes way at once for the next of its kind.
void Manager::bury() {
  std::vector<int64_t> dead;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [uuid, entry] : entries_)
      if (entry.pid > 0 && ::kill(entry.pid, 0) != 0 && errno == ESRCH) dead.push_back(uuid);
  }
  for (const int64_t uuid : dead) drop(uuid, "has died");
}

bool Manager::drop(int64_t uuid, const std::string& why) {
  std::string name;
  {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(uuid);
    if (at == entries_.end()) return false;
    at->second.socket->leave();
    name = at->second.info.name;
    entries_.erase(at);
  }
  parts_.log.info("Extension '" + name + "' with the UUID " + std::to_string(uuid) + " " + why);
  parts_.changed();
  return true;
}

Status Manager::dismiss(int64_t uuid) {
  if (!drop(uuid, "has left")) return refusal("No extension UUID registered: " + std::to_string(uuid));
  return {success, "OK", 0};
}

std::vector<Manager::Member> Manager::members() const {
  const std::lock_guard lock(mutex_);
  std::vector<Member> members;
  for (const auto& [uuid, entry] : entries_) members.push_back({uuid, entry.info, entry.socket->path(), entry.pid});
  return members;
}

std::vector<Manager::Plugin> Manager::plugins() const {
  const std::lock_guard lock(mutex_);
  std::vector<Plugin> plugins;
  for (const auto& [uuid, entry] : entries_)
    for (const auto& [registry, name] : entry.plugins) plugins.push_back({registry, name, uuid});
  std::sort(plugins.begin(), plugins.end(),
            [](const Plugin& a, const Plugin& b) { return std::tie(a.registry, a.name) < std::tie(b.registry, b.name); });
  return plugins;
}

std::shared_ptr<Link> Manager::find(const std::string& registry, const std::string& item) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [uuid, entry] : entries_)
    if (entry.plugins.contains({registry, item})) return entry.socket;
  return nullptr;
}

bool Manager::has_member(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) { return entry.second.info.name == name; });
}

std::vector<std::shared_ptr<const sql::Table>> Manager::tables() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const sql::Table>> tables;
  for (const auto& [uuid, entry] : entries_) tables.insert(tables.end(), entry.tables.begin(), entry.tables.end());
  return tables;
}

bool Manager::answers(const Socket& socket, Milliseconds timeout) const {
  const auto status = socket.ping(timeout, &stop_);
  return status && status->code == success;
}

// An extension that misses two checks is gone. A silent one must not keep
// the others from being looked at for longer than `timeout`.
void Manager::watch() {
  std::set<int64_t> missed;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    wake_.wait_for(lock, missed.empty() ? settings_.interval : settings_.timeout, [&] { return stopping_; });
    lock.unlock();
    bury();
    lock.lock();
    std::vector<std::shared_ptr<const Socket>> sockets;
    for (const auto& [uuid, entry] : entries_) sockets.push_back(entry.socket);
    lock.unlock();
    std::set<int64_t> silent;
    for (const auto& socket : sockets) {
      if (stop_) break;
      if (answers(*socket, settings_.timeout)) continue;
      if (!stop_ && missed.contains(socket->uuid()))
        drop(socket->uuid(), "does not answer and is no longer registered");
      else
        silent.insert(socket->uuid());
    }
    missed = std::move(silent);
    lock.lock();
  }
}

}  // namespace vigil::extensions
