# SPDX-License-Identifier: Apache-2.0
"""No long files, no unfinished work, a licence line in every source."""
from checks import tracked

LIMITS = {"tables/": 200, "core/": 500, "shell/": 500, "osqueryd/": 500, "modules/": 400}
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "X" + "XX:")


def check(top):
    for file in tracked(top, ".cpp", ".h", ".py", ".cmake", ".table", ".test", ".md"):
        name = str(file.relative_to(top))
        lines = file.read_text(errors="replace").splitlines()
        if file.suffix in (".cpp", ".h", ".py") and "SPDX-License-Identifier: Apache-2.0" not in "\n".join(lines[:3]):
            yield f"{name}:1: no SPDX-License-Identifier line"
        for prefix, limit in LIMITS.items():
            if name.startswith(prefix) and len(lines) > limit:
                yield f"{name}:{limit}: {len(lines)} lines; over {limit} it hides a part with a name of its own"
        for number, line in enumerate(lines, 1):
            if any(word in line for word in UNFINISHED):
                yield f"{name}:{number}: unfinished work; finish it or leave it out"
