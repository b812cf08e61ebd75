# SPDX-License-Identifier: Apache-2.0
"""The tour in the README is what the program prints; its links lead somewhere."""
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release"))


def main():
    passed, failures = 0, []
    text = (TOP / "README.md").read_text()
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            # The build under test, rather than the one that tools/run would make.
            run = command.replace("tools/run", str(BUILD / "bin/osqueryi"))
            done = subprocess.run(["bash", "-c", f"exec 2>&1; trap 'kill $(jobs -p) 2> /dev/null' EXIT; {run}"], cwd=TOP, capture_output=True, text=True, timeout=60)
            passed += done.stdout == expected
            if done.stdout != expected:
                failures.append(f"$ {command}\n  the README says:\n{expected}  the program says:\n{done.stdout}")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        passed += (TOP / link).exists()
        if not (TOP / link).exists():
            failures.append(f"README.md links to {link}, which is not there")
    for failure in failures:
        print(failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
