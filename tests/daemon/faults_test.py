#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon when what is below it fails: disks that are full, logs that are
moved or removed, a store with flipped bits, files that may not be read or
written. What is lost is said, and all goes on without a restart."""
import collections
import contextlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from daemon import Home, check, main, queries, until

NOBODY = 65534
CLOCK = queries(clock="SELECT unix_time FROM time")
MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {rows}) SELECT i, unix_time + i AS t, 'of a certain length' AS text FROM n, time"
AS_NOBODY = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")


def together(test, *cases):
    """Each case has a daemon of its own, and most of the time it waits."""
    with ThreadPoolExecutor(len(cases)) as pool:
        for done in [pool.submit(test, *case) for case in cases]:
            done.result()


@contextlib.contextmanager
def disk(path, kind, mebibytes=64):
    """A small file system at `path`."""
    path.mkdir()
    if kind == "tmpfs":
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", path], check=True)
    else:
        image = path.with_suffix(".image")
        image.touch()
        os.truncate(image, mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", image], check=True)
        subprocess.run(["mount", "-o", "loop", image, path], check=True)
    try:
        yield path
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


def fill(path):
    with open(path / "filler", "ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def replay(what, results):
    """Counters without a gap, and each line fits what the lines before it made: none is lost, none comes twice."""
    rows, counters = collections.defaultdict(set), collections.defaultdict(lambda: -1)
    for line in results:
        name, row = line["name"], json.dumps(line["columns"], sort_keys=True)
        if line["epoch"] != 0 or line["counter"] - counters[name] not in (0, 1):
            return check(what, False, f"{name}: epoch {line['epoch']} counter {line['counter']} after {counters[name]}")
        counters[name] = line["counter"]
        if (line["action"] == "added") == (row in rows[name]):
            return check(what, False, f"{name}: {line['action']} {row} at {line['counter']} does not fit")
        (rows[name].add if line["action"] == "added" else rows[name].remove)(row)
    return check(what, bool(results))


def last_counter(home, name="clock"):
    results = home.results(name)
    return results[-1]["counter"] if results else -1


def goes_on(home, what, runs=3):
    """`runs` more results come."""
    before = last_counter(home)
    check(what, until(lambda: last_counter(home) >= before + runs), home.output())


def stays_full(path, ask):
    """What the store removes by itself is filled, too, until there is a true answer."""
    return until(lambda: fill(path) or ask())


def disk_full(kind, full):
    what = f"{' and '.join(full)} on a full {kind}"
    schedule = CLOCK | queries(many=MANY.format(rows=2000))
    with Home({"schedule": schedule}) as home, contextlib.ExitStack() as disks:
        for name in full:
            disks.enter_context(disk(home.path / name, kind))
        daemon = home.start()
        home.has_results("clock", 2)
        for name in full:
            fill(home.path / name)
        if "store" in full:
            for name in schedule:
                said = f"Cannot store results of scheduled query {name}: .*No space left on device"
                check(f"{what}: said of {name}", stays_full(home.store, lambda: re.search(said, home.output())), home.output())
            check(f"{what}: in the status", stays_full(home.store, lambda: "No space left on device" in home.control("status").stdout))
        if full == ["log"]:
            check(f"{what}: said", until(lambda: "logger filesystem fails, records wait for it: write" in home.output()), home.output())
            check(f"{what}: lines wait", until(lambda: re.search(r"spool +result: \d{4,} lines wait, 0 were dropped", home.control("status").stdout)))
        for name in full:
            (home.path / name / "filler").unlink()
        goes_on(home, f"{what}: goes on")
        if full == ["log"]:
            check(f"{what}: the logger works again", until(lambda: "logger filesystem works again" in home.output()), home.output())
        if "store" in full:
            check(f"{what}: the end is said", home.says("Scheduled query clock works again"), home.output())
            check(f"{what}: what was said meanwhile is in the log", home.says("Cannot store results of scheduled query many", "ERROR"), home.status())
        check(f"{what}: the same worker", "worker" not in home.output().replace("limits of the worker", ""), home.output())
        check(f"{what}: the end", home.stop(daemon)[0] == 0)
        replay(f"{what}: every line", home.results())


def full_disks():
    together(disk_full, ("tmpfs", ["log"]), ("ext4", ["store"]), ("tmpfs", ["store"]), ("tmpfs", ["log", "store"]))


def start_on_a_full_disk():
    with Home({"schedule": CLOCK}) as home, disk(home.store, "tmpfs", 8):
        fill(home.store)
        done = home.run()
        check("a store on a full disk cannot be made", done.returncode == 78 and "cannot open the store: " in done.stderr and "No space left on device" in done.stderr, done.stderr)
        (home.store / "filler").unlink()
        daemon = home.start()
        home.has_results("clock", 2)
        home.stop(daemon)
        fill(home.store)
        done = home.run()
        check("nor opened", done.returncode == 78 and "No space left on device" in done.stderr, (done.returncode, done.stderr))
        (home.store / "filler").unlink()
        daemon = home.start()
        goes_on(home, "it is as it was")
        check("the end", home.stop(daemon)[0] == 0)
        replay("every line of both runs", home.results())


def log_directory_goes():
    with Home({"schedule": CLOCK}) as home:
        daemon = home.start()
        home.has_results("clock", 3)
        home.log.rename(home.path / "moved")
        goes_on(home, "a log directory that was moved away is made again")
        moved = home.path / "moved" / "osqueryd.results.log"
        lines = [json.loads(line) for line in moved.read_text().splitlines()]
        replay("every line, before and after the move", lines + home.results())
        shutil.rmtree(home.log)
        goes_on(home, "a log directory that was removed is made again")
        check("its mode", home.log.stat().st_mode & 0o777 == 0o750)
        check("the end", home.stop(daemon)[0] == 0)


def rotated(how):
    schedule = queries(**{f"q{i}": f"SELECT unix_time * {i + 1} AS n FROM time" for i in range(20)})
    with Home({"schedule": schedule}) as home:
        daemon = home.start()
        home.has_results("q0", 1)
        rules = home.path / "logrotate.conf"
        rules.write_text(f"{home.log}/osqueryd.results.log {{\n rotate 100\n {how}\n missingok\n su root root\n}}\n")
        rules.chmod(0o644)
        for _ in range(6):
            # logrotate's copytruncate loses what is written between its two steps; here that is nothing.
            until(lambda: 0.4 < time.time() % 1 < 0.5 and "lines wait" not in home.control("status").stdout)
            done = subprocess.run(["logrotate", "-f", "-s", home.path / "state", rules], capture_output=True, text=True)
            check(f"logrotate {how}", done.returncode == 0, done.stderr)
            # Not the same pause each time: with `create`, any moment has to do.
            time.sleep(0.6 if "copy" in how else random.uniform(0.1, 1))
        check("the end", home.stop(daemon)[0] == 0)
        files = sorted(home.log.glob("osqueryd.results.log.*"), key=lambda file: -int(file.suffix[1:]))
        check(f"{how}: rotations", len(files) == 6, files)
        text = "".join(file.read_text() for file in [*files, home.log / "osqueryd.results.log"])
        replay(f"{how}: every line", [json.loads(line) for line in text.splitlines()])


def rotations():
    together(rotated, ("create 0640 root root",), ("copytruncate",))


def flip(file):
    """A bit in every 256 bytes."""
    content = bytearray(file.read_bytes())
    for at in range(len(content) // 2 % 256, len(content), 256):
        content[at] ^= 0x10
    file.write_bytes(content)


# Of the files whose damage loses something, what is said.
DAMAGED = {"*.log": "was damaged", "*.sst": "damage|Corruption", "MANIFEST-*": "was damaged", "CURRENT": "was damaged", "OPTIONS-*": None, "IDENTITY": None}


def damaged(kind):
    with Home({"schedule": CLOCK | queries(many=MANY.format(rows=500))}) as home:
        daemon = home.start()
        home.has_results("clock", 2)
        home.stop(daemon)
        # A start makes tables of what is in the log of writes.
        daemon = home.start()
        goes_on(home, f"{kind}: before")
        home.stop(daemon)
        files = sorted(home.store.glob(kind))
        if not check(f"{kind}: there is one", files, os.listdir(home.store)):
            return
        for file in files:
            flip(file)
        before = len(home.output())
        daemon = home.start()
        said = DAMAGED[kind]
        if said:
            check(f"{kind}: said", until(lambda: re.search(said, home.output()[before:])), home.output()[before:])
        lines = len(home.results("clock"))
        check(f"{kind}: goes on", until(lambda: len(home.results("clock")) >= lines + 4), home.output()[before:])
        lines = len(home.results("many"))
        check(f"{kind}: goes on with many rows", until(lambda: len(home.results("many")) >= lines + 2000), home.output()[before:])
        check(f"{kind}: the end", home.stop(daemon)[0] == 0)
        before = len(home.output())
        check(f"{kind}: the next start", home.stop(home.start())[0] == 0 and "damage" not in home.output()[before:], home.output()[before:])


def damaged_stores():
    together(damaged, *((kind,) for kind in DAMAGED))


def rights_of_the_store():
    with Home({"schedule": CLOCK}) as home:
        home.store.mkdir()
        os.chown(home.store, NOBODY, NOBODY)
        home.store.chmod(0o777)
        daemon = home.start()
        home.has_results("clock")
        check("the store is closed to others", home.store.stat().st_mode & 0o777 == 0o700, oct(home.store.stat().st_mode))
        home.stop(daemon)
        os.chown(home.store, 0, 0)
        home.path.chmod(0o777)
        done = subprocess.run([*AS_NOBODY, *home.arguments("--disable_watchdog")], capture_output=True, text=True, timeout=60)
        check("a store of somebody else", done.returncode == 1 and "cannot open the store" in done.stderr and "Permission denied" in done.stderr, (done.returncode, done.stderr))


def unreadable():
    with Home({"schedule": CLOCK}) as home:
        os.chown(home.path, NOBODY, NOBODY)
        home.config.chmod(0o600)
        home.log.mkdir(mode=0o755)
        daemon = home.start(under=AS_NOBODY)
        check("an unreadable configuration", until(lambda: re.search(r"Configuration: .*osquery.conf'?: Permission denied", home.output())), home.output())
        check("the status says so", "Permission denied" in home.control("status").stdout, home.control("status").stdout)
        check("a log directory that may not be written to", until(lambda: re.search("logger filesystem fails, records wait for it: .*Permission denied", home.output())), home.output())
        home.config.chmod(0o644)
        check("it is read with the next reload", "is loaded" in home.control("reload").stdout)
        check("lines wait", until(lambda: re.search(r"spool +result: \d+ lines wait, 0 were dropped", home.control("status").stdout)), home.control("status").stdout)
        os.chown(home.log, NOBODY, NOBODY)
        goes_on(home, "it logs when it may")
        check("the earlier lines of the status are there", home.says("Permission denied", "ERROR"), home.status())
        check("the end", home.stop(daemon)[0] == 0)
        replay("every line since", home.results("clock"))


def full_spool():
    snapshot = {"query": MANY.format(rows=1000), "interval": 1, "snapshot": True}
    alarm = {"query": "SELECT unix_time AS alarm FROM time", "interval": 1, "alert": True}
    with Home({"schedule": {"snapshot": snapshot, "alarm": alarm, "many": {"query": MANY.format(rows=1500), "interval": 1}}}) as home:
        home.log.write_text("not a directory")
        daemon = home.start("--logger_spool_max=1")
        dropped = lambda kind: int((re.search(rf"spool +{kind}: \d+ lines wait, (\d+) were dropped", home.control("status").stdout) or [0, 0])[1])
        check("snapshots and results are dropped", until(lambda: dropped("snapshot") > 0 and dropped("result") > 1500), home.control("status").stdout)
        home.log.unlink()
        check("alerts are all there", until(lambda: len(home.results("alarm")) >= 3), home.output())
        lost = dropped("result")
        check("no alert and no status line was dropped", dropped("alert") == 0 and dropped("status") == 0, home.control("status").stdout)
        check("the stream counts them", home.says(r"spool: \d+ (snapshot|result) records \(\d+ bytes\) were dropped for lack of space", "WARNING"), home.status())
        check("the first status line is there", home.says("osqueryd started"), home.status())
        check("results go on", home.has_results("many", 6000))
        check("the end", home.stop(daemon)[0] == 0)
        replay("every alert", home.results("alarm"))
        runs = collections.Counter(line["counter"] for line in home.results("many"))
        due = sum(1500 if counter == 0 else 3000 for counter in range(max(runs) + 1))
        check("as many lines are missing as were counted", due - sum(runs.values()) == lost, (due, runs, lost))


if __name__ == "__main__":
    sys.exit(main(full_disks, start_on_a_full_disk, log_directory_goes, rotations, damaged_stores, rights_of_the_store, unreadable, full_spool))
