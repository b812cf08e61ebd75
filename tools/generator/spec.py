# SPDX-License-Identifier: Apache-2.0
"""Reads table specs. A spec is data in Python's notation; it is parsed, never
executed: anything but literals, type names, table() and Column() is an error
with file and line. optionspec.py reads options in the same notation."""
import ast
import pathlib
import re
import sys

TYPES = ("TEXT", "INTEGER", "BIGINT", "UNSIGNED_BIGINT", "DOUBLE", "BLOB", "DATETIME")
COLLATIONS = {"nocase": "NOCASE", "rtrim": "RTRIM", "version": "VERSION", "version_arch": "VERSION_ARCH",
              "version_dpkg": "VERSION_DPKG", "version_rhel": "VERSION_RHEL"}
# word: (types it may have, value when absent)
TABLE_WORDS = {
    "sources": (dict, None), "columns": (list, None), "identity": (list, None), "aliases": (list, []),
    "examples": (list, None), "notes": (list, []), "library": (str, ""), "events": (str, ""),
    "cacheable": (bool, False), "user_data": (bool, False), "utility": (bool, False), "cost": (dict, {}),
}
COLUMN_WORDS = {
    "key": ((bool, str), False), "additional": (bool, False), "required": ((bool, str), False), "optimized": (bool, False),
    "like": ((bool, str), False), "hidden": (bool, False), "collate": (str, ""), "aliases": (list, []), "source": (str, None),
}
COST = {"rows": 100, "scan": 100, "pinned": 2}
NAME = re.compile(r"[a-z][a-z0-9_]*$|[a-z]$")


class SpecError(Exception):
    """What is wrong with a spec, as "file:line: message"."""


class Reader:
    """The notation that all specs share: literals, and calls with literals."""
    values = "literals"

    def __init__(self, path):
        self.path = pathlib.Path(path)

    def fail(self, node, message):
        raise SpecError(f"{self.path}:{getattr(node, 'lineno', node)}: {message}")

    def literal(self, node):
        """The value of one expression; the whole grammar is here."""
        match node:
            case ast.Constant(value=value):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return -value
            case ast.List():
                return [self.literal(e) for e in node.elts]
            case ast.Dict():
                return {self.literal(k): self.literal(v) for k, v in zip(node.keys, node.values)}
        self.fail(node, f"only {self.values} belong in a spec, not {ast.unparse(node)[:40]}")

    def statements(self):
        """The top level of the file."""
        try:
            return ast.parse(self.path.read_text(), str(self.path)).body
        except SyntaxError as error:
            raise SpecError(f"{self.path}:{error.lineno}: {error.msg}") from None

    def words(self, node, known):
        """Keyword arguments of a call, checked against `known` and completed."""
        values = {}
        for keyword in node.keywords:
            if keyword.arg not in known:
                self.fail(keyword.value, f"unknown word '{keyword.arg}'; known are {', '.join(known)}")
            value = self.literal(keyword.value)
            if not isinstance(value, known[keyword.arg][0]):
                self.fail(keyword.value, f"'{keyword.arg}' cannot be {value!r}")
            values[keyword.arg] = value
        return {word: values.get(word, default) for word, (_, default) in known.items()}


