# SPDX-License-Identifier: Apache-2.0
"""cmake --install: the installed program runs from its place, with its modules."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release"))


def around_the_program(top, check):
    """Service, control script, examples."""
    for name in ("share/man/man8/osqueryd.8", "share/man/man8/osqueryctl.8", "lib/tmpfiles.d/osquery.conf", "etc/default/osqueryd", "etc/logrotate.d/osquery",
                 "share/bash-completion/completions/osqueryctl"):
        check((top / name).is_file(), name)
    control = top / "bin/osqueryctl"
    call = lambda *arguments, **more: subprocess.run([control, *arguments], capture_output=True, text=True, timeout=60, **more)
    for shell in (["sh", "-n"], ["shellcheck", "-s", "sh"]):
        if shutil.which(shell[0]):
            done = subprocess.run([*shell, control], capture_output=True, text=True)
            check(done.returncode == 0, f"{shell[0]}: {done.stdout}{done.stderr}")
    check(call("help").returncode == 0 and "config-check" in call("help").stdout, "osqueryctl help")
    for wrong in ([], ["no-such-command"], ["start", "now"], ["allow"], ["cancel", "1", "2"]):
        done = call(*wrong)
        check(done.returncode == 2 and "Usage" in done.stderr, f"osqueryctl {wrong}: {done}")
    if os.geteuid() == 0:
        os.chmod(top, 0o755)
        done = call("status", preexec_fn=lambda: os.setuid(65534))
        check(done.returncode == 4, f"osqueryctl is for root: {done}")

    unit = (top / "lib/systemd/system/osqueryd.service").read_text()
    check(f"ExecStart={top}/bin/osqueryd --flagfile" in unit and not re.search("@[A-Z]+@", unit), unit)
    if shutil.which("systemd-analyze"):
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", top / "lib/systemd/system/osqueryd.service"], capture_output=True, text=True)
        ours = [line for line in done.stderr.splitlines() if "osqueryd" in line]
        check(not ours, f"systemd-analyze: {ours}")
    example = json.loads((top / "share/osquery/osquery.example.conf").read_text())
    for name, path in example["packs"].items():
        check(path == f"{top}/share/osquery/packs/{name}.conf", f"pack {path}")
        check(not any((TOP / "packs").glob("*.conf")) or pathlib.Path(path).exists(), f"pack {path} is not installed")


def main():
    passed, failures = 0, []

    def check(ok, what):
        nonlocal passed
        passed += bool(ok)
        if not ok:
            failures.append(what)

    with tempfile.TemporaryDirectory() as prefix:
        done = subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], capture_output=True, text=True)
        check(done.returncode == 0, done.stderr)
        top = pathlib.Path(prefix)
        run = lambda *arguments: subprocess.run([top / "bin/osqueryi", *arguments], capture_output=True, text=True, env={"HOME": prefix, "PATH": "/usr/bin:/bin"})
        check((top / "bin/osqueryi").is_symlink(), "bin/osqueryi is a link to osqueryd")
        check(run("--version").stdout.startswith("osqueryi version 5.23.1+vigil."), "--version")
        check(run("--csv", "SELECT 1 AS one").stdout == "one\n1\n", "a query")
        module = run("--csv", "SELECT mime_type FROM magic WHERE path = '/bin/bash'")
        check("application/" in module.stdout, f"a table of a module: {module.stdout}{module.stderr}")
        schema = json.loads((top / "share/vigil/schema.json").read_text())
        check({t["name"] for t in schema} >= {"processes", "mounts"}, "share/vigil/schema.json")
        check((top / "share/man/man1/osqueryi.1").exists(), "share/man/man1/osqueryi.1")
        check((top / "share/doc/vigil/LICENSE").exists(), "share/doc/vigil/LICENSE")

        around_the_program(top, check)

        # A module that others may change is not loaded.
        modules = sorted((top / "lib/vigil").glob("magic.so"))
        check(modules, "lib/vigil/magic.so")
        for path in modules:
            path.chmod(0o666)
        refused = run("SELECT mime_type FROM magic WHERE path = '/bin/bash'")
        check(refused.returncode != 0 and "can be changed by every user" in refused.stderr, f"an unsafe module: {refused.stderr}")
        for path in modules:
            path.unlink()
        missing = run("SELECT mime_type FROM magic WHERE path = '/bin/bash'")
        check(missing.returncode != 0 and "module 'magic'" in missing.stderr, f"a missing module: {missing.stderr}")
        check(run("--csv", "SELECT 1 AS one").returncode == 0, "other queries run without the module")
    for failure in failures:
        print(failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
