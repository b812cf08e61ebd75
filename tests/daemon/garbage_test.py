#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bytes that nobody meant as configuration, flags or commands: the program says
what is wrong and goes on, or ends with an exit code, and never by a signal."""
import json
import os
import random
import socket
import sys

from daemon import LONG, Home, check, children, main, queries

SEED = int(os.environ.get("VIGIL_SEED", "0")) or random.randrange(1 << 32)
ROUNDS = 400 if LONG else 25
CONFIG = {"schedule": queries(clock="SELECT unix_time FROM time"), "packs": {"p": {"discovery": ["SELECT 1"], "queries": queries(q="SELECT 1")}},
          "decorators": {"always": ["SELECT 1 AS x"], "interval": {"60": ["SELECT 2 AS y"]}}, "options": {"nullvalue": "x", "host_identifier": "uuid"},
          "views": {"v": "SELECT 1"}, "auto_table_construction": {"t": {"query": "SELECT a FROM b", "path": "/x/%", "columns": ["a"]}}}
WORDS = [b"--", b"=", b"\n", b"\0", b"\xff", b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\\n", b"#", b"//", b"-1", b"1e999", b"18446744073709551616", b"null", b"true",
         b"flagfile", b"logger_plugin", b"control", b"schedule", b"packs", b"interval", b"query", b"status", b"cancel", b"allow", b"reload"]


def garbage(generator, start=b""):
    """Random bytes and words; or `start` with a few of them put in, or pieces taken out."""
    if not start or generator.random() < 0.3:
        return b"".join(generator.choice([generator.randbytes(generator.randrange(8)), generator.choice(WORDS)]) for _ in range(generator.randrange(60)))
    text = bytearray(start)
    for _ in range(generator.randrange(1, 6)):
        at = generator.randrange(len(text) + 1)
        text[at:at + generator.choice([0, 0, 1, generator.randrange(20)])] = generator.choice([b"", generator.randbytes(2), generator.choice(WORDS)])
    return bytes(text)


def orderly(what, done, text):
    check(what, done.returncode in (0, 1) and "terminate called" not in done.stderr, (done.returncode, text, done.stderr[-500:]))


def configurations():
    generator = random.Random(SEED)
    with Home() as home:
        for _ in range(ROUNDS):
            text = garbage(generator, json.dumps(CONFIG, indent=1).encode())
            home.config.write_bytes(text)
            orderly("a configuration", home.run("--config_check"), text)


def flag_files():
    generator = random.Random(SEED + 1)
    with Home() as home:
        for _ in range(ROUNDS):
            text = garbage(generator, b"--logger_plugin=filesystem\n--host_identifier=uuid\nosqueryd\n--nullvalue x\n# more\n--schedule_splay_percent=5\n")
            (home.path / "flags").write_bytes(text)
            # What asks for help or a version ends before the configuration is read.
            orderly("a flag file", home.run("--config_check"), text)


def commands_and_reloads():
    generator = random.Random(SEED + 2)
    with Home(CONFIG) as home:
        daemon = home.start("--logger_stderr=false")
        worker = home.worker(daemon)
        for _ in range(ROUNDS * 4):
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(30)
                client.connect(str(home.path / "control"))
                try:
                    client.sendall(garbage(generator, b"cancel 5\n") + generator.choice([b"\n", b"\n", b"\n", b""]))
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(65536):
                        pass
                except (BrokenPipeError, ConnectionResetError):
                    pass
        waiting = [socket.socket(socket.AF_UNIX) for _ in range(8)]
        for client in waiting:
            client.connect(str(home.path / "control"))
        check("it answers while others say nothing", home.control("status").returncode == 0)
        for client in waiting:
            client.close()
        for _ in range(ROUNDS):
            home.config.write_bytes(garbage(generator, json.dumps(CONFIG, indent=1).encode()))
            answer = home.control("reload")
            check("a reload", answer.returncode in (0, 1) and (answer.stdout or answer.stderr), answer)
        check("the same worker runs", children(daemon.pid) == [worker] and daemon.poll() is None, home.output())
        home.configure({"schedule": queries(after="SELECT 1")})
        check("it works afterwards", home.control("reload").returncode == 0 and home.has_results("after"), home.status())
        check("the end", home.stop(daemon)[0] == 0)


if __name__ == "__main__":
    code = main(configurations, flag_files, commands_and_reloads)
    if code:
        print(f"VIGIL_SEED={SEED} repeats this run")
    sys.exit(code)
