// SPDX-License-Identifier: Apache-2.0
#include "shell/shell.h"

#include <cstdio>

#include "core/sql/connection.h"

namespace vigil::shell {

int run_shell(const Settings& settings, const sql::Engine& engine, Host host) {
  sql::Connection connection(sql::all_tables(), std::move(host), engine);
  auto statement = connection.prepare(settings.has_argument ? settings.argument : settings.query);
  if (!statement || !*statement) return 1;
  while (true) {
    const auto more = (*statement)->step();
    if (!more) return 1;
    if (!*more) return 0;
    for (size_t i = 0; i < (*statement)->columns(); ++i) std::printf("%s|", std::string((*statement)->text(i).value_or("")).c_str());
    std::puts("");
  }
}

}  // namespace vigil::shell
