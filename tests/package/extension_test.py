# SPDX-License-Identifier: Apache-2.0
"""Extensions are built outside the tree from what is installed: with CMake, with
one command, and from a spec. Each header compiles alone from its installed place."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "extensions"))
from extending import Host, PATIENCE, TOP, check, installed, main  # pylint: disable=wrong-import-position

SPEC = '''table("paint", "Tins of paint on the shelf",
    sources = {"shelf": "what stands there"},
    columns = [
        Column("colour", TEXT, "What is in the tin", key = True),
        Column("litres", DOUBLE, "How much is left"),
        Column("opened", DATETIME, "When it was opened"),
    ],
    identity = ["colour"],
    examples = ["SELECT * FROM paint WHERE colour = 'red'"],
)
'''
SOURCE = '''#include "paint.gen.h"

#include <vigil/extension.h>

namespace vigil::tables::paint {

sql::Rows<Row> scan(Query query) {
  for (const char* colour : {"red", "green"}) {
    if (!query.keys.colour.admits(colour)) continue;
    Row row;
    row.colour = colour;
    row.litres = 2.5;
    co_yield row;
  }
}

}  // namespace vigil::tables::paint

int main(int argc, char** argv) {
  vigil::sdk::Extension extension("paint", "1.0");
  extension.add(vigil::sql::all_tables());
  return extension.run(argc, argv);
}
'''
LISTS = '''cmake_minimum_required(VERSION 3.25)
project(paint LANGUAGES CXX)
find_package(vigil-extension 0.1 REQUIRED)
add_executable(paint paint.cpp)
set_target_properties(paint PROPERTIES SUFFIX .ext)
target_link_libraries(paint PRIVATE vigil::extension)
vigil_extension_tables(paint tins/paint.table)
'''


def outside():
    with tempfile.TemporaryDirectory(prefix="vigil-extension-") as top:
        top = pathlib.Path(top)
        prefix = top / "prefix"
        environment = installed(prefix)

        def run(*command, cwd=top):
            done = subprocess.run(["bash", "-c", *command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)
            check(command[0], done.returncode == 0, done.stdout + done.stderr)

        for header in sorted((prefix / "include/vigil").rglob("*.h")):
            run(f"g++ -std=c++20 -Wall -Wextra -Werror -fsyntax-only -x c++ $(pkg-config --cflags vigil-extension) -include {header} /dev/null")
        examples = TOP / "extensions/examples"
        run(f"g++ -std=c++20 -Wall -Wextra -Wno-missing-field-initializers -Werror {examples}/words.cpp $(pkg-config --cflags --libs vigil-extension) -o words.ext")
        (top / "tins").mkdir()
        for name, text in (("tins/paint.table", SPEC), ("paint.cpp", SOURCE), ("CMakeLists.txt", LISTS)):
            (top / name).write_text(text)
        run("cmake -B build -DCMAKE_BUILD_TYPE=Release && cmake --build build")

        with Host() as host:
            host.start()
            for name, program in (("words", top / "words.ext"), ("paint", top / "build/paint.ext")):
                host.run(program, "--socket", host.socket, "--timeout", str(PATIENCE))
                check(f"{name} registers", host.has(name), host.said())
            text = top / "text"
            text.write_text("a b")
            rows = host.ask(f"SELECT word FROM words WHERE path = '{text}'")
            check("built by one command", rows == [{"word": "a"}, {"word": "b"}], rows)
            rows = host.ask("SELECT * FROM paint WHERE colour = 'red'")
            check("made from a spec", rows == [{"colour": "red", "litres": "2.5", "opened": ""}], rows)
            rows = host.ask("SELECT count(*) AS n FROM paint WHERE colour IN ('red', 'green', 'blue')")
            check("keys of a spec", rows == [{"n": "2"}], rows)


if __name__ == "__main__":
    sys.exit(main(outside))
