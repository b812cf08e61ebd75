# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone and has #pragma once."""
import concurrent.futures
import subprocess
import sys

from checks import tracked


def check(top):
    headers = [h for h in tracked(top, ".h") if not str(h.relative_to(top)).startswith("extensions/sdk/")]
    for header in headers:
        if "#pragma once" not in header.read_text():
            yield f"{header.relative_to(top)}:1: no #pragma once"

    # What the headers include of generated code, made here: nothing needs to be built before.
    generated = top / "build/check"
    generated.mkdir(parents=True, exist_ok=True)
    for script, inputs in (("gentable.py", sorted(top.glob("specs/*/*.table"))), ("genoptions.py", [top / "specs/options.spec"])):
        done = subprocess.run([sys.executable, top / "tools/generator" / script, generated, *inputs], capture_output=True, text=True)
        if done.returncode:
            yield from (done.stdout + done.stderr).strip().splitlines()

    interface = ["thrift", "--gen", "cpp:no_skeleton,no_ostream_operators", "-out", generated, top / "extensions/extension.thrift"]
    done = subprocess.run(interface, capture_output=True, text=True)
    if done.returncode:
        yield from (done.stdout + done.stderr).strip().splitlines()

    def compile_alone(header):
        command = ["g++", "-std=c++20", "-fsyntax-only", "-x", "c++", f"-I{top}", f"-I{generated}", "-include", str(header), "/dev/null"]
        done = subprocess.run(command, capture_output=True, text=True)
        return header, done

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for header, done in pool.map(compile_alone, headers):
            if done.returncode:
                yield f"{header.relative_to(top)}:1: does not compile alone: {done.stderr.strip().splitlines()[0]}"
