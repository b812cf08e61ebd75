// SPDX-License-Identifier: Apache-2.0
// What syslog daemons read from /dev/log, in two forms. No text of others can
// end a message or a parameter in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::log {

struct SyslogMessage {
  int facility = 19, severity = 6;
  int64_t time = 0;  // microseconds since the epoch
  std::string host, program;
  int pid = 0;
  std::string_view id;                                               // MSGID
  std::vector<std::pair<std::string_view, std::string>> parameters;  // of the structured data vigil@32473
  std::string text;
};

// As syslog(3) writes it: <158>Sep  2 09:05:07 osqueryd[1]: text - in local time.
std::string bsd_syslog(const SyslogMessage& message);
// RFC 5424.
std::string rfc5424(const SyslogMessage& message);

// The name of the query that a result line of any envelope is about; empty when it names none.
std::string query_of(std::string_view line);

}  // namespace vigil::log
