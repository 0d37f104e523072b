"""Reads in the programs and libraries that they were hardened: PIE, full RELRO, no executable stack,
stack protector and FORTIFY; and in the archives of libedo that nothing is destroyed at exit, while threads
may still record.

usage: hardening_test.py --cc CC [--no-fortify] [--lasting ARCHIVE]... PROGRAM_OR_LIBRARY...
"""

import argparse
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--cc", required=True)
parser.add_argument("--no-fortify", action="store_true", help="sanitizers and -O0 go without")
parser.add_argument("--lasting", action="append", default=[], metavar="ARCHIVE")
parser.add_argument("files", nargs="+")
given = parser.parse_args()


def readelf(*arguments):
    return subprocess.run(
        ["readelf", "--wide", *arguments], capture_output=True, text=True, check=True
    ).stdout


def faults(path, fortify=True):
    """What is wrong with one file, as a list of words."""
    header = readelf("--file-header", path)
    segments = readelf("--program-headers", path)
    dynamic = readelf("--dynamic", path)
    asked_for = set(re.findall(r" UND (\w+)", readelf("--dyn-syms", path)))
    stack = re.search(r"GNU_STACK(?:\s+\S+){5}\s+([RWE ]+?)\s+0x", segments)
    found = []
    if "Type:                              DYN" not in header:
        found.append("PIE")
    if "GNU_RELRO" not in segments or not re.search(r"BIND_NOW|FLAGS_1.*NOW", dynamic):
        found.append("RELRO")
    if stack is None or "E" in stack[1]:
        found.append("stack")
    if "TEXTREL" in dynamic:
        found.append("TEXTREL")
    if "__stack_chk_fail" not in asked_for:
        found.append("stack protector")
    if fortify and not any(name.endswith("_chk") for name in asked_for):
        found.append("FORTIFY")
    return found


# The standard streams look after themselves.
HARMLESS = {"std::ios_base::Init::~Init()"}


def destroyed_at_exit(archive):
    """What the objects of an archive hand to __cxa_atexit(), as a list of destructors."""
    relocations = subprocess.run(
        ["objdump", "--reloc", "--demangle", archive], capture_output=True, text=True, check=True
    ).stdout
    values = [line.split(maxsplit=2)[2] for line in relocations.splitlines() if " R_" in line]
    found = []
    for at, value in enumerate(values):
        if not value.startswith("__cxa_atexit"):
            continue
        # The destructor is one of the arguments, whose relocations come before the call's.
        named = [name for name in values[max(at - 4, 0) : at] if "~" in name]
        found.append(re.sub(r"[-+]0x[0-9a-f]+$", "", named[-1]) if named else "unknown")
    return [name for name in found if name not in HARMLESS]


class HardeningTest(unittest.TestCase):
    def test_that_nothing_is_destroyed_under_threads(self):
        for archive in given.lasting:
            with self.subTest(archive):
                self.assertEqual(destroyed_at_exit(archive), [])

    def test_what_is_built(self):
        for path in given.files:
            with self.subTest(path):
                self.assertEqual(faults(path, fortify=not given.no_fortify), [])

    def test_that_soft_programs_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "soft")
            source = Path(folder, "soft.c")
            source.write_text("int main(void) { return 0; }\n")
            subprocess.run(
                [given.cc, "-O0", "-fno-stack-protector", "-no-pie", "-Wl,-z,norelro,-z,lazy,-z,execstack",
                 source, "-o", program],
                check=True,
            )  # fmt: skip
            self.assertEqual(
                faults(program), ["PIE", "RELRO", "stack", "stack protector", "FORTIFY"]
            )


unittest.main(argv=["hardening_test.py"])
