// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/config/sections.h"

#include <algorithm>
#include <cstdlib>

#include "core/parse/text.h"
#include "osqueryd/config/fits.h"
#include "osqueryd/options/options.h"

namespace vigil::config {
namespace {

using Kind = JsonNode::Kind;

constexpr size_t most_columns = 1000;

void merge(Lists& into, Lists from) {
  for (auto& [name, texts] : from) into[name] = std::move(texts);
}

}  // namespace

struct Sections::Section {
  std::string_view name;
  Kind kind;
  void (Sections::*read)(const JsonNode&);
};

const std::vector<Sections::Section>& Sections::all() {
  static const std::vector<Section> sections = {
      {"decorators", Kind::object, &Sections::read_decorators},
      {"file_paths", Kind::object, &Sections::read_file_paths},
      {"file_paths_query", Kind::object, &Sections::read_file_paths_query},
      {"exclude_paths", Kind::object, &Sections::read_exclude_paths},
      {"file_accesses", Kind::array, &Sections::read_file_accesses},
      {"yara", Kind::object, &Sections::read_yara},
      {"views", Kind::object, &Sections::read_views},
      {"auto_table_construction", Kind::object, &Sections::read_tables},
      {"events", Kind::object, &Sections::read_events},
      {"prometheus_targets", Kind::object, &Sections::read_prometheus_targets},
      {"kafka_topics", Kind::object, &Sections::read_kafka_topics},
      // Of use on Windows, and to loggers that are not part of this program.
      {"feature_vectors", Kind::object, &Sections::read_nothing},
      {"logger", Kind::object, &Sections::read_nothing},
  };
  return sections;
}

const std::vector<std::string_view>& Sections::keys() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> out = {"options"};
    for (const Section& section : all()) out.push_back(section.name);
    return out;
  }();
  return names;
}

void Sections::read(Reader& reader, const std::string& owner, const JsonNode& object) {
  reader_ = &reader;
  owner_ = owner;
  for (const Section& section : all()) {
    const JsonNode* node = object.find(section.name);
    if (!node || node->kind == Kind::null) continue;
    if (node->kind == section.kind)
      (this->*section.read)(*node);
    else if (node->kind == Kind::object || node->kind == Kind::array)
      reader.mismatch(*node, kind_name(section.kind));
    else
      reader.warn(*node, ticked(node->key) + " is " + std::string(kind_name(node->kind)) + " and is ignored, expected " +
                             std::string(kind_name(section.kind)));
  }
  reader_ = nullptr;
}

void Sections::read_options(Reader& reader, const JsonNode& object, std::map<std::string, std::string>& options) {
  const JsonNode* node = object.find("options");
  if (!node || node->kind == Kind::null) return;
  if (node->kind != Kind::object) return reader.mismatch(*node, "an object of flags");
  for (const JsonNode& item : node->items) {
    if (item.kind == Kind::null) continue;
    if (item.kind == Kind::object || item.kind == Kind::array) {
      reader.mismatch(item, "a string, a number, true or false");
      continue;
    }
    const std::string text = item.kind == Kind::boolean ? (item.boolean ? "true" : "false") : item.text;
    OptionSet trial(Role::daemon);
    if (const std::string warning = trial.configure(item.key, text); !warning.empty()) reader.warn(item, warning);
    const OptionInfo* option = find_option(item.key);
    if (is_custom(item.key))
      options[item.key] = text;
    else if (option && trial.origin(*option) == Origin::config)
      options[std::string(option->name)] = text;
  }
}

// Says that a source takes a section from another one: it is not merged.
void Sections::replace(const JsonNode& node) {
  const auto [last, first] = last_.try_emplace(node.key, owner_);
  if (first) return;
  reader_->warn(node, ticked(node.key) + " replaces that of " + last->second);
  last->second = owner_;
}

void Sections::add_statements(const JsonNode& array, const std::string& what) {
  for (const JsonNode& item : array.items)
    if (item.kind == Kind::string) loaded_.statements.push_back({reader_->source(), item.line, what, item.text});
}

void Sections::read_decorators(const JsonNode& node) {
  reader_->check_keys(node, "`decorators`", {"load", "always", "interval"});
  Decorators& decorators = loaded_.config.decorators[owner_];
  decorators.load = reader_->strings(node, "load");
  decorators.always = reader_->strings(node, "always");
  for (const char* name : {"load", "always"})
    if (const JsonNode* list = node.find(name)) add_statements(*list, "decorator");
  const JsonNode* interval = reader_->member(node, "interval", Kind::object);
  if (!interval) return;
  for (const JsonNode& item : interval->items) {
    const auto seconds = parse::number<uint64_t>(item.key);
    if (!seconds || *seconds == 0 || *seconds % 60 != 0) {
      reader_->warn(item, "decorators of interval " + ticked(item.key) + " are skipped, expected seconds that are a multiple of 60");
    } else if (item.kind != Kind::array) {
      reader_->mismatch(item, "an array of strings");
    } else {
      decorators.interval[*seconds] = reader_->strings(item);
      add_statements(item, "decorator");
    }
  }
}

void Sections::read_file_paths(const JsonNode& node) { loaded_.config.files[owner_].paths = reader_->lists(node); }

