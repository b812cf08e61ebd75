// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/envelope.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <utility>

#include "osqueryd/results/json.h"

namespace vigil::results {
namespace {

constexpr std::string_view ecs_version = "8.11.0";

std::string_view type_name(Subject::Type type) {
  constexpr std::array<std::string_view, 3> names = {"result", "snapshot", "status"};
  return names[static_cast<size_t>(type)];
}

std::string_view level_name(Severity severity) {
  constexpr std::array<std::string_view, 4> names = {"info", "warning", "error", "fatal"};
  return names[static_cast<size_t>(severity)];
}

std::string_view flag(bool value) { return value ? "true" : "false"; }

std::string hids(const Speaker& speaker, const Subject& subject, std::string object) {
  Fields log;
  log.text("log_type", type_name(subject.type));
  log.text("log_path", subject.name);
  log.text("log_time", rfc3339(subject.time));
  log.text("log_user", subject.user.empty() ? std::string_view(speaker.user) : subject.user);
  log.set("log_data", std::move(object));
  log.set("malicious_tag", std::string(flag(subject.malicious)));

  Fields data;
  data.text("agent_id", speaker.agent_id.empty() ? speaker.identifier : speaker.agent_id);
  data.text("server_ip", speaker.address);
  data.text("server_mac", speaker.hardware_address);
  data.text("server_tag", speaker.tag);
  data.set("server_log", log.object());

  Fields line;
  line.text("type", subject.type == Subject::Type::status ? "osquery_status" : "osquery_result");
  line.set("data", data.object());
  return line.object();
}

// ECS wants 00-00-5E-00-53-23.
std::string ecs_hardware_address(std::string text) {
  for (char& c : text) c = c == ':' ? '-' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// Dots would make objects of labels, which ECS keeps flat.
std::string labels(const Decorations& decorations) {
  Fields fields;
  for (const auto& [name, value] : decorations) {
    std::string key = name;
    std::replace(key.begin(), key.end(), '.', '_');
    fields.text(key, value);
  }
  return fields.object();
}

std::string ecs_event(const Subject& subject) {
  Fields event;
  event.text("kind", subject.malicious ? "alert" : subject.type == Subject::Type::snapshot ? "state" : "event");
  event.text("module", "osquery");
  event.text("dataset", "osquery." + std::string(type_name(subject.type)));
  if (!subject.action.empty()) event.text("action", subject.action);
  return event.object();
}

std::string ecs_host(const Speaker& speaker) {
  Fields host;
  host.text("name", speaker.identifier);
  if (!speaker.address.empty()) host.set("ip", "[" + json_string(speaker.address) + "]");
  if (!speaker.hardware_address.empty()) host.set("mac", "[" + json_string(ecs_hardware_address(speaker.hardware_address)) + "]");
  return host.object();
}

std::string ecs_agent(const Speaker& speaker, const Subject& subject) {
  Fields agent;
  agent.text("type", "osquery");
  agent.text("id", speaker.agent_id.empty() ? speaker.identifier : speaker.agent_id);
  if (const std::string_view version = subject.version.empty() ? std::string_view(speaker.version) : subject.version; !version.empty())
    agent.text("version", version);
  return agent.object();
}

std::string ecs_log(const LogLine& line) {
  Fields file;
  file.text("name", line.file);
  file.set("line", std::to_string(line.line));
  Fields origin;
  origin.set("file", file.object());
  Fields log;
  log.text("level", level_name(line.severity));
  log.set("origin", origin.object());
  return log.object();
}

std::string member(std::string_view key, std::string json) {
  Fields fields;
  fields.set(key, std::move(json));
  return fields.object();
}

std::string ecs(const Speaker& speaker, const Decorations& decorations, const Subject& subject, std::string object) {
  Fields line;
  line.text("@timestamp", rfc3339(subject.time));
  line.set("ecs", member("version", json_string(ecs_version)));
  line.set("event", ecs_event(subject));
  line.set("host", ecs_host(speaker));
  line.set("agent", ecs_agent(speaker, subject));
  if (subject.line) {
    line.text("message", subject.line->message);
    line.set("log", ecs_log(*subject.line));
  } else {
    line.set("rule", member("name", json_string(subject.name)));
  }
  if (!subject.user.empty()) line.set("user", member("name", json_string(subject.user)));
  if (!decorations.empty()) line.set("labels", labels(decorations));
  if (!speaker.tag.empty()) line.set("tags", "[" + json_string(speaker.tag) + "]");
  line.set("osquery", std::move(object));
  return line.object();
}

}  // namespace

std::string enclose(const Format& format, const Speaker& speaker, const Decorations& decorations, const Subject& subject, std::string object) {
  switch (format.envelope) {
    case Envelope::osquery: break;
    case Envelope::hids: return hids(speaker, subject, std::move(object));
    case Envelope::ecs: return ecs(speaker, decorations, subject, std::move(object));
  }
  return object;
}

std::string rfc3339(int64_t time) {
  const time_t seconds = time;
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec);
  return text;
}

}  // namespace vigil::results
