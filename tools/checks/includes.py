# SPDX-License-Identifier: Apache-2.0
"""Includes point one way: a folder may use its own files and those to the right of it."""
import re

from checks import tracked

# folder: what it may include
ALLOWED = {
    "core/base": {"core/base"},
    "core/parse": {"core/base", "core/parse"},
    "core/host": {"core/base", "core/parse", "core/host"},
    "core/sql": {"core/base", "core/parse", "core/host", "core/sql"},
    "core/store": {"core/base", "core/parse", "core/host", "core/sql", "core/store"},
    "events": {"core/base", "core/parse", "core/host", "core/sql", "core/store", "events"},
    "tables": {"core/base", "core/parse", "core/host", "core/sql", "core/store", "modules"},  # of its own module
    "modules": {"core/base", "core/parse", "core/host", "core/sql", "core/store", "modules", "extensions", "shell"},
    "extensions": {"core/base", "core/parse", "core/host", "core/sql", "core/store", "events", "tables", "extensions"},
    "shell": {"core/base", "core/parse", "core/host", "core/sql", "core/store", "extensions", "shell"},
    "osqueryd": {"core/base", "core/parse", "core/host", "core/sql", "core/store", "extensions", "shell", "osqueryd"},
}
# A third-party header and the only folders that may name it.
OWNERS = {"sqlite3.h": ("core/sql/", "tests/"), "rocksdb/db.h": ("modules/rocksdb/",)}
INCLUDE = re.compile(r'\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')


def folder_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "core" else parts[0]


def check(top):
    for file in tracked(top, ".cpp", ".h"):
        name = str(file.relative_to(top))
        here = folder_of(name)
        for number, line in enumerate(file.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            own, other = match.groups()
            for header, owners in OWNERS.items():
                if (own or other) == header and not name.startswith(owners):
                    yield f"{name}:{number}: {header} belongs to {owners[0]}; use what that folder offers"
            if own and "/" in own and here in ALLOWED:
                there = folder_of(own)
                allowed = ALLOWED[here] | ({"events"} if name.startswith("tables/events/") else set())
                if there in ALLOWED and there not in allowed:
                    yield f"{name}:{number}: {here} may not include {there}; move what both need to a folder below"