void Sections::read_file_paths_query(const JsonNode& node) {
  loaded_.config.files[owner_].queries = reader_->lists(node);
  for (const JsonNode& item : node.items) add_statements(item, "`file_paths_query` of category " + ticked(item.key));
}

void Sections::read_exclude_paths(const JsonNode& node) { loaded_.config.files[owner_].excludes = reader_->lists(node); }

void Sections::read_file_accesses(const JsonNode& node) {
  loaded_.config.files[owner_].accesses = reader_->strings(node);
  for (const JsonNode& item : node.items) accesses_.push_back({*reader_, item, ""});
}

void Sections::read_yara(const JsonNode& node) {
  reader_->check_keys(node, "`yara`", {"signatures", "file_paths", "signature_urls"});
  Yara& yara = loaded_.config.yara;
  if (const JsonNode* signatures = reader_->member(node, "signatures", Kind::object)) merge(yara.signatures, reader_->lists(*signatures));
  if (const JsonNode* paths = reader_->member(node, "file_paths", Kind::object)) {
    merge(yara.file_paths, reader_->lists(*paths));
    for (const JsonNode& category : paths->items)
      for (const JsonNode& group : category.items) groups_.push_back({*reader_, group, "category " + ticked(category.key)});
  }
  for (std::string& url : reader_->strings(node, "signature_urls")) yara.signature_urls.push_back(std::move(url));
}

void Sections::read_views(const JsonNode& node) {
  replace(node);
  auto& views = loaded_.config.views;
  views.clear();
  for (const JsonNode& item : node.items) {
    if (item.kind == Kind::null) continue;
    if (item.kind == Kind::string)
      views[item.key] = item.text;
    else
      reader_->mismatch(item, "a string of SQL");
  }
}

void Sections::read_tables(const JsonNode& node) {
  replace(node);
  loaded_.config.tables.clear();
  for (const JsonNode& item : node.items) {
    if (item.kind == Kind::null) continue;
    if (item.kind == Kind::object)
      read_table(item);
    else
      reader_->mismatch(item, "an object with `query`, `path` and `columns`");
  }
}

void Sections::read_table(const JsonNode& node) {
  const std::string what = "table " + ticked(node.key);
  reader_->check_keys(node, "a table", {"query", "path", "columns", "platform"});
  const auto skip = [&](const JsonNode& at, const std::string& why) { reader_->warn(at, what + " is skipped: " + why); };
  if (const auto text = reader_->string(node, "platform"); text && platform(*text) != Platform::here) {
    if (platform(*text) == Platform::unknown)
      skip(*node.find("platform"), "platform \"" + *text + "\" is unknown, expected linux, posix, any or all");
    return;
  }
  AutoTable table;
  table.name = node.key;
  table.query = reader_->string(node, "query").value_or("");
  table.path = reader_->string(node, "path").value_or("");
  for (std::string& column : reader_->strings(node, "columns")) {
    const auto same = [&](const std::string& other) { return parse::lower(other) == parse::lower(column); };
    if (column.empty() || std::any_of(table.columns.begin(), table.columns.end(), same))
      reader_->warn(*node.find("columns"), "column " + ticked(column) + " of " + what + " is left out, expected a new name");
    else
      table.columns.push_back(std::move(column));
  }
  for (const char* key : {"query", "path", "columns"})
    if (!node.find(key) || node.find(key)->kind == Kind::null) return skip(node, "it has no " + ticked(key));
  if (table.name.empty() || table.query.empty() || table.path.empty() || table.columns.empty() || table.columns.size() > most_columns)
    return skip(node, "expected a name, a query, a path and 1 to " + std::to_string(most_columns) + " columns");
  loaded_.config.tables.push_back(std::move(table));
}

void Sections::read_events(const JsonNode& node) {
  replace(node);
  reader_->check_keys(node, "`events`", {"enable_subscribers", "disable_subscribers"});
  loaded_.config.enable_subscribers = reader_->strings(node, "enable_subscribers");
  loaded_.config.disable_subscribers = reader_->strings(node, "disable_subscribers");
}

void Sections::read_prometheus_targets(const JsonNode& node) {
  replace(node);
  reader_->check_keys(node, "`prometheus_targets`", {"urls", "timeout"});
  loaded_.config.prometheus_urls = reader_->strings(node, "urls");
  loaded_.config.prometheus_timeout = reader_->positive(node, "timeout").value_or(1);
}

void Sections::read_kafka_topics(const JsonNode& node) {
  replace(node);
  loaded_.config.kafka_topics = reader_->lists(node);
}

void Sections::finish() {
  const auto known_category = [&](const std::string& name) {
    const auto& files = loaded_.config.files;
    return std::any_of(files.begin(), files.end(), [&](const auto& f) { return f.second.paths.contains(name) || f.second.queries.contains(name); });
  };
  for (Named& access : accesses_)
    if (access.node.kind == Kind::string && !known_category(access.node.text))
      access.reader.warn(access.node, "`file_accesses` names " + ticked(access.node.text) + ", which is no category of `file_paths`");
  for (Named& group : groups_)
    if (group.node.kind == Kind::string && !loaded_.config.yara.signatures.contains(group.node.text))
      group.reader.warn(group.node, group.what + " of `yara` names the group " + ticked(group.node.text) + ", which `signatures` does not have");
}

}  // namespace vigil::config
