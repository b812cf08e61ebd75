#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Worker and watcher are killed at random moments while many queries change at
each second. Then the logs are joined: each result is there once, whole, and each
difference follows from the one before. 20 s, or 10 minutes with --long."""
import collections
import json
import os
import random
import re
import sys
import time

from daemon import LONG, Home, alive, check, main, until

SECONDS = 600 if LONG else 15
SEED = int(os.environ.get("VIGIL_SEED", "0")) or random.randrange(1 << 32)

# Rows of a result of each kind of query, which all hold the time.
ROWS = {"one": 1, "some": 7, "many": 150}
SQL = {
    "one": "SELECT unix_time + {n} AS t FROM time",
    # Row i of a second is the same as row i + 1 of the second before, so that most rows stay.
    "some": "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c LIMIT 7) SELECT unix_time + i AS t, {n} AS n FROM time, c",
    "many": "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c LIMIT 150) SELECT unix_time AS t, i, {n} AS n FROM time, c",
}


def schedule():
    """50 queries: 40 differential, 10 snapshots."""
    kinds = ["one"] * 34 + ["some"] * 10 + ["many"] * 6
    return {f"{kind}_{n}": {"query": SQL[kind].format(n=n), "interval": 1, "snapshot": n % 5 == 4} for n, kind in enumerate(kinds)}


def columns(line):
    return json.dumps(line["columns"], sort_keys=True)


def follows(lines):
    """What is wrong with the results of one query; lines in the order of the file."""
    wrong, rows, counter = [], set(), -1
    by_counter = collections.OrderedDict()
    for line in lines:
        by_counter.setdefault((line["epoch"], line["counter"]), []).append(line)
    kind = lines[0]["name"].split("_")[0]
    for (epoch, number), group in by_counter.items():
        if epoch != 0 or number != counter + 1:
            wrong.append(f"counter {number} of epoch {epoch} follows {counter}")
        counter = number
        if len({line["unixTime"] for line in group}) != 1:
            wrong.append(f"counter {number} has several times")
        removed = [columns(line) for line in group if line["action"] == "removed"]
        added = [columns(line) for line in group if line["action"] == "added"]
        if len(set(removed)) != len(removed) or len(set(added)) != len(added) or set(removed) - rows or set(added) & rows:
            wrong.append(f"counter {number}: {len(removed)} removed, {len(added)} added do not follow from {len(rows)} rows")
        rows = (rows - set(removed)) | set(added)
        if len(rows) != ROWS[kind]:
            wrong.append(f"counter {number}: {len(rows)} rows")
    # Lines of one result stand together.
    order = [line["counter"] for line in lines]
    if order != sorted(order):
        wrong.append("counters are not in order")
    return wrong


def read(home, file):
    parsed, torn = [], []
    text = (home.log / f"osqueryd.{file}.log").read_bytes()
    if not text.endswith(b"\n"):
        torn.append(text[-200:])
    for line in text.split(b"\n")[:-1]:
        try:
            parsed.append(json.loads(line))
        except ValueError:
            torn.append(line[:300])
    return parsed, torn


def judge(home, what):
    results, torn = read(home, "results")
    check(f"{what}: every line of results is whole", not torn, torn[:3])
    by_name = collections.defaultdict(list)
    for line in results:
        by_name[line["name"]].append(line)
    differential = {name for name, query in schedule().items() if not query["snapshot"]}
    check(f"{what}: each query has results", set(by_name) == differential, differential - set(by_name))
    for name, lines in by_name.items():
        wrong = follows(lines)
        check(f"{what}: {name}", not wrong, wrong[:5])

    snapshots, torn = read(home, "snapshots")
    check(f"{what}: every line of snapshots is whole", not torn, torn[:3])
    seen = collections.Counter((line["name"], json.dumps(line["snapshot"])) for line in snapshots)
    # A run that was not noted before the kill may be repeated within its second; a line is not.
    whole = all(len(line["snapshot"]) == ROWS[line["name"].split("_")[0]] for line in snapshots)
    check(f"{what}: snapshots are whole", whole and {line["name"] for line in snapshots} == set(schedule()) - differential)
    check(f"{what}: no snapshot comes twice", max(seen.values()) <= 1, seen.most_common(3))
    return len(results) + len(snapshots)


def kill(pid):
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass


def storm():
    generator = random.Random(SEED)
    with Home({"schedule": schedule()}) as home:
        flags = ("--logger_stderr=false", "--query_max_wall=60")
        daemon, kills, starts = home.start(*flags, ready=False), collections.Counter(), 1
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            time.sleep(generator.uniform(0.2, 2))
            # The watcher gives up after four quick deaths of the worker; systemd would start it again.
            if daemon.poll() is not None:
                daemon, starts = home.start(*flags, ready=False), starts + 1
                continue
            worker = home.worker(daemon)
            victim = generator.choice(["worker", "worker", "watcher", "both"])
            kills[victim] += 1
            if victim in ("watcher", "both"):
                kill(daemon.pid)
                daemon.wait()
            if worker and victim in ("worker", "both"):
                kill(worker)
            if victim != "worker":
                daemon, starts = home.start(*flags, ready=False), starts + 1
        if daemon.poll() is not None:
            daemon = home.start(*flags, ready=False)
        calm = until(lambda: home.control("status").returncode == 0)
        size = len(home.lines())
        check("it runs after the storm", calm and until(lambda: len(home.lines()) > size + 500), home.output())
        code, _ = home.stop(daemon)
        check("a clean end", code == 0, home.output())
        lines = judge(home, "after kills")
        denied = re.findall(r"Scheduled query is denylisted.*", home.status())
        check("nothing was denied", not denied, denied)
        salvaged = re.findall(r".*(?:damaged|salvage).*", home.status())
        check("the store was whole each time", not salvaged, salvaged[:3])
        if LONG or os.environ.get("VIGIL_VERBOSE"):
            print(f"{lines} lines, {starts} starts, kills: {dict(kills)}")


def torn_store():
    """What was being written to the store when the machine died is missing at its end."""
    generator = random.Random(SEED + 1)
    with Home({"schedule": schedule()}) as home:
        for _ in range(30 if LONG else 3):
            daemon = home.start("--disable_watchdog", "--logger_stderr=false")
            size = len(home.lines())
            until(lambda: len(home.lines()) > size + 200)
            time.sleep(generator.uniform(0, 1))
            daemon.kill()
            daemon.wait()
            logs = sorted(home.store.glob("*.log"), key=lambda file: int(file.stem))
            # Only bytes of a record that had been begun: a result that was committed stays.
            with open(logs[-1], "ab") as log:
                log.write(generator.randbytes(generator.randrange(1, 6)))
        daemon = home.start("--disable_watchdog", "--logger_stderr=false")
        size = len(home.lines())
        check("it runs with a torn store", until(lambda: len(home.lines()) > size + 500), home.status())
        check("a clean end", home.stop(daemon)[0] == 0)
        judge(home, "after torn writes")


if __name__ == "__main__":
    code = main(storm, torn_store)
    if code:
        print(f"VIGIL_SEED={SEED} repeats the moments of this run")
    sys.exit(code)
