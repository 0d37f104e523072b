"""What libedo.so and libedo-shipper.so show to others and ask of them.

usage: exports_test.py LIBEDO_SO LIBEDO_A SHIPPER_SO SHIPPER_A EXPORTED_FUNCTIONS [PROGRAM...]

Another SQLite may live in the same process, so ours must be neither visible nor looked for outside.
The programs are checked for the latter only.
"""

import re
import subprocess
import sys
import unittest
from pathlib import Path

SHARED, ARCHIVE, SHIPPER, SHIPPER_ARCHIVE, LIST, *PROGRAMS = sys.argv[1:]
# What libedo-shipper has besides.
SHIPS = {"edo_recorder_ship"}
SHIP = "edo::ship(edo::Recorder&, "

# Names of the C++ API, demangled. What is private to a class begins with a capital (State).
CPP_API = re.compile(
    r"edo::(Error|EventExecution|Group|Invocation|JobExecution|JobScope|OutputCapture|Recorder)::[^S]"
    r"|edo::(apply_environment|apply_json|build_tracking_token|chain_origin|current_job"
    r"|library_version|log_to_current_job|options_from_environment|options_from_json|parse_tracking_token"
    r"|process_environment|to_string|validate)(\[abi:cxx11\])?\("
)


def symbols(path, *flags):
    """Demangled names that nm lists."""
    listing = subprocess.run(
        ["nm", "--demangle", "--format=posix", *flags, path], capture_output=True, text=True, check=True
    ).stdout
    rows = re.findall(r"^(.+?) ([A-Za-z]) ?[0-9a-f ]*$", listing, re.MULTILINE)
    # Weak and unique objects (V, u) are constants of other people's templates, of which a process has
    # one each.
    return {name.strip() for name, kind in rows if kind not in "Vu"}


def is_sqlite(name):
    return "sqlite3" in name or "SQLite::" in name


class ExportsTest(unittest.TestCase):
    def check_exported(self, exported, besides=frozenset()):
        functions = {name for name in exported if re.fullmatch(r"\w+", name)}
        expected = set(Path(LIST).read_text(encoding="utf-8").split()) | besides
        self.assertEqual(functions, expected, "exported_functions.txt must list what edo.h declares")
        others = sorted(name for name in exported - functions if not CPP_API.match(name))
        self.assertEqual([name for name in others if not name.startswith(SHIP)], [])
        self.assertEqual(len(others), len(besides))
        self.assertTrue(any(name.startswith("edo::Recorder::Recorder(") for name in exported))

    def test_the_shared_library_exports_the_api_and_nothing_else(self):
        self.check_exported(symbols(SHARED, "--dynamic", "--defined-only"))

    def test_the_archive_defines_the_api_and_nothing_else(self):
        self.check_exported(symbols(ARCHIVE, "--extern-only", "--defined-only"))

    def test_what_ships_exports_one_function_more(self):
        self.check_exported(symbols(SHIPPER, "--dynamic", "--defined-only"), SHIPS)
        self.check_exported(symbols(SHIPPER_ARCHIVE, "--extern-only", "--defined-only"), SHIPS)

    def test_only_what_ships_needs_the_client_of_postgres(self):
        def needed(library):
            listing = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=True)
            return set(re.findall(r"NEEDED.*\[(\w+)", listing.stdout))

        self.assertEqual(needed(SHIPPER) - needed(SHARED), {"libpq", "libzstd", "libxxhash"})
        self.assertEqual(needed(SHARED) - needed(SHIPPER), set())
        self.assertNotIn("libpq", needed(SHARED))
        self.assertEqual([name for name in symbols(ARCHIVE, "--undefined-only") if name.startswith("PQ")], [])

    def test_nothing_asks_for_an_sqlite_outside(self):
        asked = set()
        for library in (SHARED, SHIPPER):
            asked |= symbols(library, "--dynamic", "--undefined-only")
        for archive in (ARCHIVE, SHIPPER_ARCHIVE):
            asked |= symbols(archive, "--undefined-only")
        self.assertEqual([name for name in asked if is_sqlite(name)], [])

    def test_nothing_is_linked_against_a_library_of_sqlite(self):
        for binary in [SHARED, SHIPPER, *PROGRAMS]:
            libraries = subprocess.run(["ldd", binary], capture_output=True, text=True, check=True).stdout
            self.assertNotIn("libsqlite3", libraries, binary)
            self.assertIn("libc.so", libraries, binary)


unittest.main(argv=sys.argv[:1])
