# SPDX-License-Identifier: Apache-2.0
"""The examples against the real daemon: rows, writes, a logger, a configuration;
and the life of an extension from its start to each of its ends."""
import json
import pathlib
import signal
import socket
import subprocess
import sys

from extending import EXAMPLES, Host, PATIENCE, check, ended, main, queries, until


def words():
    with Host() as host:
        host.start().extend("words")
        text = host.home.path / "text"
        text.write_text("one three\nfifteen\n")
        rows = host.ask(f"SELECT word, length FROM words WHERE path = '{text}' AND length > 3")
        check("rows", rows == [{"word": "three", "length": "5"}, {"word": "fifteen", "length": "7"}], rows)
        both = host.ask(f"SELECT count(*) AS n FROM words WHERE path IN ('{text}', '/etc/passwd-not', '{text}')")
        check("IN", both == [{"n": "3"}], both)
        joined = host.ask(f"SELECT w.word FROM file f JOIN words w USING (path) WHERE f.path = '{text}' AND w.word LIKE 'f%'")
        check("a join with a table of the daemon", joined == [{"word": "fifteen"}], joined)
        missing = host.ask("SELECT * FROM words")
        check("a required column", "required column" in missing, missing)
        types = host.connect().getQueryColumns("SELECT path, length FROM words WHERE path = ''").response
        check("types", types == [{"path": "TEXT"}, {"length": "BIGINT"}], types)
        listed = host.ask("SELECT name, version, type FROM osquery_extensions WHERE name = 'words'")
        check("listed", listed == [{"name": "words", "version": "1.0", "type": "extension"}], listed)


def notes():
    with Host() as host:
        host.start().extend("notes")
        ask = host.ask
        check("insert", ask("INSERT INTO notes (title, body) VALUES ('milk', 'two'), ('tea', NULL)") == [])
        check("rows", ask("SELECT title, body FROM notes ORDER BY title") == [{"title": "milk", "body": "two"}, {"title": "tea", "body": ""}])
        check("update", ask("UPDATE notes SET body = 'three' WHERE title = 'milk'") == [])
        check("updated", ask("SELECT body FROM notes WHERE title = 'milk'") == [{"body": "three"}])
        twice = ask("INSERT INTO notes (title) VALUES ('milk')")
        check("a rule", isinstance(twice, str) and "there is a note 'milk'" in twice, twice)
        check("delete", ask("DELETE FROM notes WHERE title = 'milk'") == [])
        check("left", ask("SELECT title FROM notes") == [{"title": "tea"}])


def file_logger():
    config = {"options": {"logger_plugin": "file_logger"}, "schedule": queries(seven="SELECT 7 AS seven"),
              }
    config["schedule"]["all"] = {"query": "SELECT 8 AS eight", "interval": 1, "snapshot": True}
    with Host(config, "--logger_plugin=file_logger", "--extensions_require=file_logger", "--extensions_timeout=30") as host:
        log = host.home.path / "lines"
        # The daemon waits for it.
        extension = host.run(EXAMPLES / "file_logger.ext", "--socket", host.socket, "--timeout", "30", environment={"FILE_LOGGER": str(log)})
        host.start()
        lines = lambda: log.read_text().splitlines() if log.exists() else []
        found = lambda kind, text: until(lambda: [line for line in lines() if line.startswith(kind) and text in line])
        result = found("result ", '"seven"')
        check("a result", result and json.loads(result[0].split(" ", 1)[1])["columns"] == {"seven": "7"}, lines())
        check("a snapshot", found("snapshot ", '"eight"'), lines())
        check("status lines", found("status 0 ", ""), lines())
        check("still there", extension.poll() is None, host.said())


def folder_config():
    with Host(None, "--config_plugin=folder_config", "--extensions_require=folder_config", "--extensions_timeout=30", "--config_refresh=1") as host:
        folder = host.home.path / "folder"
        (folder / "packs").mkdir(parents=True)
        (folder / "a.json").write_text(json.dumps({"schedule": queries(one="SELECT 1 AS one")}))
        (folder / "b.json").write_text(json.dumps({"packs": {"more": "more.json"}}))
        (folder / "packs/more.json").write_text(json.dumps({"queries": queries(two="SELECT 2 AS two")}))
        host.run(EXAMPLES / "folder_config.ext", "--socket", host.socket, "--timeout", "30", environment={"FOLDER_CONFIG": str(folder)})
        host.start()
        check("a query of a file", host.home.has_results("one"), host.home.status())
        check("a query of a pack", host.home.has_results("pack_more_two"), host.home.status())
        (folder / "c.json").write_text(json.dumps({"schedule": queries(three="SELECT 3 AS three")}))
        check("a new file", host.home.has_results("three"), host.home.status())


