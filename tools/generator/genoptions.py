#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns specs/options.spec into the struct Options and the table of all flags.

genoptions.py OUT SPEC writes OUT/options.gen.h and OUT/options.gen.cpp.
"""
import pathlib
import sys

from gentable import member, quoted, strings
from optionspec import as_text, read_options
from spec import write_if_changed

CPP = {"bool": "bool", "string": "std::string", "int32": "int32_t", "uint32": "uint32_t", "uint64": "uint64_t"}


def initial(option):
    return quoted(option["default"]) if option["type"] == "string" else as_text(option["default"])


def header(spec):
    members = "\n".join(f"  {CPP[o['type']]} {member(o['name'])}{' = ' + initial(o) if o['default'] != '' else ''};  // {o['description']}"
                        for o in spec["options"])
    return f"""// Generated from specs/options.spec; do not edit.
#pragma once

#include <cstdint>
#include <string>

namespace vigil {{

// The value of every flag, by its name.
struct Options {{
{members}
}};

}}  // namespace vigil
"""


def entry(option):
    name, kind = option["name"], option["kind"]
    words = {"name": quoted(name), "kind": f"OptionKind::{kind}", "description": quoted(option["description"]),
             "default_text": quoted(as_text(option["default"])), "member": f"&Options::{member(name)}"}
    for word in ("in_shell", "in_programs"):
        if option[word] is not None:
            words[word] = quoted(as_text(option[word]))
    for word in ("aliases", "choices"):
        if option[word]:
            words[word] = f"{word}_of_{name}"
    if option["at_least"] is not None:
        words["at_least"] = str(option["at_least"])
    if option["check"]:
        words["check"] = f"OptionCheck::{option['check']}"
    for word in ("reloadable", "listed", "secret"):
        words[word] = str(option[word]).lower()
    order = ("name", "kind", "description", "default_text", "member", "in_shell", "in_programs", "aliases", "choices", "at_least", "check",
             "reloadable", "listed", "secret")
    return "    {" + ", ".join(f".{word} = {words[word]}" for word in order if word in words) + "},"


def source(spec):
    options = sorted(spec["options"], key=lambda o: o["name"])
    lists = "\n".join(f"constexpr std::string_view {word}_of_{o['name']}[] = {strings(o[word])};"
                      for o in options for word in ("aliases", "choices") if o[word])
    entries = "\n".join(entry(o) for o in options)
    removed = "\n".join(f"    {{{quoted(r['name'])}, {quoted(r['advice'])}}}," for r in sorted(spec["removed"], key=lambda r: r["name"]))
    return f"""// Generated from specs/options.spec; do not edit.
#include "osqueryd/options/options.h"

namespace vigil {{
namespace {{

{lists}
constexpr OptionInfo options[] = {{
{entries}
}};
constexpr RemovedOption removed[] = {{
{removed}
}};

}}  // namespace

std::span<const OptionInfo> all_options() {{ return options; }}
std::span<const RemovedOption> removed_options() {{ return removed; }}

}}  // namespace vigil
"""


def main(out, path):
    out = pathlib.Path(out)
    spec = read_options(path)
    write_if_changed(out / "options.gen.h", header(spec))
    write_if_changed(out / "options.gen.cpp", source(spec))


if __name__ == "__main__":
    main(*sys.argv[1:])
