// SPDX-License-Identifier: Apache-2.0
// Remote: another program that answers the shell's queries, by its extension socket.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "extensions/client.h"
#include "shell/render.h"

namespace vigil::shell {

class Remote {
 public:
  // Fails when nobody answers there. `stop`, which has to outlive this, ends a query early.
  static Result<Remote> connect(const std::string& path, const std::atomic<bool>& stop);

  // Shows the rows of all statements of `sql` as those of one.
  Result<void> run(std::string_view sql, Renderer& renderer);
  const std::string& path() const { return path_; }

 private:
  Remote(std::string path, const std::atomic<bool>& stop) : path_(std::move(path)), stop_(stop) {}
  Result<void> open();

  std::string path_;
  const std::atomic<bool>& stop_;
  std::unique_ptr<extensions::Client> client_;
};

}  // namespace vigil::shell
