#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two hundred queries in ten packs for 25 seconds, or for 20 minutes with
VIGIL_LONG: what the daemon holds - memory, descriptors, threads, bytes of the
store - does not grow once everything has run. The figures are printed."""
import os
import pathlib
import statistics
import sys
import time

from daemon import LONG, Home, check, children, main, skipped_with_sanitizers

SECONDS, EVERY = (1200, 5) if LONG else (25, 0.5)
WARM_UP = SECONDS // 4
PACKS, QUERIES = 10, 20
KIB = 1024
# What may come and go: a query that is slow for once has a thread of its own, and a run of it an open file or two.
# The store's first files come in the first minute, which is all of a short run.
MEMORY, DESCRIPTORS, THREADS, STORE = 3 << 20, 4 if LONG else 12, 3, 2 << 20

# Rows that change with each run, that do so now and then, that never do; few and many; from tables and from nothing.
SHAPES = (
    ("SELECT unix_time, {n} AS n FROM time", {}),
    ("SELECT unix_time / 60 AS minute, {n} AS n FROM time", {}),
    ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) SELECT i, {n} AS n, i * (unix_time / 10 % 3) AS v FROM n, time", {}),
    ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) SELECT i, {n} AS n FROM n", {}),
    ("SELECT pid, name, state, parent FROM processes WHERE pid % 20 = {n} % 20", {"removed": False}),
    ("SELECT uid, username, directory, {n} AS n FROM users", {}),
    ("SELECT path, size, mtime FROM file WHERE directory = '/etc' AND {n} >= 0", {}),
    ("SELECT sha256, {n} AS n FROM hash WHERE path = '/etc/passwd'", {}),
    ("SELECT pid, name, resident_size FROM processes WHERE pid < 200 AND {n} >= 0", {"snapshot": True}),
    ("SELECT device, path, type, {n} AS n FROM mounts", {"snapshot": True}),
)
INTERVALS = (2, 3, 5, 8, 10) if LONG else (1, 2, 3, 4, 5)


def packs():
    def pack(p):
        queries = {}
        for q in range(QUERIES):
            sql, more = SHAPES[q % len(SHAPES)]
            queries[f"q{q}"] = {"query": sql.format(n=p * QUERIES + q), "interval": INTERVALS[(p + q) % len(INTERVALS)], **more}
        return {"queries": queries}
    return {"options": {"schedule_splay_percent": 1, "logger_rotate": True, "logger_rotate_size": 4 << 20, "logger_rotate_max_files": 3},
            "packs": {f"p{p}": pack(p) for p in range(PACKS)}}


def fields(pid, file, *names):
    """Numbers of /proc/PID/FILE."""
    lines = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines() if ":" in line)
    return [int(lines[name].split()[0]) * (KIB if "kB" in lines[name] else 1) for name in names]


def processor_time(pid):
    user, system = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def size(file):
    """Files of the store come and go."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


class Sample:
    def __init__(self, home, pid):
        (self.memory, self.threads) = fields(pid, "status", "VmRSS", "Threads")
        self.descriptors = len(os.listdir(f"/proc/{pid}/fd"))
        self.store = sum(size(file) for file in home.store.iterdir())


def no_growth(what, samples, slack):
    """The typical value and the greatest one of the last third are those of the first third, but for what may come and go."""
    third = len(samples) // 3
    first, last = samples[:third], samples[-third:]
    text = f"{what}: first third {statistics.median(first):.0f} (at most {max(first)}), last third {statistics.median(last):.0f} (at most {max(last)})"
    print("soak: " + text)
    check(f"{what} does not grow", statistics.median(last) <= statistics.median(first) + slack and max(last) <= max(first) + slack, text)


def soak():
    with Home(packs()) as home:
        daemon = home.start()
        pid = home.worker(daemon)
        start, begun = time.monotonic(), time.time()
        time.sleep(WARM_UP)
        before, at = processor_time(pid), time.monotonic()
        samples = []
        while time.monotonic() - start < SECONDS:
            samples.append(Sample(home, pid))
            time.sleep(EVERY)
        used = (processor_time(pid) - before) / (time.monotonic() - at)
        check("the worker is the first one", children(daemon.pid) == [pid], home.output())
        status = home.control("status").stdout
        check("nothing is wrong", not any(word in status for word in ("denied", "trouble", "dropped")), status)
        check("all run", f"{PACKS * QUERIES} queries" in status, status)
        watcher, = fields(daemon.pid, "status", "VmRSS")
        check("the end", home.stop(daemon)[0] == 0)
        print(f"soak: {time.time() - begun:.0f} s, {100 * used:.1f} % of one core, watcher {watcher} bytes")
        no_growth("memory", [s.memory for s in samples], MEMORY)
        no_growth("descriptors", [s.descriptors for s in samples], DESCRIPTORS)
        no_growth("threads", [s.threads for s in samples], THREADS)
        no_growth("bytes of the store", [s.store for s in samples], STORE)


if __name__ == "__main__":
    sys.exit(0 if skipped_with_sanitizers("they keep freed memory back") else main(soak))
