// SPDX-License-Identifier: Apache-2.0
// Values with separators, for scripts. Bytes stay as they are unless a terminal shows them.
#include <algorithm>
#include <array>

#include "core/parse/display.h"
#include "shell/render.h"

namespace vigil::shell {
namespace {

std::string shown(std::string_view text, const Sink& sink) { return sink.terminal() ? parse::printable(text, "\n\t") : std::string(text); }

// `name = value`, names right-aligned, a blank line between rows.
class Lines final : public Renderer {
 public:
  Lines(const Format& format, Sink& sink) : format_(format), sink_(sink) {}

  void begin(const std::vector<std::string>& names) override {
    names_ = names;
    width_ = 5;
    for (const std::string& name : names) width_ = std::max(width_, parse::cells(name));
    first_ = true;
  }

  void row(std::span<const Cell> cells) override {
    std::string text = first_ ? "" : "\n";
    first_ = false;
    for (size_t i = 0; i < cells.size(); ++i) {
      text.append(width_ - parse::cells(names_[i]), ' ');
      text += shown(names_[i], sink_) + " = " + shown(cells[i].value_or(format_.nullvalue), sink_) + '\n';
    }
    sink_.write(text);
  }

 private:
  const Format& format_;
  Sink& sink_;
  std::vector<std::string> names_;
  size_t width_ = 0;
  bool first_ = true;
};

class List final : public Renderer {
 public:
  List(const Format& format, Sink& sink) : format_(format), sink_(sink) {}

  void begin(const std::vector<std::string>& names) override {
    if (format_.headers) row(std::vector<Cell>(names.begin(), names.end()));
  }

  void row(std::span<const Cell> cells) override {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) (line += i == 0 ? "" : format_.separator) += shown(cells[i].value_or(format_.nullvalue), sink_);
    sink_.write(line += '\n');
  }

 private:
  const Format& format_;
  Sink& sink_;
};

// Quoted are empty text and text with the separator, a blank, a quote, a
// control character or anything beyond ASCII. NULL never is: that tells it from empty text.
class Csv final : public Renderer {
 public:
  Csv(const Format& format, Sink& sink) : format_(format), sink_(sink) {}

  void begin(const std::vector<std::string>& names) override {
    if (format_.headers) row(std::vector<Cell>(names.begin(), names.end()));
  }

  void row(std::span<const Cell> cells) override {
    line_.clear();
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line_ += format_.separator;
      if (cells[i]) {
        add(line_, *cells[i]);
      } else {
        line_ += format_.nullvalue;
      }
    }
    sink_.write(line_ += '\n');
  }

 private:
  void add(std::string& line, std::string_view value) const {
    const std::string& separator = format_.separator;
    const auto odd = [](char c) { return is_odd[static_cast<unsigned char>(c)]; };
    if (!value.empty() && std::none_of(value.begin(), value.end(), odd) && (separator.empty() || value.find(separator) == value.npos)) {
      line += value;
      return;
    }
    line += '"';
    sink_.terminal() ? add_quoted(line, shown(value, sink_)) : add_quoted(line, value);
    line += '"';
  }

  static void add_quoted(std::string& line, std::string_view value) {
    for (size_t quote = value.find('"'); quote != value.npos; quote = value.find('"')) {
      (line += value.substr(0, quote)) += "\"\"";
      value.remove_prefix(quote + 1);
    }
    line += value;
  }

  static constexpr auto is_odd = [] {
    std::array<bool, 256> odd = {};
    for (size_t c = 0; c < odd.size(); ++c) odd[c] = c <= ' ' || c == '"' || c == '\'' || c >= 0x7f;
    return odd;
  }();

  const Format& format_;
  Sink& sink_;
  std::string line_;  // kept, so that rows need no new memory
};

}  // namespace

std::unique_ptr<Renderer> make_lines(const Format& format, Sink& sink) { return std::make_unique<Lines>(format, sink); }
std::unique_ptr<Renderer> make_list(const Format& format, Sink& sink) { return std::make_unique<List>(format, sink); }
std::unique_ptr<Renderer> make_csv(const Format& format, Sink& sink) { return std::make_unique<Csv>(format, sink); }

}  // namespace vigil::shell
