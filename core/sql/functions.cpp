// SPDX-License-Identifier: Apache-2.0
#include "core/sql/functions.h"

#include <exception>
#include <new>

#include "core/parse/version.h"
#include "core/sql/call.h"

namespace vigil::sql {

std::string_view Call::text(int i) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values_[i]));
  const auto size = static_cast<size_t>(sqlite3_value_bytes(values_[i]));
  if (!text && size != 0) throw std::bad_alloc();
  return text ? std::string_view(text, size) : std::string_view("");
}

namespace {

struct Bound {
  const Function& function;
  Session& session;
};

// No exception may pass through SQLite's own frames.
void run(sqlite3_context* context, int count, sqlite3_value** values) {
  const auto& bound = *static_cast<const Bound*>(sqlite3_user_data(context));
  Call call(bound.session, context, count, values);
  try {
    bound.function.run(call);
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(context);
  } catch (const std::exception& e) {
    call.fail(e.what());
  }
}

void ignore_row(sqlite3_context*, int, sqlite3_value**) {}

void run_at_end(sqlite3_context* context) { run(context, 0, nullptr); }

int add(sqlite3* db, const Function& f, Session& session) {
  const bool aggregate = f.kind == Function::Kind::aggregate;
  const int flags = SQLITE_UTF8 | (f.kind == Function::Kind::steady ? SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS : 0);
  return sqlite3_create_function_v2(db, f.name, f.arguments, flags, new Bound{f, session}, aggregate ? nullptr : run,
                                    aggregate ? ignore_row : nullptr, aggregate ? run_at_end : nullptr,
                                    [](void* bound) { delete static_cast<Bound*>(bound); });
}

template <parse::VersionFlavor flavor>
int collate_versions(void*, int a_size, const void* a, int b_size, const void* b) {
  return parse::compare_versions({static_cast<const char*>(a), static_cast<size_t>(a_size)},
                                 {static_cast<const char*>(b), static_cast<size_t>(b_size)}, flavor);
}

}  // namespace

int add_functions(sqlite3* db, Session& session) {
  for (const auto& group : {math_functions(), text_functions(), regex_functions(), digest_functions(), network_functions(), path_functions(),
                            version_functions(), operation_functions()}) {
    for (const Function& function : group)
      if (const int rc = add(db, function, session); rc != SQLITE_OK) return rc;
  }
  return SQLITE_OK;
}

int add_collations(sqlite3* db) {
  using parse::VersionFlavor;
  constexpr struct {
    const char* name;
    int (*compare)(void*, int, const void*, int, const void*);
  } all[] = {{"VERSION", collate_versions<VersionFlavor::plain>},
             {"VERSION_ARCH", collate_versions<VersionFlavor::arch>},
             {"VERSION_DPKG", collate_versions<VersionFlavor::dpkg>},
             {"VERSION_RHEL", collate_versions<VersionFlavor::rhel>}};
  for (const auto& [name, compare] : all)
    if (const int rc = sqlite3_create_collation_v2(db, name, SQLITE_UTF8, nullptr, compare, nullptr); rc != SQLITE_OK) return rc;
  return SQLITE_OK;
}

}  // namespace vigil::sql
