// SPDX-License-Identifier: Apache-2.0
#include "core/sql/regex.h"

#include <cerrno>

#include "core/parse/ecmascript.h"
#include "core/parse/utf8.h"
#include "core/sql/module.h"
#include "core/sql/re2_module.h"

namespace vigil::sql {

Result<Regex> Regex::compile(std::string_view pattern) {
  auto words = parse::ecmascript_to_re2(pattern);
  if (!words) return Error{words.error().message, ENOTSUP};
  const auto re2 = module_interface<VigilRe2>("re2", "vigil_re2");
  if (!re2) return re2.error();

  Regex regex(*re2, std::move(*words));
  const bool bytes = !parse::is_utf8(pattern);
  auto compiled = regex.compile_as(bytes);
  if (!compiled) return std::move(compiled.error());
  (bytes ? regex.bytes_ : regex.utf8_) = std::move(*compiled);
  regex.bytes_tried_ = bytes;
  return regex;
}

Result<Regex::Compiled> Regex::compile_as(bool bytes) const {
  char why[256];
  Compiled compiled(re2_->compile(pattern_.data(), pattern_.size(), bytes, why, sizeof why), re2_->release);
  if (!compiled) return Error{why, EINVAL};
  return compiled;
}

const void* Regex::form_for(std::string_view text, bool& bytes) {
  bytes = !utf8_ || !parse::is_utf8(text);
  if (!bytes) return utf8_.get();
  if (!bytes_tried_) {
    bytes_tried_ = true;
    // A pattern with characters above 255 cannot match bytes.
    if (auto compiled = compile_as(true)) bytes_ = std::move(*compiled);
  }
  return bytes_.get();
}

std::vector<std::string_view> Regex::search(std::string_view text) {
  bool bytes;
  const void* form = form_for(text, bytes);
  if (!form) return {};
  std::vector<VigilSpan> spans(re2_->groups(form));
  if (!re2_->search(form, text.data(), text.size(), 0, spans.data(), spans.size())) return {};
  std::vector<std::string_view> groups;
  groups.reserve(spans.size());
  for (const auto& [data, size] : spans) groups.push_back(data ? std::string_view(data, size) : std::string_view());
  return groups;
}

void Regex::each(std::string_view text, const std::function<bool(std::string_view)>& take) {
  bool bytes;
  const void* form = form_for(text, bytes);
  VigilSpan span = {};
  for (size_t from = 0; form && from <= text.size();) {
    if (!re2_->search(form, text.data(), text.size(), from, &span, 1) || !take({span.data, span.size})) return;
    from = static_cast<size_t>(span.data - text.data()) + span.size;
    if (span.size != 0) continue;
    ++from;
    const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    while (!bytes && from < text.size() && is_inside(text[from])) ++from;
  }
}

}  // namespace vigil::sql
