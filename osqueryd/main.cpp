#include <cstdio>
#include "core/sql/connection.h"
using namespace vigil;
struct E : sql::Engine {
  sql::ProgramInfo program() const override { return {}; }
  std::vector<sql::FlagInfo> flags() const override { return {}; }
  std::vector<sql::PluginInfo> plugins() const override { return {}; }
  std::string option(std::string_view) const override { return {}; }
};
int main(int, char** argv) {
  auto host = Host::live();
  E e;
  sql::Connection c(sql::all_tables(), *host, e);
  auto s = c.prepare(argv[1]);
  if (!s) {
    printf("error %s\n", s.error().message.c_str());
    return 1;
  }
  while (true) {
    auto r = (*s)->step();
    if (!r) {
      printf("error %s\n", r.error().message.c_str());
      return 1;
    }
    if (!*r) break;
    for (size_t i = 0; i < (*s)->columns(); ++i) printf("%s|", std::string((*s)->text(i).value_or("NULL")).c_str());
    puts("");
  }
  auto x = c.explain(argv[1]);
  for (auto& l : *x) puts(l.c_str());
}
