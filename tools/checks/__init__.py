# SPDX-License-Identifier: Apache-2.0
"""One small check a file; tools/check runs them."""
import subprocess


def tracked(top, *suffixes):
    """The project's files with one of these suffixes, as git knows them, plus new ones."""
    listed = subprocess.run(["git", "-C", top, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True).stdout
    return [top / name for name in listed.splitlines() if name.endswith(suffixes) and (top / name).is_file()]
