#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns specs/options.spec into manual pages and a page on all flags.

genman.py VERSION SPEC PAGE TEMPLATE MAN [TEMPLATE MAN]... writes PAGE in Markdown,
and of each TEMPLATE a page for man(1), MAN.
"""
import pathlib
import re
import sys

from optionspec import as_text, read_options
from spec import write_if_changed

KINDS = {"option": "command line, flag file, configuration", "cli": "command line, flag file",
         "shell": "command line, flag file; the shell only", "hidden": "command line, flag file, configuration; not in the help"}


def roff(text):
    """Text as roff takes it: nothing in it is a command or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\\&" + text if text.startswith(".") else text


def default_of(option):
    """What to say of the default, if it says something."""
    if option["type"] == "bool":
        return f" (on by default; --no{option['name']} turns it off)" if option["default"] else ""
    return f" (default: {as_text(option['default'])})" if option["default"] != "" else ""


def man_option(option):
    value = {"bool": "", "string": " \\fITEXT\\fP"}.get(option["type"], " \\fIN\\fP")
    star = " *" if option["kind"] == "option" else ""
    return f".TP\n\\fB\\-\\-{roff(option['name'])}\\fP{value}{star}\n{roff(option['description'] + default_of(option))}."


def man_options(spec, kinds):
    parts = []
    for topic in spec["topics"]:
        options = [o for o in spec["options"] if o["topic"] == topic["title"] and o["kind"] in kinds]
        if options:
            parts += [f".SS {roff(topic['title'])}", roff(topic["description"]) + ".", *map(man_option, options)]
    return "\n".join(parts)


def man(spec, template, version):
    aliases = sorted((alias, o["name"]) for o in spec["options"] for alias in o["aliases"])
    values = {
        "VERSION": version, "OPTIONS": man_options(spec, ("option", "cli", "shell")), "DAEMONOPTIONS": man_options(spec, ("option", "cli")),
        "ALIASES": "\n".join(f".TP\n\\fB\\-\\-{roff(old)}\\fP\n\\-\\-{roff(new)}" for old, new in aliases),
        "REMOVED": "\n".join(f".TP\n\\fB\\-\\-{roff(r['name'])}\\fP\n{roff(r['advice'][0].upper() + r['advice'][1:])}." for r in spec["removed"]),
    }
    return re.sub(r"@([A-Z]+)@", lambda match: values[match[1]], template)


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def page(spec):
    out = ["# Flags", "",
           "Every flag of `osqueryd` and `osqueryi`. The table `osquery_flags` shows the values in use, `--help` the flags of one role.", "",
           "A flag marked *reloadable* takes effect when the configuration changes; any other needs a restart."]
    for topic in spec["topics"]:
        out += ["", f"## {topic['title']}", "", topic["description"] + ".", "", "| flag | type | default | meaning | set by |", "|---|---|---|---|---|"]
        for o in spec["options"]:
            if o["topic"] != topic["title"]:
                continue
            notes = [f"Also `{alias}`" for alias in o["aliases"]] + ["Never shown"] * o["secret"]
            default = f"`{cell(as_text(o['default']))}`" if o["default"] != "" else "(empty)"
            where = KINDS[o["kind"]] + ("; *reloadable*" if o["reloadable"] else "")
            out.append(f"| `{o['name']}` | {o['type']} | {default} | {cell('. '.join([o['description'], *notes]))} | {where} |")
    out += ["", "## Names without effect", "", "Accepted with a warning, so that old flag files keep working.", "", "| flag | instead |", "|---|---|"]
    out += [f"| `{r['name']}` | {cell(r['advice'])} |" for r in spec["removed"]]
    return "\n".join(out) + "\n"


def main(version, spec_path, page_path, *pages):
    spec = read_options(spec_path)
    texts = {page_path: page(spec)} | {pages[i + 1]: man(spec, pathlib.Path(pages[i]).read_text(), version) for i in range(0, len(pages), 2)}
    for name, text in texts.items():
        path = pathlib.Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_changed(path, text)


if __name__ == "__main__":
    main(*sys.argv[1:])
