// SPDX-License-Identifier: Apache-2.0
// Laws: what holds for every table, checked without code per table.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "tests/runner/runner.h"

namespace vigil::test {

// On one root of the table's golden test: rows that `identity` calls the same
// are the same; a pinned key gives the rows that a full scan gives for it, and
// looks at no more than that scan. Returns the columns that had a value.
std::set<std::string> check_root_laws(const sql::Table& table, const std::vector<const sql::Table*>& tables, const sql::Engine& engine,
                                      const std::string& root, const std::string& where, Tally& tally);

// Every visible column had a value somewhere in the table's golden test.
void check_filled(const sql::Table& table, const std::set<std::string>& filled, const std::string& where, Tally& tally);

// On this machine: the schema is the reference's, every table answers, every
// example of a spec runs, a missing required column is an error that names it.
void check_live_laws(const std::vector<const sql::Table*>& tables, const std::string& reference, Tally& tally);

}  // namespace vigil::test
