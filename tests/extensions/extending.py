# SPDX-License-Identifier: Apache-2.0
"""What the tests of extensions share: a daemon with an extension socket, the
interface in Python, processes that end with the test, an installed package."""
import contextlib
import importlib
import logging
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "daemon"))
from daemon import BIN, Home, PATIENCE, TOP, check, main, queries, until  # pylint: disable=wrong-import-position,unused-import

EXAMPLES = BIN / "examples"
SANITIZED = any(name in (BIN / "osqueryd").read_bytes() for name in (b"__asan_init", b"__tsan_init"))


def interface(folder):
    """The extension interface as Python modules, made by Debian's thrift-compiler."""
    subprocess.run(["thrift", "--gen", "py", "-out", folder, TOP / "extensions/extension.thrift"], check=True, timeout=PATIENCE)
    # Debian's python3-thrift, whichever Python this is.
    logging.getLogger("thrift").setLevel(logging.CRITICAL)  # that a socket is not there yet
    sys.path += [str(folder), "/usr/lib/python3/dist-packages"]
    extension, manager, ttypes = (importlib.import_module(f"osquery.extensions.{name}") for name in ("Extension", "ExtensionManager", "ttypes"))
    return types.SimpleNamespace(Extension=extension, Manager=manager, types=ttypes)


class Host:
    """A daemon, a client of it, and extensions that are started beside it; a context manager."""

    def __init__(self, config=None, *flags):
        self.home = Home(config)
        self.generated = pathlib.Path(tempfile.mkdtemp(dir=self.home.path))
        self.api = interface(self.generated)
        self.socket = str(self.home.path / "extensions")
        self.flags = ("--disable_watchdog", *flags)
        self.processes, self.transports = [], []
        self.daemon = None

    def __enter__(self):
        self.home.__enter__()
        return self

    def __exit__(self, *failure):
        for transport in self.transports:
            transport.close()
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.home.__exit__(*failure)

    def start(self, **more):
        self.daemon = self.home.start(*self.flags, **more)
        return self

    def run(self, *command, environment=None, **more):
        """An extension in the background; what it prints is in the file `extension-output`."""
        with open(self.home.path / "extension-output", "ab") as output:
            process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True,
                                       env=os.environ | (environment or {}), **more)
        self.processes.append(process)
        return process

    def extend(self, name, *flags, **more):
        """An example, once it is registered."""
        process = self.run(EXAMPLES / f"{name}.ext", "--socket", self.socket, "--timeout", "30", "--interval", "0.2", "--verbose", *flags, **more)
        if not self.has(name):
            raise RuntimeError(f"{name} does not register: {self.said()}")
        return process

    def has(self, name, there=True):
        return until(lambda: (self.uuid(name) is not None) == there)

    def said(self):
        return (self.home.path / "extension-output").read_text(errors="replace")

    def connect(self, path=None, service=None):
        from thrift.protocol.TBinaryProtocol import TBinaryProtocol
        from thrift.transport.TSocket import TSocket
        from thrift.transport.TTransport import TBufferedTransport
        socket = TSocket(unix_socket=path or self.socket)
        socket.setTimeout(PATIENCE * 1000)
        transport = TBufferedTransport(socket)
        transport.open()
        self.transports.append(transport)
        return (service or self.api.Manager).Client(TBinaryProtocol(transport))

    def ask(self, sql):
        """Rows, or the text of the error."""
        answer = self.connect().query(sql)
        return answer.response if answer.status.code == 0 else answer.status.message

    def uuid(self, name):
        try:
            return next((uuid for uuid, info in self.connect().extensions().items() if info.name == name), None)
        except Exception:  # pylint: disable=broad-except
            return None  # nobody listens yet

    def extension(self, name):
        """A client of a registered extension's own socket."""
        return self.connect(f"{self.socket}.{self.uuid(name)}", self.api.Extension)


def ended(process):
    """The exit status of a process that ends by itself."""
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return "still runs"


def installed(prefix):
    """The build, installed below `prefix`, and the environment in which its package is found."""
    subprocess.run(["cmake", "--install", BIN.parent, "--prefix", prefix], check=True, capture_output=True, timeout=300)
    prefix = pathlib.Path(prefix)
    package = next(prefix.rglob("vigil-extension.pc"))
    path = [str(prefix / "bin"), "/usr/sbin", "/usr/bin", "/bin"]
    if SANITIZED:
        # The library calls the sanitizers' runtime, so what links it has to, too.
        wrapped = prefix / "sanitized"
        wrapped.mkdir()
        for name in ("g++", "c++"):
            (wrapped / name).write_text(f'#!/bin/sh\nexec /usr/bin/{name} -fsanitize=address,undefined "$@"\n')
            (wrapped / name).chmod(0o755)
        path.insert(0, str(wrapped))
    return os.environ | {"PATH": ":".join(path), "PKG_CONFIG_PATH": str(package.parent), "CMAKE_PREFIX_PATH": str(prefix), "HOME": str(prefix)}
