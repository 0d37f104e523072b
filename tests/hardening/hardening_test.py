"""Reads in the programs and libraries that they were hardened: PIE, full RELRO, no executable stack,
stack protector and FORTIFY.

usage: hardening_test.py --cc CC [--no-fortify] PROGRAM_OR_LIBRARY...
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


class HardeningTest(unittest.TestCase):
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
