#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the shell as a program and compares what it writes, byte by byte.

cases_test.py [CASES...] runs tests/shell/cases/*.txt, or those named, with the
build in $VIGIL_BUILD. A case is

    ### what it shows
    + NAME LINE      a line of a file in the working directory, made before
    $ NAME=VALUE ... ARGUMENT ...   environment and arguments, quoted as for sh
    < LINE           a line of standard input (else it is empty)
    > LINE           a line of standard output
    ! LINE           a line of standard error
    = NAME LINE      a line of a file, as it must be afterwards
    ? CODE           the exit code (else it must be 0)

A last ">..." stands for any further lines. After <~, >~ and !~, backslash escapes stand for bytes; after >* and !*, a *
stands for any text.
"""
import argparse
import fnmatch
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


class Case:
    def __init__(self, where, title):
        self.where, self.title = where, title
        self.environment, self.arguments, self.code = {}, [], 0
        self.files, self.expected_files = {}, {}
        self.stdin = b""
        self.stdout, self.stderr = [], []


def unescape(text):
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")


def expectation(line):
    """(kind, text) of what follows <, > or !."""
    if line[1:] == "...":
        return "", b"..."
    kind = line[1:2] if line[1:2] in "~*" else ""
    text = line[1 + len(kind):]
    text = text[1:] if text.startswith(" ") else text
    return ("*", text.encode()) if kind == "*" else ("", unescape(text) if kind == "~" else text.encode())


def read_cases(path):
    cases = []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        where = f"{path.name}:{number}"
        if line.startswith("### "):
            cases.append(Case(where, line[4:]))
            continue
        if not line or line.startswith("# "):
            continue
        case, mark, text = cases[-1], line[0], line[2:]
        if mark == "$":
            words = shlex.split(text)
            while words and "=" in words[0] and not words[0].startswith("-") and words[0].split("=")[0].isupper():
                name, value = words.pop(0).split("=", 1)
                case.environment[name] = value
            case.arguments = words
        elif mark == "<":
            case.stdin += expectation(line)[1] + b"\n"
        elif mark == ">":
            case.stdout.append(expectation(line))
        elif mark == "!":
            case.stderr.append(expectation(line))
        elif mark == "?":
            case.code = int(text)
        elif mark in "+=":
            name, _, content = text.partition(" ")
            files = case.files if mark == "+" else case.expected_files
            files[name] = files.get(name, "") + content + "\n"
        else:
            sys.exit(f"{where}: what is '{line}'?")
    return cases


def differences(name, expected, actual):
    lines = actual.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    elif actual:
        return [f"  {name}: the last line has no end: {lines[-1]!r}"]
    if expected and expected[-1] == ("", b"..."):
        expected = expected[:-1]
        lines = lines[:max(len(expected), 1)]
    out = []
    for i in range(max(len(expected), len(lines))):
        kind, want = expected[i] if i < len(expected) else ("", None)
        have = lines[i] if i < len(lines) else None
        if kind == "*" and have is not None:
            if fnmatch.fnmatchcase(have.decode("latin-1"), want.decode("latin-1").replace("[", "[[]")):
                continue
        elif want == have:
            continue
        out.append(f"  {name} line {i + 1}: expected {want!r}, got {have!r}")
    return out[:10]


def run_case(case, shell):
    with tempfile.TemporaryDirectory() as directory:
        for name, content in case.files.items():
            pathlib.Path(directory, name).write_text(content)
        environment = {"PATH": os.environ["PATH"], "HOME": directory, "LANG": "C", **case.environment}
        try:
            done = subprocess.run([shell, *case.arguments], input=case.stdin, cwd=directory, env=environment,
                                  capture_output=True, timeout=60)
        except subprocess.TimeoutExpired:
            return ["  took more than 60 s"]
        out = differences("stdout", case.stdout, done.stdout) + differences("stderr", case.stderr, done.stderr)
        if done.returncode != case.code:
            out.append(f"  exit code {done.returncode}, expected {case.code}")
        for name, content in case.expected_files.items():
            file = pathlib.Path(directory, name)
            actual = file.read_text() if file.exists() else None
            if actual != content:
                out.append(f"  file {name}: expected {content!r}, got {actual!r}")
        return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    shell = str(pathlib.Path(os.environ.get("VIGIL_BUILD", HERE.parents[1] / "build/release")).absolute() / "bin/osqueryi")

    passed = failed = 0
    for path in arguments.cases or sorted((HERE / "cases").glob("*.txt")):
        for case in read_cases(path):
            problems = run_case(case, shell)
            if problems:
                print(f"{case.where}: {case.title}", *problems, sep="\n")
            passed, failed = passed + (not problems), failed + bool(problems)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
