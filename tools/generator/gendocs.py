#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the table reference: a static site that opens from the file system.

gendocs.py SCHEMA OUT [PROGRAM] reads the schema.json that gentable.py writes
and makes OUT/index.html with a search field and OUT/<table>.html for each
table. With PROGRAM, an osqueryi, each example is run on this machine and its
first rows are shown.
"""
import html
import json
import pathlib
import subprocess
import sys

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --link: light-dark(#0b57d0, #8ab4f8); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem 1.5rem 4rem; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { margin: .5rem 0 0; } h2 { margin-top: 2rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid var(--line); }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; } pre { background: var(--soft); padding: .7rem 1rem; overflow-x: auto; border-radius: .4rem; }
input { font: inherit; width: 100%; padding: .5rem .8rem; box-sizing: border-box; margin: 1rem 0; }
.tag { font-size: .8em; background: var(--soft); border-radius: .3rem; padding: .05rem .4rem; margin-left: .3rem; white-space: nowrap; }
.hit { margin: .2rem 0 .2rem 1rem; font-size: .9em; }
"""
SEARCH = """
const field = document.querySelector('input'), list = document.querySelector('#tables');
function show() {
  const words = field.value.toLowerCase().split(/\\s+/).filter(w => w);
  list.replaceChildren();
  for (const t of tables) {
    const text = (t.name + ' ' + t.description + ' ' + t.aliases.join(' ')).toLowerCase();
    const columns = words.length ? t.columns.filter(c => words.every(w => (c.name + ' ' + c.description + ' ' + t.name).toLowerCase().includes(w))) : [];
    if (!words.every(w => text.includes(w)) && !columns.length) continue;
    const row = document.createElement('tr');
    row.innerHTML = `<td><a href="${t.name}.html"><code>${t.name}</code></a></td><td></td>`;
    const cell = row.lastChild;
    cell.textContent = t.description;
    for (const c of columns.slice(0, 8)) {
      const hit = document.createElement('div');
      hit.className = 'hit';
      hit.textContent = c.name + ': ' + c.description;
      cell.append(hit);
    }
    list.append(row);
  }
}
field.addEventListener('input', show);
show();
"""


def page(title, body):
    return f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{html.escape(title)}</title><style>{STYLE}</style>{body}</html>\n"


def tags(column):
    words = [word for word in ("key", "additional", "hidden") if column[word]]
    if column["required"]:
        words.append("required")
    if column["like"]:
        words.append("LIKE")
    if column["collate"]:
        words.append(f"collate {column['collate']}")
    words += [f"also {alias}" for alias in column["aliases"]]
    return "".join(f"<span class=tag>{html.escape(w)}</span>" for w in words)


def example(sql, program):
    out = f"<pre>{html.escape(sql)};"
    if program:
        done = subprocess.run([program, "SELECT * FROM (" + sql + ") LIMIT 4"], capture_output=True, text=True, timeout=60)
        if done.returncode == 0 and done.stdout:
            out += "\n" + html.escape(done.stdout.rstrip())
    return out + "</pre>"


def table_page(table, program):
    several = len(table["sources"]) > 1
    rows = "".join(
        f"<tr id='{c['name']}'><td><code>{c['name']}</code>{tags(c)}</td><td>{c['type'].replace('_', ' ')}</td><td>{html.escape(c['description'])}</td>"
        + (f"<td><code>{c['source']}</code></td>" if several else "") + "</tr>" for c in table["columns"])
    sources = "".join(f"<tr><td><code>{name}</code></td><td>{html.escape(text)}</td></tr>" for name, text in table["sources"].items())
    notes = "".join(f"<li>{html.escape(n)}</li>" for n in table["notes"])
    flags = [t for t in ("cacheable", "user_data", "utility") if table[t]] + ([f"module {table['library']}"] if table["library"] else [])
    required = sorted({c["required"] for c in table["columns"] if c["required"]})
    needs = "".join("<p>A query has to say which: <code>" + " or ".join(c["name"] for c in table["columns"] if c["required"] == group) + "</code>, with = or IN"
                    + (" or LIKE" if any(c["like"] and c["required"] == group for c in table["columns"]) else "") + ".</p>" for group in required)
    body = f"<p><a href=index.html>All tables</a></p><h1><code>{table['name']}</code></h1><p>{html.escape(table['description'])}."
    body += "".join(f"<span class=tag>{f}</span>" for f in flags) + "</p>"
    if table["aliases"]:
        body += f"<p>Also called {', '.join(f'<code>{a}</code>' for a in table['aliases'])}.</p>"
    body += needs + f"<h2>Columns</h2><table><tr><th>Column<th>Type<th>Meaning{'<th>Source' if several else ''}</tr>{rows}</table>"
    body += f"<h2>Sources</h2><p>What a query does not use is not read.</p><table>{sources}</table>"
    if notes:
        body += f"<h2>Notes</h2><ul>{notes}</ul>"
    body += "<h2>Examples</h2>" + "".join(example(e, program) for e in table["examples"])
    return page(table["name"], body)


def main(schema, out, program=None):
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    tables = json.loads(pathlib.Path(schema).read_text())
    for table in tables:
        (out / f"{table['name']}.html").write_text(table_page(table, program))
    # In a script element only "</" could end the text early.
    data = json.dumps([{k: t[k] for k in ("name", "description", "aliases")} | {"columns": [{"name": c["name"], "description": c["description"]} for c in t["columns"]]}
                       for t in tables]).replace("</", "<\\/")
    body = f"<h1>Vigil tables</h1><p>{len(tables)} tables, {sum(len(t['columns']) for t in tables)} columns.</p>"
    body += f"<input type=search placeholder='Search tables and columns' autofocus><table id=tables></table><script>const tables = {data};{SEARCH}</script>"
    (out / "index.html").write_text(page("Vigil tables", body))
    print(f"{out}/index.html: {len(tables)} tables")


if __name__ == "__main__":
    main(*sys.argv[1:])
