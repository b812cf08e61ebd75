# SPDX-License-Identifier: Apache-2.0
"""Specs that are wrong are refused with file, line and reason; and never executed."""
import pathlib
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tools/generator"))
sys.dont_write_bytecode = True
from spec import SpecError, read_all, read_spec  # noqa: E402

GOOD = '''table(
    "things",
    "Things of a kind",

    sources = {
        "list": "/things",
        "size": "/things/<name>",
    },

    columns = [
        Column("name", TEXT,   "Its name", key = True),
        Column("size", BIGINT, "Its size", source = "size"),
    ],

    identity = ["name"],
    examples = ["SELECT name FROM things"],
)
'''

# what is changed in the good spec: (old, new, what the error must say after the path)
BAD = [
    ('key = True', 'keyed = True', ":11: unknown word 'keyed'; known are key, additional"),
    ('identity = ["name"]', 'identities = ["name"]', ":15: unknown word 'identities'"),
    ('"Its name"', '""', ":11: column name has no description"),
    ('"Its name"', '"Its name."', ":11: the description of name ends in a period"),
    ('source = "size"', 'source = "siz"', ":12: column size names unknown source 'siz'"),
    ('BIGINT', 'LONG', ":12: unknown type LONG"),
    ('key = True', 'key = "yes"', ":11: 'key' cannot be 'yes'"),
    ('key = True', 'key = "own", additional = True', ":11: column name: osquery has a key that is additional or required"),
    ('key = True', 'key = open("/etc/passwd")', ":11: only literals and Column() belong in a spec"),
    ('key = True', 'collate = "klingon"', ":11: unknown collation 'klingon'"),
    ('"size", BIGINT', '"name", BIGINT', ":12: column name exists twice"),
    ('"size", BIGINT', '"Size-1", BIGINT', ":12: 'Size-1' is no column name"),
    ('identity = ["name"]', 'identity = ["size"]', ":12: identity column size must come from the first source, list"),
    ('identity = ["name"]', 'identity = ["colour"]', ":1: identity names unknown column 'colour'"),
    ('examples = ["SELECT name FROM things"]', 'examples = []', ":1: 'examples' is missing or empty"),
    ('"Things of a kind"', '" "', ":1: the table has no description"),
    ('"things",\n    "Things', '"stuff",\n    "Things', ":1: table stuff must be in a file of that name"),
    (', source = "size"', '', ":1: no column comes from source 'size'"),
    ('examples =', 'cost = {"lines": 3}, examples =', ":1: unknown cost 'lines'"),
    (')\n', ')\nprint("run me")\n', ":1: expected exactly one table(name, description, ...)"),
    ('identity = [', 'identity = [[', ":17: "),
]


def main():
    passed, failures = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "demo" / "things.table"
        path.parent.mkdir()

        def check(ok, what):
            nonlocal passed
            passed += bool(ok)
            if not ok:
                failures.append(what)

        path.write_text(GOOD)
        spec = read_spec(path)
        check(spec["columns"][0]["source"] == "list" and spec["cost"]["rows"] == 100, "the good spec is completed")
        for old, new, expected in BAD:
            bad = GOOD[:-2] + ")\n" if old == ")\n" else GOOD
            path.write_text(bad.replace(old, new) if old != ")\n" else bad.rstrip()[:-1] + new)
            try:
                read_spec(path)
                check(False, f"{new!r} was accepted")
            except SpecError as error:
                check(str(error).startswith(f"{path}{expected}"), f"{new!r}: {error}")
        path.write_text(GOOD)
        other = path.with_name("more.table")
        other.write_text(GOOD.replace('"things"', '"more"', 1).replace("examples =", 'aliases = ["things"], examples ='))
        try:
            read_all([path, other])
            check(False, "a name that is taken was accepted")
        except SystemExit as error:
            check("the name things is taken by" in str(error), str(error))
    for failure in failures:
        print(failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
