# SPDX-License-Identifier: Apache-2.0
"""The page on extensions, as it is written: its files are written, its commands
run one after the other in an empty folder, and print what the page says."""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "extensions"))
from extending import PATIENCE, TOP, installed, until  # pylint: disable=wrong-import-position


def reachable():
    """Whether npm can be asked."""
    try:
        return subprocess.run(["npm", "view", "osquery", "version"], capture_output=True, timeout=60).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


class Page:
    def __init__(self, text, folder, environment):
        self.folder, self.environment = folder, environment
        self.passed, self.failures, self.skipped = 0, [], 0
        self.background = []
        npm = reachable()
        for language, name, body in re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", text, re.S | re.M):
            if name:
                (folder / name).write_text(body)
            if language != "console":
                continue
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", body, re.M):
                if not npm and re.search(r"npm|node|v8", command):
                    print(f"not run, because npm cannot be asked: {command}")
                    self.skipped += 1
                else:
                    self.run(command, expected)

    def run(self, command, expected):
        if command.endswith(" &"):
            with open(self.folder / "output", "ab") as output:
                self.background.append(subprocess.Popen(["bash", "-c", command.removesuffix(" &")], cwd=self.folder, env=self.environment, stdout=output,
                                                        stderr=output, stdin=subprocess.DEVNULL, start_new_session=True))
            return
        # A question is repeated: what was started in the background needs a moment.
        once = lambda: subprocess.run(["bash", "-c", f"exec 2>&1; {command}"], cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300)
        done = None

        def fits():
            nonlocal done
            done = once()
            return done.stdout == expected
        right = until(fits, PATIENCE if "ask.py" in command else 0)
        self.passed += bool(right)
        if not right:
            output = (self.folder / "output").read_text(errors="replace") if (self.folder / "output").exists() else ""
            self.failures.append(f"$ {command}\n  the page says:\n{expected}  it prints:\n{done.stdout}  in the background:\n{output[-2000:]}")

    def end(self):
        for process in self.background:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def main():
    with tempfile.TemporaryDirectory(prefix="vigil-docs-", ignore_cleanup_errors=True) as top:
        folder = pathlib.Path(top) / "work"
        folder.mkdir()
        page = Page((TOP / "docs/extensions.md").read_text(), folder, installed(pathlib.Path(top) / "prefix"))
        page.end()
    for failure in page.failures:
        print(failure)
    print(f"{page.passed} passed, {len(page.failures)} failed" + (f", {page.skipped} skipped" if page.skipped else ""))
    return 1 if page.failures else 0


if __name__ == "__main__":
    sys.exit(main())
