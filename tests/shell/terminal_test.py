#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shell at a terminal: a pseudo-terminal stands for it, and these tests for the person."""
import fcntl
import os
import pathlib
import pty
import re
import select
import signal
import stat
import struct
import sys
import tempfile
import termios
import time

ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>]")
SLOW = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;"


class Terminal:
    """A shell at a terminal of 40 lines and 100 columns."""

    def __init__(self, shell, home, *arguments, **environment):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            env = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": "1", **environment}
            os.execve(shell, [shell, *arguments], env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.raw = b""   # everything so far
        self.seen = 0    # up to where wait() has looked

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        try:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(self.fd)

    def _read(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the other end is closed
            data = b""
        self.raw += data
        return bool(data)

    def wait(self, text, seconds=15):
        """Reads until `text` shows, and returns what came up to it, without escapes."""
        end = time.monotonic() + seconds
        wanted = text.encode()
        while True:
            plain = ESCAPES.sub(b"", self.raw[self.seen:])
            if wanted in plain:
                self.seen = len(self.raw)
                return plain.decode("utf-8", "replace")
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"waited for {text!r}, got {plain[-400:]!r}")

    def type(self, text):
        os.write(self.fd, text.encode())

    def line(self, text, then="osquery> "):
        self.type(text + "\n")
        return self.wait(then)

    def end(self, seconds=15):
        """The exit code, after the shell has ended by itself."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self._read(0.05):
                    pass
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the shell did not end")


def has(text, *parts):
    for part in parts:
        assert part in text, f"no {part!r} in {text!r}"


def banner_and_prompt(shell, home):
    with Terminal(shell, home) as t:
        has(t.wait("osquery> "), "Using a virtual database. Need help, type '.help'")
        has(t.line("SELECT 1 + 1 AS two;"), "| two |", "| 2   |")


def colors_follow_the_terminal(shell, home):
    with Terminal(shell, home, TERM="xterm-256color", NO_COLOR="") as t:
        t.wait("osquery> ")
        assert b"\x1b[38;5;147mosquery> " in t.raw, t.raw
        assert b"\x1b[1mvirtual database\x1b[0m" in t.raw, t.raw
        t.line("SELECT 5 AS n;")
        assert b"\x1b[1mn\x1b[0m" in t.raw, t.raw
    with Terminal(shell, home, TERM="dumb", NO_COLOR="") as t:
        t.wait("osquery> ")
        assert b"\x1b[1m" not in t.raw and b"147m" not in t.raw, t.raw


def statements_span_lines(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.line("SELECT 7", "    ...> ")
        t.line("-- a comment; not the end", "    ...> ")
        has(t.line("AS seven;"), "| seven |")
        has(t.line(".types SELECT"), "Error 1: incomplete input")  # a meta-command is one line


def errors_name_no_line(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        has(t.line("SELECT nope;"), "Error: no such column: nope")
        has(t.line(".nope"), 'Error: unknown command or invalid arguments:  "nope". Enter ".help" for help')


def tab_completes(shell, home):
    with Terminal(shell, home, "--enable_tables", "mounts") as t:
        t.wait("osquery> ")
        has(t.line("SEL\t'word' AS w;"), "| word |")             # a keyword, and a blank after it
        has(t.line("sel\t'small' AS w;"), "| small |")           # in the case in which it is typed
        has(t.line(".types SELECT device_\tFROM mou\t;"), "osquery> ")
        has(t.line("SELECT count(*) >= 0 AS ok FROM \t;"), "| ok |")  # only a table can stand here
        has(t.line("SELECT count(*) >= 0 AS ok FROM mounts WHERE flags_none\t IS NULL;"), "no such column: flags_none")
        has(t.line("SELECT replac\t('abc', 'b', 'x') AS f;"), "| axc |")  # a function
        has(t.line(".mode mar\t"), "osquery> ")
        has(t.line("SELECT 1 AS md;"), "| md |", "| --- |")
        has(t.line(".sche\tmou\t"), "CREATE TABLE mounts(")
        t.type("SELECT path FROM mounts WHERE blocks_\t\t")
        has(t.wait("blocks_size"), "blocks_available", "blocks_free")
        t.type("\x03")
        t.wait("osquery> ")


def columns_complete_by_alias(shell, home):
    with Terminal(shell, home, "--enable_tables", "mounts") as t:
        t.wait("osquery> ")
        t.line("SELECT count(m.path) >= 0 AS ok FROM mounts AS m", "    ...> ")
        has(t.line("WHERE m.device_a\tIS NULL OR 1;"), "| ok |")


def history_is_kept(shell, home):
    history = pathlib.Path(home, ".osquery", ".history")
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.line("SELECT 41 + 1 AS answer;")
        t.line("SELECT 'zwei' AS second;")
        t.type("\x1b[A\x1b[A\n")
        has(t.wait("osquery> "), "| 42     |")
        t.type(".exit\n")
        assert t.end() == 0
    assert history.read_text().split("\n")[:2] == ["SELECT 41 + 1 AS answer;", "SELECT 'zwei' AS second;"], history.read_text()
    assert stat.S_IMODE(history.stat().st_mode) == 0o600, oct(history.stat().st_mode)
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.type("\x1b[A\x1b[A\n")  # before .exit stands the repeated query
        has(t.wait("osquery> "), "| 42     |")
        t.type("\x04")
        assert t.end() == 0
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        for i in range(110):
            t.line(f"SELECT {i};")
        t.type("\x04")
        assert t.end() == 0
    assert len(history.read_text().splitlines()) == 100


def interrupt_ends_the_query(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.type(SLOW + "\n")
        time.sleep(0.5)
        started = time.monotonic()
        t.type("\x03")
        has(t.wait("osquery> "), "Error: the query was cancelled")
        assert time.monotonic() - started < 3
        has(t.line("SELECT 'still here' AS x;"), "still here")


def interrupt_ends_a_sleep(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.type("SELECT sleep(30);\n")
        time.sleep(0.5)
        started = time.monotonic()
        t.type("\x03")
        has(t.wait("osquery> "), "Error: the query was cancelled")
        assert time.monotonic() - started < 3
        has(t.line("SELECT 'still here' AS x;"), "still here")


def interrupt_drops_the_line(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.type("SELECT 'never run'")
        t.type("\x03")
        has(t.wait("osquery> "), "^C")
        t.line("SELECT 1,", "    ...> ")
        t.type("\x03")
        t.wait("osquery> ")
        has(t.line("SELECT 3 AS three;"), "| three |")


def end_of_input_runs_the_rest(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.line("SELECT 'last' AS word", "    ...> ")
        t.type("\x04")
        has(t.wait("| last |"), "| word |")
        assert t.end() == 0


def exit_codes(shell, home):
    for command, code in ((".exit 3", 3), (".quit", 0), (".e", 0)):
        with Terminal(shell, home) as t:
            t.wait("osquery> ")
            t.type(command + "\n")
            assert t.end() == code, command


def long_queries_show_a_count(shell, home):
    with Terminal(shell, home) as t:
        t.wait("osquery> ")
        t.type(SLOW.replace("count(*)", "i") + "\n")
        t.wait(" rows, 1 s")
        t.type("\x03")
        text = t.wait("osquery> ")
        has(text, "Error: the query was cancelled")
        assert "| 1 " not in text, text[:400]  # rows that came before are not shown
        assert b"\r\x1b[K" in t.raw


def interrupt_ends_the_output(shell, home):
    with Terminal(shell, home, "--list") as t:
        t.wait("osquery> ")
        t.type(SLOW.replace("count(*)", "i") + "\n")
        t.wait("5000\r\n")
        t.type("\x03")
        has(t.wait("osquery> "), "Error: the query was cancelled")
        has(t.line(".print good"), "good")


def letters_beyond_ascii(shell, home):
    with Terminal(shell, home, LANG="C") as t:
        t.wait("osquery> ")
        has(t.line("SELECT 'Grüße, 世界' AS t;"), "| Grüße, 世界 |")
        has(t.line("SELECT '世\x7f界' AS one;"), "| 界  |")  # one key erases one character


def a_terminal_is_not_driven_by_values(shell, home):
    with Terminal(shell, home, "--list") as t:
        t.wait("osquery> ")
        has(t.line("SELECT 'x' || char(27) || '[2Jy' AS evil;"), "x\\x1b[2Jy")
        assert b"\x1b[2Jy" not in t.raw


def a_broken_home_costs_only_the_history(shell, home):
    with Terminal(shell, home, HOME="/proc/1/nowhere", TMPDIR="/proc/1/nowhere") as t:
        t.wait("osquery> ")
        has(t.line("SELECT 1 AS one;"), "| one |")


TESTS = [
    banner_and_prompt, colors_follow_the_terminal, statements_span_lines, errors_name_no_line, tab_completes, columns_complete_by_alias,
    history_is_kept, interrupt_ends_the_query, interrupt_ends_a_sleep, interrupt_drops_the_line, end_of_input_runs_the_rest, exit_codes,
    long_queries_show_a_count, interrupt_ends_the_output, letters_beyond_ascii, a_terminal_is_not_driven_by_values, a_broken_home_costs_only_the_history,
]


def main():
    build = os.environ.get("VIGIL_BUILD", pathlib.Path(__file__).resolve().parents[2] / "build/release")
    shell = str(pathlib.Path(build).absolute() / "bin/osqueryi")
    passed = failed = 0
    for test in TESTS:
        with tempfile.TemporaryDirectory() as home:
            try:
                test(shell, home)
                passed += 1
            except (AssertionError, OSError) as error:
                print(f"{test.__name__}: {error}")
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
