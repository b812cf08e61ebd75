// SPDX-License-Identifier: Apache-2.0
#include "osqueryd/results/format.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <utility>

#include "core/parse/utf8.h"
#include "osqueryd/results/envelope.h"
#include "osqueryd/results/escape.h"
#include "osqueryd/results/json.h"

namespace vigil::results {
namespace {

using sql::Value;

// With ".0" even after an exponent, as osquery has it: 1e+20.0.
std::string decimal(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  std::string out = text;
  if (out.find('.') == out.npos) out += ".0";
  return out;
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }) && parse::is_utf8(text);
}

// Rows of one RowSet as JSON objects.
class Objects {
 public:
  Objects(const Format& format, const RowSet& rows, bool differential) : format_(format), rows_(rows), differential_(differential) {
    for (const std::string& column : rows.columns()) keys_.push_back(json_string(column) + ':');
    for (const std::string_view name : {"user", "username", "uid"}) {
      const auto at = std::find(rows.columns().begin(), rows.columns().end(), name);
      if (at == rows.columns().end()) continue;
      user_ = static_cast<size_t>(at - rows.columns().begin());
      break;
    }
  }

  std::string object(size_t row) const {
    std::string out = "{";
    Unpacker values(rows_.packed(row));
    Value value;
    for (const std::string& key : keys_) {
      if (!values.next(value)) break;
      if (out.size() > 1) out += ',';
      out += key;
      append(out, value);
    }
    out += '}';
    return out;
  }

  // Whom the row is about, if it says so.
  std::string user(size_t row) const {
    Unpacker values(rows_.packed(row));
    Value value;
    for (size_t i = 0; i <= user_ && user_ < keys_.size(); ++i)
      if (!values.next(value)) return {};
    return user_ < keys_.size() && value.kind != Value::Kind::null ? text(value) : std::string();
  }

 private:
  void append(std::string& out, const Value& value) const {
    if (format_.numerics && value.kind == Value::Kind::integer) {
      out += std::to_string(value.integer);
    } else if (format_.numerics && value.kind == Value::Kind::real) {
      out += json_number(value.real);
    } else {
      append_string(out, text(value));
    }
  }

  std::string text(const Value& value) const {
    std::string out = text_of(value, format_.null_value);
    const bool bytes = value.kind == Value::Kind::text || value.kind == Value::Kind::blob;
    return bytes && differential_ && !is_printable(out) ? escape(out) : out;
  }

  const Format& format_;
  const RowSet& rows_;
  const bool differential_;
  std::vector<std::string> keys_;
  size_t user_ = SIZE_MAX;
};

template <class Rows>
std::string array(const Objects& objects, const Rows& rows) {
  std::string out = "[";
  for (const auto row : rows) {
    if (out.size() > 1) out += ',';
    out += objects.object(row);
  }
  out += ']';
  return out;
}

std::vector<uint32_t> all(const RowSet& rows) {
  std::vector<uint32_t> numbers(rows.size());
  for (uint32_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  return numbers;
}

// ECS has labels for them.
void decorate(Fields& fields, const Format& format, const Decorations& decorations) {
  if (decorations.empty() || format.envelope == Envelope::ecs) return;
  if (format.top_level) {
    for (const auto& [name, value] : decorations) fields.text(name, value);
    return;
  }
  Fields inner;
  for (const auto& [name, value] : decorations) inner.text(name, value);
  fields.set("decorations", inner.object());
}

void describe(Fields& fields, const Format& format, const Speaker& speaker, const Meta& meta) {
  fields.text("name", meta.name);
  fields.text("hostIdentifier", speaker.identifier);
  fields.text("calendarTime", calendar_time(meta.time));
  fields.set("unixTime", std::to_string(meta.time));
  fields.set("epoch", std::to_string(meta.epoch));
  fields.set("counter", std::to_string(meta.counter));
  fields.set("numerics", format.numerics ? "true" : "false");
  if (!meta.incomplete.empty()) fields.text("incomplete", meta.incomplete);
  decorate(fields, format, meta.decorations);
}

Subject subject(const Meta& meta, Subject::Type type, std::string_view action, std::string_view user = {}) {
  Subject subject;
  subject.type = type;
  subject.time = meta.time;
  subject.action = action;
  subject.name = meta.name;
  subject.user = user;
  subject.malicious = meta.malicious;
  return subject;
}

// One line for each row.
class RowLines {
 public:
  RowLines(const Format& format, const Speaker& speaker, const Meta& meta, Subject::Type type, const Sink& sink)
      : format_(format), speaker_(speaker), meta_(meta), type_(type), sink_(sink) {
    describe(fields_, format, speaker, meta);
  }

  void write(const RowSet& rows, std::span<const uint32_t> numbers, std::string_view action) {
    const Objects objects(format_, rows, type_ == Subject::Type::result);
    for (const uint32_t row : numbers) {
      fields_.set("columns", objects.object(row));
      fields_.text("action", action);
      const std::string user = format_.envelope == Envelope::osquery ? std::string() : objects.user(row);
      sink_(enclose(format_, speaker_, meta_.decorations, subject(meta_, type_, action, user), fields_.object()));
    }
  }

 private:
  const Format& format_;
  const Speaker& speaker_;
  const Meta& meta_;
  const Subject::Type type_;
  const Sink& sink_;
  Fields fields_;
};

}  // namespace

