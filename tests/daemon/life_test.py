#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The life of the daemon: start, readiness, pidfile, deaths of worker and
watcher, ends, exit codes, and what is said to it through the control socket."""
import json
import os
import re
import signal
import subprocess
import sys
import time

from daemon import Home, alive, check, children, main, queries, until

CLOCK = {"schedule": queries(clock="SELECT unix_time FROM time")}
# Each would take hours.
LONG_QUERIES = {
    "join": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n AS a, n AS b WHERE a.i * b.i = 7",
    "hash": "SELECT count(sha256) FROM file JOIN hash USING (path) WHERE file.path LIKE '/usr/%%' AND type = 'regular'",
}
SHUTDOWN = 3  # seconds; the daemon itself allows its parts 1 s


def counters_go_on(what, results):
    """Epoch 0, and each counter once for each action, without a gap."""
    added = [line["counter"] for line in results if line["action"] == "added"]
    removed = [line["counter"] for line in results if line["action"] == "removed"]
    check(what, added == list(range(len(added))) and removed == list(range(1, len(added))), (added, removed))
    check(what + ", epoch", {line["epoch"] for line in results} == {0})


def start_and_stop():
    with Home(CLOCK) as home:
        daemon = home.start()
        check("pidfile", home.pidfile.read_text() == str(daemon.pid), home.pidfile.read_text())
        check("pidfile mode", home.pidfile.stat().st_mode & 0o777 == 0o600)
        check("the worker is a child", len(children(daemon.pid)) == 1)
        check("results come", home.has_results("clock", 3), home.output())
        check("started is logged", home.says(r"\] osqueryd started \[version=5\.23\.1\+vigil\."))
        code, seconds = home.stop(daemon)
        check("SIGTERM", code == 0 and seconds < SHUTDOWN, (code, seconds))
        check("the end is logged", re.search(r"is stopping: signal 15\n.*osqueryd has stopped\n\Z", home.status()), home.status())
        check("nothing is left", not home.pidfile.exists() and not (home.path / "control").exists())
        before = len(home.lines())
        daemon = home.start()
        check("results go on", until(lambda: len(home.lines()) >= before + 4), home.output())
        check("SIGINT", home.stop(daemon, signal.SIGINT)[0] == 0)
        counters_go_on("counters over a restart", home.results("clock"))


def one_at_a_time():
    with Home(CLOCK) as home:
        first = home.start()
        second = home.run()
        check("a second daemon is refused", second.returncode == 1 and f"is held by process {first.pid}, which still runs" in second.stderr, second.stderr)
        check("the first one does not care", home.control("status").returncode == 0 and first.poll() is None)
        third = home.start("--force", ready=False)
        check("--force ends the first", until(lambda: first.poll() is not None) and first.returncode == 0, first.returncode)
        check("and takes its place", until(lambda: home.pidfile.exists() and home.pidfile.read_text() == str(third.pid))
              and until(lambda: home.control("status").returncode == 0), home.output())
        home.stop(third)
        # A pidfile that is left over holds nobody up.
        home.pidfile.write_text("1")
        check("a stale pidfile", home.stop(home.start())[0] == 0)


def killed_worker():
    with Home(CLOCK) as home:
        daemon = home.start()
        home.has_results("clock", 3)
        first = home.worker(daemon)
        os.kill(first, signal.SIGKILL)
        second = home.worker(daemon, other_than=first)
        check("there is a new worker", second and second != first)
        before = len(home.lines())
        check("results go on", until(lambda: len(home.lines()) >= before + 4), home.output())
        check("the watcher says so", f"osqueryd worker ({first}) ended by signal 9" in home.output(), home.output())
        check("nothing is denied", "denied" not in home.control("status").stdout)
        check("end", home.stop(daemon)[0] == 0)
        counters_go_on("counters over a killed worker", home.results("clock"))


def killed_watcher():
    with Home(CLOCK) as home:
        daemon = home.start()
        home.has_results("clock", 3)
        worker = home.worker(daemon)
        daemon.kill()
        start = time.monotonic()
        ended = until(lambda: not alive(worker))
        check("the worker ends", ended and time.monotonic() - start < SHUTDOWN, time.monotonic() - start)
        daemon.wait()
        check("it says why", home.says("osqueryd is stopping: the watcher is gone"))
        # At once, while a worker without a watcher may still hold the store.
        daemon = home.start()
        worker = home.worker(daemon)
        daemon.kill()
        daemon.wait()
        daemon = home.start()
        before = len(home.lines())
        check("a new daemon goes on", until(lambda: len(home.lines()) >= before + 4), home.output())
        home.stop(daemon)
        counters_go_on("counters over a killed watcher", home.results("clock"))


def ends_during_queries():
    for name, sql in LONG_QUERIES.items():
        with Home({"schedule": {"long": {"query": sql, "interval": 1}}}) as home:
            for watchdog in ([], ["--disable_watchdog"]):
                daemon = home.start(*watchdog)
                check(f"{name} runs", until(lambda: " long " in home.control("queries").stdout), home.output())
                code, seconds = home.stop(daemon)
                check(f"SIGTERM during {name} {watchdog}", code == 0 and seconds < SHUTDOWN, (code, seconds, home.output()))
            check("no results", not home.lines())


def ends_at_once():
    with Home(CLOCK) as home:
        for wait in (0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4):
            for watchdog in ([], ["--disable_watchdog"]):
                daemon = home.start(*watchdog, ready=False)
                time.sleep(wait)
                code, seconds = home.stop(daemon)
                # Before main() the signal has its default meaning.
                check(f"SIGTERM {wait} s after the start {watchdog}", code in (0, -signal.SIGTERM) and seconds < SHUTDOWN, (code, seconds, home.output()))
        check("it starts afterwards", home.stop(home.start())[0] == 0)


def other_ways_to_run():
    with Home(CLOCK) as home:
        daemon = home.start("--disable_watchdog")
        check("one process", children(daemon.pid) == [] and home.has_results("clock", 2))
        check("its pidfile", home.pidfile.read_text() == str(daemon.pid))
        check("its end", home.stop(daemon)[0] == 0 and not home.pidfile.exists())

        daemon = home.start("--disable_watchdog", "--schedule_timeout=2")
        check("schedule_timeout", daemon.wait(60) == 0 and "is stopping: schedule_timeout is over" in home.status(), home.status())

        dump = home.run("--database_dump")
        check("--database_dump", dump.returncode == 0 and "clock" in dump.stdout, dump.stdout[-500:])
    with Home(CLOCK) as home:
        daemon = home.start("--ephemeral", "--disable_database")
        check("without a store", home.has_results("clock", 2) and not home.store.exists())
        check("--ephemeral has no pidfile", not home.pidfile.exists())
        check("its end", home.stop(daemon)[0] == 0)


def exit_codes():
    with Home(CLOCK) as home:
        good = home.run("--config_check")
        check("--config_check", good.returncode == 0 and good.stdout + good.stderr == "", good.stderr)
        dump = home.run("--config_dump")
        check("--config_dump", dump.returncode == 0 and json.loads(dump.stdout)[str(home.config)] == CLOCK, dump.stdout)
        bad = home.run("--logger_pluginn=filesystem")
        check("a wrong flag", bad.returncode == 1 and "unknown command line flag 'logger_pluginn'; did you mean '--logger_plugin'?" in bad.stderr, bad.stderr)
        for plugin in ("carrier_pigeon", "filesystem,carrier_pigeon"):
            for watchdog in ([], ["--disable_watchdog"]):
                bad = home.run(f"--logger_plugin={plugin}", *watchdog)
                check(f"logger {plugin} {watchdog}", bad.returncode == 78 and "there is no logger 'carrier_pigeon'" in bad.stderr, (bad.returncode, bad.stderr))
        bad = home.run("--config_plugin=oracle", "--config_check")
        check("a config plugin", bad.returncode == 1 and "no config plugin 'oracle'" in bad.stderr, bad.stderr)
        old = home.run("--log_result_events=true", "--value_max", "--config_check")
        check("removed flags", old.returncode == 0 and "WARNING: flag 'log_result_events' no longer exists and is ignored: use logger_event_type" in old.stderr
              and "WARNING: flag 'value_max' no longer exists" in old.stderr, old.stderr)
        home.configure("{ nonsense")
        bad = home.run("--config_check")
        check("a wrong configuration", bad.returncode == 1 and f"{home.config}:1: " in bad.stderr, bad.stderr)


def store_in_use():
    with Home(CLOCK) as home:
        home.stop(home.start())
        hold = subprocess.Popen([sys.executable, "-c", "import fcntl, sys, time; f = open(sys.argv[1], 'r+'); fcntl.lockf(f, fcntl.LOCK_EX);"
                                 "print(flush=True); time.sleep(600)", home.store / "LOCK"], stdout=subprocess.PIPE)
        hold.stdout.readline()
        try:
            daemon = home.start("--disable_watchdog", ready=False)
            until(lambda: home.pidfile.exists())
            time.sleep(0.5)
            check("it waits, and can be ended while it does", daemon.poll() is None and home.stop(daemon)[0] == 0, home.output())
            daemon = home.start("--disable_watchdog", ready=False)
            until(lambda: home.pidfile.exists())
            hold.kill()
            check("it starts when the other is gone", until(lambda: home.control("status").returncode == 0), home.output())
            home.stop(daemon)
        finally:
            hold.kill()
            hold.wait()
        refused = home.run("--database_dump")
        check("without a daemon it can be read", refused.returncode == 0, refused.stderr)


def control():
    with Home({"schedule": queries(clock="SELECT unix_time FROM time") | {"long": {"query": LONG_QUERIES["join"], "interval": 1, "denylist": True}}}) as home:
        nobody = home.control("status")
        check("without a daemon", nobody.returncode == 1 and "ERROR: cannot connect to" in nobody.stderr or "connect to" in nobody.stderr, nobody.stderr)
        daemon = home.start("--query_max_cpu=600", "--query_max_wall=600")
        status = home.control("status").stdout
        for word in ("version ", "pid ", "configuration  valid, ", "schedule       2 queries"):
            check(f"status tells {word}", word in status, status)
        running = until(lambda: re.search(r"^(\d+)  scheduled  \d+ ms  \d+ rows  long  WITH", home.control("queries").stdout, re.M))
        check("queries", running, home.control("queries").stdout)
        cancelled = home.control(f"cancel {running[1]}")
        check("cancel", cancelled.stdout == f"query {running[1]} is cancelled\n", cancelled)
        check("its line", home.says("Scheduled query long was ended early: it was cancelled by osqueryctl"), home.status())
        for command, answer in (("cancel 999999", "no query runs as number '999999'"), ("cancel", "no query runs as number ''"),
                                ("allow clock", "no query named 'clock' is denied"), ("explode", "unknown command 'explode'; known are reload, "),
                                ("", None), ("x" * 100000, "the command is too long"), ("status\nstatus", "a command is one line of text")):
            got = home.control(command) if command else None
            check(f"{command[:20]!r}", not got or got.returncode == 1 and answer in got.stderr, got)
        home.configure(CLOCK)
        reloaded = home.control("reload")
        check("reload", reloaded.stdout == "the configuration is loaded\n", reloaded)
        check("it has", "schedule       1 queries" in home.control("status").stdout)
        home.configure("{")
        reloaded = home.control("reload")
        check("a wrong reload", reloaded.returncode == 1 and f"{home.config}:1: " in reloaded.stderr, reloaded)
        check("status tells of it", f"{home.config}:1: " in home.control("status").stdout, home.control("status").stdout)
        home.configure({"schedule": queries(clock="SELECT 1", other="SELECT 2")})
        daemon.send_signal(signal.SIGHUP)
        check("SIGHUP", until(lambda: "schedule       2 queries" in home.control("status").stdout), home.control("status").stdout)
        check("and again", home.has_results("other"), home.output())
        home.stop(daemon)


def denial():
    """Three runs that are over their budget, one after the other."""
    with Home({"schedule": {"long": {"query": LONG_QUERIES["join"], "interval": 1, "budget": {"cpu": 0.1}}}}) as home:
        daemon = home.start()
        check("it is denied", home.says("was ended early: .*; not for the first time in a row, so it is denied for a while"), home.status())
        check("status says so", "denied         long until " in home.control("status").stdout, home.control("status").stdout)
        home.stop(daemon)
        daemon = home.start()
        check("after a restart too", "denied         long until " in home.control("status").stdout, home.control("status").stdout)
        check("allow", home.control("allow long").stdout == "long runs again when it is due\n")
        check("allow is logged", home.says(r"\] Scheduled query long is allowed again"))
        check("nothing is denied", "denied" not in home.control("status").stdout)
        home.stop(daemon)


if __name__ == "__main__":
    sys.exit(main(start_and_stop, one_at_a_time, killed_worker, killed_watcher, ends_during_queries, ends_at_once, other_ways_to_run, exit_codes,
                  store_in_use, control, denial))
