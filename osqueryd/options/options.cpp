// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/options/options.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/parse/similar.h"
#include "core/parse/text.h"

namespace vigil {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::optional<bool> boolean(std::string_view text) {
  const std::string word = parse::lower(text);
  for (const char* yes : {"1", "t", "true", "y", "yes"})
    if (word == yes) return true;
  for (const char* no : {"0", "f", "false", "n", "no"})
    if (word == no) return false;
  return std::nullopt;
}

// A decimal number, or a hexadecimal one after 0x, as gflags reads it.
template <class Number>
std::optional<Number> integer(std::string_view text) {
  text = parse::trim(text);
  const bool negative = text.starts_with('-');
  std::string_view digits = text;
  if (negative || text.starts_with('+')) digits.remove_prefix(1);
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    base = 16;
  }
  const auto size = parse::number<uint64_t>(digits, base);
  if (!size) return std::nullopt;
  constexpr auto highest = static_cast<uint64_t>(std::numeric_limits<Number>::max());
  if (!negative) return *size <= highest ? std::optional(static_cast<Number>(*size)) : std::nullopt;
  if constexpr (std::is_unsigned_v<Number>) return std::nullopt;
  if (*size > highest + 1) return std::nullopt;
  return static_cast<Number>(-static_cast<int64_t>(*size));
}

bool passes(OptionCheck check, std::string_view text) {
  switch (check) {
    case OptionCheck::none: return true;
    case OptionCheck::file_mode: {
      const auto mode = parse::number<uint32_t>(text, 8);
      return mode && *mode >= 1 && *mode <= 07777 && text.size() <= 5;
    }
    case OptionCheck::seconds: return parse::number<uint32_t>(text).has_value();
  }
  return false;
}

template <class T>
std::optional<T> parsed(std::string_view text) {
  if constexpr (std::is_same_v<T, bool>)
    return boolean(text);
  else if constexpr (std::is_same_v<T, std::string>)
    return std::string(text);
  else
    return integer<T>(text);
}

}  // namespace

const OptionInfo* find_option(std::string_view name) {
  const auto options = all_options();
  const auto found = std::lower_bound(options.begin(), options.end(), name, [](const OptionInfo& o, std::string_view n) { return o.name < n; });
  if (found != options.end() && found->name == name) return &*found;
  for (const OptionInfo& option : options)
    if (std::find(option.aliases.begin(), option.aliases.end(), name) != option.aliases.end()) return &option;
  return nullptr;
}

const RemovedOption* find_removed_option(std::string_view name) {
  for (const RemovedOption& removed : removed_options())
    if (removed.name == name) return &removed;
  return nullptr;
}

std::string_view similar_option(std::string_view name) {
  if (name.size() < 3 || name.size() > 64) return {};
  std::string_view best;
  size_t least = std::max<size_t>(1, name.size() / 4) + 1;
  const auto consider = [&](std::string_view candidate) {
    if (candidate.size() < 3 || candidate.size() + least <= name.size() || name.size() + least <= candidate.size()) return;
    const size_t d = parse::edit_distance(name, candidate);
    if (d < least) {
      least = d;
      best = candidate;
    }
  };
  for (const OptionInfo& option : all_options()) {
    if (option.kind == OptionKind::hidden) continue;
    consider(option.name);
    for (const std::string_view alias : option.aliases) consider(alias);
  }
  return best;
}

std::string_view type_name(const OptionInfo& option) {
  constexpr std::string_view names[] = {"bool", "int32", "uint32", "uint64", "string"};
  return names[option.member.index()];
}

bool is_bool(const OptionInfo& option) { return option.member.index() == 0; }

std::string_view origin_name(Origin origin) {
  constexpr std::string_view names[] = {"default", "role", "flag file", "environment", "command line", "configuration"};
  return names[static_cast<size_t>(origin)];
}

bool is_custom(std::string_view name) { return name.starts_with("custom_"); }

OptionSet::OptionSet(Role role) : origins_(all_options().size(), Origin::standard) {
  for (const OptionInfo& option : all_options()) {
    if (option.in_programs) (void)set(option, *option.in_programs, Origin::role);
    if (option.in_shell && role == Role::shell) (void)set(option, *option.in_shell, Origin::role);
  }
}

std::string OptionSet::text(const OptionInfo& option) const {
  return std::visit(
      [&](auto member) -> std::string {
        const auto& value = values_.*member;
        using T = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::string>)
          return value;
        else if constexpr (std::is_same_v<T, bool>)
          return value ? "true" : "false";
        else
          return std::to_string(value);
      },
      option.member);
}

Result<std::string> OptionSet::set(const OptionInfo& option, std::string_view text, Origin origin) {
  const std::string shown = option.secret ? "***" : std::string(text);
  return std::visit(
      [&](auto member) -> Result<std::string> {
        using T = std::remove_cvref_t<decltype(values_.*member)>;
        auto value = parsed<T>(text);
        if (!value)
          return Error{"illegal value " + quoted(shown) + " specified for " + std::string(type_name(option)) + " flag " + quoted(option.name)};

        bool valid = passes(option.check, text);
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
          valid = valid && (!option.at_least || std::cmp_greater_equal(*value, *option.at_least));
        if (!valid) return Error{"failed validation of new value " + quoted(shown) + " for flag " + quoted(option.name)};

        values_.*member = std::move(*value);
        origins_[index(option)] = origin;
        if (option.choices.empty() || std::find(option.choices.begin(), option.choices.end(), text) != option.choices.end()) return std::string();
        const std::vector<std::string> known(option.choices.begin(), option.choices.end());
        return "flag " + quoted(option.name) + " knows " + parse::join(known, ", ") + ", not " + quoted(shown);
      },
      option.member);
}

void OptionSet::set_custom(std::string_view name, std::string_view text) { custom_.insert_or_assign(std::string(name), std::string(text)); }

void OptionSet::force_shell() {
  for (const char* name : {"disable_logging", "disable_watchdog"}) (void)set(*find_option(name), "true", Origin::role);
}

std::string OptionSet::configure(std::string_view name, std::string_view text) {
  if (is_custom(name)) {
    set_custom(name, text);
    return {};
  }
  const OptionInfo* option = find_option(name);
  if (!option) {
    if (const RemovedOption* removed = find_removed_option(name))
      return "option " + quoted(name) + " no longer exists and is ignored: " + std::string(removed->advice);
    const std::string_view similar = similar_option(name);
    return "unknown option " + quoted(name) + " is ignored" + (similar.empty() ? "" : "; did you mean " + quoted(similar) + "?");
  }
  if (option->kind == OptionKind::cli || option->kind == OptionKind::shell)
    return "option " + quoted(name) + " is ignored: it can only be set on the command line or in a flag file";
  auto warning = set(*option, text, Origin::config);
  return warning ? std::move(*warning) : "option " + quoted(name) + " is ignored: " + warning.error().message;
}

}  // namespace vigil
