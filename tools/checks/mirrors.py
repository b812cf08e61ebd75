# SPDX-License-Identifier: Apache-2.0
"""One name, three files: each spec has its source and its test, and no one of them stands alone."""


def check(top):
    places = {"specs": ".table", "tables": ".cpp", "tests/tables": ".test"}
    found = {place: {p.relative_to(top / place).with_suffix("") for p in (top / place).glob("*/*" + suffix)} for place, suffix in places.items()}
    for place, suffix in places.items():
        for other, other_suffix in places.items():
            for name in sorted(found[place] - found[other]):
                yield f"{place}/{name}{suffix}:1: there is no {other}/{name}{other_suffix}"
    for fuzz in sorted((top / "tests/fuzz").glob("*_fuzz.cpp")):
        corpus = top / "tests/fuzz/corpus" / fuzz.stem.removesuffix("_fuzz")
        if not corpus.is_dir() or not any(corpus.iterdir()):
            yield f"tests/fuzz/{fuzz.name}:1: has no corpus in tests/fuzz/corpus/{corpus.name}"
