// SPDX-License-Identifier: Apache-2.0
// What extensions and the program that admits them say to each other, as plain
// types. The shapes are those of extensions/extension.thrift, so that the
// Thrift module moves them and copies nothing.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace vigil::extensions {

// A plugin is asked with names and values and answers with rows of them.
using Request = std::map<std::string, std::string>;
using Response = std::vector<std::map<std::string, std::string>>;

enum Code : int32_t { success = 0, failure = 1, fatal = 2 };

struct Status {
  int32_t code = success;  // of a plugin's answer it may be any number: a logger's features are one
  std::string message;
  int64_t uuid = 0;  // of who answers; 0: the program itself
};

struct Answer {
  Status status;
  Response response;
};

struct Info {
  std::string name, version, sdk_version, min_sdk_version;
};

struct Option {
  std::string value, default_value, type;
};

// What an extension offers: for each registry ("table", "logger") its plugins by
// name, each with what is to be known of it beforehand.
using Routes = std::map<std::string, std::map<std::string, Response>>;

using Extensions = std::map<int64_t, Info>;  // by uuid
using Options = std::map<std::string, Option>;

// The process at the other end of a socket, by the kernel's word.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};

}  // namespace vigil::extensions
