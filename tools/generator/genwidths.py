#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes which code points take two cells of a terminal, and which take none.

genwidths.py OUT writes OUT/cell_widths.gen.h from this Python's Unicode tables.
"""
import pathlib
import sys
import unicodedata

# Unassigned, but reserved for wide characters (Unicode Standard Annex 11).
RESERVED = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]
# Vowels and final consonants that join the Hangul syllable before them.
JOINING = range(0x1160, 0x1200)
SOFT_HYPHEN = 0xAD


def cells(code):
    if code == SOFT_HYPHEN:
        return 1
    if any(a <= code <= b for a, b in RESERVED):
        return 2
    category = unicodedata.category(chr(code))
    if category in ("Mn", "Me", "Cf") or code in JOINING:
        return 0
    # Older Pythons call what is unassigned wide.
    return 2 if category != "Cn" and unicodedata.east_asian_width(chr(code)) in "WF" else 1


def ranges(width):
    out = []
    for code in range(0x80, 0x110000):
        if cells(code) != width:
            continue
        if out and out[-1][1] == code - 1:
            out[-1][1] = code
        else:
            out.append([code, code])
    return ",\n".join(f"    {{0x{a:x}, 0x{b:x}}}" for a, b in out)


def main():
    (pathlib.Path(sys.argv[1]) / "cell_widths.gen.h").write_text(f"""// Generated from Unicode {unicodedata.unidata_version}; do not edit.
#pragma once

namespace vigil::parse {{

struct CodeRange {{
  char32_t first, last;
}};

constexpr CodeRange wide_characters[] = {{
{ranges(2)}}};

constexpr CodeRange zero_width_characters[] = {{
{ranges(0)}}};

}}  // namespace vigil::parse
""")


if __name__ == "__main__":
    main()
