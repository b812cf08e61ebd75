// SPDX-License-Identifier: Apache-2.0
#include "shell/render.h"

#include <unistd.h>

#include <cerrno>

namespace vigil::shell {
namespace {

struct ModeName {
  Mode mode;
  std::string_view name;
};

constexpr ModeName modes[] = {
    {Mode::column, "column"}, {Mode::csv, "csv"},   {Mode::json, "json"},         {Mode::json_pretty, "json_pretty"},
    {Mode::line, "line"},     {Mode::list, "list"}, {Mode::markdown, "markdown"}, {Mode::pretty, "pretty"},
};

}  // namespace

std::string_view mode_name(Mode mode) {
  for (const auto& m : modes)
    if (m.mode == mode) return m.name;
  return {};
}

std::optional<Mode> mode_named(std::string_view name) {
  if (name == "lines" || name == "columns") name.remove_suffix(1);
  for (const auto& m : modes)
    if (m.name == name) return m.mode;
  return std::nullopt;
}

std::string mode_names() {
  std::string names;
  for (const auto& m : modes) (names += names.empty() ? "" : " ") += m.name;
  return names;
}

Sink::Sink(FILE* file, const std::atomic<bool>* stop) : file_(file), stop_(stop), terminal_(::isatty(::fileno(file))) {}

Result<void> Sink::flush() {
  const bool failed = std::fflush(file_) != 0;
  const int code = failed ? errno : EIO;
  if (!failed && !std::ferror(file_)) return {};
  std::clearerr(file_);
  return os_error("write", "results", code);
}

std::unique_ptr<Renderer> make_renderer(const Format& format, Sink& sink, bool bold) {
  switch (format.mode) {
    case Mode::line: return make_lines(format, sink);
    case Mode::list: return make_list(format, sink);
    case Mode::column: return make_columns(format, sink, bold);
    case Mode::csv: return make_csv(format, sink);
    case Mode::json:
    case Mode::json_pretty: return make_json(format, sink);
    case Mode::markdown: return make_markdown(format, sink);
    case Mode::pretty: break;
  }
  return make_boxes(format, sink, bold);
}

}  // namespace vigil::shell
