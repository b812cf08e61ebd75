// SPDX-License-Identifier: Apache-2.0
// The lines that results become: osquery's JSON, byte for byte, and two other
// envelopes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/base/log.h"
#include "osqueryd/results/row_set.h"

namespace vigil::results {

enum class Envelope : uint8_t {
  osquery,
  hids,  // the unified agent record: type, data{agent_id, server_ip, ...}
  ecs,   // Elastic Common Schema
};

struct Format {
  Envelope envelope = Envelope::osquery;
  bool events = true;            // --logger_event_type
  bool snapshot_events = false;  // --logger_snapshot_event_type
  bool numerics = false;         // --logger_numerics
  bool top_level = false;        // --decorations_top_level
  std::string null_value;        // --nullvalue
};

// Who speaks; for the envelopes other than osquery's, more than the identifier.
struct Speaker {
  std::string identifier;  // hostIdentifier
  std::string agent_id, address, hardware_address, tag, version;
  std::string user;  // whom the daemon runs as
};

using Decorations = std::map<std::string, std::string>;

struct Meta {
  std::string name;  // full name of the query
  int64_t time = 0;  // when it ran, seconds since the epoch
  uint64_t epoch = 0, counter = 0;
  Decorations decorations;
  std::string incomplete;  // why the result has not all its rows; empty: it has
  bool malicious = false;  // the query is an alert; for the envelopes other than osquery's
};

using Sink = std::function<void(std::string line)>;

// Lines of a differential result: removed rows first, then the rows of `rows`
// that `added` names. `removed` may be empty (--removed=false).
// A value as results show it when numbers are text; NULL is `null_value`.
std::string text_of(const sql::Value& value, const std::string& null_value);

void write_difference(const Format&, const Speaker&, const Meta&, const RowSet& rows, std::span<const uint32_t> added, const RowSet& removed,
                      const Sink&);
void write_snapshot(const Format&, const Speaker&, const Meta&, const RowSet& rows, const Sink&);

// A status line, as the buffered loggers of osquery send it.
std::string status_json(const Format&, const Speaker&, const Decorations&, const LogLine& line, int64_t time, const std::string& version);

// Fri Sep  5 09:05:07 2025 UTC
std::string calendar_time(int64_t time);

}  // namespace vigil::results
