#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The wall clock is set while the daemon runs (libfaketime; the steady clock
stays as it is): the schedule follows, and a status line says so."""
import json
import pathlib
import re
import sys
import time

from daemon import Home, check, main, queries, skipped_with_sanitizers, until

LIBRARY = next(iter(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
DAY, HOUR = 86400, 3600
CONFIG = {"schedule": queries(clock="SELECT unix_time FROM time") | {
    "hourly": {"query": "SELECT 'hour' AS what, unix_time FROM time", "interval": HOUR},
    "cron": {"query": "SELECT 'cron' AS what, unix_time FROM time", "cron": "0 * * * *"}}}


def set_clock(home, seconds):
    """Whole at each moment: the library may read it at any time."""
    new = home.path / "offset.new"
    new.write_text(f"{seconds:+d}\n")
    new.rename(home.path / "offset")


def start(home, offset=0, *flags):
    set_clock(home, offset)
    return home.start("--disable_watchdog", *flags, environment={
        "LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(home.path / "offset"), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"})


def shown(home):
    """The time of the last result, against the real one."""
    lines = home.results("clock")
    return lines[-1]["unixTime"] - time.time() if lines else None


def near(home, offset):
    return until(lambda: shown(home) is not None and abs(shown(home) - offset) < 30)


def goes_on(home, what):
    before = len(home.results("clock"))
    check(f"{what}: the schedule goes on", home.has_results("clock", before + 6), home.status())


def counters(home):
    for name in ("clock", "hourly", "cron"):
        added = [line["counter"] for line in home.results(name) if line["action"] == "added"]
        check(f"counters of {name}", added == list(range(len(added))), added)


def back_and_forth():
    with Home(CONFIG) as home:
        daemon = start(home)
        check("the clock can be set", near(home, 0))
        goes_on(home, "at first")
        set_clock(home, -DAY)
        check("set back by a day", near(home, -DAY), home.status())
        said = home.says(r"The clock was set back by 86\d\d\d s; the schedule follows it", "WARNING")
        check("and it is said", said, home.status())
        goes_on(home, "a day back")
        hours = len(home.results("hourly"))
        crons = len(home.results("cron"))
        set_clock(home, -DAY + 8 * HOUR)
        check("eight hours on", near(home, -DAY + 8 * HOUR), home.status())
        goes_on(home, "eight hours on")
        check("what became due meanwhile runs", home.has_results("hourly", hours + 1) and home.has_results("cron", crons + 1), home.status())
        goes_on(home, "still")
        added = lambda name: len([line for line in home.results(name) if line["action"] == "added"])
        check("once, not eight times", added("hourly") <= 3 and added("cron") <= 3, (added("hourly"), added("cron")))
        set_clock(home, 0)
        goes_on(home, "as it was")
        check("the clock is told once", len(re.findall("The clock was set back", home.status())) == 1, home.status())
        check("the end", home.stop(daemon)[0] == 0)
        counters(home)


def back_between_runs():
    with Home(CONFIG) as home:
        daemon = start(home, 8 * HOUR)
        goes_on(home, "in the future")
        home.stop(daemon)
        daemon = start(home, 0)
        check("a start before the last end", near(home, 0), home.status())
        goes_on(home, "in the present")
        next_run = json.loads(home.results("clock")[-1]["columns"]["unix_time"])
        check("the rows have the time", abs(next_run - time.time()) < 60, next_run)
        home.stop(daemon)
        counters(home)


if __name__ == "__main__":
    if not LIBRARY:
        print("libfaketime is not installed\n0 passed, 0 failed, 1 skipped")
        sys.exit(0)
    sys.exit(0 if skipped_with_sanitizers("the faked clock has to be loaded before their library") else main(back_and_forth, back_between_runs))
