"""Installs the build into a directory of its own and uses what is there, as others would: with
pkg-config, with CMake, shared and static.

usage: install_test.py --build DIR --source DIR --prefix DIR --libdir DIR --cc CC --cxx CXX
"""

import argparse
import json
import os
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

parser = argparse.ArgumentParser()
for option in ("build", "source", "prefix", "libdir", "cc", "cxx"):
    parser.add_argument("--" + option, required=True)
given = parser.parse_args()

HERE = Path(__file__).resolve().parent
C_HOST = Path(given.source, "examples/c_host.c").resolve()
C_SHIPPING_HOST = Path(given.source, "examples/c_shipping_host.c").resolve()
CPP_SHIPPING_HOST = Path(given.source, "examples/shipping_host.cpp").resolve()
NOBODY = "postgresql://edo@127.0.0.1:1/edo"  # refuses connections
C_FLAGS = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror"]
HEADERS = ["edo.h", "edo_shipper.h", "edo_version.h"] + sorted(
    "edo/" + header.name for header in Path(given.source, "lib/include/edo").glob("*.hpp")
)


def run(*command, **environment):
    result = subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env={**os.environ, **environment},
    )
    if result.returncode != 0:
        raise AssertionError(f"{command} failed:\n{result.stdout}\n{result.stderr}")
    return result.stdout


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.destdir = cls.folder / "root"
        run("meson", "install", "-C", given.build, "--no-rebuild", "--destdir", cls.destdir)
        cls.prefix = Path(str(cls.destdir) + given.prefix)
        cls.libdir = cls.prefix / given.libdir

    def pkg_config(self, *flags, packages=("edo",)):
        # The file has the prefix without the directory that stands for the root.
        return run(
            "pkg-config", *flags, *packages,
            PKG_CONFIG_PATH=str(self.libdir / "pkgconfig"),
            PKG_CONFIG_SYSROOT_DIR=str(self.destdir),
        ).split()  # fmt: skip

    def check_host(self, program):
        """Runs a host from outside. It prints the id of what it has recorded."""
        store = str(self.folder / (program.name + ".db"))
        invocation = run(program, json.dumps({"store": store}), LD_LIBRARY_PATH=str(self.libdir)).strip()
        database = sqlite3.connect(store)
        self.addCleanup(database.close)
        self.assertEqual(database.execute("SELECT id FROM invocations").fetchall(), [(invocation,)])
        self.assertIn((1,), database.execute("SELECT count(*) > 0 FROM job_logs").fetchall())

    def check_shipping_host(self, program):
        """Runs a host that is to ship, to a central database that is away: it says so, and has recorded."""
        store = str(self.folder / (program.name + ".db"))
        options = {"store": store, "replicate": "onEnd", "database": {"connectionString": NOBODY}}
        host = subprocess.run(
            [program, json.dumps(options)],
            capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "LD_LIBRARY_PATH": str(self.libdir)},
        )  # fmt: skip
        self.assertEqual(host.returncode, 3, host.stderr)
        self.assertIn("connect to postgresql://edo@127.0.0.1:1/edo", host.stderr)
        database = sqlite3.connect(store)
        self.addCleanup(database.close)
        recorded = {row[0] for row in database.execute("SELECT id FROM invocations")}
        self.assertEqual(recorded, set(host.stdout.split()))

    def linked_libraries(self, program):
        return run("ldd", program, LD_LIBRARY_PATH=str(self.libdir))

    def test_everything_is_there(self):
        for path in [
            *(self.prefix / "include" / header for header in HEADERS),
            self.libdir / "libedo.so",
            self.libdir / "libedo.so.0",
            self.libdir / "libedo.a",
            self.libdir / "libedo-shipper.so",
            self.libdir / "libedo-shipper.so.0",
            self.libdir / "libedo-shipper.a",
            self.libdir / "pkgconfig/edo.pc",
            self.libdir / "pkgconfig/edo-shipper.pc",
            self.libdir / "cmake/Edo/EdoConfig.cmake",
            self.libdir / "cmake/Edo/EdoConfigVersion.cmake",
            self.prefix / "bin/edo",
            self.prefix / "bin/edo-replicator",
        ]:
            self.assertTrue(path.exists(), path)
        archives = sorted(path.name for path in self.libdir.glob("*.a"))
        self.assertEqual(archives, ["libedo-shipper.a", "libedo.a"])

    def test_the_installed_programs_run(self):
        for name in ("edo", "edo-replicator"):
            run(self.prefix / "bin" / name, "--help")

    def test_a_c_host_with_pkg_config(self):
        program = self.folder / "c_shared"
        run(given.cc, *C_FLAGS, C_HOST, *self.pkg_config("--cflags", "--libs"), "-o", program)
        self.assertIn("libedo.so.0", self.linked_libraries(program))
        self.check_host(program)

    def test_a_c_host_with_pkg_config_and_the_archive(self):
        program = self.folder / "c_static"
        libraries = self.pkg_config("--static", "--libs")
        libraries[libraries.index("-ledo")] = "-l:libedo.a"
        run(given.cc, *C_FLAGS, C_HOST, *self.pkg_config("--cflags"), *libraries, "-o", program)
        self.assertNotIn("libedo", self.linked_libraries(program))
        self.check_host(program)

    def test_a_c_host_with_the_archive_and_another_sqlite(self):
        # A stand-in that would break the store: ours must neither meet nor replace it.
        other = self.folder / "other_sqlite.c"
        other.write_text(
            "int sqlite3_open_v2(void);\nint sqlite3_open_v2(void) { return 1; }\n"
            "int sqlite3_step(void);\nint sqlite3_step(void) { return 1; }\n"
        )
        program = self.folder / "c_other"
        libraries = self.pkg_config("--static", "--libs")
        libraries[libraries.index("-ledo")] = "-l:libedo.a"
        run(given.cc, *C_FLAGS, C_HOST, other, *self.pkg_config("--cflags"), *libraries, "-o", program)
        self.check_host(program)

    def test_hosts_with_cmake(self):
        build = self.folder / "cmake"
        run(
            "cmake", "-S", HERE / "installed", "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
            f"-DCMAKE_C_COMPILER={given.cc}", f"-DCMAKE_CXX_COMPILER={given.cxx}", f"-DC_HOST={C_HOST}",
            f"-DC_SHIPPING_HOST={C_SHIPPING_HOST}", f"-DCPP_SHIPPING_HOST={CPP_SHIPPING_HOST}",
        )  # fmt: skip
        run("cmake", "--build", build)
        for name in ("cpp_host", "cpp_host_static", "c_host_static"):
            self.check_host(build / name)
            self.assertEqual("libedo" in self.linked_libraries(build / name), name == "cpp_host", name)
        for name in ("cpp_shipper", "c_shipper", "cpp_shipper_static", "c_shipper_static"):
            self.check_shipping_host(build / name)
            linked = self.linked_libraries(build / name)
            self.assertEqual("libedo-shipper.so.0" in linked, not name.endswith("static"), name)
            self.assertNotIn("libedo.so", linked)
        with self.assertRaisesRegex(AssertionError, "EDO_SHIPS"):
            run("cmake", "-DBOTH=ON", build)

    def test_shipping_hosts_with_pkg_config(self):
        shared = self.folder / "c_shipping"
        flags = self.pkg_config("--cflags", "--libs", packages=["edo-shipper"])
        run(given.cc, *C_FLAGS, C_SHIPPING_HOST, *flags, "-o", shared)
        self.assertIn("libedo-shipper.so.0", self.linked_libraries(shared))
        self.check_shipping_host(shared)

        static = self.folder / "c_shipping_static"
        libraries = self.pkg_config("--static", "--libs", packages=["edo-shipper"])
        libraries[libraries.index("-ledo-shipper")] = "-l:libedo-shipper.a"
        flags = self.pkg_config("--cflags", packages=["edo-shipper"])
        run(given.cc, *C_FLAGS, C_SHIPPING_HOST, *flags, *libraries, "-o", static)
        self.assertNotIn("libedo", self.linked_libraries(static))
        self.check_shipping_host(static)

        # It has all that libedo has.
        program = self.folder / "c_recording"
        flags = self.pkg_config("--cflags", "--libs", packages=["edo-shipper"])
        run(given.cc, *C_FLAGS, C_HOST, *flags, "-o", program)
        self.check_host(program)

    def test_both_libraries_in_one_program(self):
        # Whichever comes first is the one that records, and it says whether it ships.
        program = self.folder / "c_both"
        flags = [*C_FLAGS, C_HOST, *self.pkg_config("--cflags"), "-Wl,--no-as-needed", f"-L{self.libdir}"]
        options = {"store": str(self.folder / "both.db"), "replicate": "onEnd"}
        options["database"] = {"connectionString": NOBODY}
        for order, told in (
            (("-ledo-shipper", "-ledo"), "connect to postgresql://edo@127.0.0.1:1/edo"),
            (("-ledo", "-ledo-shipper"), "link libedo-shipper instead"),
        ):
            run(given.cc, *flags, *order, "-o", program)
            host = subprocess.run(
                [program, json.dumps(options)],
                capture_output=True, text=True, check=False, timeout=60,
                env={**os.environ, "LD_LIBRARY_PATH": str(self.libdir)},
            )  # fmt: skip
            self.assertIn(told, host.stderr, order)


unittest.main(argv=["install_test.py"])
