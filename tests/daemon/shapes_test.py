#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shape of lines, byte by byte: each case runs a daemon over a table that
changes in five steps, and compares its logs with expected/<case>.log, in which
times, process IDs and addresses are placeholders. `shapes_test.py --update`
rewrites those files; read the difference before you commit it."""
import concurrent.futures
import json
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import traceback

from daemon import TOP, Home, check, main, skip, until

EXPECTED = pathlib.Path(__file__).resolve().parent / "expected"
UPDATE = "--update" in sys.argv

# Rows of the table at each step: name, number, text. One row at most goes at each, as removed rows have no order.
ODD = 'quote " slash / \\ tab \t line \n euro \u20ac'
STEPS = [[("a", 1, "one"), ("b", None, ODD)], [("a", 1, "one"), ("c", 3, "")], [("c", 3, "")], [], [("a", 1, "one again")]]
SQL = "SELECT name, number, number / 4.0 AS part, 1e20 AS large, NULL AS missing, text, CAST(x'41ff42' AS TEXT) AS bytes FROM things ORDER BY name"
DECORATORS = {"load": ["SELECT 'blue' AS team, 7 AS number", "SELECT 'x' AS 'a.b'"]}

PLACEHOLDERS = [
    (r'"calendarTime":"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} UTC"', '"calendarTime":"CALENDAR"'),
    (r'"unixTime":\d{10}\b', '"unixTime":UNIX'),
    (r'"(log_time|@timestamp)":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"', r'"\1":"TIME"'),
    (r'"(server_ip|server_mac)":"[^"]*"', r'"\1":"ADDRESS"'),
    (r'"host":\{"name":"test-host"[^}]*\}', '"host":HOST'),
    (r"5\.23\.1\+vigil\.[\w.]+", "VERSION"),
    (r'("line":|\b\w+\.cpp:)\d+', r"\1LINE"),
    (r"^([IWE])\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ ", r"\1DATE TIME THREAD "),
    (r"^(<\d+>)?(1 )?[\dT:.Z+-]{20,} [\w.-]+ osqueryd \d+ ", r"\1\2TIME HOST osqueryd PID "),
    (r"^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d osqueryd\[\d+\]", r"\1TIME osqueryd[PID]"),
    (r"^(<\d+>)\w{3} [ \d]\d \d\d:\d\d:\d\d osqueryd:", r"\1TIME osqueryd:"),
    (r"/tmp/osqueryd-test-\w+", "HOME"),
]


def masked(text):
    for pattern, placeholder in PLACEHOLDERS:
        text = re.sub(pattern, placeholder, text, flags=re.M)
    return text


class Case(Home):
    """A home with the query q over the table, and a query that tells that time went on."""

    def __init__(self, query=None, decorators=None):
        super().__init__({"decorators": decorators or {}, "options": {},
                          "auto_table_construction": {"things": {"query": "SELECT name, number, text FROM things", "path": "@", "columns": ["name", "number", "text"]}},
                          "schedule": {"q": {"query": SQL, "interval": 1, **(query or {})}, "pulse": {"query": "SELECT unix_time FROM time", "interval": 1}}})
        self.config.write_text(self.config.read_text().replace('"@"', json.dumps(str(self.path / "things.db"))))
        self.fill(STEPS[0])

    def fill(self, rows):
        with sqlite3.connect(self.path / "things.db") as database:
            database.execute("CREATE TABLE IF NOT EXISTS things (name TEXT, number INTEGER, text TEXT)")
            database.execute("DELETE FROM things")
            database.executemany("INSERT INTO things VALUES (?, ?, ?)", rows)
        database.close()

    def pulses(self):
        return len([line for line in self.everything() if '"pulse"' in line and "added" in line])

    def everything(self):
        return self.lines()

    def seen(self):
        """Until what is in the table now has certainly been reported."""
        before = self.pulses()
        if not until(lambda: self.pulses() >= before + 3):
            raise RuntimeError("no results: " + self.output())

    def steps(self, daemon):
        for rows in STEPS:
            self.fill(rows)
            self.seen()
        self.stop(daemon)

    def of_query(self, lines):
        return [line for line in lines if "pulse" not in line]


def compare(name, lines):
    """One expectation: what is missing or too much, or nothing."""
    text = masked("".join(line + "\n" for line in lines))
    file = EXPECTED / f"{name}.log"
    if UPDATE:
        file.write_text(text)
    expected = file.read_text() if file.exists() else ""
    return (name, text == expected and text != "", f"expected\n{expected}\nbut it is\n{text}")


def results(name, *flags, query=None, decorators=None, file="results"):
    with Case(query, decorators) as home:
        home.steps(home.start(*flags))
        lines = home.of_query(home.lines(file))
        if query and query.get("snapshot"):
            # How often a snapshot came depends on time; that each came does not.
            lines = [line for i, line in enumerate(lines) if masked(line) not in {masked(other) for other in lines[:i]}]
        return [compare(name, lines)]


def restarts():
    with Case() as home:
        for step, flags in ((0, []), (1, []), (1, []), (2, ["--schedule_epoch=7"]), (4, ["--schedule_epoch=7"])):
            home.fill(STEPS[step])
            daemon = home.start(*flags)
            home.seen()
            home.stop(daemon)
        return [compare("restarts", home.of_query(home.lines()))]


def enveloped(name):
    with Case(decorators=DECORATORS) as home:
        with open(home.path / "stdout", "wb") as stdout:
            home.steps(home.start(f"--logger_envelope={name}", "--logger_plugin=filesystem,stdout", "--logger_server_tag=tag", "--logger_agent_id=agent",
                                  stdout=stdout))
        printed = (home.path / "stdout").read_text().splitlines()
        lines = home.lines()
        status = [line for line in printed if "osquery_status" in line or "osquery.status" in line]
        checks = [compare(name, home.of_query(lines)), (f"{name} on stdout", set(lines) <= set(printed), "lines differ"),
                  compare(f"{name}_status", home.of_query(status))]
        if name == "hids":
            schema = json.loads((TOP / "docs/schemas/hids.schema.json").read_text())
            wrong = [error for line in printed for error in violations(json.loads(line), schema, schema)]
            checks.append(("lines fit the schema", not wrong, wrong[:5]))
            checks.append(("the validator can fail", violations({"type": "other", "data": {}}, schema, schema), ""))
        return checks


def violations(value, schema, root, where="$"):
    """What of the schema a value breaks; the words that the schemas of the project use."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].removeprefix("#/definitions/")]
    types = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int, "number": (int, float)}
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, types[t]) and (t == "boolean" or not isinstance(value, bool)) for t in wanted):
        return [f"{where} is no {wanted}"]
    out = []
    if "enum" in schema and value not in schema["enum"]:
        out.append(f"{where} is {value!r}")
    if "minimum" in schema and value < schema["minimum"] or "maximum" in schema and value > schema["maximum"]:
        out.append(f"{where} is {value}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        out.append(f"{where} is {value!r}")
    if isinstance(value, dict):
        out += [f"{where} has no {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            known, more = schema.get("properties", {}).get(name), schema.get("additionalProperties", {})
            if known is None and more is False:
                out.append(f"{where} has {name}")
            else:
                out += violations(item, known if known is not None else more, root, f"{where}.{name}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            out += violations(item, schema.get("items", {}), root, f"{where}[{i}]")
    return out


def status_files():
    with Case() as home:
        daemon = home.start()
        home.seen()
        home.configure({"schedule": {"q": {"query": "SELECT * FROM no_table", "interval": 1}, "pulse": {"query": "SELECT 1", "interval": 1, "other": 1}}})
        home.control("reload")
        home.says("no_table", "ERROR")
        home.stop(daemon)
        checks = []
        for severity in ("INFO", "WARNING", "ERROR"):
            link = home.log / f"osqueryd.{severity}"
            lines = link.read_text().splitlines()
            checks.append((f"{severity} is a link", link.is_symlink() and re.fullmatch(rf"osqueryd\.{severity}\.\d{{8}}-\d{{6}}\.\d+", str(link.readlink())), ""))
            shaped = all(re.match(r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ [\w.]+:\d+\] ", line) for line in lines)
            checks.append((f"{severity} has glog's shape", shaped, lines))
            checks.append(compare(f"status_{severity}", [line for line in lines if "for new scheduled query: pulse" not in line]))
        return checks


def standard_output():
    with Case() as home:
        home.everything = lambda: (home.path / "stdout").read_text().splitlines()
        with open(home.path / "stdout", "wb") as stdout:
            home.steps(home.start("--logger_plugin=stdout", stdout=stdout))
        lines = home.of_query(home.everything())
        return [compare("stdout", lines), ("stdout alone writes no files", not home.log.exists() or not list(home.log.iterdir()), "")]


def several():
    with Case() as home:
        with open(home.path / "stdout", "wb") as stdout:
            home.steps(home.start("--logger_plugin=filesystem, stdout,filesystem", stdout=stdout))
        printed = [line for line in (home.path / "stdout").read_text().splitlines() if line.startswith("{")]
        return [("several loggers have the same lines in the same order", printed == home.lines() != [], (len(printed), len(home.lines())))]


# The real /dev/log is not touched: the daemon sees a /dev of its own.
OWN_DEV = ('for name in null zero random urandom; do touch "$0/$name"; mount --bind "/dev/$name" "$0/$name" || exit 99; done; '
           'mount --rbind "$0" /dev || exit 99; exec "$@"')


def syslog(name, *flags):
    refused = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True)
    if refused.returncode != 0:
        skip(f"{name} and {name}_status", f"no mount namespace of its own: {refused.stderr.strip()}")
        return []
    with Case() as home:
        dev = home.path / "dev"
        dev.mkdir()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(str(dev / "log"))
        messages = []

        def listen():
            while message := listener.recv(1 << 20):
                messages.append(message.decode())

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        home.everything = lambda: messages
        home.steps(home.start("--logger_plugin=syslog", *flags, under=("unshare", "-m", "sh", "-c", OWN_DEV, str(dev))))
        until(lambda: messages and "osqueryd has stopped" in messages[-1])
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()
        listener.close()
        # Kinds come apart, so that only the order within a kind is certain.
        lines = home.of_query(messages)
        return [compare(name, [line for line in lines if "{" in line]), compare(f"{name}_status", [line for line in lines if "{" not in line])]


CASES = [
    lambda: results("event"),
    lambda: results("batch", "--logger_event_type=false"),
    lambda: results("snapshot", query={"snapshot": True}, file="snapshots"),
    lambda: results("snapshot_events", "--logger_snapshot_event_type", query={"snapshot": True}, file="snapshots"),
    lambda: results("numerics", "--logger_numerics"),
    lambda: results("nullvalue", "--nullvalue=NULL"),
    lambda: results("decorations", decorators=DECORATORS),
    lambda: results("decorations_top_level", "--decorations_top_level", decorators=DECORATORS),
    lambda: results("removed_false", query={"removed": False}),
    lambda: results("batch_removed_false", "--logger_event_type=false", query={"removed": False}),
    restarts,
    lambda: enveloped("hids"),
    lambda: enveloped("ecs"),
    status_files,
    standard_output,
    several,
    lambda: syslog("syslog"),
    lambda: syslog("syslog_rfc5424", "--logger_syslog_rfc5424", "--logger_syslog_prepend_cee"),
]


def shapes():
    def run(case):
        try:
            return case()
        except Exception:  # pylint: disable=broad-except
            return [("a case", False, traceback.format_exc())]

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for checks in pool.map(run, CASES):
            for what, ok, detail in checks:
                check(what, ok, detail)


if __name__ == "__main__":
    sys.exit(main(shapes))
