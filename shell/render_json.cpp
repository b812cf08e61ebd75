// SPDX-License-Identifier: Apache-2.0
// JSON: an array of objects whose values are all text, keys in byte order. Of
// columns with the same name the last one counts.
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <map>

#include "core/parse/display.h"
#include "shell/render.h"

namespace vigil::shell {
namespace {

class Json final : public Renderer {
 public:
  Json(const Format& format, Sink& sink) : format_(format), sink_(sink), pretty_(format.mode == Mode::json_pretty) {
    indented_.SetIndent(' ', 2);
    if (pretty_) indented_.StartArray();
  }

  void begin(const std::vector<std::string>& names) override {
    columns_.clear();
    for (size_t i = 0; i < names.size(); ++i) columns_[parse::valid_utf8(names[i])] = i;
  }

  void row(std::span<const Cell> cells) override {
    if (pretty_) {
      object(indented_, cells);
    } else {
      compact_.Reset(buffer_);
      object(compact_, cells);
      sink_.write(any_ ? ",\n  " : "[\n  ");
    }
    any_ = true;
    drain();
  }

  void end() override {
    if (pretty_) {
      indented_.EndArray();
      drain();
      sink_.write("\n");
    } else {
      sink_.write(any_ ? "\n]\n" : "[\n\n]\n");
    }
  }

 private:
  template <class Writer>
  void object(Writer& writer, std::span<const Cell> cells) {
    const auto size = [](std::string_view text) { return static_cast<rapidjson::SizeType>(text.size()); };
    writer.StartObject();
    for (const auto& [name, column] : columns_) {
      const std::string value = parse::valid_utf8(cells[column].value_or(format_.nullvalue));
      writer.Key(name.data(), size(name));
      writer.String(value.data(), size(value));
    }
    writer.EndObject();
  }

  void drain() {
    sink_.write({buffer_.GetString(), buffer_.GetSize()});
    buffer_.Clear();
  }

  const Format& format_;
  Sink& sink_;
  bool pretty_, any_ = false;
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> compact_{buffer_};
  rapidjson::PrettyWriter<rapidjson::StringBuffer> indented_{buffer_};
  std::map<std::string, size_t> columns_;
};

}  // namespace

std::unique_ptr<Renderer> make_json(const Format& format, Sink& sink) { return std::make_unique<Json>(format, sink); }

}  // namespace vigil::shell
