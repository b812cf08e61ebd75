// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/extensions.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "core/parse/text.h"
#include "osqueryd/extend/plugins.h"
#include "osqueryd/settings.h"

namespace vigil {
namespace {

std::chrono::milliseconds patience(const Options& options) {
  return std::chrono::seconds(parse::number<uint32_t>(options.extensions_timeout).value_or(3));
}

bool is_table(const sql::Table& table, const std::string& name) {
  const auto same = [&](std::string_view other) { return parse::lower(other) == parse::lower(name); };
  return same(table.info.name) || std::any_of(table.info.aliases.begin(), table.info.aliases.end(), same);
}

bool has_table(const std::vector<const sql::Table*>& tables, const std::string& name) {
  return std::any_of(tables.begin(), tables.end(), [&](const sql::Table* table) { return is_table(*table, name); });
}

}  // namespace

Extensions::Extensions(Parts parts) : parts_(std::move(parts)), options_(parts_.program.options()) {
  auto catalog = std::make_shared<schedule::Catalog>();
  catalog->tables = parts_.tables;
  configured_ = std::move(catalog);
  parts_.runner.use(configured_);
}

Extensions::~Extensions() { stop_calls(); }

Result<void> Extensions::listen(const std::string& socket) {
  auto host = extend::ExtensionHost::open(
      socket, options(),
      {parts_.program, parts_.runner, parts_.log, [this] { return schedule_settings(parts_.program.options()->values()).budget; },
       [this](const std::string& registry, const std::string& item) { return has(registry, item); }, parts_.call, *stop_, [this] { refresh(); }});
  if (!host) return std::move(host.error());
  {
    const std::lock_guard lock(mutex_);
    host_ = std::move(*host);
  }
  parts_.program.attach(*host_);
  // One that came in at once found no host to take its tables from.
  refresh();
  return {};
}

void Extensions::wait_for_required() const {
  if (!host_) return;
  // The first that is missing uses up the time of all.
  auto left = patience(options());
  for (const std::string& name : log::logger_names(options().extensions_require)) {
    if (wait_until([&] { return host_->manager().has_member(name); }, left)) continue;
    left = std::chrono::milliseconds(0);
    parts_.log.warning("The required extension '" + name + "' is not registered");
    parts_.log.error("An error occurred during extension manager startup: required extension not found or not loaded: " + name);
  }
}

bool Extensions::wait_for_any() const {
  return host_ && wait_until([&] { return !host_->manager().members().empty(); }, patience(options()));
}

bool Extensions::has(const std::string& registry, const std::string& item) const {
  if (registry == "table") {
    const std::lock_guard lock(mutex_);
    return has_table(configured_->tables, item) || configured_->views.contains(item);
  }
  const auto plugins = parts_.program.plugins();
  return std::any_of(plugins.begin(), plugins.end(),
                     [&](const sql::PluginInfo& plugin) { return plugin.owner == 0 && plugin.registry == registry && plugin.name == item; });
}

void Extensions::publish(std::shared_ptr<const schedule::Catalog> configured) {
  {
    const std::lock_guard lock(mutex_);
    configured_ = std::move(configured);
  }
  refresh();
}

void Extensions::refresh() {
  struct Owned {
    std::shared_ptr<const schedule::Catalog> configured;
    std::vector<std::shared_ptr<const sql::Table>> tables;
  };
  const std::lock_guard lock(mutex_);
  auto owned = std::make_shared<Owned>();
  owned->configured = configured_;
  if (host_) owned->tables = host_->manager().tables();
  tables_ = owned->tables;
  ++changes_;
  auto catalog = std::make_shared<schedule::Catalog>(*configured_);
  for (const auto& table : owned->tables) {
    // The configuration may have come to that name later.
    if (!has_table(configured_->tables, std::string(table->info.name))) catalog->tables.push_back(table.get());
  }
  catalog->owned = std::move(owned);
  parts_.runner.use(std::move(catalog));
}

std::optional<std::vector<std::shared_ptr<const sql::Table>>> Extensions::changed_tables(uint64_t& seen) const {
  const std::lock_guard lock(mutex_);
  if (std::exchange(seen, changes_) == changes_) return std::nullopt;
  return tables_;
}

bool Extensions::wait_until(const std::function<bool()>& done, std::chrono::milliseconds patience) const {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end || !parts_.pause()) return false;
  }
  return true;
}

Result<void> Extensions::await(const std::string& registry, const std::string& name) const {
  const bool may_come = parts_.autoloads || !options().extensions_require.empty();
  const auto there = [&] { return host_->manager().find(registry, name) != nullptr; };
  if (host_ && wait_until(there, may_come ? patience(options()) : std::chrono::milliseconds(0))) return {};
  return Error{"Cannot activate " + name + " " + registry + " plugin: there is no " + registry + " '" + name +
               "' in this program, nor in an extension that is registered"};
}

template <class T>
Result<T> Extensions::aside(std::function<Result<T>()> work) const {
  std::atomic<bool> done = false;
  Result<T> result = Error{};
  std::thread thread([&] {
    result = work();
    done = true;
  });
  while (!done && parts_.pause()) continue;
  if (!done) *stop_ = true;
  thread.join();
  return result;
}

Result<ConfigOrigin> Extensions::config() {
  const std::string plugin = options().config_plugin;
  if (plugin == "filesystem") return ConfigOrigin{[this] { return read_sources(options()); }, nullptr};
  if (auto awaited = await("config", plugin); !awaited) return std::move(awaited.error());
  ConfigOrigin origin;
  origin.read = [this, plugin] { return aside<config::Sources>([&] { return extend::read_config(host_->manager(), plugin, *stop_); }); };
  origin.read_pack = [this, plugin](const std::string& name, const std::string& value) {
    return aside<std::string>([&] { return extend::read_pack(host_->manager(), plugin, name, value, *stop_); });
  };
  return origin;
}

std::unique_ptr<distributed::Plugin> Extensions::distributed(const std::string& name) {
  if (!await("distributed", name)) return nullptr;
  return extend::make_distributed(host_->manager(), name);
}

Result<std::unique_ptr<log::Logger>> Extensions::logger(const std::string& name, std::function<std::string()> host) {
  using Made = std::unique_ptr<log::Logger>;
  if (auto awaited = await("logger", name); !awaited) return std::move(awaited.error());
  return aside<Made>([&] { return extend::make_logger(host_->manager(), name, host, stop_); });
}

}  // namespace vigil
