#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hostile queries beside one that runs each second: each ends with its budget
and the rows that it has, is denied when it does so again and again, and is let go
again; the others do not notice, and memory stays bounded."""
import pathlib
import re
import sys

from daemon import Home, check, main, queries, skipped_with_sanitizers, until

TICK = queries(tick="SELECT unix_time FROM time")
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) "
FILES = "SELECT * FROM file f, file g WHERE f.path LIKE '/usr/%%' AND g.path LIKE '/usr/%%'"
# Name: SQL, its budget, and what is said when it is over. None of them would end within the hour.
HOSTILE = {
    "rows": (FILES, {"rows": 2000}, "it has more than 2000 rows"),
    "wall": (f"{NUMBERS}SELECT a.i, b.i AS j FROM n a, n b WHERE a.i * b.i % 100000 = 7", {"wall": 0.5, "cpu": 10}, "it ran for more than 0.5 s"),
    "cpu": ("SELECT path, sha256 FROM file JOIN hash USING (path) WHERE path LIKE '/%%'", {"cpu": 0.3, "wall": 5}, "it used more than 0.3 s of processor time"),
    "sort": (f"{NUMBERS}SELECT a.i, b.i AS j FROM n a, n b ORDER BY a.i * b.i % 1000", {"memory": 16, "wall": 20}, "it took more than 16 MB of memory"),
    "concat": (f"{NUMBERS}SELECT group_concat(regex_match(hex(randomblob(5000)), '(0*[0-9]+)+', 0) || hex(randomblob(5000))) FROM n", {"memory": 12, "wall": 20},
               "it took more than 12 MB of memory"),
}
# A limit of the flags, for a query that names none.
STANDARD = (f"{NUMBERS}SELECT count(*) FROM n a, n b WHERE a.i * b.i = 7", {}, "it ran for more than 1 s")
WITH_ROWS = ("rows", "wall", "cpu")
LIMIT = 200 << 20  # the watchdog's


def schedule():
    hostile = HOSTILE | {"standard": STANDARD}
    every = {name: {"query": sql, "interval": 1, "budget": budget}
             for name, (sql, budget, _) in hostile.items()}
    every["denied"] = {"query": "SELECT name, reason, expires - unix_time AS seconds, times FROM osquery_denylist, time", "interval": 1, "snapshot": True}
    return hostile, every | TICK


def peak(pid):
    return int(re.search(r"VmHWM:\s*(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) << 10


def denials(home):
    """What the last run of the query of the denylist found."""
    snapshots = home.results("denied", "snapshots")
    return {row["name"]: row for row in snapshots[-1]["snapshot"]} if snapshots else {}


def steady(what, home):
    """The query that is due each second ran about each second."""
    times = [int(line["columns"]["unix_time"]) for line in home.results("tick") if line["action"] == "added"]
    gaps = [b - a for a, b in zip(times, times[1:])]
    print(f"budget: {len(times)} runs of the query by the second in {times[-1] - times[0] + 1} s, longest gap {max(gaps)} s")
    # A machine that is busy may be late, by a second or two; a query that waits for the hostile ones is far later.
    return check(what, max(gaps) <= 3 and len(times) >= 0.8 * (times[-1] - times[0]), gaps)


def hostile_queries():
    hostile, every = schedule()
    with Home({"schedule": every, "options": {"schedule_splay_percent": 1}}) as home:
        daemon = home.start("--query_max_wall=1", "--query_concurrency=6")
        worker = home.worker(daemon)
        check("all are denied", until(lambda: set(hostile) <= set(denials(home))), (denials(home), home.output()))
        check("nothing else is", set(denials(home)) == set(hostile), denials(home))
        for name, (_, _, reason) in hostile.items():
            denial = denials(home)[name]
            check(f"{name}: its reason", denial["reason"] == reason, denial)
            check(f"{name}: for an hour", 3000 < int(denial["seconds"]) <= 3600 and denial["times"] == "1", denial)
            check(f"{name}: said", home.says(f"Scheduled query {name} was ended early: {re.escape(reason)}; not for the first time in a row, so it is denied", "WARNING"), home.status())
            status = home.control("status").stdout
            check(f"{name}: in the status", re.search(rf"^denied +{name} until .*: {re.escape(reason)}$", status, re.M), status)
        for name in WITH_ROWS:
            lines = home.results(name)
            check(f"{name}: the rows that it has", lines and all(line["incomplete"] == hostile[name][2] for line in lines), lines[:2])
            check(f"{name}: a part takes nothing away", all(line["action"] == "added" for line in lines))
        check("rows: as many as it may have", sum(line["counter"] == 0 for line in home.results("rows")) == 2000)
        steady("the query by the second went on", home)

        runs = {name: len(home.results(name)) for name in WITH_ROWS}
        check("allow", home.control("allow wall").returncode == 0 and home.says("Scheduled query wall is allowed again"))
        check("who is not denied", "no query named 'tick' is denied" in home.control("allow tick").stderr)
        check("it runs again", until(lambda: "wall" not in denials(home)))
        check("and is denied again, for two hours", until(lambda: int(denials(home).get("wall", {"seconds": 0})["seconds"]) > 0), denials(home))
        check("the others do not run", all(len(home.results(name)) == runs[name] for name in WITH_ROWS if name != "wall"))
        most = peak(worker)
        print(f"budget: at most {most >> 20} MiB of memory")
        check("memory is bounded", most < LIMIT, most)
        check("the same worker", home.worker(daemon) == worker, home.output())
        check("the end", home.stop(daemon)[0] == 0)
        before = len(home.results("denied", "snapshots"))
        daemon = home.start()
        check("denials last over a restart", until(lambda: len(home.results("denied", "snapshots")) > before) and set(denials(home)) == set(hostile), denials(home))
        home.stop(daemon)


def cancelled_by_hand():
    sql = f"{NUMBERS}SELECT a.i, b.i AS j FROM n a, n b WHERE a.i * b.i = 700001"
    with Home({"schedule": {"endless": {"query": sql, "interval": 1, "snapshot": True}} | TICK}) as home:
        daemon = home.start()
        line = until(lambda: re.search(r"^(\d+)  scheduled  \d+ ms  \d+ rows  endless  WITH RECURSIVE", home.control("queries").stdout, re.M))
        if check("queries", line, home.control("queries").stdout):
            done = home.control(f"cancel {line[1]}")
            check("cancel", done.returncode == 0 and done.stdout == f"query {line[1]} is cancelled\n", done)
            check("what it has", home.has_results("endless", file="snapshots"))
            incomplete = home.results("endless", "snapshots")[0]["incomplete"]
            check("the reason", incomplete == "it was cancelled by osqueryctl", incomplete)
        check("nobody is denied", "denied" not in home.control("status").stdout)
        done = home.control("cancel 999999")
        check("who does not run", done.returncode == 1 and "no query runs as number '999999'" in done.stderr, done)
        check("it runs again", until(lambda: "endless" in home.control("queries").stdout), home.output())
        check("the end", home.stop(daemon)[0] == 0)


if __name__ == "__main__":
    sys.exit(0 if skipped_with_sanitizers("they change what a query costs, in time and in memory") else main(hostile_queries, cancelled_by_hand))
