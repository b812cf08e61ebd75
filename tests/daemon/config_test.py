#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the daemon makes of its configuration: what is wrong in it is said with
file and line, what is wrong as a whole is not used, and each section does what
it is for."""
import json
import re
import signal
import sqlite3
import sys

from daemon import Home, check, main, queries, until


def one(query):
    """A schedule of one query; the line of its first member is 4."""
    return '{\n "schedule": {\n  "q": {\n' + query + "\n  }\n }\n}"


# Text, exit code, and what is said; "@" stands for the path of the configuration.
WRONG = [
    ("", 1, "@:1: there is nothing but comments, expected an object"),
    ("# nothing\n// here\n", 1, "@:2: there is nothing but comments"),
    ("[]", 1, "@:1: the whole is an array, expected an object"),
    ("7", 1, "@:1: the whole is a number, expected an object"),
    ("{\n \"schedule\": {", 1, "@:2: bad JSON: "),
    ("{\n \"schedule\" {}\n}", 1, "@:2: bad JSON: "),
    ("{\n\n \"a\": 1 \"b\": 2}", 1, "@:3: bad JSON: "),
    ("{} {}", 1, "@:1: bad JSON: "),
    ("{\n \"a\": \"one\ntwo\"}", 1, "@:2: a string does not end on its line"),
    ("{\n \"a\": \"\0\"}", 1, "@:2: bad JSON: a NUL byte"),
    ("{\"a\":" + "[" * 1000 + "]" * 1000 + "}", 1, "@:1: values are nested more than "),
    ('{\n "schedule": []}', 1, "@:2: `schedule` is an array, expected an object"),
    ('{\n "packs": "all"}', 1, "@:2: `packs` is a string, expected an object"),
    ('{\n "options": []}', 1, "@:2: `options` is an array, expected an object of flags"),
    ('{"options": {\n "host_identifier": ["hostname"]}}', 1, "@:2: `host_identifier` is an array, expected a string, a number, true or false"),
    ('{"schedule": {\n "q": "SELECT 1"}}', 1, "@:2: `q` is a string, expected an object with a `query`"),
    (one('"interval": 10'), 1, "@:3: query `q` has no `query`, expected a string of SQL"),
    (one('"query": 1'), 1, "@:4: `query` is a number, expected a string of SQL"),
    (one('"query": "  "'), 1, "@:4: `query` of query `q` is empty, expected SQL"),
    (one('"query": "SELECT 1", "interval": []'), 1, "@:4: `interval` is an array, expected a number"),
    (one('"query": "SELECT 1", "platform": 1'), 1, "@:4: `platform` is a number, expected a string"),
    (one('"query": "SELECT 1",\n"cron": "61 * * * *"'), 1, "@:5: `cron` of query `q`: minute: '61' is not a value, range or step from 0 to 59"),
    (one('"query": "SELECT 1", "snapshot": []'), 1, "@:4: `snapshot` is an array, expected true or false"),
    (one('"query": "SELECT 1", "budget": 5'), 1, "@:4: `budget` is a number, expected an object"),
    (one('"query": "SELECT 1",\n"budget": {"cpu": -1}'), 1, "@:5: `cpu` is -1, expected a number above 0"),
    ('{"decorators": {\n "always": "SELECT 1"}}', 1, "@:2: `always` is a string, expected an array"),
    ('{"decorators": {"always": [\n 1]}}', 1, "@:2: `always` holds a number, expected strings only"),
    ('{"packs": {\n "p": {"queries": []}}}', 1, "@:2: `queries` is an array, expected an object"),
    ('{"packs": {\n "p": 1}}', 1, "@:2: `p` is a number, expected an object, or a string that names a file"),
    ('{"views": {\n "v": 1}}', 1, "@:2: `v` is a number, expected a string of SQL"),
    ('{"auto_table_construction": {\n "t": "x"}}', 1, "@:2: `t` is a string, expected an object with `query`, `path` and `columns`"),
    ('{"yara": []}', 1, "@:1: `yara` is an array, expected an object"),
    # What is left out, and the rest is used.
    (one('"query": "SELECT 1", "interval": 0'), 0, "@:4: query `q` is skipped: its `interval` is 0, expected seconds from 1 to 604800"),
    (one('"query": "SELECT 1",\n"interval": "soon"'), 0, '@:5: query `q` is skipped: its `interval` is "soon", expected seconds from 1 to 604800'),
    (one('"query": "SELECT 1",\n"platform": "amiga"'), 0, '@:5: query `q` is skipped: platform "amiga" is unknown, expected linux, posix, any or all'),
    (one('"query": "SELECT 1",\n"version": "soon"'), 0, '@:5: query `q` is skipped: version "soon" is none, expected numbers with dots'),
    (one('"query": "SELECT 1",\n"shard": 500'), 0, "@:5: `shard` of query `q` is 500 and is ignored, expected a percentage from 1 to 100"),
    (one('"query": "SELECT 1",\n"intervall": 5'), 0, "@:5: unknown key `intervall` in a query, did you mean `interval`?"),
    ('{\n "scedule": {}}', 0, "@:2: unknown key `scedule` in the configuration, did you mean `schedule`?"),
    ('{"options": {\n "host_identifer": "uuid"}}', 0, "@:2: unknown option 'host_identifer' is ignored; did you mean 'host_identifier'?"),
    ('{"options": {\n "database_path": "/tmp"}}', 0, "@:2: option 'database_path' is ignored: it can only be set on the command line or in a flag file"),
    ('{"options": {\n "host_identifier": "mac"}}', 0, "@:2: flag 'host_identifier' knows hostname, "),
    ('{"options": {\n "value_max": 5}}', 0, "@:2: option 'value_max' no longer exists and is ignored: values are never cut"),
    ('{"schedule": {},\n "schedule": {}}', 0, "@:2: `schedule` is already set above, this one is ignored"),
    ('{"schedule": {},\n}', 0, "@:1: a comma after the last value is not JSON"),
    ('{"schedule": 5}', 1, "@:1: `schedule` is a number, expected an object"),
    (one('"query": "SELECT 1",\n"blacklist": true'), 0, "@:5: `blacklist` is ignored, expected `denylist`"),
    (one('"query": "SELEKT 1"'), 0, '@:4: query `q`: near "SELEKT": syntax error'),
    (one('"query": "SELECT 1 FROM processs"'), 0, "@:4: query `q`: no such table: processs"),
    ('{"packs": {\n "p": "/nonexistent.conf"}}', 0, "@:2: pack `p` is skipped: "),
    ('{"packs": {\n "*": "/nonexistent/*"}}', 0, '@:2: packs "/nonexistent/*": no file has such a name'),
    ('{"decorators": {"interval": {\n "61": []}}}', 0, "@:2: decorators of interval `61` are skipped, expected seconds that are a multiple of 60"),
    ('{"views": {"v": "SELECT * FROM no_table"}}', 0, "no such table: "),
]


def wrong_ones():
    with Home() as home:
        for text, code, said in WRONG:
            home.config.write_text(text)
            done = home.run("--config_check")
            said = said.replace("@", str(home.config))
            check(text[:60], done.returncode == code and said in done.stderr and (code == 0) == done.stderr.startswith("WARNING: "),
                  f"{done.returncode}, expected {said!r}, said {done.stderr!r}")
        home.config.write_bytes(b'{"\xff\xfe": 1}')
        done = home.run("--config_check")
        check("bytes that are not UTF-8", done.returncode == 0 and f"{home.config}:1: unknown key `\\xff\\xfe`" in done.stderr, done.stderr)
        home.config.unlink()
        done = home.run("--config_check")
        check("no configuration", done.returncode == 1 and f"config file does not exist: {home.config}" in done.stderr, done.stderr)
        home.config.mkdir()
        done = home.run("--config_check")
        check("a folder", done.returncode == 1 and "config file does not exist: " in done.stderr, done.stderr)
        home.config.rmdir()
        home.configure('{"schedule": [],\n"packs": []}')
        done = home.run("--config_check")
        check("each error is told", f"{home.config}:1: `schedule`" in done.stderr and f"{home.config}:2: `packs`" in done.stderr, done.stderr)


def last_good_one():
    with Home({"schedule": queries(good="SELECT unix_time FROM time")}) as home:
        daemon = home.start()
        home.has_results("good", 2)
        home.configure('{"schedule": {\n"bad": 5}}')
        daemon.send_signal(signal.SIGHUP)
        check("the error is logged", home.says(re.escape(f"Configuration: {home.config}:2: `bad` is a number"), "ERROR"), home.status())
        check("what stays is logged", home.says("The last good configuration stays in force", "WARNING"))
        before = len(home.results("good"))
        check("it runs", home.has_results("good", before + 3))
        home.stop(daemon)

        daemon = home.start()
        check("after a restart too", home.says("The last good configuration of an earlier run is used"), home.status())
        check("the error too", home.says(re.escape(f"{home.config}:2: `bad` is a number"), count=2), home.status())
        before = len(home.results("good"))
        check("it runs after a restart", home.has_results("good", before + 3))
        home.stop(daemon)

        home.config.unlink()
        daemon = home.start()
        check("gone", home.says(f"Configuration: config file does not exist: {home.config}", "ERROR"), home.status())
        before = len(home.results("good"))
        check("it runs without the file", home.has_results("good", before + 3))
        home.configure({"schedule": queries(new="SELECT 1 AS x")})
        check("a new one", home.control("reload").returncode == 0 and home.has_results("new"))
        home.stop(daemon)
        counters = [line["counter"] for line in home.results("good") if line["action"] == "added"]
        check("counters", counters == list(range(len(counters))), counters)

    with Home() as home:
        home.config.unlink()
        daemon = home.start()
        check("none at all", home.says("config file does not exist", "ERROR") and "schedule       0 queries" in home.control("status").stdout)
        home.configure({"schedule": queries(new="SELECT 1 AS x")})
        check("the first one", home.control("reload").returncode == 0 and home.has_results("new"))
        home.stop(daemon)


def drop_ins():
    with Home({"options": {"logger_server_tag": "main", "nullvalue": "main"}, "schedule": queries(a="SELECT 'main' AS x", b="SELECT 'main' AS x")}) as home:
        parts = home.path / "osquery.conf.d"
        home.configure({"options": {"nullvalue": "20"}, "schedule": queries(b="SELECT '20' AS x", c="SELECT '20' AS x, NULL AS n")}, parts / "20.conf")
        home.configure({"schedule": queries(c="SELECT '10' AS x")}, parts / "10.conf")
        home.configure("{ not read", parts / "30.json")
        (parts / "40.conf").mkdir()
        daemon = home.start()
        check("all of them run", until(lambda: {line["name"] for line in home.results()} == {"a", "b", "c"}), home.output())
        rows = {line["name"]: line["columns"] for line in home.results()}
        check("later names win", rows == {"a": {"x": "main"}, "b": {"x": "20"}, "c": {"x": "20", "n": "20"}}, rows)
        check("and it is said", home.says(r"20\.conf:\d+: query `c` replaces that of .*10\.conf:\d+", "WARNING"), home.status())
        home.stop(daemon)


def comments_and_continuations():
    with Home() as home:
        home.configure('# osquery\'s own comments\n{\n  // and these\n  "schedule": {\n    "q": {\n      "query": "SELECT 1 AS one, \\\n2 AS two",\n'
                       '      # a comment between\n      "interval": 1,\n    },\n  }\n}\n')
        daemon = home.start()
        check("it runs", home.has_results("q") and home.results("q")[0]["columns"] == {"one": "1", "two": "2"}, home.status())
        home.stop(daemon)
        home.configure('{\n"schedule": {"q": {"query": "SELECT \\\n1",\n\n"intervall": 5}}}')
        check("lines are counted as in the file", f"{home.config}:5: unknown key `intervall`" in home.run("--config_check").stderr)


def packs():
    with Home() as home:
        folder = home.path / "packs"
        home.configure({"queries": queries(q="SELECT 'file' AS x")}, folder / "one.conf")
        home.configure({"queries": queries(q="SELECT 'first' AS x")}, folder / "glob-first.conf")
        home.configure({"queries": queries(q="SELECT 'second' AS x"), "discovery": ["SELECT 1"]}, folder / "glob-second.conf")
        home.configure({"packs": {
            "inline": {"queries": queries(q="SELECT 'inline' AS x")},
            "file": str(folder / "one.conf"),
            "*": str(folder / "glob-*.conf"),
            "found": {"discovery": ["SELECT 1", "SELECT 2"], "queries": queries(q="SELECT 'found' AS x")},
            "missed": {"discovery": ["SELECT 1", "SELECT 1 WHERE 0"], "queries": queries(q="SELECT 'missed' AS x")},
            "elsewhere": {"platform": "windows", "queries": queries(q="SELECT 'elsewhere' AS x")},
            "here": {"platform": "linux", "version": "5.0.0", "shard": 100, "queries": queries(q="SELECT 'here' AS x")},
            "newer": {"version": "6.0.0", "queries": queries(q="SELECT 'newer' AS x")},
            "mixed": {"queries": queries(yes="SELECT 1 AS x") | {"no": {"query": "SELECT 1", "interval": 1, "platform": "darwin"},
                                                                  "young": {"query": "SELECT 1", "interval": 1, "version": "99.1"}}},
        }, "schedule": {"packs": {"query": "SELECT name, active, discovery_executions > 0 AS asked FROM osquery_packs", "interval": 1, "snapshot": True}}})
        daemon = home.start()
        names = {f"pack_{name}_q" for name in ("inline", "file", "glob-first", "glob-second", "found", "here")} | {"pack_mixed_yes"}
        check("what runs", until(lambda: {line["name"] for line in home.results()} >= names), {line["name"] for line in home.results()})
        active = lambda: {row["name"]: row["active"] for row in home.results("packs", "snapshots")[-1]["snapshot"]}
        home.has_results("packs", 2, "snapshots")
        asked = until(lambda: [row for row in home.results("packs", "snapshots")[-1]["snapshot"] if row["name"] == "missed" and row["asked"] == "1"])
        check("discovery is asked", asked, home.results("packs", "snapshots")[-1])
        check("what is active", {name for name, is_active in active().items() if is_active == "1"}
              == {"main", "inline", "file", "glob-first", "glob-second", "found", "here", "mixed"}, active())
        check("nothing else runs", {line["name"] for line in home.results()} == names, {line["name"] for line in home.results()})
        home.stop(daemon)


def decorators():
    with Home({"decorators": {"load": ["SELECT 'loaded' AS one, 1 AS number", "SELECT 'first' AS two UNION ALL SELECT 'second'"],
                              "always": ["SELECT 'a' || (SELECT unix_time FROM time) AS three", "SELECT 1 WHERE 0", "SELECT * FROM no_table"],
                              "interval": {"60": ["SELECT 'by interval' AS four"]}},
               "packs": {"p": {"decorators": {"load": ["SELECT 'of a pack' AS five"]}, "queries": {}}},
               "schedule": queries(q="SELECT unix_time FROM time")}) as home:
        daemon = home.start()
        check("results", home.has_results("q", 4), home.output())
        lines = home.results("q")
        fixed = {"one": "loaded", "number": "1", "two": "first", "four": "by interval", "five": "of a pack"}
        check("decorations", all({**line["decorations"], "three": None} == {**fixed, "three": None} for line in lines), lines[-1])
        check("always is asked each time", len({line["decorations"]["three"] for line in lines if line["action"] == "added"}) >= 2, lines)
        check("more than one row", home.says("it has more than one row, the first one counts", "WARNING"))
        check("an error", home.says("Decorator of .*: SELECT \\* FROM no_table: no such table: no_table", "WARNING"), home.status())
        check("an error is told once", len(re.findall("no such table: no_table", home.status())) == 1, home.status())
        home.configure({"decorators": {"load": ["SELECT 1 AS gone"]}, "options": {"disable_decorators": True}, "schedule": queries(r="SELECT 1")})
        home.control("reload")
        check("disabled", home.has_results("r") and "decorations" not in home.results("r")[0], home.results("r"))
        home.stop(daemon)


def views_and_tables():
    with Home() as home:
        for name, rows in (("one.db", [("a", 1), ("b", None)]), ("two.db", [("c", 3)])):
            database = sqlite3.connect(home.path / name)
            database.execute("CREATE TABLE things (name TEXT, number INTEGER)")
            database.executemany("INSERT INTO things VALUES (?, ?)", rows)
            database.commit()
            database.close()
        home.configure({"views": {"b_view": "SELECT * FROM a_view WHERE x > 1", "a_view": "SELECT 1 AS x UNION SELECT 2"},
                        "auto_table_construction": {"things": {"query": "SELECT name, number FROM things", "path": f"{home.path}/%.db",
                                                               "columns": ["name", "number"]},
                                                    "processes": {"query": "SELECT 1", "path": "/x", "columns": ["x"]}},
                        "schedule": queries(view="SELECT * FROM b_view", table="SELECT name, number, path FROM things",
                                            joined="SELECT count(*) AS c FROM things JOIN a_view")})
        daemon = home.start()
        check("they run", until(lambda: {line["name"] for line in home.results()} == {"view", "table", "joined"}), home.status())
        rows = lambda name: sorted((line["columns"] for line in home.results(name)), key=str)
        check("a view of a view", rows("view") == [{"x": "2"}], rows("view"))
        check("a table over files", rows("table") == [{"name": "a", "number": "1", "path": f"{home.path}/one.db"}, {"name": "b", "number": "", "path": f"{home.path}/one.db"},
                                                      {"name": "c", "number": "3", "path": f"{home.path}/two.db"}], rows("table"))
        check("both", rows("joined") == [{"c": "6"}], rows("joined"))
        check("a name that is taken", home.says("table 'processes': a table of this name exists already", "WARNING"), home.status())
        home.configure({"schedule": queries(after="SELECT * FROM b_view")})
        home.control("reload")
        check("a view that is gone", home.says("Error executing scheduled query after: no such table: b_view", "ERROR"), home.status())
        home.stop(daemon)


def options():
    with Home({"options": {"nullvalue": "nothing", "logger_event_type": False, "custom_word": "said"},
               "schedule": queries(q="SELECT NULL AS n", flags="SELECT name, value FROM osquery_flags WHERE name IN ('nullvalue', 'custom_word')")}) as home:
        daemon = home.start("--nullvalue=command line")
        check("results", home.has_results("q") and home.has_results("flags"))
        check("the configuration's options win", home.results("q")[0]["diffResults"]["added"] == [{"n": "nothing"}], home.results("q"))
        check("osquery_flags", sorted(row["value"] for row in home.results("flags")[0]["diffResults"]["added"]) == ["nothing", "said"], home.results("flags"))
        home.configure({"schedule": queries(r="SELECT NULL AS n")})
        home.control("reload")
        check("without them, the command line", home.has_results("r") and home.results("r")[0]["columns"] == {"n": "command line"}, home.results("r"))
        home.stop(daemon)


def refresh():
    with Home({"schedule": queries(q="SELECT 1")}) as home:
        daemon = home.start("--config_refresh=1", "--config_accelerated_refresh=1")
        home.has_results("q")
        home.configure({"schedule": queries(r="SELECT 1")})
        check("a change is found", home.has_results("r"))
        home.configure("{")
        check("an error too", home.says("bad JSON", "ERROR"))
        home.configure({"schedule": queries(s="SELECT 1")})
        check("and its mending", home.has_results("s"))
        home.stop(daemon)


if __name__ == "__main__":
    sys.exit(main(wrong_ones, last_good_one, drop_ins, comments_and_continuations, packs, decorators, views_and_tables, options, refresh))
