"""Finds phrases of words.txt in what people read, and prints what to write instead.

usage: check_words.py
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("words.txt")
# Prose is read as a whole; of sources only what they print, which is their strings.
PROSE = ("*.md", "lib/include/*", "bindings/node/*.d.ts", "packaging/config/*", "schemas/*.sql")
STRINGS = ("tools/*.cpp", "tools/*.hpp", "replicator/*.cpp", "shipper/*.cpp", "lib/src/*.cpp")
EXCEPT = ("docs/glossary.md",)
BREAK = r"(?:\s|//+|\*|--)+"
COMMENT = re.compile(r"^[ \t]*//.*", re.MULTILINE)
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def phrases():
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            phrase, instead = line.split(" => ")
            yield re.compile(rf"\b{phrase.replace(' ', BREAK)}\b", re.IGNORECASE), instead


def tracked(patterns):
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if name not in EXCEPT]


def strings_of(source):
    """The source with everything blanked but what is in its strings."""
    source = COMMENT.sub(lambda comment: " " * len(comment[0]), source)
    kept = list(re.sub(r"\S", " ", source))
    for literal in LITERAL.finditer(source):
        kept[literal.start() + 1 : literal.end() - 1] = literal[0][1:-1].replace(r"\n", "  ")
    return "".join(kept)


def findings():
    known = list(phrases())
    for names, read in ((tracked(PROSE), str), (tracked(STRINGS), strings_of)):
        for name in names:
            text = read((ROOT / name).read_text(encoding="utf-8"))
            for phrase, instead in known:
                for found in phrase.finditer(text):
                    words = " ".join(found[0].split())
                    yield f'{name}:{text.count(chr(10), 0, found.start()) + 1}: "{words}": write "{instead}"'


def main():
    found = list(findings())
    for finding in found:
        print(finding)
    sys.exit(bool(found))


main()
