#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns table specs into C++ declarations, the list of tables and one JSON schema.

gentable.py [--list FUNCTION] OUT SPEC... writes OUT/<table>.gen.h, OUT/<table>.gen.cpp,
OUT/<table>.module.gen.cpp for tables with a library, OUT/all_tables.gen.cpp
and OUT/schema.json. The list is what FUNCTION returns, all_tables unless named.
"""
import json
import pathlib
import sys

from spec import COLLATIONS, read_all, write_if_changed

CELLS = {"TEXT": "sql::Text", "INTEGER": "sql::Int", "BIGINT": "sql::Int", "UNSIGNED_BIGINT": "sql::Unsigned",
         "DOUBLE": "sql::Real", "BLOB": "sql::Blob", "DATETIME": "sql::Int"}
KEYS = {"TEXT": "std::string", "INTEGER": "int64_t", "BIGINT": "int64_t", "DATETIME": "int64_t"}
ENUM = {"TEXT": "text", "INTEGER": "integer", "BIGINT": "bigint", "UNSIGNED_BIGINT": "unsigned_bigint",
        "DOUBLE": "real", "BLOB": "blob", "DATETIME": "datetime"}
# C++ words that are column names somewhere; the member gets a trailing underscore.
KEYWORDS = {"class", "default", "namespace", "operator", "private", "public", "union", "signed", "auto", "register", "case", "switch"}


def member(name):
    return name + "_" if name in KEYWORDS else name


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def strings(values):
    return "{" + ", ".join(quoted(v) for v in values) + "}"


def is_key(column):
    return (column["key"] or column["additional"] or column["required"]) and column["name"] != "pid_with_namespace"


def header(spec):
    row = "\n".join(f"  {CELLS[c['type']]} {member(c['name'])};  // {c['description']}" for c in spec["columns"])
    keys = "\n".join(f"  sql::Key<{KEYS[c['type']]}> {member(c['name'])};" for c in spec["columns"] if is_key(c))
    return f"""// Generated from specs/{spec['group']}/{spec['name']}.table; do not edit.
#pragma once

#include "core/sql/scan.h"

namespace vigil::tables::{spec['name']} {{

// {spec['description']}
struct Row {{
{row}
}};

enum class Source {{ {', '.join(spec['sources'])} }};
enum class Column {{ {', '.join(member(c['name']) for c in spec['columns'])} }};

struct Keys {{
{keys}
}};

using Query = sql::Query<Source, Column, Keys>;

// Written by hand in tables/{spec['group']}/{spec['name']}.cpp.
sql::Rows<Row> scan(Query query);

}}  // namespace vigil::tables::{spec['name']}
"""


def source(spec):
    name, sources, columns = spec["name"], list(spec["sources"]), spec["columns"]
    names = [c["name"] for c in columns]
    aliases = "\n".join(f"constexpr std::string_view aliases_of_{c['name']}[] = {strings(c['aliases'])};" for c in columns if c["aliases"])
    rows = "\n".join(
        "    {" + ", ".join([
            quoted(c["name"]), f"sql::Type::{ENUM[c['type']]}", quoted(c["description"]), str(sources.index(c["source"])),
            str(bool(c["key"])).lower(), str(c["additional"]).lower(), quoted(c["required"] or ""), str(c["optimized"]).lower(),
            str(bool(c["like"])).lower(), str(c["like"] == "exact").lower(), str(c["hidden"]).lower(), quoted(COLLATIONS.get(c["collate"], "")),
            f"aliases_of_{c['name']}" if c["aliases"] else "{}", str(c["key"] == "own").lower()]) + "},"
        for c in columns)
    arms = "\n".join(f"      case {i}: return sql::apply(keys.{member(c['name'])}, constraint);" for i, c in enumerate(columns) if is_key(c))
    constrain = f"    switch (column) {{\n{arms}\n    }}" if arms else ""
    lists = []
    for word in ("aliases", "examples", "notes"):
        if spec[word]:
            lists.append(f"constexpr std::string_view table_{word}[] = {strings(spec[word])};")
    listed = lambda word: f"table_{word}" if spec[word] else "{}"
    members = ", ".join(f"&Row::{member(c['name'])}" for c in columns)
    identity = ", ".join(f"&Row::{member(c)}" for c in spec["identity"])
    cost = ", ".join(str(float(spec["cost"][w])) for w in ("rows", "scan", "pinned"))
    flag = lambda word: str(spec[word]).lower()
    if spec["library"]:
        include = '#include "core/sql/module.h"\n'
        body = f"""  const auto scan = sql::module_symbol({quoted(spec['library'])}, "vigil_scan_{name}");
  if (!scan) return scan.error();
  return std::unique_ptr<sql::Cursor>(new Cursor(std::move(query), *static_cast<const Cursor::Scan*>(*scan)));"""
    else:
        include = ""
        body = "  return std::unique_ptr<sql::Cursor>(new Cursor(std::move(query), scan));"
    return f"""// Generated from specs/{spec['group']}/{name}.table; do not edit.
