#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sixteen extensions that register, fail, hang, answer nonsense, die and come
back at random, for 20 seconds, or for five minutes with VIGIL_LONG, while
queries run on all their tables over the socket and from the schedule: every
query is answered or refused with a reason, and the daemon is as it was."""
import collections
import pathlib
import random
import signal
import sys
import threading
import time

from extending import BIN, Host, PATIENCE, SANITIZED, check, main, until
from daemon import LONG

SECONDS = 300 if LONG else 20
FLAKY = [f"flaky_{i}" for i in range(8)]
ROGUE = [f"rogue_{i}" for i in range(8)]
CLIENTS = 6
HERE = pathlib.Path(__file__).resolve().parent
# So long a hanging extension is waited for; a query may meet two.
CALL = 2
# Bytes that memory may grow by, beyond what one flood leaves in the heap for a while.
MEMORY = 48 << 20
GOOD = [{"number": str(i), "square": str(i * i), "text": f"row {i}"} for i in range(100)]


def status(pid, name):
    lines = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines[name].split()[0])


def holds(pid):
    return {"threads": status(pid, "Threads"), "descriptors": len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))}


class Storm:
    def __init__(self, host):
        self.host = host
        self.end = time.monotonic() + SECONDS
        self.counts, self.wrong, self.slow = collections.Counter(), [], 0
        self.lock = threading.Lock()

    def on(self):
        return time.monotonic() < self.end

    def start(self, name):
        host = self.host
        if name in FLAKY:
            return host.run(BIN / "flaky.ext", "--socket", host.socket, "--timeout", "5", "--interval", "1", name)
        return host.run(sys.executable, HERE / "rogue.py", host.socket, host.generated, name)

    def keep(self, names):
        """Starts what has died again, after a while, and kills at random."""
        running = {}
        while self.on():
            for name in names:
                process = running.get(name)
                if process is None or process.poll() is not None:
                    running[name] = self.start(name)
                    self.counts["starts"] += 1
                elif random.random() < 0.02:
                    process.send_signal(random.choice((signal.SIGKILL, signal.SIGTERM)))
            time.sleep(0.1)
        return running

    def query(self):
        core = self.host.connect()
        while self.on():
            tables = random.sample(FLAKY + ROGUE, random.choice((1, 1, 1, 2)))
            sql = f"SELECT * FROM {tables[0]}" if len(tables) == 1 else f"SELECT a.number, b.text FROM {tables[0]} a JOIN {tables[1]} b USING (number)"
            began = time.monotonic()
            answer = core.query(sql)
            with self.lock:
                self.slow = max(self.slow, time.monotonic() - began)
                self.judge(tables, answer)

    def judge(self, tables, answer):
        if answer.status.code == 0:
            self.counts["answered"] += 1
            # What a well-meaning extension answers is whole.
            if len(tables) == 1 and tables[0] in FLAKY and answer.response != GOOD:
                self.wrong.append((tables, answer.response[:3]))
        elif answer.status.message:
            self.counts["refused"] += 1
            known = any(text in answer.status.message for text in (*tables, "no such table", "took more than"))
            if not known:
                self.wrong.append((tables, answer.status.message))
        else:
            self.wrong.append((tables, "refused without a reason"))


def storm():
    schedule = {name: {"query": f"SELECT count(*) AS n FROM {name}", "interval": 1, "snapshot": True} for name in FLAKY + ROGUE}
    with Host({"schedule": schedule}, f"--thrift_timeout={CALL}", "--extensions_interval=1", "--extensions_timeout=1") as host:
        pid = host.start().daemon.pid
        host.connect().query("SELECT 1")
        at_rest, memory = holds(pid), status(pid, "VmRSS")
        run = Storm(host)
        keepers = [threading.Thread(target=run.keep, args=(names,)) for names in (FLAKY, ROGUE)]
        clients = [threading.Thread(target=run.query) for _ in range(CLIENTS)]
        for thread in keepers + clients:
            thread.start()
        for thread in keepers + clients:
            thread.join(SECONDS + PATIENCE)
        check("no query hangs", not any(thread.is_alive() for thread in clients))
        check("every query is answered or refused with a reason", not run.wrong, run.wrong[:5])
        check("queries of both kinds", run.counts["answered"] > 20 and run.counts["refused"] > 5, run.counts)

        for process in host.processes:
            process.kill()
            process.wait()
        check("the daemon lives", host.daemon.poll() is None)
        check("all are gone", until(lambda: len(host.ask("SELECT * FROM osquery_extensions")) == 1), host.ask("SELECT * FROM osquery_extensions"))
        check("SQL works", host.ask("SELECT 1 AS one") == [{"one": "1"}])
        for transport in host.transports:
            transport.close()
        # The scheduler's lanes keep threads that were needed once.
        more = {"threads": 10, "descriptors": 6}
        check("nothing is left behind", until(lambda: all(now <= at_rest[what] + more[what] for what, now in holds(pid).items())), (at_rest, holds(pid)))
        grown = (status(pid, "VmRSS") - memory) * 1024
        # Sanitizers keep freed memory back.
        check("memory does not grow", SANITIZED or grown < MEMORY, grown)
        print(f"storm: {SECONDS} s, {run.counts['answered']} queries answered, {run.counts['refused']} refused, {run.counts['starts']} starts of extensions, "
              f"slowest query {run.slow:.1f} s, memory grew by {grown >> 20} MiB, {at_rest} -> {holds(pid)}")


if __name__ == "__main__":
    sys.exit(main(storm))
