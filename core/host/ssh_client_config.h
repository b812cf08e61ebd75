// SPDX-License-Identifier: Apache-2.0
// SshClientConfig: a configuration of the SSH client, option by option, files
// named by Include in their place. See ssh_config(5).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/host/host.h"
#include "core/parse/accounts.h"

namespace vigil {

class SshClientConfig {
 public:
  struct Option {
    std::string file, block, line;  // as written
  };

  // That of `user`, or with user 0 that of the system. Bounded in depth, files and bytes.
  SshClientConfig(const Host& host, parse::User user, bool of_system);

  std::optional<Option> next();

  // Why files that are there were left out.
  const std::vector<Error>& errors() const { return errors_; }

 private:
  struct File {
    std::string path, text;
    size_t at = 0;
    std::string block;
    std::vector<std::string> includes;  // still to be read before the next line; the last one first
  };

  void open(const std::string& path, const std::string& block);
  std::vector<std::string> included(const std::vector<std::string>& patterns);

  Host host_;
  parse::User user_;
  std::string directory_;  // what relative includes start from
  bool of_system_;
  size_t files_ = 0, patterns_ = 0, bytes_ = 0;
  std::vector<File> open_;
  std::vector<Error> errors_;
};

}  // namespace vigil
