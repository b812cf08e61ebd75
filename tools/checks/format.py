# SPDX-License-Identifier: Apache-2.0
"""C++ is formatted as .clang-format says; skipped aloud where clang-format is not installed."""
import re
import shutil
import subprocess

from checks import tracked


def check(top):
    tool = shutil.which("clang-format-14") or shutil.which("clang-format")
    if not tool:
        print("format: clang-format is not installed, so the format was not checked")
        return
    files = tracked(top, ".cpp", ".h", ".c")
    done = subprocess.run([tool, "--dry-run", *files], capture_output=True, text=True)
    for name in sorted(set(re.findall(r"^(\S+?):\d+:\d+: warning", done.stderr, re.M))):
        yield f"{name}:1: not formatted; run {tool.rsplit('/', 1)[-1]} -i"
