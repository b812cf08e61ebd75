#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The service in a whole system: Debian with systemd in a container, the build
installed into it, started, disturbed and stopped. Takes minutes and needs root,
debootstrap and systemd-nspawn; only tools/test --long runs it."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release")).resolve()
BASE, ROOT = BUILD / "service-root/base", BUILD / "service-root/run"
PATIENCE = 120  # seconds; only a failure waits that long
CONFIG = {"options": {"host_identifier": "hostname"}, "schedule": {"clock": {"query": "SELECT unix_time FROM time", "interval": 1}}}
passed = failed = 0


def check(what, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"{what}: {detail}")


def call(*command, **more):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)


def until(what, ask):
    """The first true answer of `ask`."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = ask()
        if answer or time.monotonic() > deadline:
            check(what, answer, "did not come")
            return answer
        time.sleep(0.2)


def prepare():
    """A fresh system with the build in it; the base is made once for all runs."""
    if not (BASE / "usr/lib/systemd/systemd").exists():
        shutil.rmtree(BASE, ignore_errors=True)
        BASE.parent.mkdir(parents=True, exist_ok=True)
        call("debootstrap", "--variant=minbase", "--include=systemd,dbus,systemd-sysv", "bookworm", BASE, check=True)
    shutil.rmtree(ROOT, ignore_errors=True)
    call("cp", "-a", BASE, ROOT, check=True)
    call("cmake", "--install", BUILD, "--prefix", "/usr", env=os.environ | {"DESTDIR": str(ROOT)}, check=True)
    # The libraries that a package would depend on; this machine runs the same system.
    for program in [ROOT / "usr/bin/osqueryd", *(ROOT / "usr/lib/vigil").glob("*.so")]:
        for library in re.findall(r"=> (/\S+)", call("ldd", program).stdout):
            target = ROOT / library.removeprefix("/")
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(library, target)
    (ROOT / "etc/osquery").mkdir(exist_ok=True)
    (ROOT / "etc/osquery/osquery.conf").write_text(json.dumps(CONFIG))


class System:
    """The container, from its boot to its end."""

    def __enter__(self):
        self.nspawn = subprocess.Popen(["systemd-nspawn", "-q", "-D", ROOT, "--register=no", "--keep-unit", "--console=pipe", "-b"], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.leader = until("the system boots", self._leader)
        until("systemd answers", lambda: self.run("systemctl", "is-system-running").stdout.strip() in ("running", "degraded"))
        return self

    def _leader(self):
        children = pathlib.Path(f"/proc/{self.nspawn.pid}/task/{self.nspawn.pid}/children").read_text().split()
        return next((pid for pid in children if pathlib.Path(f"/proc/{pid}/comm").read_text().strip() == "systemd"), None)

    def run(self, *command):
        return call("nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C", "--", *command)

    def kill(self, signal, pid):
        """A minimal system has kill only in its shell."""
        return self.run("sh", "-c", f"kill -{signal} {pid}").returncode == 0

    def show(self, name):
        return self.run("systemctl", "show", "--value", "-p", name, "osqueryd").stdout.strip()

    def journal(self):
        return self.run("journalctl", "--no-pager", "-u", "osqueryd").stdout

    def worker(self):
        """The process ID of the watcher's child, or None."""
        pids = self.run("cat", f"/proc/{self.show('MainPID')}/task/{self.show('MainPID')}/children").stdout.split()
        return pids[0] if pids else None

    def __exit__(self, *_):
        self.run("systemctl", "--force", "poweroff") if self.leader else self.nspawn.terminate()
        try:
            self.nspawn.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()
            self.nspawn.wait()


def control(system):
    """osqueryctl, with the daemon running."""
    status = system.run("osqueryctl", "status")
    check("osqueryctl status", status.returncode == 0 and "active (running)" in status.stdout, status)
    for verb in ("queries", "reload", "config-check"):
        done = system.run("osqueryctl", verb)
        check(f"osqueryctl {verb}", done.returncode == 0, done)
    done = system.run("osqueryctl", "clean")
    check("osqueryctl clean refuses while the daemon runs", done.returncode == 1 and "stop it first" in done.stderr, done)


def service(system):
    results = ROOT / "var/log/osquery/osqueryd.results.log"
    done = system.run("systemctl", "start", "osqueryd")
    check("start", done.returncode == 0, done.stderr + system.journal())
    check("active", system.show("ActiveState") == "active", system.journal())
    until("results are logged", lambda: results.exists() and "unix_time" in results.read_text())
    control(system)

    first, main = system.worker(), system.show("MainPID")
    check("the watcher is the main process", main not in ("", "0", first), main)
    time.sleep(5)
    system.kill("KILL", first)
    second = until("a killed worker is started again", lambda: (pid := system.worker()) and pid != first and pid)
    check("under the same watcher", system.show("MainPID") == main and system.show("NRestarts") == "0", system.journal())
    check("the journal tells", f"osqueryd worker ({first}) ended by signal 9" in system.journal(), system.journal())

    done = system.run("systemctl", "reload", "osqueryd")
    check("systemctl reload", done.returncode == 0 and system.show("ActiveState") == "active" and system.worker() == second, system.journal())

    system.kill("KILL", main)
    until("a killed watcher takes its worker with it", lambda: not system.kill(0, second))
    until("systemd plans a restart", lambda: system.show("SubState") in ("auto-restart", "running"))
    done = system.run("systemctl", "restart", "osqueryd")
    check("restart", done.returncode == 0 and system.show("ActiveState") == "active", system.journal())

    start = time.monotonic()
    done = system.run("systemctl", "stop", "osqueryd")
    check("stop", done.returncode == 0 and system.show("Result") == "success", system.show("Result") + system.journal())
    check("stop ends in order, not by a timeout", time.monotonic() - start < 15, time.monotonic() - start)
    check("the pidfile is gone", not (ROOT / "run/osqueryd.pidfile").exists())
    done = system.run("osqueryctl", "status")
    check("osqueryctl status of a stopped daemon", done.returncode == 7, done)
    done = system.run("osqueryctl", "clean")
    check("osqueryctl clean", done.returncode == 0 and not (ROOT / "var/osquery/osquery.db").exists(), done)
    complaints = re.findall(r"osqueryd\.service:\d+: .*", system.run("journalctl", "--no-pager", "_PID=1").stdout)
    check("systemd understands all of the unit", not complaints, complaints)


def main():
    missing = [tool for tool in ("debootstrap", "systemd-nspawn", "nsenter") if not shutil.which(tool)]
    if not os.environ.get("VIGIL_LONG") or missing or os.geteuid() != 0:
        print(f"service: not run; it needs tools/test --long, root and {missing or 'nothing else'}")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    prepare()
    with System() as system:
        service(system)
    shutil.rmtree(ROOT, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
