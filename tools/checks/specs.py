# SPDX-License-Identifier: Apache-2.0
"""Specs are whole: what the generator demands, and one sentence that reads well."""
from spec import SpecError, read_spec


def check(top):
    for path in sorted(top.glob("specs/*/*.table")):
        try:
            spec = read_spec(path)
        except SpecError as error:
            yield str(error).replace(f"{top}/", "")
            continue
        name = path.relative_to(top)
        if spec["description"].endswith("."):
            yield f"{name}:2: the description ends in a period"
        for column in spec["columns"]:
            if column["description"].lower().replace(" ", "_") == column["name"]:
                yield f"{name}:{column['line']}: the description of {column['name']} only repeats its name"
