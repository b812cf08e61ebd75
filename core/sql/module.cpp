// SPDX-License-Identifier: Apache-2.0
#include "core/sql/module.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <map>
#include <mutex>

#include "core/base/safe_path.h"

namespace vigil::sql {
namespace {

Result<void*> load_symbol(std::string_view library, const std::string& symbol) {
  const std::string name = "module '" + std::string(library) + "'";
  char self[PATH_MAX];
  const ssize_t n = ::readlink("/proc/self/exe", self, sizeof self - 1);
  if (n < 0) return os_error("readlink", "/proc/self/exe", errno);
  const std::string directory = std::string(self, static_cast<size_t>(n)).substr(0, std::string_view(self, static_cast<size_t>(n)).rfind('/'));

  std::string path = directory + "/modules/" + std::string(library) + ".so";
  if (::access(path.c_str(), F_OK) != 0) path = directory + "/../lib/vigil/" + std::string(library) + ".so";
  char real[PATH_MAX];
  if (!::realpath(path.c_str(), real)) return os_error("load", path, errno).within(name);
  if (auto safe = check_safe_path(real); !safe) return std::move(safe.error()).within(name);

  void* handle = ::dlopen(real, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return Error{name + ": " + ::dlerror()};
  void* address = ::dlsym(handle, symbol.c_str());
  if (!address) return Error{name + ": " + ::dlerror()};
  return address;
}

}  // namespace

Result<void*> module_symbol(std::string_view library, const std::string& symbol) {
  // What is loaded stays loaded, in this process as in the dynamic loader's own
  // list; without this, each row that needs a digest would check the file again.
  static std::mutex mutex;
  static std::map<std::string, void*, std::less<>> found;
  const std::lock_guard lock(mutex);
  if (const auto known = found.find(symbol); known != found.end()) return known->second;
  auto address = load_symbol(library, symbol);
  if (address) found.emplace(symbol, *address);
  return address;
}

}  // namespace vigil::sql
