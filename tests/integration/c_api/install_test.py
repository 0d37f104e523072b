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
C_FLAGS = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror"]
HEADERS = ["edo.h"] + sorted(
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

    def pkg_config(self, *flags):
        # The file has the prefix without the directory that stands for the root.
        return run(
            "pkg-config", *flags, "edo",
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

    def linked_libraries(self, program):
        return run("ldd", program, LD_LIBRARY_PATH=str(self.libdir))

    def test_everything_is_there(self):
        for path in [
            *(self.prefix / "include" / header for header in HEADERS),
            self.libdir / "libedo.so",
            self.libdir / "libedo.so.0",
            self.libdir / "libedo.a",
            self.libdir / "pkgconfig/edo.pc",
            self.libdir / "cmake/Edo/EdoConfig.cmake",
            self.libdir / "cmake/Edo/EdoConfigVersion.cmake",
            self.prefix / "bin/edo",
            self.prefix / "bin/edo-replicator",
        ]:
            self.assertTrue(path.exists(), path)
        self.assertEqual([path.name for path in self.libdir.glob("*.a")], ["libedo.a"])

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
        )  # fmt: skip
        run("cmake", "--build", build)
        for name in ("cpp_host", "cpp_host_static", "c_host_static"):
            self.check_host(build / name)
            self.assertEqual("libedo" in self.linked_libraries(build / name), name == "cpp_host", name)


unittest.main(argv=["install_test.py"])
