# SPDX-License-Identifier: Apache-2.0
"""A list of flags that is wrong is refused with file, line and reason; and never executed."""
import pathlib
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "tools/generator"))
sys.dont_write_bytecode = True
from optionspec import OptionReader, read_options  # noqa: E402
from spec import SpecError  # noqa: E402

GOOD = '''Topic("Things", "What things do")

Option("colour", string, "red", option, "Colour of things", aliases = ["color"], choices = ["red", "blue"])
Option("most", uint64, 5, cli, "How many things there are at most", at_least = 1)
Option("shiny", bool, True, hidden, "Polish things")
Removed("size", "things have no size")
'''

# what is changed in the good list: (old, new, what the error must say after the path)
BAD = [
    ('aliases =', 'alias =', ":3: unknown word 'alias'; known are aliases"),
    ('string, "red"', 'text, "red"', ":3: unknown type text; known are bool"),
    ('"red", option', '"red", optional', ":3: unknown kind optional; known are option"),
    ('"red", option', '7, option', ":3: default of colour is no string: 7"),
    ('uint64, 5', 'uint64, -5', ":4: default of most is no uint64: -5"),
    ('uint64, 5', 'uint64, True', ":4: default of most is no uint64: True"),
    ('uint64, 5', 'int32, 2147483648', ":4: default of most is no int32: 2147483648"),
    ('at_least = 1', 'at_least = 1, choices = ["5"]', ":4: most: choices and check go with string"),
    ('at_least = 1', 'in_shell = "5"', ":4: in_shell of most is no uint64: '5'"),
    ('at_least = 1', 'reloadable = True', ":4: most: the configuration cannot set it"),
    ('at_least = 1', 'at_least = open("/etc/passwd")', ":4: only literals belong in a spec"),
    ('"Polish things"', '"Polish things", at_least = 1', ":5: shiny: at_least goes with numbers"),
    ('"Polish things"', '"Polish things."', ":5: shiny needs a description without a final period"),
    ('"Polish things"', '" "', ":5: shiny needs a description"),
    ('choices = ["red", "blue"]', 'check = "hue"', ":3: colour: unknown check 'hue'"),
    ('"shiny", bool', '"color", bool', ":5: the name color is taken"),
    ('"shiny", bool', '"nomost", bool', ":5: nomost reads as the negation of most"),
    ('"shiny", bool', '"Shiny-1", bool', ":5: 'Shiny-1' is no flag name"),
    ('"size",', '"most",', ":6: the name most is taken"),
    ('True, hidden, "Polish things"', 'True', ":5: Option() takes a name, a type, a default, a kind and a description"),
    ('Topic("Things", "What things do")', '', ":3: an option before the first Topic()"),
    ('Removed("size"', 'print("size"', ":6: expected Topic(), Option() or Removed()"),
    ('Removed("size"', 'Removed("size"(', ":6: "),
]


def main():
    passed, failures = 0, []
    with tempfile.TemporaryDirectory() as scratch:
        path = pathlib.Path(scratch) / "options.spec"

        def check(ok, what):
            nonlocal passed
            passed += bool(ok)
            if not ok:
                failures.append(what)

        path.write_text(GOOD)
        spec = OptionReader(path).read()
        check([o["reloadable"] for o in spec["options"]] == [True, False, True], "options of the configuration are reloadable")
        check(spec["options"][0]["topic"] == "Things" and spec["options"][0]["listed"], "the good list is completed")
        for old, new, expected in BAD:
            path.write_text(GOOD.replace(old, new, 1))
            try:
                OptionReader(path).read()
                check(False, f"{new!r} was accepted")
            except SpecError as error:
                check(str(error).startswith(f"{path}{expected}"), f"{new!r}: {error}")
        real = read_options(TOP / "specs/options.spec")
        check(len(real["options"]) > 250, "the program's own flags")
    for failure in failures:
        print(failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
