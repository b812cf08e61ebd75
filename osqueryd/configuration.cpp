// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/configuration.h"

#include "core/host/identity.h"
#include "core/parse/text.h"
#include "osqueryd/config/auto_table.h"
#include "osqueryd/config/backup.h"

namespace vigil {

config::Context config_context(const Options& options) {
  const auto host = Host::live();
  const auto name = host ? host_name(*host) : Result<std::string>(host.error());
  config::Context context = config::file_context(VIGIL_VERSION, name ? *name : "");
  context.default_interval = options.schedule_default_interval;
  context.pack_delimiter = options.pack_delimiter;
  return context;
}

Result<config::Sources> read_sources(const Options& options) {
  if (options.config_plugin != "filesystem") return Error{"this build has no config plugin '" + options.config_plugin + "'; it has filesystem"};
  return config::read_files(options.config_path);
}

// Each line of an error is one thing to mend.
void Configuration::fail(const std::string& error) {
  error_ = error;
  for (const std::string_view line : parse::lines(error)) log_.error("Configuration: " + std::string(line));
}

bool Configuration::load(const std::function<void(const config::Config&)>& apply) {
  error_.clear();
  auto sources = origin_.read();
  if (sources) {
    for (const auto& [name, text] : replaced_) (*sources)[name] = text;
    if (in_force_ && *sources == sources_) return true;
    if (use(*sources, apply)) {
      if (const auto saved = config::save_backup(*sources, store_); !saved) log_.warning("Cannot keep the configuration: " + saved.error().message);
      return true;
    }
  } else {
    fail(sources.error().message);
  }
  if (in_force_) {
    log_.warning("The last good configuration stays in force");
    return false;
  }
  const std::string error = error_;
  const auto backup = config::load_backup(store_);
  if (!backup) log_.warning("Cannot read the last good configuration of an earlier run: " + backup.error().message);
  if (backup && !backup->empty() && use(*backup, apply)) {
    log_.warning("The last good configuration of an earlier run is used");
  } else {
    apply(config::Config());
    in_force_ = true;
  }
  error_ = error;
  return false;
}

bool Configuration::use(const config::Sources& sources, const std::function<void(const config::Config&)>& apply) {
  config::Context context = config_context(base_.values());
  if (origin_.read_pack) {
    context.read_pack = origin_.read_pack;
    context.find_packs = nullptr;
  }
  const auto loaded = config::load(sources, context);
  if (!loaded) {
    fail(loaded.error().message);
    return false;
  }
  for (const std::string& warning : loaded->warnings) log_.warning("Configuration: " + warning);
  set_options(loaded->config);
  program_.change([&](sql::ProgramInfo& info) {
    info.config_hash = loaded->config.hash;
    info.config_valid = true;
  });
  apply(loaded->config);
  sources_ = sources;
  in_force_ = true;
  return true;
}

// What an earlier configuration set and this one does not is as the command line has it.
void Configuration::set_options(const config::Config& config) {
  OptionSet options = base_;
  for (const auto& [name, text] : config.options)
    if (const std::string warning = options.configure(name, text); !warning.empty()) log_.warning("Configuration: " + warning);
  program_.use(std::move(options));
}

std::shared_ptr<const schedule::Catalog> Configuration::catalog(const config::Config& config, const std::vector<const sql::Table*>& tables) const {
  auto catalog = std::make_shared<schedule::Catalog>();
  catalog->views = config.views;
  auto made = std::make_shared<config::AutoTables>(config.tables, tables);
  for (const std::string& warning : made->warnings()) log_.warning("Configuration: " + warning);
  catalog->tables = made->tables();
  catalog->owned = std::move(made);
  return catalog;
}

}  // namespace vigil
