// SPDX-License-Identifier: Apache-2.0
// How results look. Rows go out as they come where the form allows it: all but
// `pretty`, which has to know its widths, hold one row at a time.
#pragma once

#include <atomic>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace vigil::shell {

enum class Mode { pretty, line, list, column, csv, json, json_pretty, markdown };

std::string_view mode_name(Mode mode);
// By its name; "lines" and "columns" are good, too.
std::optional<Mode> mode_named(std::string_view name);
// All names, for messages: "column csv json ...".
std::string mode_names();

struct Format {
  Mode mode = Mode::pretty;
  std::string separator = "|", nullvalue;
  bool headers = true;
  std::vector<int> widths;  // of mode `column`; 0: from the first row, negative: right-aligned
};

// Where results go.
class Sink {
 public:
  // Once `stop`, when given, is true, what is written is dropped.
  explicit Sink(FILE* file, const std::atomic<bool>* stop = nullptr);

  void write(std::string_view text) {
    if (!stop_ || !stop_->load(std::memory_order_relaxed)) std::fwrite(text.data(), 1, text.size(), file_);
  }
  // Hands over what is buffered; an error when anything was lost since the last time.
  Result<void> flush();
  // A terminal: text must not act on it.
  bool terminal() const { return terminal_; }

 private:
  FILE* file_;
  const std::atomic<bool>* stop_;
  bool terminal_;
};

using Cell = std::optional<std::string_view>;

// Shows the results of what was run together: one statement or several.
class Renderer {
 public:
  virtual ~Renderer() = default;
  // A statement has a first row; its columns. Nothing is shown of one without rows.
  virtual void begin(const std::vector<std::string>& names) = 0;
  virtual void row(std::span<const Cell> cells) = 0;
  virtual void end() {}
};

// `bold` names stand in a table's header. `format` and `sink` have to outlive the renderer.
std::unique_ptr<Renderer> make_renderer(const Format& format, Sink& sink, bool bold);

std::unique_ptr<Renderer> make_boxes(const Format& format, Sink& sink, bool bold);
std::unique_ptr<Renderer> make_columns(const Format& format, Sink& sink, bool bold);
std::unique_ptr<Renderer> make_markdown(const Format& format, Sink& sink);
std::unique_ptr<Renderer> make_lines(const Format& format, Sink& sink);
std::unique_ptr<Renderer> make_list(const Format& format, Sink& sink);
std::unique_ptr<Renderer> make_csv(const Format& format, Sink& sink);
std::unique_ptr<Renderer> make_json(const Format& format, Sink& sink);

}  // namespace vigil::shell
