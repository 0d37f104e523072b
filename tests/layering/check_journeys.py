"""Checks that the files and functions that docs/architecture.md names exist.

usage: check_journeys.py [--self-test]

A numbered item begins with a file, and the code after it up to the dash are names in that file. Everywhere
else on the page, code with a slash is a path, and A::b is a name in the file of the item.
"""

import re
import sys
import tempfile
from pathlib import Path

PAGE = "docs/architecture.md"
ITEM = re.compile(r"^\d+\. .*(?:\n +.*)*", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"(?:lib|replicator|tools|dashboard|schemas|docs|tests|bindings)/[\w./-]+")
MEMBER = re.compile(r"\w+::\w+")


def is_name_in(name, text):
    return re.search(rf"\b{re.escape(name.rpartition('::')[2])}\b", text) is not None


def check_item(root, item):
    """The names of one item that are not in its file."""
    file, *others = CODE.findall(item)
    if not (root / file).is_file():
        return
    text = (root / file).read_text(encoding="utf-8")
    required = CODE.findall(item.partition(" – ")[0])[1:] + [name for name in others if MEMBER.fullmatch(name)]
    for name in dict.fromkeys(required):
        if not is_name_in(name, text):
            yield f"{PAGE}: {file} has no {name}"


def check(root):
    page = (root / PAGE).read_text(encoding="utf-8")
    for path in dict.fromkeys(CODE.findall(page)):
        if PATH.fullmatch(path) and not (root / path).exists():
            yield f"{PAGE}: {path} does not exist"
    for item in ITEM.findall(page):
        yield from check_item(root, item)


def self_test():
    """A page with one fault of each kind."""
    page = "1. `lib/a.cpp`: `A::run`, `A::stop` – runs (`A::walk`),\n   and more.\n2. `lib/gone.cpp`: `B::run` – no.\n\nIn `tools/gone`, `a/b`.\n"
    expected = [
        f"{PAGE}: lib/gone.cpp does not exist",
        f"{PAGE}: tools/gone does not exist",
        f"{PAGE}: lib/a.cpp has no A::stop",
        f"{PAGE}: lib/a.cpp has no A::walk",
    ]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {PAGE: page, "lib/a.cpp": "void A::run() { unstoppable(); }\n"}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        return list(check(root)), expected


def main():
    if sys.argv[1:] == ["--self-test"]:
        found, expected = self_test()
        failures = [] if found == expected else [f"self-test: expected {expected}, found {found}"]
    elif sys.argv[1:]:
        print("usage: check_journeys.py [--self-test]", file=sys.stderr)
        return 2
    else:
        failures = list(check(Path(__file__).parents[2]))
    for failure in failures:
        print(failure)
    print("0 passed, 1 failed" if failures else "1 passed, 0 failed")
    return 1 if failures else 0


sys.exit(main())
