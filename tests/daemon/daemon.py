# SPDX-License-Identifier: Apache-2.0
"""What the tests of the daemon share: a Home is a directory of its own with
configuration, store, logs, pidfile and control socket; start() runs the real
program in it. Nothing waits for a fixed time: what is expected is polled for, and
only a failure waits for PATIENCE."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BIN = pathlib.Path(os.environ.get("VIGIL_BUILD", TOP / "build/release")).resolve() / "bin"
OSQUERYD = BIN / "osqueryd"
LONG = bool(os.environ.get("VIGIL_LONG"))
PATIENCE = 60  # seconds
_counts = {"passed": 0, "failed": 0, "skipped": 0}


def check(what, ok, detail=""):
    _counts["passed" if ok else "failed"] += 1
    if not ok:
        print(f"{what}: {str(detail)[-3000:]}", flush=True)
    return bool(ok)


def skip(what, why):
    """Says aloud what this machine has no means for."""
    _counts["skipped"] += 1
    print(f"{what}: not run: {why}", flush=True)


def main(*tests):
    """Runs the tests; a test that raises is a failure, and the next one runs."""
    for test in tests:
        try:
            test()
        except Exception as error:  # pylint: disable=broad-except
            check(test.__name__, False, f"{type(error).__name__}: {error} in line {error.__traceback__.tb_next.tb_lineno}")
    print(f"{_counts['passed']} passed, {_counts['failed']} failed" + (f", {_counts['skipped']} skipped" if _counts["skipped"] else ""))
    return 1 if _counts["failed"] else 0


def skipped_with_sanitizers(why):
    """True, after saying so, where the daemon was built with a sanitizer."""
    if b"__asan_init" not in OSQUERYD.read_bytes() and b"__tsan_init" not in OSQUERYD.read_bytes():
        return False
    print(f"not run with sanitizers: {why}\n0 passed, 0 failed, 1 skipped")
    return True


def until(ask, patience=PATIENCE):
    """The first true answer of `ask`, or the last one."""
    deadline = time.monotonic() + patience
    while True:
        answer = ask()
        if answer or time.monotonic() > deadline:
            return answer
        time.sleep(0.02)


def alive(pid):
    """False for a zombie, too."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def queries(**sql_of_name):
    """A schedule of queries that run each second."""
    return {name: {"query": sql, "interval": 1} for name, sql in sql_of_name.items()}


class Home:
    """A directory in which one daemon after the other lives; removed at the end with what still runs in it."""

    def __init__(self, config=None):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="osqueryd-test-"))
        self.config, self.log, self.store, self.pidfile = (self.path / name for name in ("osquery.conf", "log", "store", "pid"))
        (self.path / "flags").write_text("")
        self.processes = []
        self.configure({} if config is None else config)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            for pid in [*children(process.pid), process.pid]:
                if process.poll() is None:
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.path, ignore_errors=True)

    def configure(self, config, path=None):
        path = path or self.config
        path.parent.mkdir(exist_ok=True)
        path.write_text(config if isinstance(config, str) else json.dumps(config, indent=1))

    def arguments(self, *flags):
        own = {"flagfile": "flags", "config_path": "osquery.conf", "database_path": "store", "logger_path": "log", "pidfile": "pid",
               "control_socket": "control", "extensions_socket": "extensions"}
        return [str(OSQUERYD), *(f"--{name}={self.path / file}" for name, file in own.items()), "--host_identifier=specified",
                "--specified_identifier=test-host", "--watchdog_max_delay=0", *flags]

    def start(self, *flags, ready=True, environment=None, under=(), **more):
        """A daemon; with `ready`, it answers when this returns. What it prints is in the file `output`."""
        with open(self.path / "output", "ab") as output:
            process = subprocess.Popen([*under, *self.arguments(*flags)], stdin=subprocess.DEVNULL, stdout=more.pop("stdout", output),
                                       stderr=output, env=os.environ | (environment or {}), **more)
        self.processes.append(process)
        if ready:
            up = until(lambda: process.poll() is not None or self.control("status").returncode == 0)
            if not up or process.poll() is not None:
                raise RuntimeError(f"the daemon does not start: {process.returncode} {self.output()}")
        return process

    def run(self, *flags, timeout=PATIENCE, **more):
        """The program until its end."""
        return subprocess.run(self.arguments(*flags), capture_output=True, text=True, errors="replace", timeout=timeout, **more)

    def control(self, command):
        return self.run(f"--control={command}")

    def stop(self, process, how=signal.SIGTERM):
        """Exit code of a daemon that is asked to end, and the seconds that it took."""
        start = time.monotonic()
        process.send_signal(how)
        try:
            return process.wait(PATIENCE), time.monotonic() - start
        except subprocess.TimeoutExpired:
            return "still runs", PATIENCE

    def output(self):
        return (self.path / "output").read_text(errors="replace")

    def lines(self, file="results"):
        """Whole lines of a log, as text."""
        try:
            text = (self.log / f"osqueryd.{file}.log").read_text()
        except FileNotFoundError:
            return []
        return text.split("\n")[:-1]

    def results(self, name=None, file="results"):
        """Lines of a log, of one query or of all."""
        parsed = [json.loads(line) for line in self.lines(file)]
        return [line for line in parsed if name is None or line["name"] == name]

    def status(self, severity="INFO"):
        """All status lines of a severity and above, of all processes."""
        files = sorted(self.log.glob(f"osqueryd.{severity}.*"), key=lambda file: file.stat().st_mtime)
        return "".join(file.read_text(errors="replace") for file in files)

    def says(self, pattern, severity="INFO", count=1):
        """Whether a status line that matches comes."""
        return until(lambda: len(re.findall(pattern, self.status(severity), re.M)) >= count)

    def has_results(self, name, count=1, file="results"):
        return until(lambda: len(self.results(name, file)) >= count)

    def worker(self, process, other_than=None):
        """Process ID of the worker, once there is one."""
        return until(lambda: next((pid for pid in children(process.pid) if pid != other_than), None))
