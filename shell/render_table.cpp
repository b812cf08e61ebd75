// SPDX-License-Identifier: Apache-2.0
// Tables for people: boxes, columns of fixed width, Markdown. Widths are cells
// of the terminal.
#include <algorithm>
#include <cstdlib>

#include "core/parse/display.h"
#include "shell/render.h"

namespace vigil::shell {
namespace {

constexpr std::string_view bold_on = "\x1b[1m", bold_off = "\x1b[0m";

// +---+ boxes. Control characters are shown as escapes wherever the output
// goes: a box that a value can break out of is of no use.
class Boxes final : public Renderer {
 public:
  Boxes(const Format& format, Sink& sink, bool bold) : format_(format), sink_(sink), bold_(bold) {}

  void begin(const std::vector<std::string>& names) override {
    if (!boxes_.empty() && boxes_.back().names == names) return;
    Box& box = boxes_.emplace_back();
    box.names = names;
    for (const std::string& name : names) {
      box.shown.push_back(parse::printable(name));
      box.widths.push_back(parse::cells(box.shown.back()));
    }
  }

  void row(std::span<const Cell> cells) override {
    Box& box = boxes_.back();
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string text = parse::printable(cells[i].value_or(format_.nullvalue));
      const size_t width = parse::cells(text);
      box.widths[i] = std::max(box.widths[i], width);
      box.text += text;
      box.cells.push_back({box.text.size(), width});
    }
  }

  void end() override {
    for (const Box& box : boxes_) show(box);
    boxes_.clear();
  }

 private:
  // All cells' text behind each other: a million small strings would cost far more.
  struct Box {
    struct Placed {
      size_t end, width;
    };
    std::vector<std::string> names, shown;
    std::vector<size_t> widths;
    std::string text;
    std::vector<Placed> cells;
  };

  void show(const Box& box) {
    std::string rule = "+";
    for (const size_t width : box.widths) rule.append(width + 2, '-') += '+';
    rule += '\n';

    std::string line = rule + "|";
    for (size_t i = 0; i < box.shown.size(); ++i) {
      line += ' ';
      if (bold_) line += bold_on;
      line += box.shown[i];
      if (bold_) line += bold_off;
      line.append(box.widths[i] - parse::cells(box.shown[i]) + 1, ' ') += '|';
    }
    sink_.write(line += '\n');
    sink_.write(rule);

    size_t start = 0;
    for (size_t i = 0; i < box.cells.size();) {
      line.assign(1, '|');
      for (const size_t width : box.widths) {
        const auto& cell = box.cells[i++];
        line += ' ';
        line.append(box.text, start, cell.end - start);
        line.append(width - cell.width + 1, ' ') += '|';
        start = cell.end;
      }
      sink_.write(line += '\n');
    }
    sink_.write(rule);
  }

  const Format& format_;
  Sink& sink_;
  bool bold_;
  std::vector<Box> boxes_;
};

class Columns final : public Renderer {
 public:
  Columns(const Format& format, Sink& sink, bool bold) : format_(format), sink_(sink), bold_(bold) {}

  void begin(const std::vector<std::string>& names) override {
    names_ = names;
    widths_.clear();
  }

  void row(std::span<const Cell> cells) override {
    std::vector<std::string_view> values;
    for (const Cell& cell : cells) values.push_back(cell.value_or(format_.nullvalue));
    if (widths_.empty()) head(values);
    show(values, false);
  }

 private:
  void head(const std::vector<std::string_view>& first) {
    std::vector<std::string_view> names(names_.begin(), names_.end());
    for (size_t i = 0; i < names.size(); ++i) {
      int width = i < format_.widths.size() ? format_.widths[i] : 0;
      if (width == 0) width = static_cast<int>(std::max({size_t{10}, parse::cells(names[i]), parse::cells(first[i])}));
      widths_.push_back(width);
    }
    if (!format_.headers) return;
    show(names, bold_);
    std::vector<std::string> dashes;
    for (const int width : widths_) dashes.emplace_back(static_cast<size_t>(std::abs(width)), '-');
    show({dashes.begin(), dashes.end()}, false);
  }

  void show(const std::vector<std::string_view>& values, bool bold) {
    std::string line;
    for (size_t i = 0; i < values.size(); ++i) {
      const auto width = static_cast<size_t>(std::abs(widths_[i]));
      const std::string safe = sink_.terminal() ? parse::printable(values[i]) : std::string(values[i]);
      const std::string_view text = parse::fit(safe, width);
      const std::string padding(width - parse::cells(text), ' ');
      if (widths_[i] < 0) line += padding;
      if (bold) line += bold_on;
      line += text;
      if (bold) line += bold_off;
      if (widths_[i] > 0) line += padding;
      line += i + 1 == values.size() ? "\n" : "  ";
    }
    sink_.write(line);
  }

  const Format& format_;
  Sink& sink_;
  bool bold_;
  std::vector<std::string> names_;
  std::vector<int> widths_;
};

class Markdown final : public Renderer {
 public:
  Markdown(const Format& format, Sink& sink) : format_(format), sink_(sink) {}

  void begin(const std::vector<std::string>& names) override {
    if (again_) sink_.write("\n");
    again_ = true;
    std::string rule = "|";
    for (size_t i = 0; i < names.size(); ++i) rule += " --- |";
    row(std::vector<Cell>(names.begin(), names.end()));
    sink_.write(rule += '\n');
  }

  void row(std::span<const Cell> cells) override {
    std::string line = "|";
    for (const Cell& cell : cells) {
      line += ' ';
      for (const char c : parse::printable(cell.value_or(format_.nullvalue), "\n")) {
        if (c == '\n') {
          line += "<br>";
        } else {
          if (c == '|') line += '\\';
          line += c;
        }
      }
      line += " |";
    }
    sink_.write(line += '\n');
  }

 private:
  const Format& format_;
  Sink& sink_;
  bool again_ = false;
};

}  // namespace

std::unique_ptr<Renderer> make_boxes(const Format& format, Sink& sink, bool bold) { return std::make_unique<Boxes>(format, sink, bold); }
std::unique_ptr<Renderer> make_columns(const Format& format, Sink& sink, bool bold) { return std::make_unique<Columns>(format, sink, bold); }
std::unique_ptr<Renderer> make_markdown(const Format& format, Sink& sink) { return std::make_unique<Markdown>(format, sink); }

}  // namespace vigil::shell
