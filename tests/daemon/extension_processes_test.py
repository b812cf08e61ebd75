#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Extensions as processes: started, restarted, held to limits and ended, by the
watcher and by a daemon without one. The extensions here are scripts that speak to
nobody: they note their arguments and environment in a file each, and then do what
their last line says."""
import json
import os
import re
import signal
import sys

from daemon import Home, alive, check, children, main, queries, until

SCRIPT = """#!/usr/bin/env python3
import json, os, signal, sys, time
with open({notes!r}, "a") as notes:
    descriptors = {{fd: os.readlink("/proc/self/fd/" + fd) for fd in os.listdir("/proc/self/fd") if os.path.exists("/proc/self/fd/" + fd)}}
    ignored = [line.split()[1] for line in open("/proc/self/status") if line.startswith(("SigBlk", "SigIgn"))]
    print(json.dumps({{"pid": os.getpid(), "argv": sys.argv, "environment": dict(os.environ), "descriptors": descriptors, "signals": ignored,
                      "group": os.getpgrp(), "parent": os.getppid()}}), file=notes, flush=True)
{do}
"""
SLEEP = "time.sleep(3600)"
HEALTH = queries(health="SELECT *, CAST(user_time AS TEXT) AS used FROM osquery_extension_processes")
OFTEN = {"schedule": {"health": {"query": HEALTH["health"]["query"], "interval": 1, "snapshot": True}}}


class Extensions(Home):
    """A home whose list names extensions."""

    def add(self, name, do, mode=0o755):
        path = self.path / "extensions.d" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(SCRIPT.format(notes=str(self.path / f"{name}.notes"), do=do))
        path.chmod(mode)
        with open(self.path / "list", "a") as file:
            file.write(f"{path}\n")
        return path

    def notes(self, name, count=1):
        """What the starts of an extension noted, once there are as many."""

        def read():
            try:
                lines = [json.loads(line) for line in (self.path / f"{name}.notes").read_text().split("\n")[:-1]]
            except FileNotFoundError:
                lines = []
            return lines if len(lines) >= count else None
        return until(read) or []

    def begin(self, *flags, **more):
        return self.start(f"--extensions_autoload={self.path / 'list'}", *flags, **more)

    def row(self, name, accept):
        """A row of osquery_extension_processes that is accepted."""

        def last():
            for line in reversed(self.results("health", "snapshots")):
                for row in line["snapshot"]:
                    if row["path"].endswith(name) and accept(row):
                        return row
            return None
        return until(last)


def started(*flags):
    """Arguments, environment and descriptors are exactly those that SDKs know."""
    with Extensions(OFTEN) as home:
        path = home.add("one.ext", SLEEP)
        home.add("two.ext", SLEEP)
        read, write = os.pipe()
        os.set_inheritable(write, True)
        daemon = home.begin("--extensions_timeout=7", "--extensions_interval=9", *flags, pass_fds=[write],
                            environment={"OSQUERY_EXTENSION": "1", "KEPT": "yes"})
        os.close(read), os.close(write)
        start = home.notes("one.ext")[0]
        check("arguments", start["argv"] == [str(path), "--socket", str(home.path / "extensions"), "--timeout", "7", "--interval", "9"]
              + [flag for flag in flags if flag == "--verbose"], start["argv"])
        environment = start["environment"]
        check("OSQUERY_EXTENSION", environment.get("OSQUERY_EXTENSION") == str(daemon.pid), environment)
        check("the environment is kept", environment.get("KEPT") == "yes", environment)
        own = [name for name in environment if name.startswith("VIGIL_LAST") or name in ("VIGIL_REPORT", "OSQUERY_WORKER", "OSQUERY_EXTENSIONS",
                                                                                         "VIGIL_EXTENSION_BOARD")]
        check("what is for the worker is not handed on", not own, own)
        descriptors = {fd: target for fd, target in start["descriptors"].items() if not target.endswith("one.ext.notes") and int(fd) > 2}
        check("no descriptors", not descriptors, start["descriptors"])
        check("no input, no output but errors", start["descriptors"]["0"] == "/dev/null" and start["descriptors"]["1"] == start["descriptors"]["2"],
              start["descriptors"])
        check("signals are reset", [int(mask, 16) & ~(1 << 12 | 1 << 24) for mask in start["signals"]] == [0, 0], start["signals"])
        check("a group of its own", start["group"] == start["pid"], start)
        check("children of the daemon", start["parent"] == home.notes("two.ext")[0]["parent"] == daemon.pid, start)
        row = home.row("one.ext", lambda row: row["state"] == "running")
        check("its row", row and row["pid"] == str(start["pid"]) and row["starts"] == "1" and int(row["started"]) > 0 and row["next_start"] == ""
              and row["used"] != "" and int(row["resident_size"]) > 0, row)
        if "--disable_watchdog" not in flags:
            worker = home.worker(daemon)
            variables = dict(v.split("=", 1) for v in open(f"/proc/{worker}/environ").read().split("\0") if "=" in v)
            check("the worker is told", variables.get("OSQUERY_EXTENSIONS") == "true", variables)
        check("the daemon ends", home.stop(daemon)[0] == 0, home.output())
        check("and its extensions", not alive(start["pid"]) and not alive(home.notes("two.ext")[0]["pid"]))


def started_alone():
    started("--disable_watchdog", "--verbose")


def without_extensions():
    with Home() as home:
        daemon = home.start()
        worker = home.worker(daemon)
        variables = open(f"/proc/{worker}/environ").read().split("\0")
        check("nothing to wait for", not [v for v in variables if v.startswith("OSQUERY_EXTENSIONS")], variables)
        home.stop(daemon)


def restarted(*flags):
    """One that fails comes back after longer and longer waits; the daemon does not care."""
    with Extensions(OFTEN) as home:
        home.add("fails.ext", "sys.exit(3)")
        home.add("crashes.ext", "os.kill(os.getpid(), signal.SIGSEGV)")
        home.add("orderly.ext", "sys.exit(0)")
        broken = home.add("broken.ext", "")
        broken.write_text("#!/nowhere/interpreter\n")
        slow = home.add("quiet.ext", SLEEP)
        daemon = home.begin("--watchdog_max_delay=600", *flags)
        check("second start", len(home.notes("fails.ext", 3)) >= 3, home.output())
        for line in (r"extension '.*/fails.ext' \(\d+\) ended with exit status 3 after 0 seconds; the next start is in 2 seconds",
                     r"fails.ext' \(\d+\) ended with exit status 3 after 0 seconds; the next start is in 7 seconds",
                     r"crashes.ext' \(\d+\) ended by signal 11 after 0 seconds; the next start is in 2 seconds",
                     r"orderly.ext' \(\d+\) ended with exit status 0 after 0 seconds; the next start is in 2 seconds",
                     r"broken.ext' \(\d+\) cannot be started: No such file or directory after 0 seconds; the next start is in 2 seconds"):
            check(line, until(lambda line=line: re.search(line, home.output())), home.output())
        row = home.row("fails.ext", lambda row: row["state"] == "waiting" and int(row["quick_ends"]) >= 2)
        check("the row of one that fails", row and row["last_end"] == "ended with exit status 3" and row["pid"] == "" and int(row["next_start"]) > 0, row)
        quiet = home.notes("quiet.ext")
        check("others are not touched", len(quiet) == 1 and alive(quiet[0]["pid"]), quiet)
        os.kill(quiet[0]["pid"], signal.SIGKILL)
        check("a killed one comes back", len(home.notes("quiet.ext", 2)) == 2, home.output())
        slow.chmod(0o777)
        os.kill(home.notes("quiet.ext")[1]["pid"], signal.SIGKILL)
        check("one that became unsafe does not", home.row("quiet.ext", lambda row: row["state"] == "unsafe"), home.output())
        check("the daemon lives", alive(daemon.pid) and home.control("status").returncode == 0)
        check("it ends", home.stop(daemon)[0] == 0)
        last = home.notes("quiet.ext")[-1]["pid"]
        check("nothing is left", not alive(last))


def restarted_alone():
    restarted("--disable_watchdog")


def unsafe():
    with Extensions(OFTEN) as home:
        open_one = home.add("open.ext", SLEEP, mode=0o777)
        home.add("plain", SLEEP)
        with open(home.path / "list", "a") as file:
            file.write("# a comment\nrelative.ext\n/nowhere/missing.ext\n")
        daemon = home.begin()
        listed = home.path / "list"
        for line in (f"{listed}:1: osqueryd extension '{open_one}' is not started: unsafe permissions: nobody but root and this user may be able to "
                     f"replace it, but: '{open_one}' can be changed by every user",
                     f"{listed}:2: extension '{home.path}/extensions.d/plain' is left out: it does not end with .ext",
                     f"{listed}:4: extension 'relative.ext' is left out: it is no absolute path",
                     f"{listed}:5: extension '/nowhere/missing.ext' is left out: stat '/nowhere/missing.ext': No such file or directory"):
            check(line, until(lambda line=line: line in home.output()), home.output())
        row = home.row("open.ext", lambda row: row["state"] == "unsafe")
        check("its row", row and row["starts"] == "0" and "can be changed by every user" in row["last_end"], row)
        check("it did not run", not (home.path / "open.ext.notes").exists())
        home.stop(daemon)
        daemon = home.begin("--allow_unsafe")
        check("allow_unsafe", home.notes("open.ext"), home.output())
        home.stop(daemon)


def deaf():
    """One that does not end when it is asked to is killed, with what it started."""
    child = "import subprocess\nsignal.signal(signal.SIGTERM, lambda *_: open({0!r} + '.asked', 'w').close())\n" \
        "print(subprocess.Popen(['sleep', '3600']).pid, file=open({0!r}, 'w'), flush=True)\n" + SLEEP
    for flags in ((), ("--disable_watchdog",)):
        with Extensions() as home:
            pidfile = home.path / "child"
            home.add("deaf.ext", child.format(str(pidfile)))
            daemon = home.begin(*flags)
            pid = home.notes("deaf.ext")[0]["pid"]
            below = int(until(lambda: pidfile.exists() and pidfile.read_text().strip()))
            code, seconds = home.stop(daemon)
            check("the daemon ends", code == 0, (flags, code, seconds, home.output()))
            check("it was asked first", (home.path / "child.asked").exists(), (flags, seconds))
            check("nothing is left", not alive(pid) and not alive(below), (flags, pid, below))


def killed():
    """The watcher, or the daemon without one, dies at once."""
    for flags in ((), ("--disable_watchdog",)):
        with Extensions() as home:
            home.add("deaf.ext", f"signal.signal(signal.SIGTERM, signal.SIG_IGN)\n{SLEEP}")
            daemon = home.begin(*flags)
            pid = home.notes("deaf.ext")[0]["pid"]
            check("it runs", alive(pid))
            daemon.kill()
            daemon.wait()
            check("nothing is left", until(lambda pid=pid: not alive(pid)), flags)


def killed_worker():
    """Extensions live on when the worker is started again, and it sees them."""
    with Extensions(OFTEN) as home:
        home.add("one.ext", SLEEP)
        daemon = home.begin()
        pid = home.notes("one.ext")[0]["pid"]
        first = home.worker(daemon, other_than=pid)
        os.kill(first, signal.SIGKILL)
        second = until(lambda: next((child for child in children(daemon.pid) if child not in (first, pid)), None))
        check("another worker", second and until(lambda: home.control("status").returncode == 0))
        check("the same extension", alive(pid) and len(home.notes("one.ext")) == 1)
        before = len(home.results("health", "snapshots"))
        more = until(lambda: home.results("health", "snapshots")[before + 1:])
        check("its row", more and more[-1]["snapshot"][0]["pid"] == str(pid), more)
        home.stop(daemon)


def limits():
    grow = "hoard = []\nwhile True:\n    hoard.append(bytearray(b'x') * (1 << 20))\n    time.sleep(0.02)"
    for flags in ((), ("--disable_watchdog",)):
        with Extensions(OFTEN) as home:
            home.add("grows.ext", grow)
            home.add("quiet.ext", SLEEP)
            daemon = home.begin("--enable_extensions_watchdog", "--watchdog_memory_limit=60", "--watchdog_delay=0", *flags)
            line = r"osqueryd extension '.*/grows.ext' \((\d+)\) stopping: Memory limits exceeded: \d+ bytes \(limit is 60MB\)"
            said = until(lambda line=line: re.search(line, home.output()))
            check("memory", said and int(said[1]) == home.notes("grows.ext")[0]["pid"], home.output())
            row = home.row("grows.ext", lambda row: row["limit_hits"] == "1")
            check("its row", row and row["last_end"].startswith("Memory limits exceeded: "), row)
            check("it comes back", len(home.notes("grows.ext", 2)) >= 2)
            check("another is left alone", len(home.notes("quiet.ext")) == 1 and alive(home.notes("quiet.ext")[0]["pid"]))
            home.stop(daemon)
    with Extensions(OFTEN) as home:
        home.add("spins.ext", "while True: pass")
        daemon = home.begin("--enable_extensions_watchdog", "--watchdog_utilization_limit=1", "--watchdog_latency_limit=3", "--watchdog_delay=0")
        line = r"extension '.*/spins.ext' \(\d+\) stopping: Maximum sustainable CPU utilization limit \d+ms exceeded for 3 seconds"
        check("processor", until(lambda: re.search(line, home.output())), home.output())
        home.stop(daemon)


if __name__ == "__main__":
    sys.exit(main(started, started_alone, without_extensions, restarted, restarted_alone, unsafe, deaf, killed, killed_worker, limits))