def ends():
    with Host() as host:
        # Before the daemon: it tries again until it is there.
        early = host.run(EXAMPLES / "words.ext", "--socket", host.socket, "--timeout", "60", "--interval", "0.2")
        host.start()
        check("registered", host.has("words"), host.said())
        path = pathlib.Path(f"{host.socket}.{host.uuid('words')}")
        check("its socket", path.is_socket())
        pong = host.extension("words").ping()
        check("ping", (pong.code, pong.message, pong.uuid) == (0, "pong", host.uuid("words")), pong)
        unknown = host.extension("words").call("table", "dance", {"action": "generate"})
        check("no such table", unknown.status.code == 1 and "has no table 'dance'" in unknown.status.message, unknown)

        twin = host.run(EXAMPLES / "words.ext", "--socket", host.socket)
        check("a second of its name", ended(twin) == 1 and "Duplicate" in host.said(), host.said())

        early.send_signal(signal.SIGTERM)
        check("SIGTERM", ended(early) == 0)
        check("deregistered", host.uuid("words") is None)
        check("its socket is gone", not path.exists())

        stopped = host.extend("words")
        host.extension("words").shutdown()
        check("shutdown()", ended(stopped) == 0, host.said())

        host.has("words", there=False)
        forgotten = host.extend("words")
        host.connect().deregisterExtension(host.uuid("words"))
        check("deregistered by another", ended(forgotten) == 1, host.said())

        last = host.extend("words")
        host.daemon.kill()
        host.daemon.wait()
        check("the daemon is gone", ended(last) == 0, host.said())

        alone = subprocess.run([EXAMPLES / "words.ext", "--socket", host.home.path / "none", "--timeout", "0.2", "--what"], capture_output=True, text=True,
                               timeout=PATIENCE)
        check("no daemon", alone.returncode == 1 and "reach the core" in alone.stderr and "ignored '--what'" in alone.stderr, alone)
        shown = subprocess.run([EXAMPLES / "words.ext", "--version"], capture_output=True, text=True, timeout=PATIENCE)
        check("--version", shown.stdout == "words version 1.0\n", shown)
        shown = subprocess.run([EXAMPLES / "words.ext", "--help"], capture_output=True, text=True, timeout=PATIENCE)
        check("--help", "table words(path TEXT, word TEXT, length BIGINT)" in shown.stdout, shown)


def hangup():
    """A scan that nobody waits for ends."""
    with Host() as host:
        host.start()
        extension = host.extend("words")
        large = host.home.path / "large"
        large.write_text("word " * 400_000)
        call = socket.socket(socket.AF_UNIX)
        call.connect(f"{host.socket}.{host.uuid('words')}")
        context = json.dumps({"constraints": [{"name": "path", "list": [{"op": 2, "expr": str(large)}] + [{"op": 2, "expr": f"/{'x' * i}"} for i in range(9)]}]})
        call.sendall(call_bytes("table", "words", {"action": "generate", "context": context}))
        call.close()
        check("it goes on", host.ask("SELECT count(*) AS n FROM words WHERE path = '/none'") == [{"n": "0"}], host.said())
        check("it lives", extension.poll() is None)


def call_bytes(registry, item, request):
    """A call as Thrift's binary protocol writes it."""
    text = lambda t: len(t).to_bytes(4, "big") + t.encode()
    field = lambda kind, number: bytes([kind]) + number.to_bytes(2, "big")
    pairs = b"".join(text(k) + text(v) for k, v in request.items())
    return (b"\x80\x01\x00\x01" + text("call") + bytes(4) + field(11, 1) + text(registry) + field(11, 2) + text(item) + field(13, 3) + b"\x0b\x0b" +
            len(request).to_bytes(4, "big") + pairs + b"\x00")


if __name__ == "__main__":
    sys.exit(main(words, notes, file_logger, folder_config, ends, hangup))
