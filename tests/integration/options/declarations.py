"""Makes the options in bindings/node/index.d.ts from the table of options and the words that
docs/host-cpp.md has for them, and checks that the page says what the table does.

usage: declarations.py --list PROGRAM --page FILE --types FILE [--write]

Without --write it only checks that the declarations are up to date.
"""

import argparse
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

BEGIN = "// Made from the table of options by tests/integration/options/declarations.py: do not edit.\n"
END = "// The end of what is made.\n"
TYPES = {
    "flag": "boolean",
    "text": "string",
    "texts": "readonly string[]",
    "integer": "number",
    "milliseconds": "number",
    "encryption": "boolean | string | { rejectUnauthorized?: boolean | undefined }",
}
ABOUT_DATABASE = "The central database; libpq and its environment decide what is not given."
ABOUT_OPTIONS = "An option that is not given comes from the environment, else it has its default."


def rows(page):
    """{name: (variable, field, values, default, meaning)} of the page's table."""
    found = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and re.fullmatch(r"`[\w.]+`", cells[0]):
            found[cells[0].strip("`")] = cells[1:]
    return found


def plain(text):
    """Without the marks of Markdown."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "")


def shown(default):
    """A default as the page writes it; None where it says it in words."""
    if default in ("", []):
        return None
    return str(default).lower() if isinstance(default, bool) else str(default)


def problems(options, page):
    for option in options:
        row = page.get(option["name"])
        if not row:
            yield f"{option['name']}: the page does not have it"
            continue
        variable, field, values, default, _ = row
        expected = shown(option["default"])
        if not variable.startswith(f"`{option['variable']}`"):
            yield f"{option['name']}: the variable is {option['variable']}"
        if field != f"`{option['field']}`":
            yield f"{option['name']}: the field is {option['field']}"
        if expected is not None and plain(default) != expected:
            yield f"{option['name']}: the default is {expected}"
        if option["max"] and option["shape"] in ("integer", "milliseconds"):
            bounds = [str(option["min"]), str(option["max"])]
            if not all(bound in values for bound in bounds) and "2^" not in values:
                yield f"{option['name']}: the range is {' to '.join(bounds)}"
    for name in page.keys() - {option["name"] for option in options}:
        yield f"{name}: there is no such option"


def comment(option, row, indent):
    _, _, values, default, meaning = map(plain, row)
    about = meaning.replace(", see below", "")
    unit = ""
    if option["shape"] == "milliseconds":
        unit = "milliseconds, " + values.removeprefix("time, ")
    elif option["shape"] in ("integer", "text"):
        unit = values
    parts = [part for part in (unit, f"default {default}") if part]
    text = f"{about[:1].upper()}{about[1:]}. " if about else ""
    facts = "; ".join(parts)
    text += facts[:1].upper() + facts[1:]
    lines = textwrap.wrap(text + ".", 100 - len(indent) - 7)
    if len(lines) == 1:
        return [f"{indent}/** {lines[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */"]


def interface(name, about, options, page, extra=()):
    lines = [f"/** {about} */", f"export interface {name} {{"]
    for option in options:
        lines += comment(option, page[option["name"]], "  ")
        kind = TYPES.get(option["shape"]) or " | ".join(f"'{choice}'" for choice in option["choices"])
        lines.append(f"  {option['name'].split('.')[-1]}?: {kind} | undefined;")
    return [*lines, *extra, "}"]


def declarations(options, page):
    database = [option for option in options if option["name"].startswith("database.")]
    others = [option for option in options if option not in database]
    rest = [
        "  /** The central database. */",
        "  database?: Database | undefined;",
        "  /** When calls are committed: each before it returns, or those of one turn of the event loop",
        "   * together. Default call; tick for the plugin. */",
        "  commit?: 'call' | 'tick' | undefined;",
        "  /** Called, on this thread and some time later, for each failure that was not thrown. */",
        "  onError?: ((error: ObservabilityError) => void) | undefined;",
    ]
    lines = interface("Database", ABOUT_DATABASE, database, page)
    lines += ["", *interface("RecorderOptions", ABOUT_OPTIONS, others, page, rest)]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    for required in ("list", "page", "types"):
        parser.add_argument("--" + required, required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    options = json.loads(subprocess.run([given.list], capture_output=True, check=True).stdout)
    page = rows(Path(given.page).read_text(encoding="utf-8"))
    wrong = list(problems(options, page))
    if not wrong:
        text = Path(given.types).read_text(encoding="utf-8")
        before, rest = text.split(BEGIN)
        made = before + BEGIN + "\n" + declarations(options, page) + "\n" + END + rest.split(END)[1]
        if given.write:
            Path(given.types).write_text(made, encoding="utf-8")
        elif made != text:
            wrong.append(f"{given.types}: is not what declarations.py --write makes")
    for problem in wrong:
        print(problem)
    print(f"{1 - bool(wrong)} passed, {len(wrong)} failed")
    sys.exit(bool(wrong))


main()
