// SPDX-License-Identifier: Apache-2.0
// Names that look alike, for "did you mean".
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace vigil::parse {

// How many letters to insert, remove, replace or swap with a neighbour to turn
// one name into the other (optimal string alignment).
size_t edit_distance(std::string_view a, std::string_view b);

// The candidate that needs the fewest typing errors to become `name`, or empty
// when none is close. Letter case does not count.
std::string_view closest(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace vigil::parse
