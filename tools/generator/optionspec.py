# SPDX-License-Identifier: Apache-2.0
"""Reads specs/options.spec: Topic(), Option() and Removed() in the notation of
table specs."""
import ast
import sys

from spec import NAME, Reader, SpecError

# type in gflags' words: (what its default may be, lowest and highest value)
TYPES = {"bool": (bool, None), "string": (str, None), "int32": (int, (-2**31, 2**31 - 1)),
         "uint32": (int, (0, 2**32 - 1)), "uint64": (int, (0, 2**64 - 1))}
KINDS = ("option", "cli", "shell", "hidden")
CHECKS = ("", "file_mode", "seconds")
SCALAR = (bool, int, str)
# word: (types it may have, value when absent)
WORDS = {
    "aliases": (list, []),             # further names; not listed
    "at_least": (int, None),           # smaller numbers are errors
    "check": (str, ""),                # what else a value has to be, see CHECKS
    "choices": (list, []),             # other values draw a warning
    "in_shell": (SCALAR, None),        # what the shell starts with instead of the default
    "in_programs": (SCALAR, None),     # what both roles start with instead of the default
    "reloadable": (bool, None),        # a change in the configuration takes effect without a restart
    "listed": (bool, True),            # in the table osquery_flags
    "secret": (bool, False),           # the value is never shown
}


def as_text(value):
    """A value as gflags writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class OptionReader(Reader):
    def option(self, call, topic):
        if len(call.args) != 5:
            self.fail(call, "Option() takes a name, a type, a default, a kind and a description")
        name, type_node, default, kind_node, description = call.args
        for node, known, what in ((type_node, TYPES, "type"), (kind_node, KINDS, "kind")):
            if not (isinstance(node, ast.Name) and node.id in known):
                self.fail(node, f"unknown {what} {ast.unparse(node)}; known are {', '.join(known)}")
        option = {"name": self.literal(name), "type": type_node.id, "default": self.literal(default), "kind": kind_node.id,
                  "description": self.literal(description), "topic": topic, "line": call.lineno} | self.words(call, WORDS)
        self.check(option, call)
        if option["reloadable"] is None:
            option["reloadable"] = option["kind"] in ("option", "hidden")
        return option

    def check(self, option, call):
        name, (wanted, limits) = option["name"], TYPES[option["type"]]
        if not isinstance(name, str) or not (NAME.match(name) or len(name) == 1):
            self.fail(call, f"{name!r} is no flag name")
        if not isinstance(option["description"], str) or not option["description"].strip() or option["description"].endswith("."):
            self.fail(call, f"{name} needs a description without a final period")
        for word in ("default", "in_shell", "in_programs"):
            value = option[word]
            if value is None and word != "default":
                continue
            if type(value) is not wanted or limits and not limits[0] <= value <= limits[1]:
                self.fail(call, f"{word} of {name} is no {option['type']}: {value!r}")
        if option["at_least"] is not None and not limits:
            self.fail(call, f"{name}: at_least goes with numbers")
        if (option["choices"] or option["check"]) and option["type"] != "string":
            self.fail(call, f"{name}: choices and check go with string")
        if option["check"] not in CHECKS:
            self.fail(call, f"{name}: unknown check '{option['check']}'; known are {', '.join(CHECKS[1:])}")
        if option["reloadable"] and option["kind"] in ("cli", "shell"):
            self.fail(call, f"{name}: the configuration cannot set it, so it is not reloadable")

    def read(self):
        spec = {"topics": [], "options": [], "removed": []}
        names = set()
        for statement in self.statements():
            match statement:
                case ast.Expr(value=ast.Call(func=ast.Name(id="Topic"), args=[title, text], keywords=[])):
                    spec["topics"].append({"title": self.literal(title), "description": self.literal(text)})
                    continue
                case ast.Expr(value=ast.Call(func=ast.Name(id="Option")) as call):
                    if not spec["topics"]:
                        self.fail(call, "an option before the first Topic()")
                    spec["options"].append(self.option(call, spec["topics"][-1]["title"]))
                    added = [spec["options"][-1]["name"], *spec["options"][-1]["aliases"]]
                case ast.Expr(value=ast.Call(func=ast.Name(id="Removed"), args=[name, advice], keywords=[])):
                    spec["removed"].append({"name": self.literal(name), "advice": self.literal(advice)})
                    added = [spec["removed"][-1]["name"]]
                case _:
                    self.fail(statement, "expected Topic(), Option() or Removed()")
            for name in added:
                if name in names:
                    self.fail(statement, f"the name {name} is taken")
                names.add(name)
        for option in spec["options"]:
            if option["name"].startswith("no") and option["name"][2:] in names:
                self.fail(option["line"], f"{option['name']} reads as the negation of {option['name'][2:]}")
        return spec


def read_options(path):
    """The topics, options and removed names. Ends the program on the first error."""
    try:
        return OptionReader(path).read()
    except SpecError as error:
        sys.exit(str(error))
