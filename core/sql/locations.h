// SPDX-License-Identifier: Apache-2.0
// Locations: which files a query asks for, in tables that are asked by `path`
// or by `directory` (file, hash, extended_attributes).
//
//   path = 'p'            that file
//   path LIKE 'p'         what the pattern names, see core/parse/path_pattern.h
//   directory = 'd'       what is in d, not below
//   directory LIKE 'd'    what is in the directories that the pattern names
//
// As with osquery, a directory that a pattern ending in a mark or a slash
// found is shown with a slash at its end, and SQL compares that text. A value
// given with = is shown as it was given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/host/walk.h"
#include "core/sql/scan.h"

namespace vigil::sql {

class Locations {
 public:
  Locations(const Key<std::string>& path, const Key<std::string>& directory);

  std::vector<parse::PathPattern> patterns() const;
  // The columns `path`, `directory` and `filename` of the file at hand.
  void show(Walk& walk, Text* path, Text* directory, Text* filename) const;
  // For the person who asks: a pattern that names no place.
  const std::string& problem() const { return problem_; }

 private:
  struct Location {
    parse::PathPattern pattern;
    std::string directory;  // as it was given; empty: told from the path
    bool slash_after_path = false, slash_after_directory = false;
  };
  void add_pattern(const std::vector<Key<std::string>::Pattern>& patterns, bool directory);

  std::vector<Location> all_;
  std::string problem_;
};

}  // namespace vigil::sql
