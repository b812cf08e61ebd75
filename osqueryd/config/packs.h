// SPDX-License-Identifier: Apache-2.0
// Packs and their queries, as the configuration writes them.
#pragma once

#include <string>
#include <vector>

#include "osqueryd/config/config.h"
#include "osqueryd/config/load.h"
#include "osqueryd/config/reader.h"

namespace vigil::config {

// The keys of a pack that are not sections.
const std::vector<std::string_view>& pack_keys();

class PackReader {
 public:
  // `reader` is of the text that holds the pack; all have to outlive this.
  PackReader(Reader& reader, const Context& context, std::vector<Sql>& statements) : reader_(reader), context_(context), statements_(statements) {}

  // The object of a pack: its own keys and its queries. Queries are left out
  // when the pack does not fit this host.
  Pack pack(const std::string& name, const std::string& source, const JsonNode& object);
  // The object `schedule`: the pack "main".
  Pack schedule(const std::string& source, const JsonNode& queries);

 private:
  void read_queries(const JsonNode& queries, const Query& defaults, Pack& pack);
  void read_query(const JsonNode& node, const Query& defaults, Pack& pack);
  bool good_name(const JsonNode& node);
  bool fits(const JsonNode& object, const std::string& what);
  bool fits_shard(const JsonNode& object, const std::string& what);
  bool read_time(const JsonNode& node, const std::string& what, Query& query);
  void read_common(const JsonNode& object, Query& query);
  void read_own(const JsonNode& node, Query& query);
  void read_budget(const JsonNode& object, Budget& budget);
  std::string full_name(const std::string& pack, const std::string& query) const;

  Reader& reader_;
  const Context& context_;
  std::vector<Sql>& statements_;
};

}  // namespace vigil::config
