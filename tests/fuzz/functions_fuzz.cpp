// SPDX-License-Identifier: Apache-2.0
// SQL functions that need no module: the first line selects one, the others
// are its arguments.
#include <sqlite3.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "core/parse/text.h"
#include "core/sql/engine.h"
#include "core/sql/functions.h"
#include "core/sql/vtab.h"

namespace {

class NoEngine : public vigil::sql::Engine {
 public:
  vigil::sql::ProgramInfo program() const override { return {}; }
  std::vector<vigil::sql::FlagInfo> flags() const override { return {}; }
  std::vector<vigil::sql::PluginInfo> plugins() const override { return {}; }
  std::string option(std::string_view) const override { return {}; }
};

struct Database {
  NoEngine engine;
  vigil::sql::Session session{std::move(*vigil::Host::directory("/")), engine};
  sqlite3* db = nullptr;
  std::vector<sqlite3_stmt*> statements;

  Database() {
    sqlite3_open(":memory:", &db);
    if (vigil::sql::add_collations(db) != SQLITE_OK || vigil::sql::add_functions(db, session) != SQLITE_OK) std::abort();
    for (const char* sql :
         {"split(?1, ?2, ?3)", "concat_ws(?1, ?2, ?3)", "inet_aton(?1)", "in_cidr_block(?1, ?2)", "from_base64(?1)",
          "from_base64(to_base64(?1)) = ?1", "conditional_to_base64(?1)", "find_file_path_in_cmd(?1, 1)", "is_path_deterministic(?1, 1, ?2)",
          "parent_directory(?1)", "version_compare(?1, ?2, ?3)", "ceil(?1)", "power(?1, ?2)", "?1 < ?2 COLLATE VERSION_RHEL", "carve(?1)"}) {
      sqlite3_stmt* statement = nullptr;
      if (sqlite3_prepare_v2(db, ("SELECT " + std::string(sql)).c_str(), -1, &statement, nullptr) != SQLITE_OK) std::abort();
      statements.push_back(statement);
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Database database;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto which = vigil::parse::number<size_t>(vigil::parse::cut(rest, '\n')).value_or(size) % database.statements.size();
  sqlite3_stmt* statement = database.statements[which];
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
    const std::string_view argument = vigil::parse::cut(rest, '\n');
    sqlite3_bind_text(statement, i, argument.data() ? argument.data() : "", static_cast<int>(argument.size()), SQLITE_TRANSIENT);
  }
  const int rc = sqlite3_step(statement);
  if (rc != SQLITE_ROW && rc != SQLITE_ERROR) std::abort();
  if (which == 5 && sqlite3_column_int(statement, 0) != 1) std::abort();  // base64 there and back
  sqlite3_reset(statement);
  return 0;
}
