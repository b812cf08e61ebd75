// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/options/command_line.h"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "core/parse/text.h"

namespace vigil {
namespace {

constexpr size_t deepest_inclusion = 16;
constexpr size_t most_files = 256;
constexpr size_t most_guesses = 20;  // looking for a similar name takes a while

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// What stands behind the dashes; nothing for what is no flag.
std::optional<std::string_view> flag_text(std::string_view argument) {
  if (argument.size() < 2 || argument[0] != '-') return std::nullopt;
  return argument.substr(argument[1] == '-' ? 2 : 1);
}

std::vector<std::string_view> comma_list(std::string_view text) {
  std::vector<std::string_view> items;
  while (!text.empty())
    if (const std::string_view item = parse::trim(parse::cut(text, ',')); !item.empty()) items.push_back(item);
  return items;
}

std::vector<std::string_view> before_dashes(const std::vector<std::string>& arguments) {
  std::vector<std::string_view> flags;
  for (size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) flags.push_back(arguments[i]);
  return flags;
}

class Parser {
 public:
  Parser(const std::vector<std::string>& arguments, const Surroundings& surroundings)
      : arguments_(arguments), surroundings_(surroundings), name_(program_name(arguments)) {
    line_.role = choose_role(arguments);
    line_.options = OptionSet(line_.role);
  }

  Result<CommandLine> run() {
    read_default_file();
    for (size_t i = 1; i < arguments_.size(); ++i) {
      const std::string& argument = arguments_[i];
      if (argument == "--") {
        line_.positional.insert(line_.positional.end(), arguments_.begin() + static_cast<ptrdiff_t>(i) + 1, arguments_.end());
        break;
      }
      if (const auto text = flag_text(argument))
        take_argument(*text, i);
      else
        line_.positional.push_back(argument);
    }
    report_unknown();
    if (!errors_.empty()) return Error{parse::join(errors_, "\n")};
    return std::move(line_);
  }

 private:
  // Where a flag stands: its origin, and "file:line: " for messages.
  struct Place {
    Origin origin = Origin::command_line;
    std::string where;
  };

  // What a flag's name means.
  struct Named {
    const OptionInfo* option = nullptr;
    const RemovedOption* removed = nullptr;
    bool custom = false, negated = false;
  };

  static Named look_up(std::string name) {
    Named named;
    named.custom = is_custom(name);
    if (named.custom || (named.option = find_option(name)) || (named.removed = find_removed_option(name))) return named;
    if (std::replace(name.begin(), name.end(), '-', '_'); (named.option = find_option(name))) return named;
    if (!name.starts_with("no")) return named;
    named.negated = true;
    const std::string rest = name.substr(2);
    if (!(named.option = find_option(rest))) named.removed = find_removed_option(rest);
    return named;
  }

  void error(const Place& place, const std::string& message) { errors_.push_back(place.where + message); }
  void warn(const Place& place, const std::string& message) { line_.warnings.push_back(place.where + message); }

  void take_argument(std::string_view text, size_t& i) {
    const Place place;
    const size_t equals = text.find('=');
    const std::string name(text.substr(0, equals));
    const Named named = look_up(name);
    if (named.option && named.option->secret) line_.secrets.push_back(equals == text.npos && i + 1 < arguments_.size() ? i + 1 : i);
    if (equals != text.npos) return take(place, name, named, text.substr(equals + 1));

    const bool wants_value = named.custom || (named.option && !is_bool(*named.option) && !named.negated);
    if (!wants_value) return take(place, name, named, std::nullopt);
    if (i + 1 == arguments_.size()) {
      const std::string description = named.option ? "; flag description: " + std::string(named.option->description) : "";
      return error(place, "flag " + quoted("--" + name) + " is missing its argument" + description);
    }
    const std::string& value = arguments_[++i];
    const auto next = flag_text(value);
    if (next && !named.custom && find_option(next->substr(0, next->find('='))))
      warn(place, "flag " + quoted("--" + name) + " takes the next argument " + quoted(value) + " as its value");
    take(place, name, named, value);
  }

  // One flag, wherever it stands. No value: it has none, or there is none to have.
  void take(const Place& place, const std::string& name, const Named& named, std::optional<std::string_view> value) {
    if (named.custom) return line_.options.set_custom(name, value.value_or(""));
    if (named.removed) return warn(place, "flag " + quoted(name) + " no longer exists and is ignored: " + std::string(named.removed->advice));
    if (!named.option) return void(unknown_.emplace_back(place, name));

    const OptionInfo& option = *named.option;
    if (named.negated) {
      if (!is_bool(option))
        return error(place, "boolean value (" + name + ") specified for " + std::string(type_name(option)) + " command line flag");
      if (value) warn(place, "flag " + quoted(name) + " takes no value; " + quoted(*value) + " is ignored");
      value = "false";
    }
    if (!value && is_bool(option)) value = "true";
    if (!value) return error(place, "flag " + quoted("--" + name) + " is missing its argument");
    set(place, option, *value);
  }

