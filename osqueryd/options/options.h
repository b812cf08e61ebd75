// SPDX-License-Identifier: Apache-2.0
// Options: the flags of the program. specs/options.spec declares them; from it
// the struct Options, with a member for each, and the list below are generated.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "options.gen.h"

namespace vigil {

enum class Role : uint8_t { shell, daemon };

enum class OptionKind : uint8_t {
  option,  // command line, flag file or configuration
  cli,     // command line or flag file
  shell,   // as cli, and only of use in the shell
  hidden,  // as option, but not in the help
};

enum class OptionCheck : uint8_t {
  none,
  file_mode,  // an octal number from 1 to 07777, at most five characters
  seconds,    // a number, kept as text
};

struct OptionInfo {
  std::string_view name;
  OptionKind kind = OptionKind::option;
  std::string_view description, default_text;
  std::variant<bool Options::*, int32_t Options::*, uint32_t Options::*, uint64_t Options::*, std::string Options::*> member;
  std::optional<std::string_view> in_shell, in_programs;  // what a role starts with instead of the default
  std::span<const std::string_view> aliases, choices;     // a value outside the choices draws a warning
  std::optional<int64_t> at_least = std::nullopt;
  OptionCheck check = OptionCheck::none;
  bool reloadable = false;  // a change in the configuration takes effect without a restart
  bool listed = true;       // in the table osquery_flags
  bool secret = false;      // the value is never shown
};

// A name that other versions of osquery knew; it is accepted and does nothing.
struct RemovedOption {
  std::string_view name, advice;
};

// Every flag, sorted by name; generated.
std::span<const OptionInfo> all_options();
std::span<const RemovedOption> removed_options();

// By name or alias; nothing when there is none.
const OptionInfo* find_option(std::string_view name);
const RemovedOption* find_removed_option(std::string_view name);
// The known name that looks most like `name`, for "did you mean"; empty when none does.
std::string_view similar_option(std::string_view name);

// The type's name, as gflags has it: "uint64".
std::string_view type_name(const OptionInfo& option);
bool is_bool(const OptionInfo& option);

// What gave a flag the value that it has.
enum class Origin : uint8_t { standard, role, flag_file, environment, command_line, config };
std::string_view origin_name(Origin origin);

// Names that start with custom_ need no declaration: packs and servers keep
// texts of their own there.
bool is_custom(std::string_view name);

// The values of all flags, each with its origin.
class OptionSet {
 public:
  // What `role` starts with.
  explicit OptionSet(Role role);

  const Options& values() const { return values_; }
  Origin origin(const OptionInfo& option) const { return origins_[index(option)]; }
  // The value as gflags writes it: true and false, decimal numbers.
  std::string text(const OptionInfo& option) const;
  const std::map<std::string, std::string, std::less<>>& custom() const { return custom_; }

  // Reads `text` as a value of the flag's type; leaves the old one on error.
  // On success returns a warning, or an empty text.
  Result<std::string> set(const OptionInfo& option, std::string_view text, Origin origin);
  void set_custom(std::string_view name, std::string_view text);

  // What the shell is made of: no loggers, no watchdog, whatever flags say.
  void force_shell();

  // One entry of the configuration's `options`. Nothing there stops the
  // program: what cannot be set keeps its value and the warning says why.
  std::string configure(std::string_view name, std::string_view text);

 private:
  static size_t index(const OptionInfo& option) { return static_cast<size_t>(&option - all_options().data()); }

  Options values_;
  std::vector<Origin> origins_;
  std::map<std::string, std::string, std::less<>> custom_;
};

}  // namespace vigil
