# SPDX-License-Identifier: Apache-2.0
"""tools/new: a new table and a new parser build and pass, in a copy of the tree."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def main():
    failures = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / "tree"
        names = subprocess.run(["git", "-C", TOP, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True).stdout.splitlines()
        for name in names:
            if (TOP / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(TOP / name, copy / name)
        run = lambda *command: subprocess.run([str(c) for c in command], cwd=copy, capture_output=True, text=True)

        # Only what the new files need is built: all other tables are left out of the copy.
        for place in ("specs", "tables"):
            for path in (copy / place).glob("*/*"):
                if path.stem != "mounts" and path.suffix in (".table", ".cpp"):
                    path.unlink()
        for path in [*(copy / "tests/unit").glob("*/*"), *(copy / "tests/fuzz").glob("*_fuzz.cpp")]:
            path.unlink()
        steps = [
            ("new table", ["tools/new", "table", "demo/motd_lines"]),
            ("new parser", ["tools/new", "parser", "motd_setting"]),
            ("configure", ["cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DVIGIL_WERROR=ON"]),
            ("build", ["cmake", "--build", "build", "--target", "vigil_sqltest", "vigil_unit", "motd_setting_fuzz"]),
            ("golden test", ["build/bin/vigil_sqltest", "tests/tables/demo/motd_lines.test"]),
            ("unit test", ["build/bin/vigil_unit"]),
            ("corpus", ["build/fuzz/motd_setting_fuzz", "tests/fuzz/corpus/motd_setting"]),
        ]
        for title, command in steps:
            done = run(*command)
            if done.returncode:
                failures.append(title)
                print(f"{title} failed:\n{done.stdout[-3000:]}{done.stderr[-2000:]}")
                break
        again = run("tools/new", "table", "demo/motd_lines")
        if again.returncode == 0:
            failures.append("a table that is there is not written over")
    total = len(steps) + 1
    print(f"{total - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
