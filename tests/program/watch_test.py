#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The watcher with a worker that only plays one (watched.cpp): starts, ends,
limits, and what systemd is told."""
import os
import pathlib
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release")).resolve() / "bin"
PATIENCE = 60  # seconds; only a failure waits that long
passed = failed = 0


def check(what, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"{what}: {detail}")


class Daemon:
    """The watcher; what it and its worker print arrives in one queue of lines."""

    def __init__(self, *arguments, environment=None, program="vigil_watched", before=None):
        self.process = subprocess.Popen([BIN / program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        env=os.environ | (environment or {}), preexec_fn=before)
        self.lines, self.seen = queue.Queue(), []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def until(self, pattern):
        """The match of the next line that has `pattern`, or None."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                line = self.lines.get(timeout=0.1)
            except queue.Empty:
                if not self.reader.is_alive() and self.lines.empty():
                    return None
                continue
            self.seen.append(line)
            if match := re.search(pattern, line):
                return match
        return None

    def worker(self, pattern="first"):
        match = self.until(r"^worker (\d+) " + pattern)
        check(f"worker {pattern}", match, self.seen)
        return int(match[1]) if match else None

    def ended(self):
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return "still runs"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join(PATIENCE)


def gone(pid):
    """True once there is no such process."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def a_killed_worker():
    with Daemon("max_delay=0") as daemon:
        first = daemon.worker()
        environment = dict(v.split("=", 1) for v in pathlib.Path(f"/proc/{first}/environ").read_text().split("\0") if "=" in v)
        check("OSQUERY_WORKER", environment.get("OSQUERY_WORKER") == str(first), environment)
        check("the worker has its name", pathlib.Path(f"/proc/{first}/comm").read_text() == "vigil_watched\n")
        check("nice", os.getpriority(os.PRIO_PROCESS, first) == max(10, os.getpriority(os.PRIO_PROCESS, 0)))
        descriptors = {os.readlink(f) for f in pathlib.Path(f"/proc/{first}/fd").iterdir()}
        check("the worker inherits no more than it needs", len([d for d in descriptors if d.startswith("socket:")]) == 1, descriptors)
        os.kill(first, signal.SIGKILL)
        check("the end is logged", daemon.until(rf"osqueryd worker \({first}\) ended by signal 9"), daemon.seen)
        check("quick end", daemon.until("respawning too quickly: 1 times; the next start is in 0 seconds"), daemon.seen)
        second = daemon.worker("signal=9 limit=0 $")
        os.kill(second, signal.SIGTERM)
        daemon.worker("signal=0 limit=0 $")
        daemon.process.terminate()
        check("SIGTERM ends watcher and worker", daemon.ended() == 0 and daemon.until("^SIGTERM"), daemon.seen)


def a_killed_watcher():
    with Daemon() as daemon:
        worker = daemon.worker()
        daemon.process.kill()
        check("the worker notices", daemon.until("^(orphan|SIGTERM)"), daemon.seen)
        check("the worker ends", gone(worker))


def a_deaf_worker():
    with Daemon("do=deaf", "alarm_timeout=5") as daemon:
        worker = daemon.worker()
        daemon.process.send_signal(signal.SIGINT)
        check("the worker is asked", daemon.until("^SIGTERM"), daemon.seen)
        check("and killed", gone(worker) and daemon.ended() == 0, daemon.seen)


def exit_codes():
    with Daemon("do=status", "status=78") as daemon:
        check("78 ends the watcher", daemon.ended() == 78 and daemon.until("Worker returned exit status"), daemon.seen)
    with Daemon("do=status", "status=0", "max_delay=0") as daemon:
        check("too many quick ends", daemon.ended() == 1 and daemon.until("Too many worker restarts"), daemon.seen)
        check("four starts", len([line for line in daemon.seen if line.startswith("worker ")]) == 4, daemon.seen)
    with Daemon("do=status", "status=1", "max_delay=600") as daemon:
        check("the wait doubles", daemon.until("1 times; the next start is in 7 seconds"), daemon.seen)
        daemon.process.terminate()
        check("the wait can be ended", daemon.ended() == 0)


def limits():
    with Daemon("do=grow", "memory=20", "poll_ms=100", "max_delay=0") as daemon:
        worker = daemon.worker()
        said = daemon.until(r"osqueryd worker \((\d+)\) stopping: Memory limits exceeded: (\d+) bytes \(limit is 20MB\)")
        check("memory", said and int(said[1]) == worker and int(said[2]) > 20 << 20, daemon.seen)
        daemon.worker(r"signal=0 limit=1 Memory limits exceeded: \d+ bytes")
        check("SIGUSR1 comes before SIGTERM", [line for line in daemon.seen if line.startswith("SIG")][:2] == ["SIGUSR1", "SIGTERM"], daemon.seen)
    processors = os.sysconf("SC_NPROCESSORS_ONLN")
    with Daemon("do=spin", "utilization=1", "latency=1", "poll_ms=200", "max_delay=0") as daemon:
        daemon.worker()
        check("processor", daemon.until(f"stopping: Maximum sustainable CPU utilization limit {2 * processors}ms exceeded for 1 seconds"), daemon.seen)
        daemon.worker("signal=0 limit=1 Maximum sustainable CPU")
    with Daemon("do=deaf", "memory=20", "grace=3600", "poll_ms=100") as daemon:
        worker = daemon.worker()
        time.sleep(0.5)
        check("nothing is enforced in the time of grace", not gone_now(worker))
    with Daemon("do=silent", "answer_ms=500", "poll_ms=100", "max_delay=0") as daemon:
        daemon.worker()
        check("a silent worker", daemon.until(r"osqueryd worker \(\d+\) stopping: does not answer"), daemon.seen)
        daemon.worker("signal=0 limit=1 does not answer")
    with Daemon("do=deaf", "answer_ms=0", "poll_ms=100", "forced_shutdown=0", "max_delay=0") as daemon:
        daemon.worker()
        daemon.worker("signal=9 limit=1 does not answer")


def gone_now(pid):
    return not pathlib.Path(f"/proc/{pid}").exists()


def systemd():
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        path = directory + "/notify"
        manager.bind(path)
        manager.settimeout(PATIENCE)

        def told(wanted):
            seen = []
            try:
                while not seen or not seen[-1].startswith(wanted):
                    seen.append(manager.recv(4096).decode())
            except TimeoutError:
                pass
            check(f"systemd is told {wanted}", seen and seen[-1].startswith(wanted), seen)

        with Daemon("max_delay=0", environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000"}) as daemon:
            worker = daemon.worker()
            variables = pathlib.Path(f"/proc/{worker}/environ").read_text()
            check("the worker does not know systemd", "NOTIFY_SOCKET" not in variables and "WATCHDOG_USEC" not in variables)
            told("STATUS=works as idle")
            told("READY=1")
            told("WATCHDOG=1")
            told("WATCHDOG=1")
            daemon.process.send_signal(signal.SIGHUP)
            check("SIGHUP is passed on", daemon.until("^SIGHUP"), daemon.seen)
            os.kill(worker, signal.SIGKILL)
            told("READY=1")
            daemon.process.terminate()
            told("STOPPING=1")
            check("end", daemon.ended() == 0)


def unsafe_program():
    with tempfile.TemporaryDirectory() as directory:
        program = shutil.copy(BIN / "vigil_watched", directory)
        os.chmod(program, 0o777)
        with Daemon(program=program) as daemon:
            check("a program that others may change", daemon.ended() == 1 and daemon.until("can be changed by every user"), daemon.seen)
        with Daemon("allow_unsafe=1", program=program) as daemon:
            daemon.worker()
        os.chmod(program, 0o755)
        os.chmod(directory, 0o1777)
        with Daemon(program=program) as daemon:
            check("a directory that users share", daemon.ended() == 1 and daemon.until("a directory that users share"), daemon.seen)


def lightness():
    with Daemon("poll_ms=100") as daemon:
        daemon.worker()
        time.sleep(0.5)
        rollup = pathlib.Path(f"/proc/{daemon.process.pid}/smaps_rollup").read_text()
        pss = int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])
        if "asan" not in str(BIN) and "tsan" not in str(BIN):
            check("the watcher is small", pss < 8 * 1024, f"{pss} KiB")
        if os.environ.get("VIGIL_VERBOSE"):
            print(f"watcher: {pss} KiB of proportional memory")


def groups():
    """Control groups of version 1; the service test sees those of version 2."""
    hierarchies = [pathlib.Path("/sys/fs/cgroup", controller) for controller in ("memory", "cpu")]
    if os.geteuid() != 0 or not all(os.access(h / "cgroup.procs", os.W_OK) for h in hierarchies):
        print("groups: this machine has no control groups of version 1 that a test could use, so the live ones were not tested")
        return
    own = [h / f"vigil-test-{os.getpid()}" for h in hierarchies]
    for group in own:
        group.mkdir()

    def enter():
        for group in own:
            (group / "cgroup.procs").write_text("0")

    quota = own[1] / "osqueryd-worker/cpu.cfs_quota_us"
    processors = os.sysconf("SC_NPROCESSORS_ONLN")
    try:
        # Two looks are so far apart that the kernel is faster than the watcher.
        with Daemon("do=grow", "memory=20", "poll_ms=2000", "max_delay=0", before=enter) as daemon:
            worker = daemon.worker()
            check("the worker is in its group", str(worker) in (own[0] / "osqueryd-worker/cgroup.procs").read_text().split())
            check("the watcher is not", str(daemon.process.pid) in (own[0] / "cgroup.procs").read_text().split())
            daemon.worker("signal=9 limit=1 Memory limits exceeded: ended by the kernel")
        with Daemon("do=spin", f"utilization={100 // processors // 2}", "latency=4", "poll_ms=200", "max_delay=0", before=enter) as daemon:
            worker = daemon.worker()
            deadline = time.monotonic() + PATIENCE
            while quota.read_text().strip() == "-1" and time.monotonic() < deadline:
                time.sleep(0.1)
            check("a busy worker is slowed down", quota.read_text().strip() != "-1", daemon.seen)
            time.sleep(6)
            check("and so need not be ended", not gone_now(worker), daemon.seen)
            daemon.process.terminate()
            check("end", daemon.ended() == 0)
        check("the groups are removed", not any((group / "osqueryd-worker").exists() for group in own))
    finally:
        for group in own:
            for directory in (group / "osqueryd-worker", group):
                if directory.exists():
                    directory.rmdir()


for test in (a_killed_worker, a_killed_watcher, a_deaf_worker, exit_codes, limits, systemd, unsafe_program, lightness, groups):
    test()
print(f"{passed} passed, {failed} failed")
raise SystemExit(1 if failed else 0)
