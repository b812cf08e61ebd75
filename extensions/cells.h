// SPDX-License-Identifier: Apache-2.0
// Cells and constraints are text on their way to and from an extension; here
// they become values of SQL and back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sql/table.h"

namespace vigil::extensions {

bool is_numeric(sql::Type type);

// A whole number with blanks around it; with 0x in hexadecimal, else decimal
// whatever it begins with. Nothing when it does not fit.
template <class Number>
std::optional<Number> whole_number(std::string_view text);

// What the text of a cell is in a column; it lives as long as the text. Nothing
// for a text that is no number of the column's type; an empty one is NULL there.
std::optional<sql::Value> cell(std::string_view text, sql::Type type);

// What the column is compared with, as text that an extension understands as a
// value of the column. Nothing where it would not choose the same rows as SQL,
// or more; the extension is better not told then.
std::optional<std::string> expression(const sql::Value& value, sql::Type type, sql::Constraint::Op op);

}  // namespace vigil::extensions
