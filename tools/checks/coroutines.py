# SPDX-License-Identifier: Apache-2.0
"""No co_await inside ?:, and none of a Result that is built in place: GCC 12 destroys the
temporaries of both twice (https://gcc.gnu.org/bugzilla/show_bug.cgi?id=100611 and its kin)."""
import re

from checks import tracked

BAD = re.compile(r"\?[^;:]*[^:]:[^:;][^;]*co_await|\?[^;]*co_await[^;]*:")


def check(top):
    for file in tracked(top, ".cpp"):
        if "tables/" not in str(file.relative_to(top)):
            continue
        text = file.read_text()
        for number, line in enumerate(text.splitlines(), 1):
            if "co_await Result<" in line:
                yield f"{file.relative_to(top)}:{number}: use co_await sql::failed(error)"
        for match in BAD.finditer(text):
            if "\n\n" in match[0] or "//" in match[0]:
                continue
            line = text.count("\n", 0, match.start()) + 1
            yield f"{file.relative_to(top)}:{line}: co_await inside ?: is destroyed twice by GCC 12; use a function that returns the Result"
