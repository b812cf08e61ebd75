#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Builds and runs the tests; tools/test is the command for people.

Every part prints what failed as it goes and a line "N passed, N failed";
the sum of those lines closes the run.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
PLAIN = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
GTEST = re.compile(r"^\[  (PASSED|FAILED)  \] (\d+) tests?[.,]", re.M)


class Suite:
    def __init__(self, options):
        self.options = options
        self.passed = self.failed = self.skipped = 0

    def run(self, title, command, **more):
        """One program; its closing counts go into the sum. A death counts as a failure."""
        start = time.monotonic()
        done = subprocess.run([str(c) for c in command], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", **more)
        passed = failed = skipped = 0
        counted = False
        for match in PLAIN.finditer(done.stdout):
            passed, failed, skipped, counted = int(match[1]), int(match[2]), int(match[3] or 0), True
        if not counted:
            for match in GTEST.finditer(done.stdout):
                counted = True
                if match[1] == "PASSED":
                    passed = int(match[2])
                else:
                    failed = int(match[2])
        if not counted or (done.returncode != 0 and failed == 0):
            failed += 1
            print(f"{title}: ended with status {done.returncode}" + ("" if counted else " and no count of tests"))
        if failed or skipped:
            lines = done.stdout.splitlines()
            print("\n".join(lines if len(lines) < 400 else lines[:200] + ["..."] + lines[-200:]))
        self.passed, self.failed, self.skipped = self.passed + passed, self.failed + failed, self.skipped + skipped
        print(f"{title}: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "") + f" ({time.monotonic() - start:.1f} s)", flush=True)

    def wanted(self, name):
        """Without names everything runs; with names, what has one of them as a word of its name."""
        return not self.options.names or any(n == name or n in name.split("_") or name.startswith(n + ".") or n == name.removesuffix("_fuzz").removesuffix("_test")
                                             for n in self.options.names)

    def build(self, preset):
        build = TOP / "build" / preset
        arguments = ["cmake", "--preset", preset, "-DVIGIL_TESTS=ON", f"-DVIGIL_WERROR={'ON' if self.options.werror else 'OFF'}"]
        for command in (arguments, ["cmake", "--build", str(build)]):
            done = subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                print(done.stdout)
                print(f"the build of preset {preset} failed")
                print("0 passed, 1 failed")
                sys.exit(1)
        return build

    def tests(self, preset):
        build = self.build(preset)
        runner = build / "bin" / "vigil_sqltest"
        environment = os.environ | {"VIGIL_BUILD": str(build), "VIGIL_LONG": "1" if self.options.long else "", "ASAN_OPTIONS": "detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
        here = lambda pattern: sorted(p for p in TOP.glob(pattern) if self.wanted(p.stem))
        label = lambda text: text if preset == "release" else f"{preset}: {text}"

        if (build / "bin" / "vigil_unit").exists():
            names = ":".join(f"*{n}*" for n in self.options.names) or "*"
            if not self.options.names or "Test" in subprocess.run([build / "bin/vigil_unit", "--gtest_list_tests", f"--gtest_filter={names}"],
                                                                  capture_output=True, text=True).stdout:
                self.run(label("unit"), [build / "bin/vigil_unit", "--gtest_brief=1", f"--gtest_filter={names}"], env=environment)
        for title, pattern, flags in (("engine", "tests/engine/*.test", []), ("tables", "tests/tables/*/*.test", []), ("live", "tests/live/*.test", ["--live"])):
            files = here(pattern)
            update = ["--update"] if self.options.update and title != "live" else []
            if files:
                self.run(label(title), [runner, *flags, *update, *files], env=environment)
        if not self.options.names:
            self.run(label("laws"), [runner, "--laws"], env=environment)
        for target in here("tests/fuzz/*_fuzz.cpp"):
            corpus = TOP / "tests/fuzz/corpus" / target.stem.removesuffix("_fuzz")
            self.run(label(f"fuzz corpus {corpus.name}"), [build / "fuzz" / target.stem, corpus], env=environment)
        for script in here("tests/*/*_test.py"):
            self.run(label(str(script.relative_to(TOP))), [sys.executable, script], env=environment)


def main():
    parser = argparse.ArgumentParser(prog="tools/test", description="Builds and runs the tests.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only tests of this name: a table, a parser, a file of tests")
    parser.add_argument("--preset", default="release", help="release (default), debug, asan or tsan")
    parser.add_argument("--werror", action="store_true", help="warnings are errors")
    parser.add_argument("--update", action="store_true", help="rewrite the expected rows of golden and engine tests; read the difference before you commit it")
    parser.add_argument("--long", action="store_true", help="also what takes minutes: soaks, storms, the service in a whole system")
    parser.add_argument("--all", action="store_true", help="what is checked before a change lands: tools/check, the suite, and the suite under ASan and UBSan")
    options = parser.parse_args()
    suite = Suite(options)
    if options.all:
        suite.run("check", ["tools/check"])
    suite.tests(options.preset)
    if options.all:
        suite.tests("asan")
    if suite.passed + suite.failed == 0:
        print(f"no test is named {' '.join(options.names)}")
        suite.failed = 1
    print(f"{suite.passed} passed, {suite.failed} failed" + (f", {suite.skipped} skipped" if suite.skipped else ""))
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
