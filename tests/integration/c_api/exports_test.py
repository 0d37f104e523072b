"""What libedo.so shows to others and asks of them.

usage: exports_test.py LIBEDO_SO LIBEDO_A EXPORTED_FUNCTIONS [PROGRAM...]

Another SQLite may live in the same process, so ours must be neither visible nor looked for outside.
The programs are checked for the latter only.
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

SHARED, ARCHIVE, LIST, *PROGRAMS = sys.argv[1:]

# Names of the C++ API, demangled. What is private to a class begins with a capital (State).
CPP_API = re.compile(
    r"edo::(Error|EventExecution|Group|Invocation|JobExecution|JobScope|OutputCapture|Recorder)::[^S]"
    r"|edo::(apply_environment|apply_json|build_tracking_token|chain_origin|current_job"
    r"|log_to_current_job|options_from_environment|options_from_json|parse_tracking_token"
    r"|process_environment|to_string|validate)(\[abi:cxx11\])?\("
)


def symbols(path, *flags):
    """Demangled names that nm lists."""
    listing = subprocess.run(
        ["nm", "--demangle", "--format=posix", *flags, path], capture_output=True, text=True, check=True
    ).stdout
    rows = re.findall(r"^(.+?) ([A-Za-z]) ?[0-9a-f ]*$", listing, re.MULTILINE)
    # Weak objects (V) are constants of other people's templates, of which a process has one each.
    return {name.strip() for name, kind in rows if kind != "V"}


def is_sqlite(name):
    return "sqlite3" in name or "SQLite::" in name


class ExportsTest(unittest.TestCase):
    def check_exported(self, exported):
        functions = {name for name in exported if re.fullmatch(r"\w+", name)}
        expected = set(Path(LIST).read_text(encoding="utf-8").split())
        self.assertEqual(functions, expected, "exported_functions.txt must list what edo.h declares")
        others = sorted(name for name in exported - functions if not CPP_API.match(name))
        self.assertEqual(others, [])
        self.assertTrue(any(name.startswith("edo::Recorder::Recorder(") for name in exported))

    def test_the_shared_library_exports_the_api_and_nothing_else(self):
        self.check_exported(symbols(SHARED, "--dynamic", "--defined-only"))

    def test_the_archive_defines_the_api_and_nothing_else(self):
        self.check_exported(symbols(ARCHIVE, "--extern-only", "--defined-only"))

    def test_nothing_asks_for_an_sqlite_outside(self):
        asked = symbols(SHARED, "--dynamic", "--undefined-only") | symbols(ARCHIVE, "--undefined-only")
        self.assertEqual([name for name in asked if is_sqlite(name)], [])

    def test_nothing_is_linked_against_a_library_of_sqlite(self):
        for binary in [SHARED, *PROGRAMS]:
            libraries = subprocess.run(["ldd", binary], capture_output=True, text=True, check=True).stdout
            self.assertNotIn("libsqlite3", libraries, binary)
            self.assertIn("libc.so", libraries, binary)


unittest.main(argv=sys.argv[:1])
