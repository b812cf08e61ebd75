// SPDX-License-Identifier: Apache-2.0
#include "core/sql/locations.h"

namespace vigil::sql {
namespace {

std::string_view without_slashes(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// "/" of "/etc" and of "/".
std::string_view parent_of(std::string_view path) {
  path = without_slashes(path);
  const size_t slash = path.rfind('/');
  return slash == path.npos ? std::string_view() : path.substr(0, slash == 0 ? 1 : slash);
}

parse::PathSyntax syntax_of(const Key<std::string>::Pattern& pattern) {
  return pattern.kind == Key<std::string>::Pattern::Kind::like ? parse::PathSyntax::like : parse::PathSyntax::glob;
}

bool relative(std::string_view path) { return !path.starts_with('/'); }

}  // namespace

Locations::Locations(const Key<std::string>& path, const Key<std::string>& directory) {
  if (path.pinned()) {
    for (const std::string& p : path.values()) {
      Location location;
      location.pattern.base = p;
      if (!directory.pinned()) {
        all_.push_back(location);
        continue;
      }
      for (const std::string& d : directory.values()) {
        if (without_slashes(d) != parent_of(p)) continue;
        location.directory = d;
        all_.push_back(location);
      }
    }
  } else if (directory.pinned()) {
    for (const std::string& d : directory.values()) all_.push_back({parse::PathPattern::below(without_slashes(d), false), d, false, false});
  } else if (!path.patterns().empty()) {
    add_pattern(path.patterns(), false);
  } else {
    add_pattern(directory.patterns(), true);
  }
  for (const Location& location : all_)
    if (problem_.empty() && relative(location.pattern.base)) problem_ = "'" + location.pattern.base + "' is not an absolute path: it names no file";
}

// A row has to match every pattern: the one that tells most of where to look is walked.
void Locations::add_pattern(const std::vector<Key<std::string>::Pattern>& patterns, bool directory) {
  Location best;
  for (const auto& given : patterns) {
    parse::PathPattern pattern = parse::path_patterns(given.text, syntax_of(given)).front();
    if (relative(pattern.base)) {
      if (problem_.empty()) problem_ = "the pattern '" + given.text + "' does not begin with a directory: it names no file";
      continue;
    }
    if (pattern.base.size() <= best.pattern.base.size()) continue;
    Location location;
    const bool marks = !pattern.names.empty();
    const bool slash = given.text.ends_with('/') || (marks && !given.text.empty() && pattern.names.back().open_end());
    if (directory) {
      location.slash_after_directory = slash && marks;
      if (!marks) location.directory = given.text;
      if (!marks && !pattern.base.ends_with('/')) pattern.base += '/';
      pattern.directories_only = false;
      pattern.names.emplace_back("%", parse::PathSyntax::like);
    } else {
      location.slash_after_path = slash;
    }
    location.pattern = std::move(pattern);
    best = std::move(location);
  }
  if (best.pattern.base.empty()) return;
  problem_.clear();
  all_.push_back(std::move(best));
}

std::vector<parse::PathPattern> Locations::patterns() const {
  std::vector<parse::PathPattern> patterns;
  for (const Location& location : all_) patterns.push_back(location.pattern);
  return patterns;
}

void Locations::show(Walk& walk, Text* path, Text* directory, Text* filename) const {
  const Location& location = all_[walk.pattern()];
  const auto set = [](Text& cell, std::string_view text) { cell ? void(cell->assign(text)) : void(cell.emplace(text)); };
  if (path) {
    *path = walk.path();
    if (location.slash_after_path && !walk.path().ends_with('/') && walk.leads_to_directory()) **path += '/';
  }
  if (directory) {
    set(*directory, location.directory.empty() ? parent_of(walk.path()) : std::string_view(location.directory));
    if (location.slash_after_directory && !(*directory)->ends_with('/')) **directory += '/';
  }
  if (filename) {
    const std::string_view whole = without_slashes(walk.path());
    set(*filename, whole.size() > 1 ? whole.substr(whole.rfind('/') + 1) : whole);
  }
}

}  // namespace vigil::sql
