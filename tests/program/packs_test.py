#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The packs that are shipped: each is a good configuration, each of its queries
runs. And what --config_check, --config_dump and --pack say about other ones."""
import json
import os
import pathlib
import re
import subprocess
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release")).resolve() / "bin"
passed = failed = 0


def run(*arguments, name="osqueryi"):
    return subprocess.run([str(BIN / name), *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)


def check(what, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"{what}: {detail}")


def expect(what, done, code, out, err):
    got = (done.returncode, done.stdout, done.stderr)
    check(what, got == (code, out, err), f"{got}, expected {(code, out, err)}")


def read_pack(path):
    """A pack as JSON: without comment lines and continuations."""
    lines = [line for line in path.read_text().splitlines(keepends=True) if not line.lstrip().startswith("//")]
    return json.loads("".join(lines).replace("\\\n", ""))


def shipped_packs(folder):
    packs = sorted((TOP / "packs").glob("*.conf"))
    check("packs", len(packs) >= 7, packs)
    config = folder / "packs.conf"
    config.write_text(json.dumps({"packs": {"*": str(TOP / "packs/*.conf")}}))
    for name in ("osqueryi", "osqueryd"):
        expect(f"{name} --config_check", run("--config_check", f"--config_path={config}", name=name), 0, "", "")
    for path in packs:
        for query, body in read_pack(path)["queries"].items():
            what = f"{path.stem}: {query}"
            check(what, re.fullmatch(r"[a-z0-9_]+", query), "names are words with _ between them")
            check(what, set(body) >= {"query", "interval", "description", "value"}, f"has {sorted(body)}")
            check(what, body["description"] != body["value"] and body["value"].endswith("."), "the value is a sentence with the reason")
        done = run("--json", "--pack", path.stem, f"--config_path={config}")
        check(f"--pack {path.stem}", done.returncode == 0 and "Error" not in done.stderr, done.stderr)
        decoder, rest, results = json.JSONDecoder(), done.stdout.strip(), 0
        while rest:
            rows, end = decoder.raw_decode(rest)
            results, rest = results + isinstance(rows, list), rest[end:].lstrip()
        check(f"--pack {path.stem}", results == len(read_pack(path)["queries"]), f"{results} results")


def commands(folder):
    config = folder / "c.conf"
    config.write_text('{\n  "schedule": {"q": {"query": "SELECT nope FROM time"}}\n}')
    flag = f"--config_path={config}"
    expect("SQL is warned of", run("--config_check", flag), 0, "", f"WARNING: {config}:2: query `q`: no such column: nope\n")
    expect("dump", run("--config_dump", flag, name="osqueryd"), 0, f'{{"{config}": {config.read_text()}}}\n', "")
    config.write_text('{\n  "schedule": []\n}')
    error = f"{config}:2: `schedule` is an array, expected an object\n"
    expect("check", run("--config_check", flag, name="osqueryd"), 1, "", f"Error reading config: {error}")
    expect("pack of a bad configuration", run("--pack=p", flag), 1, "", f"Error: {error}")
    missing = f"--config_path={folder}/none.conf"
    expect("no file", run("--config_check", missing), 1, "", f"Error reading config: config file does not exist: {folder}/none.conf\n")
    expect("no file to dump", run("--config_dump", missing), 1, "", f"Error reading config: config file does not exist: {folder}/none.conf\n")
    config.write_text('{"packs": {"p": {"queries": {"q": {"query": "SELECT 7 AS n"}, "r": {"query": "SELECT x"}}}, "w": {"platform": "windows"}}}')
    done = run("--csv", "--pack=p", flag)
    check("a query of a pack fails", done.returncode == 1 and done.stdout == "n\n7\n", done)
    check("a query of a pack fails", "Could not execute query pack_p_r: SELECT x" in done.stderr, done.stderr)
    expect("no such pack", run("--pack=x", flag), 1, "", f"Error: pack 'x' is not in the configuration '{config}'\n")
    expect("pack of elsewhere", run("--pack=w", flag), 1, "", "Error: pack 'w' has no queries for this host\n")


def main():
    with tempfile.TemporaryDirectory() as folder:
        shipped_packs(pathlib.Path(folder))
        commands(pathlib.Path(folder))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