std::string text_of(const Value& value, const std::string& null_value) {
  switch (value.kind) {
    case Value::Kind::null: return null_value;
    case Value::Kind::integer: return std::to_string(value.integer);
    case Value::Kind::real: return decimal(value.real);
    case Value::Kind::text: return std::string(value.bytes);
    case Value::Kind::blob: return std::string(value.bytes.substr(0, value.bytes.find('\0')));
  }
  return {};
}

void write_difference(const Format& format, const Speaker& speaker, const Meta& meta, const RowSet& rows, std::span<const uint32_t> added,
                      const RowSet& removed, const Sink& sink) {
  if (format.events) {
    RowLines lines(format, speaker, meta, Subject::Type::result, sink);
    lines.write(removed, all(removed), "removed");
    lines.write(rows, added, "added");
    return;
  }
  Fields difference, fields;
  difference.set("removed", array(Objects(format, removed, true), all(removed)));
  difference.set("added", array(Objects(format, rows, true), added));
  fields.set("diffResults", difference.object());
  describe(fields, format, speaker, meta);
  sink(enclose(format, speaker, meta.decorations, subject(meta, Subject::Type::result, {}), fields.object()));
}

void write_snapshot(const Format& format, const Speaker& speaker, const Meta& meta, const RowSet& rows, const Sink& sink) {
  constexpr std::string_view action = "snapshot";
  if (format.snapshot_events) {
    RowLines(format, speaker, meta, Subject::Type::snapshot, sink).write(rows, all(rows), action);
    return;
  }
  Fields fields;
  fields.set("snapshot", array(Objects(format, rows, false), all(rows)));
  fields.text("action", action);
  describe(fields, format, speaker, meta);
  sink(enclose(format, speaker, meta.decorations, subject(meta, Subject::Type::snapshot, action), fields.object()));
}

std::string status_json(const Format& format, const Speaker& speaker, const Decorations& decorations, const LogLine& line, int64_t time,
                        const std::string& version) {
  Fields fields;
  fields.text("hostIdentifier", speaker.identifier);
  fields.text("calendarTime", calendar_time(time));
  fields.set("unixTime", std::to_string(time));
  fields.set("severity", std::to_string(static_cast<int>(line.severity)));
  fields.text("filename", line.file);
  fields.set("line", std::to_string(line.line));
  fields.text("message", line.message);
  fields.text("version", version);
  decorate(fields, format, decorations);

  Subject about;
  about.type = Subject::Type::status;
  about.time = time;
  about.name = line.file;
  about.line = &line;
  about.version = version;
  return enclose(format, speaker, decorations, about, fields.object());
}

std::string calendar_time(int64_t time) {
  const time_t seconds = time;
  tm parts{};
  char text[64] = "";
  ::gmtime_r(&seconds, &parts);
  // Not strftime(3): its names follow the locale.
  if (!::asctime_r(&parts, text)) return " UTC";
  std::string out = text;
  out.pop_back();
  return out + " UTC";
}

}  // namespace vigil::results