#include "{name}.gen.h"

{include}#include "core/sql/typed.h"

namespace vigil::tables::{name} {{
namespace {{

struct Schema {{
  static constexpr auto members = std::make_tuple({members});
  static constexpr auto identity = std::make_tuple({identity});
  static constexpr int namespace_column = {names.index('pid_with_namespace') if 'pid_with_namespace' in names else -1};
  static void constrain([[maybe_unused]] Keys& keys, [[maybe_unused]] int column, [[maybe_unused]] const sql::Constraint& constraint) {{
{constrain}
  }}
}};

{aliases}
constexpr sql::Column columns[] = {{
{rows}
}};
constexpr sql::Source sources[] = {{
{chr(10).join(f'    {{{quoted(k)}, {quoted(v)}}},' for k, v in spec['sources'].items())}
}};
constexpr unsigned identity[] = {{{', '.join(str(names.index(n)) for n in spec['identity'])}}};
{chr(10).join(lists)}

using Cursor = sql::TypedCursor<Row, Query, Schema>;

Result<std::unique_ptr<sql::Cursor>> open(const sql::Table&, sql::QueryBase query) {{
{body}
}}

}}  // namespace

extern const sql::Table table;
constexpr sql::Table table = {{
    {{{quoted(name)}, {quoted(spec['group'])}, {quoted(spec['description'])}, columns, sources, identity,
     {listed('aliases')}, {listed('examples')}, {listed('notes')}, {quoted(spec['library'])}, {quoted(spec['events'])},
     {flag('cacheable')}, {flag('user_data')}, {flag('utility')}, {{{cost}}}}},
    open,
}};

}}  // namespace vigil::tables::{name}
"""


def module(spec):
    name = spec["name"]
    return f"""// Generated from specs/{spec['group']}/{name}.table; do not edit.
#include "{name}.gen.h"

extern "C" {{
extern vigil::sql::Rows<vigil::tables::{name}::Row> (*const vigil_scan_{name})(vigil::tables::{name}::Query);
vigil::sql::Rows<vigil::tables::{name}::Row> (*const vigil_scan_{name})(vigil::tables::{name}::Query) = vigil::tables::{name}::scan;
}}
"""


def table_list(specs, function):
    declared = "\n".join(f"namespace vigil::tables::{s['name']} {{ extern const sql::Table table; }}" for s in specs)
    listed = "\n".join(f"    &tables::{s['name']}::table," for s in specs)
    return f"""// Generated from specs/; do not edit.
#include "core/sql/table.h"

{declared}

namespace vigil::sql {{
namespace {{
constexpr const Table* list[] = {{
{listed}
}};
}}  // namespace

std::span<const Table* const> {function}();
std::span<const Table* const> {function}() {{ return list; }}

}}  // namespace vigil::sql
"""


def main(*arguments):
    function = "all_tables"
    if arguments[0] == "--list":
        function, arguments = arguments[1], arguments[2:]
    out = pathlib.Path(arguments[0])
    specs = read_all(arguments[1:])
    for spec in specs:
        write_if_changed(out / f"{spec['name']}.gen.h", header(spec))
        write_if_changed(out / f"{spec['name']}.gen.cpp", source(spec))
        if spec["library"]:
            write_if_changed(out / f"{spec['name']}.module.gen.cpp", module(spec))
    write_if_changed(out / "all_tables.gen.cpp", table_list(specs, function))
    for spec in specs:
        for column in spec["columns"]:
            del column["line"]
    write_if_changed(out / "schema.json", json.dumps(specs, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