class TableReader(Reader):
    values = "literals and Column()"

    def literal(self, node):
        match node:
            case ast.Call(func=ast.Name(id="Column")):
                return self.column(node)
        return super().literal(node)

    def column(self, node):
        if len(node.args) != 3:
            self.fail(node, "Column() takes a name, a type and a description")
        name, type_node, description = node.args[0], node.args[1], self.literal(node.args[2])
        if not (isinstance(type_node, ast.Name) and type_node.id in TYPES):
            self.fail(type_node, f"unknown type {ast.unparse(type_node)}; known are {', '.join(TYPES)}")
        column = {"name": self.literal(name), "type": type_node.id, "description": description, "line": node.lineno}
        column |= self.words(node, COLUMN_WORDS)
        if not isinstance(column["name"], str) or not NAME.match(column["name"]):
            self.fail(node, f"{column['name']!r} is no column name")
        if not isinstance(description, str) or not description.strip():
            self.fail(node, f"column {column['name']} has no description")
        if description.endswith("."):
            self.fail(node, f"the description of {column['name']} ends in a period")
        if column["collate"] and column["collate"] not in COLLATIONS:
            self.fail(node, f"unknown collation '{column['collate']}'; known are {', '.join(COLLATIONS)}")
        if column["like"] and column["type"] != "TEXT":
            self.fail(node, f"column {column['name']}: 'like' goes with TEXT")
        if column["like"] not in (True, False, "exact"):
            self.fail(node, f"'like' cannot be {column['like']!r}")
        if column["key"] not in (True, False, "own"):
            self.fail(node, f"'key' cannot be {column['key']!r}")
        if column["key"] == "own" and (column["additional"] or column["required"]):
            self.fail(node, f"column {column['name']}: osquery has a key that is additional or required, so it is not our own")
        return column

    def table(self):
        match self.statements():
            case [ast.Expr(value=ast.Call(func=ast.Name(id="table"), args=[name, description]) as call)]:
                spec = self.words(call, TABLE_WORDS)
            case _:
                self.fail(1, "expected exactly one table(name, description, ...)")
        spec |= {"name": self.literal(name), "description": self.literal(description), "group": self.path.parent.name}
        self.check(spec, call)
        return spec

    def check(self, spec, call):
        if spec["name"] != self.path.stem:
            self.fail(call, f"table {spec['name']} must be in a file of that name")
        if not spec["description"].strip():
            self.fail(call, "the table has no description")
        for word in ("sources", "columns", "identity", "examples"):
            if not spec[word]:
                self.fail(call, f"'{word}' is missing or empty")
        for source, text in spec["sources"].items():
            if not NAME.match(source) or not text.strip():
                self.fail(call, f"source '{source}' needs a plain name and a description")
        if len(spec["sources"]) > 64:
            self.fail(call, "more than 64 sources")
        first = next(iter(spec["sources"]))
        seen = set()
        for column in spec["columns"]:
            column["source"] = column["source"] or first
            if column["source"] not in spec["sources"]:
                self.fail(column["line"], f"column {column['name']} names unknown source '{column['source']}'")
            for name in [column["name"], *column["aliases"]]:
                if name in seen:
                    self.fail(column["line"], f"column {name} exists twice")
                seen.add(name)
            if column["required"] is True:
                column["required"] = column["name"]
        by_name = {c["name"]: c for c in spec["columns"]}
        for name in spec["identity"]:
            if name not in by_name:
                self.fail(call, f"identity names unknown column '{name}'")
            if by_name[name]["source"] != first:
                self.fail(by_name[name]["line"], f"identity column {name} must come from the first source, {first}")
        for word in spec["cost"]:
            if word not in COST:
                self.fail(call, f"unknown cost '{word}'; known are {', '.join(COST)}")
        spec["cost"] = COST | spec["cost"]
        unused = set(spec["sources"]) - {c["source"] for c in spec["columns"]}
        if unused:
            self.fail(call, f"no column comes from source '{sorted(unused)[0]}'")


def read_spec(path):
    """One spec as a dict, complete and checked. Raises SpecError."""
    return TableReader(path).table()


def read_all(paths):
    """All specs, sorted by name. Ends the program with every error on its own line."""
    specs, errors = [], []
    for path in paths:
        try:
            specs.append(read_spec(path))
        except SpecError as error:
            errors.append(str(error))
    names = {}
    for spec in specs:
        for name in [spec["name"], *spec["aliases"]]:
            if name in names:
                errors.append(f"specs/{spec['group']}/{spec['name']}.table:1: the name {name} is taken by {names[name]}")
            names[name] = spec["name"]
    if errors:
        sys.exit("\n".join(errors))
    return sorted(specs, key=lambda s: s["name"])


def write_if_changed(path, text):
    """Leaves the file alone when it already says so, so that nothing is compiled again."""
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
