// SPDX-License-Identifier: Apache-2.0
// The sections that a configuration, and a pack, may have beside queries.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "osqueryd/config/config.h"
#include "osqueryd/config/load.h"
#include "osqueryd/config/reader.h"

namespace vigil::config {

class Sections {
 public:
  // What is read goes to `loaded`, which has to outlive this.
  explicit Sections(Loaded& loaded) : loaded_(loaded) {}

  // Their names.
  static const std::vector<std::string_view>& keys();

  // All sections of `object` but the options. `owner` names what is kept by source.
  void read(Reader& reader, const std::string& owner, const JsonNode& object);

  // The member `options` of `object`. Those of a pack give way to all others.
  void read_options(Reader& reader, const JsonNode& object, std::map<std::string, std::string>& options);

  // Call when all was read: what only then can be known to be missing.
  void finish();

 private:
  struct Section;
  struct Named {
    Reader reader;
    JsonNode node;
    std::string what;
  };
  static const std::vector<Section>& all();

  void read_nothing(const JsonNode&) {}
  void read_decorators(const JsonNode& node);
  void read_file_paths(const JsonNode& node);
  void read_file_paths_query(const JsonNode& node);
  void read_exclude_paths(const JsonNode& node);
  void read_file_accesses(const JsonNode& node);
  void read_yara(const JsonNode& node);
  void read_views(const JsonNode& node);
  void read_tables(const JsonNode& node);
  void read_table(const JsonNode& node);
  void read_events(const JsonNode& node);
  void read_prometheus_targets(const JsonNode& node);
  void read_kafka_topics(const JsonNode& node);
  void replace(const JsonNode& node);
  void add_statements(const JsonNode& array, const std::string& what);

  Loaded& loaded_;
  Reader* reader_ = nullptr;  // during read()
  std::string owner_;
  std::map<std::string, std::string> last_;  // section and the source that it is taken from
  // References to categories and groups, checked at the end.
  std::vector<Named> accesses_, groups_;
};

}  // namespace vigil::config