  void set(const Place& place, const OptionInfo& option, std::string_view value) {
    const auto warning = line_.options.set(option, value, place.origin);
    if (!warning) return error(place, warning.error().message);
    if (!warning->empty()) warn(place, *warning);

    if (option.name == "flagfile")
      for (const std::string_view path : comma_list(value)) read_flag_file(place, std::string(path));
    else if (option.name == "fromenv" || option.name == "tryfromenv")
      for (const std::string_view name : comma_list(value)) take_variable(place, std::string(name), option.name == "fromenv");
    else if (option.name == "undefok")
      for (const std::string_view name : comma_list(value)) may_be_unknown_.emplace(name);
  }

  void take_variable(const Place& place, const std::string& name, bool must_exist) {
    const Named named = look_up(name);
    if (named.negated || (!named.option && !named.removed && !named.custom))
      return error(place, "unknown command line flag " + quoted(name) + " (via --fromenv or --tryfromenv)");
    const auto value = surroundings_.environment("FLAGS_" + name);
    if (!value) {
      if (must_exist) error(place, "FLAGS_" + name + " not found in environment");
      return;
    }
    if (named.option && (named.option->name == "fromenv" || named.option->name == "tryfromenv"))
      return error(place, "infinite recursion on environment flag " + quoted(name));
    take({Origin::environment, place.where + "environment variable 'FLAGS_" + name + "': "}, name, named, *value);
  }

  // At the end, as --undefok may stand anywhere.
  void report_unknown() {
    size_t guesses = 0;
    for (const auto& [place, name] : unknown_) {
      if (may_be_unknown_.contains(name) || (name.starts_with("no") && may_be_unknown_.contains(name.substr(2)))) continue;
      std::string underscored = name;
      std::replace(underscored.begin(), underscored.end(), '-', '_');
      const std::string_view similar = ++guesses <= most_guesses ? similar_option(underscored) : "";
      const bool in_file = place.origin == Origin::flag_file;
      const std::string message = "unknown command line flag " + quoted(name) + (in_file ? " is ignored" : "") +
                                  (similar.empty() ? "" : "; did you mean " + quoted("--" + std::string(similar)) + "?");
      if (in_file)
        warn(place, message);
      else
        error(place, message);
    }
  }

  void read_default_file() {
    for (const std::string_view argument : before_dashes(arguments_))
      if (const auto text = flag_text(argument); text && text->starts_with("flagfile")) return;
    const auto text = surroundings_.read_file(default_flag_file);
    if (text) take_lines(default_flag_file, *text);
  }

  void read_flag_file(const Place& place, const std::string& path) {
    if (std::find(open_files_.begin(), open_files_.end(), path) != open_files_.end())
      return error(place, "flag file " + quoted(path) + " includes itself");
    if (open_files_.size() == deepest_inclusion) return error(place, "flag file " + quoted(path) + " is included more than 16 files deep");
    if (++files_ > most_files) return error(place, "more than 256 flag files");
    const auto text = surroundings_.read_file(path);
    if (!text) return error(place, "flag file: " + text.error().message);
    take_lines(path, *text);
  }

  // A line is a flag, a comment, or blank separated names of programs to which
  // the flags after it are meant.
  void take_lines(const std::string& path, std::string_view text) {
    open_files_.push_back(path);
    bool for_us = true, after_names = false;
    size_t number = 0;
    for (std::string_view line : parse::lines(text)) {
      ++number;
      line = parse::trim(line);
      if (line.empty() || line[0] == '#') continue;
      if (const auto flag = flag_text(line)) {
        after_names = false;
        if (for_us) take_line({Origin::flag_file, path + ":" + std::to_string(number) + ": "}, *flag);
        continue;
      }
      if (!after_names) for_us = false;
      after_names = true;
      for (const std::string_view pattern : parse::fields(line))
        if (::fnmatch(std::string(pattern).c_str(), name_.c_str(), 0) == 0) for_us = true;
    }
    open_files_.pop_back();
  }

  void take_line(const Place& place, std::string_view text) {
    const size_t end = text.find_first_of("= \t");
    const std::string name(text.substr(0, end));
    const Named named = look_up(name);
    if (end == text.npos) return take(place, name, named, named.custom ? std::optional<std::string_view>("") : std::nullopt);
    const bool equals = text[end] == '=';
    const std::string_view value = text.substr(end + 1);
    take(place, name, named, equals ? value : parse::trim(value));
  }

  const std::vector<std::string>& arguments_;
  const Surroundings& surroundings_;
  const std::string name_;
  CommandLine line_;
  std::vector<std::string> errors_;
  std::vector<std::pair<Place, std::string>> unknown_;
  std::set<std::string, std::less<>> may_be_unknown_;
  std::vector<std::string> open_files_;
  size_t files_ = 0;
};

}  // namespace

std::string program_name(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return {};
  return arguments[0].substr(arguments[0].rfind('/') + 1);
}

Role choose_role(const std::vector<std::string>& arguments) {
  Role role = program_name(arguments).find("osqueryd") == std::string::npos ? Role::shell : Role::daemon;
  for (const std::string_view argument : before_dashes(arguments)) {
    if (argument == "-S" || argument == "--S") role = Role::shell;
    if (argument == "-D" || argument == "--D") role = Role::daemon;
  }
  return role;
}

bool asks_for_help(const std::vector<std::string>& arguments) {
  for (const std::string_view argument : before_dashes(arguments))
    if (argument == "--help" || argument == "-help" || argument == "-h" || argument == "--h") return true;
  return false;
}

Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
  return Parser(arguments, surroundings).run();
}

}  // namespace vigil
