"""Builds the tarballs and runs their programs: in the oldest Debian that can be had, and under qemu.
"""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from machines import BUILD, CLEAN, SOURCE, Postgres, Root, check, make_package, mirror, newest_glibc

OLD_DEBIAN = "bullseye"
NEWEST_GLIBC = (2, 28)


class TarballTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_package("tarball")
        folder = tempfile.TemporaryDirectory(prefix="edo-", dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.folder.chmod(0o755)
        cls.trees = {}
        for machine in ("x86_64", "aarch64"):
            archive = next((BUILD / "packages/out").glob(f"*-linux-{machine}.tar.xz"))
            check(["tar", "--extract", "--xz", "--file", archive, "--directory", cls.folder])
            cls.trees[machine] = cls.folder / archive.name.removesuffix(".tar.xz")
        cls.postgres = Postgres(
            cls.folder / "pg", cls.trees["x86_64"] / "bin/edo-replicator"
        )
        cls.addClassCleanup(cls.postgres.stop)

    def test_programs_ask_for_no_newer_c_library(self):
        for tree in self.trees.values():
            for program in ("edo", "edo-replicator"):
                newest = newest_glibc(tree / "bin" / program)
                print(f"{tree.name}/{program}: GLIBC_{newest[0]}.{newest[1]}")
                self.assertLessEqual(newest, NEWEST_GLIBC)

    def test_everything_is_in_it(self):
        for tree in self.trees.values():
            for path in [
                "LICENSE",
                "share/doc/event-detector-observability/licenses/libpq-dev",
                "share/doc/event-detector-observability/licenses-dashboard.md",
                "share/man/man1/edo.1",
                "share/bash-completion/completions/edo-replicator.bash",
                "share/doc/event-detector-observability/replicator.toml",
                "lib/systemd/system/edo-replicator.service",
            ]:
                self.assertTrue((tree / path).is_file(), path)
            unit = (tree / "lib/systemd/system/edo-replicator.service").read_text()
            self.assertIn("ExecStart=/usr/local/bin/edo-replicator ", unit)

    def use(self, run, store, invocations, url):
        """What every build must be able to do: record, ship with a password, compare, serve."""
        run("edo", "demo", "--store", store, "--invocations", str(invocations))
        run("edo-replicator", "run", "--once", "--store", store, "--to", url)
        run("edo-replicator", "verify", "--store", store, "--to", url)
        self.assertIn('"status":"completed"', run("edo", "ls", "--store", store, "--json"))

    def url(self):
        return f"postgresql://edge@127.0.0.1:{self.postgres.port}/telemetry"

    def serve(self, command, store, env):
        server = subprocess.Popen(
            [*command, "serve", "--store", store, "--listen", "127.0.0.1:0", "--json"],
            stdout=subprocess.PIPE, text=True, env=env,
        )  # fmt: skip
        try:
            url = re.search(r'"url":"([^"]+)"', server.stdout.readline())[1]
            query = '{"query": "{ invocations(where: {source_function: {_regex: \\"^[a-z]\\"}}, limit: 3) { id } }"}'
            answer = check(["curl", "-sf", "-H", "content-type: application/json", "-d", query, url + "/v1/graphql"])
            self.assertEqual(answer.count('"id"'), 3, answer)
            self.assertIn("<html", check(["curl", "-sf", url + "/"]).lower())
        finally:
            server.terminate()
            self.assertEqual(server.wait(30), 0)

    def test_in_an_old_debian(self):
        old = Root(self.folder / "old", OLD_DEBIAN)
        check(["cp", "-r", f"{self.trees['x86_64']}/.", old.path / "usr/local"])
        print(old.run("ldd", "--version").splitlines()[0])
        env = {**CLEAN, "PGPASSWORD": self.postgres.PASSWORD}
        self.use(lambda *words: check([*old.command, *words], env=env), "/root/a.db", 30, self.url())
        self.serve(["chroot", old.path, "edo"], "/root/a.db", env)

    def test_arm64_under_qemu(self):
        uri, own = mirror()
        root = self.folder / "arm64"
        # Only the C library comes from there.
        check(
            ["mmdebstrap", "--variant=extract", "--architectures=arm64", "--include=libc6", OLD_DEBIAN, root, uri]
        )
        command = ["qemu-aarch64-static", "-L", root]
        tree = self.trees["aarch64"] / "bin"
        env = {**CLEAN, "PGPASSWORD": self.postgres.PASSWORD}
        store = self.folder / "arm.db"

        def run(program, *words):
            return check([*command, tree / program, *words], env=env)

        self.use(run, store, 15, self.url())
        self.serve([*command, tree / "edo"], store, env)
