# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone and has #pragma once."""
import concurrent.futures
import subprocess

from checks import tracked


def check(top):
    headers = [h for h in tracked(top, ".h") if not str(h.relative_to(top)).startswith("extensions/sdk/")]
    for header in headers:
        if "#pragma once" not in header.read_text():
            yield f"{header.relative_to(top)}:1: no #pragma once"

    def compile_alone(header):
        command = ["g++", "-std=c++20", "-fsyntax-only", "-x", "c++", f"-I{top}", f"-I{top}/build/release/gen", "-include", str(header), "/dev/null"]
        done = subprocess.run(command, capture_output=True, text=True)
        return header, done

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for header, done in pool.map(compile_alone, headers):
            if done.returncode:
                yield f"{header.relative_to(top)}:1: does not compile alone: {done.stderr.strip().splitlines()[0]}"
