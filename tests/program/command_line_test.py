#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The command line of the program as a person meets it: help, version, errors,
exit codes, flag files, and what osquery_flags and osquery_registry say then."""
import json
import os
import pathlib
import resource
import shutil
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release")).resolve() / "bin"
passed = failed = 0


def run(*arguments, name="osqueryi", environment=None, stdin=""):
    command = [str(BIN / name), *arguments]
    return subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=60, env=os.environ | (environment or {}))


def check(what, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"{what}: {detail}")


def expect(what, done, code, out=None, err=None):
    check(what, done.returncode == code, f"exit code {done.returncode}, not {code}; {done.stderr}")
    if out is not None:
        check(what, out in done.stdout if out else not done.stdout, f"standard output: {done.stdout[:500]!r}")
    if err is not None:
        check(what, err in done.stderr if err else not done.stderr, f"standard error: {done.stderr[:500]!r}")


def rows(*arguments, **more):
    done = run("--json", *arguments, **more)
    try:
        return json.loads(done.stdout)
    except ValueError:
        check(" ".join(arguments), False, f"no JSON: {done.stdout!r} {done.stderr!r}")
        return []


def flags(*arguments, **more):
    return {row["name"]: row for row in rows(*arguments, "SELECT * FROM osquery_flags", **more)}


def help_and_version():
    for flag in ("--help", "-help", "-h", "--h"):
        expect(f"osqueryi {flag}", run(flag), 0, "Shell-only flags", "")
    expect("help wins over errors", run("--no_such_flag", "--help"), 0, "Usage: osqueryi", "")
    expect("daemon help", run("--help", name="osqueryd"), 0, "Usage: osqueryd", "")
    check("daemon help has no shell flags", "Shell-only" not in run("--help", name="osqueryd").stdout)
    expect("shell help by flag", run("-S", "--help", name="osqueryd"), 0, "Shell-only flags", "")
    expect("helpfull", run("--helpfull"), 0, "--allow_unsafe", "")
    found = run("--helpmatch=rotate")
    expect("helpmatch", found, 0, "--logger_rotate_size", "")
    check("helpmatch leaves the rest out", "--config_path" not in found.stdout)
    for name in ("osqueryi", "osqueryd"):
        done = run("--version", name=name)
        expect(f"{name} --version", done, 0, err="")
        check(f"{name} --version", done.stdout.startswith(f"{name} version 5.23.1+vigil.") and done.stdout.count("\n") == 1, done.stdout)


def errors():
    expect("unknown flag", run("--no_such_flag"), 1, "", "ERROR: unknown command line flag 'no_such_flag'\n")
    expect("suggestion", run("--jsn", "SELECT 1"), 1, "", "did you mean '--json'?")
    expect("illegal value", run("--read_max=much"), 1, "", "ERROR: illegal value 'much' specified for uint64 flag 'read_max'\n")
    expect("validation", run("--alarm_timeout=5"), 1, "", "ERROR: failed validation of new value '5' for flag 'alarm_timeout'\n")
    expect("missing argument", run("--query"), 1, "", "flag '--query' is missing its argument")
    expect("missing flag file", run("--flagfile=/nonexistent"), 1, "", "'/nonexistent': No such file or directory")
    expect("missing root", run("--root=/nonexistent", "SELECT 1"), 1, "", "/nonexistent")
    for flag in ("--install", "--uninstall"):
        expect(flag, run(flag), 1, "", "Windows")
    expect("removed flag", run("--value_max=5", "SELECT 1"), 0, err="WARNING: flag 'value_max' no longer exists")


def values():
    reference = json.loads((TOP / "tests/laws/osquery-flags.json").read_text())
    listed = flags()
    for flag in reference["flags"]:
        row = listed.get(flag["name"])
        if len(flag["name"]) == 1:
            check(flag["name"], row is None, "is listed")
            continue
        wanted = {"type": flag["type"], "default_value": flag["default"], "shell_only": str(int(flag["kind"] == "shell"))}
        check(flag["name"], row and {k: row[k] for k in wanted} == wanted, f"{row}, not {wanted}")
    check("no aliases", not set(reference["aliases"]) & set(listed))

    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory, "flags")
        file.write_text("# flags of a fleet\n--events_max=7\n--host_identifier=uuid \n--enable_bpf_events\n--custom_site=lab\n")
        given = flags(f"--flagfile={file}", "--events_max=8", "--aws_secret_access_key=hunter2")
        expected = {"events_max": "8", "host_identifier": "uuid", "enable_bpf_events": "true", "custom_site": "lab",
                    "aws_secret_access_key": "********", "disable_events": "true", "disable_logging": "true", "json": "true"}
        for name, value in expected.items():
            check(f"value of {name}", given.get(name, {}).get("value") == value, given.get(name))
        file.write_text("--no_such_flag=1\n")
        expect("unknown flag in a file", run(f"--flagfile={file}", "SELECT 1"), 0, err=f"WARNING: {file}:1: unknown command line flag 'no_such_flag' is ignored")
        relative = subprocess.run([BIN / "osqueryi", "--flagfile=flags", "SELECT 1"], cwd=directory, capture_output=True, text=True)
        check("relative flag file", relative.returncode == 0 and "flags:1:" in relative.stderr, relative.stderr)
    environment = {"FLAGS_events_max": "9"}
    check("fromenv", flags("--fromenv=events_max", environment=environment).get("events_max", {}).get("value") == "9")
    check("no flag without fromenv", flags(environment=environment).get("events_max", {}).get("value") == "50000")


def itself():
    (info,) = rows("SELECT * FROM osquery_info") or [{}]
    version = run("--version").stdout.split()[-1]
    expected = {"version": version, "watcher": "-1", "config_valid": "0", "extensions": "inactive", "build_platform": "linux", "platform_mask": "9"}
    check("osquery_info", {k: info.get(k) for k in expected} == expected, info)
    plugins = {(row["registry"], row["name"]) for row in rows("SELECT * FROM osquery_registry WHERE active = 1 AND owner_uuid = 0")}
    check("osquery_registry", {("sql", "sql"), ("table", "osquery_registry")} <= plugins, plugins)
    plugins = {row["name"] for row in rows("--disable_tables=mounts", "SELECT name FROM osquery_registry")}
    check("a disabled table is no plugin", "mounts" not in plugins)


def the_process():
    """What others see of a shell that waits for its input."""
    lower = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    shell = subprocess.Popen([BIN / "osqueryi", "--aws_secret_access_key", "hunter2", "--aws_session_token=hunter3"], stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL, preexec_fn=lower)
    try:
        wanted = b"--aws_secret_access_key\0*******\0--aws_session_token=*******\0"
        for _ in range(200):
            arguments = pathlib.Path(f"/proc/{shell.pid}/cmdline").read_bytes()
            limits = pathlib.Path(f"/proc/{shell.pid}/limits").read_text()
            files = next(line.split()[3] for line in limits.splitlines() if line.startswith("Max open files"))
            if arguments.endswith(wanted) and files != "256":
                break
            time.sleep(0.05)
        check("secrets are hidden from ps", arguments.endswith(wanted), arguments)
        check("open files", int(files) >= 1024, files)
    finally:
        shell.communicate(b"")


def manual():
    pages = {"osqueryi.1": ("--read_max", "--json", "--logger_tls_max"), "osqueryd.8": ("--watchdog_level", "--logger_tls_max"), "osqueryctl.8": ("cancel",)}
    missing = [name for name in pages if not (BIN.parent / "man" / name).exists()]
    if not shutil.which("groff") or missing:
        print(f"manual: groff is not installed or pages were not built, so they were not checked {missing}")
        return
    for name, words in pages.items():
        done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-ww", BIN.parent / "man" / name], capture_output=True, text=True)
        check(name, done.returncode == 0 and not done.stderr, done.stderr[:500])
        for word in words:
            check(name, word in done.stdout, f"no {word}")
        check(f"{name} has no flags of another program", name != "osqueryd.8" or "--json_pretty" not in done.stdout)


help_and_version()
errors()
values()
itself()
the_process()
manual()
print(f"{passed} passed, {failed} failed")
raise SystemExit(1 if failed else 0)
