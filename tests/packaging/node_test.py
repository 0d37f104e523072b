"""Installs the packages for npm in roots that have nothing but Node, on the platforms of functions and with
their bundlers, and calls what is installed.
"""

import json
import os
import re
import shutil
import socket
import tempfile
import tomllib
import unittest
from pathlib import Path

from function_service import CLIENT, Sandbox, SmallFolder, build_client
from machines import BUILD, CLEAN, SOURCE, Postgres, Root, check, make_package, newest_glibc, wait_for
from npm import NAME, NODES, NPM, OUT, Registry, node

HOST = SOURCE / "bindings/node/test/host"
QUICK_START = SOURCE / "bindings/node/test/quick_start"
EXAMPLES = SOURCE / "examples/node"
PAYLOAD = json.loads((SOURCE / "examples/payloads/order_created.json").read_text())
LIBRARY = "@hopdrive/hasura-event-detector"
MACHINE = f"{NAME}-linux-x64-gnu"
NEWEST_GLIBC = (2, 28)
LARGEST = 8_000_000

# An event module for a job that never ends, and says so.
HANGS = """
const { run, job } = require('@hopdrive/hasura-event-detector');
exports.detector = (event, { event: { data } }) => data.new.hangs === true;
async function hang() {
  process.stdout.write('it hangs\\n');
  await new Promise(() => setInterval(() => {}, 1000));
}
exports.handler = (event, hasuraEvent) => run(event, hasuraEvent, [job(hang)]);
"""


def packed_addon(folder):
    check(["tar", "--extract", "--file", next(OUT.glob(f"{MACHINE}-*.tgz")), "--directory", folder])
    return folder / "package/edo.node"


class NodeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_package("node", "x86_64")
        build_client()
        folder = tempfile.TemporaryDirectory(prefix="edo-", dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.folder.chmod(0o755)
        cls.addon = packed_addon(cls.folder)
        cls.registry = Registry(OUT)
        cls.addClassCleanup(cls.registry.close)
        cls.postgres = Postgres(cls.folder / "pg", BUILD / "tools/edo-replicator")
        cls.addClassCleanup(cls.postgres.stop)
        cls.central = {
            "OBSERVABILITY_ENABLED": "true",
            "OBSERVABILITY_DB_URL": f"postgresql://edge@127.0.0.1:{cls.postgres.port}/telemetry",
            "PGPASSWORD": cls.postgres.PASSWORD,
        }
        cls.roots = {}

    def root(self, suite):
        """One for all tests; each leaves only its own folders in it."""
        if suite not in self.roots:
            self.roots[suite] = Root(self.folder / suite, suite)
            opt = self.roots[suite].path / "opt"
            shutil.copytree(NPM, opt / "npm", symlinks=True)
            shutil.copytree(CLIENT, self.roots[suite].path / "var/runtime/aws-lambda-ric")
            for version in NODES:
                shutil.copy(node(version), opt / f"node{version}")
        return self.roots[suite]

    def in_central_database(self, status="completed"):
        return int(
            self.postgres.sql(f"SELECT count(*) FROM event_detector_observability.invocations WHERE status = '{status}'")
        )

    def site(self, name, files, events="events"):
        """A folder of this machine with these files, event modules, the library's stand-in and our packages."""
        site = self.folder / name
        shutil.copytree(files, site)
        shutil.copytree(QUICK_START / "events", site / events)
        (site / events / "order.hangs.js").write_text(HANGS)
        (site / "package.json").write_text('{"name": "site", "private": true}')
        self.registry.install(site)
        shutil.copytree(HOST, site / "node_modules" / LIBRARY)
        return site

    def test_addon_needs_only_an_old_c_library(self):
        newest = newest_glibc(self.addon)
        size = self.addon.stat().st_size
        print(f"edo.node: {size} bytes, GLIBC_{newest[0]}.{newest[1]}")
        self.assertLessEqual(newest, NEWEST_GLIBC)
        self.assertLessEqual(size, LARGEST)
        needed = re.findall(r"NEEDED.*\[(.*)\]", check(["readelf", "-d", self.addon]))
        self.assertLessEqual(
            set(needed), {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "ld-linux-x86-64.so.2"}
        )
        self.assertNotIn(".symtab", check(["readelf", "-S", "-W", self.addon]))

    def test_add_on_passes_the_tests_of_the_binding(self):
        """With its own OpenSSL, SQLite and libpq inside a Node that brings others."""
        tests = SOURCE / "bindings/node/test"
        env = {
            **os.environ,
            "EDO_NODE_ADDON": str(self.addon),
            "EDO": str(BUILD / "tools/edo"),
            "EDO_REPLICATOR": str(BUILD / "tools/edo-replicator"),
            "EDO_PRIVATE_POSTGRES": str(SOURCE / "tests/support/private-postgres"),
        }
        for version in NODES:
            with self.subTest(node=version):
                names = ("symbols", "native", "api", "ship", "threads")
                check([node(version), "--test", *(tests / f"{name}.test.js" for name in names)], env=env)

    def test_npm_installs_what_fits_the_machine(self):
        for flags, expected in {
            (): [NAME, MACHINE],
            ("--omit=optional",): [NAME],
            ("--os=darwin", "--cpu=arm64"): [NAME],
            ("--os=win32", "--cpu=x64"): [NAME],
            ("--os=linux", "--cpu=riscv64"): [NAME],
            ("--os=linux", "--cpu=x64", "--libc=musl"): [NAME],
        }.items():
            with self.subTest(flags=flags), tempfile.TemporaryDirectory(dir=self.folder) as folder:
                (Path(folder) / "package.json").write_text('{"private": true}')
                self.registry.install(folder, *flags)
                modules = Path(folder) / "node_modules"
                self.assertEqual(sorted(p.name for p in modules.glob("[a-z]*")), expected)
                self.assertNotIn("hasInstallScript", (Path(folder) / "package-lock.json").read_text())
                use = f"const {{ Recorder }} = require('{NAME}'); new Recorder('a.db').startInvocation().complete()"
                said = check([node(20), "--eval", use], cwd=folder, env=CLEAN)
                self.assertEqual("nothing is recorded" in said, MACHINE not in expected, said)
                self.assertEqual((Path(folder) / "a.db").exists(), MACHINE in expected)

    def test_quick_start_in_bare_roots(self):
        for suite in ("bullseye", "trixie"):
            root = self.root(suite)
            for version in NODES:
                with self.subTest(suite=suite, node=version):
                    self.run_quick_start(root, version)

    def run_quick_start(self, root, version):
        app = root.path / "app"
        shutil.rmtree(app, ignore_errors=True)
        shutil.copytree(QUICK_START, app)
        (app / "package.json").write_text('{"private": true}')
        (app / "payload.json").write_text(json.dumps(PAYLOAD))
        env = {**CLEAN, **self.central, "npm_config_registry": self.registry.url, "AWS_LAMBDA_FUNCTION_NAME": "orders"}

        def run(*words):
            line = f"cd /app && exec {' '.join(words)} </app/payload.json"
            return check([*root.command, "/bin/sh", "-ec", line], env=env)

        program = f"/opt/node{version}"
        run(program, "/opt/npm/bin/npm-cli.js", "install", NAME)
        shutil.copytree(HOST, app / "node_modules" / LIBRARY)
        for host in (f"--require {NAME}/register netlify.js", "handler.mjs"):
            before = self.in_central_database()
            self.assertIn('"statusCode":200', run(program, host))
            self.assertEqual(self.in_central_database(), before + 1, host)

    def sandbox(self, task, handler, version=22, temporary=None, **environment):
        root = self.root("trixie")
        shutil.rmtree(root.path / "var/task", ignore_errors=True)
        shutil.copytree(task, root.path / "var/task", symlinks=True)
        if temporary is None:
            temporary = SmallFolder(tempfile.mkdtemp(dir=self.folder) + "/tmp")
            self.addCleanup(temporary.close)
        sandbox = Sandbox(root, temporary, version, handler, **{**self.central, **environment})
        self.addCleanup(sandbox.close)
        return sandbox

    def call(self, sandbox, event=PAYLOAD):
        """Whatever the invocation has recorded is at the central database when it has answered."""
        before = self.in_central_database()
        answer = sandbox.invoke({"body": json.dumps(event)})
        self.assertEqual(answer["statusCode"], 200)
        self.assertEqual(self.in_central_database(), before + 1)

    def test_lambda_stops_its_functions_between_invocations(self):
        site = self.site("lambda", EXAMPLES / "lambda")
        for version in (22, 24):
            with self.subTest(node=version):
                sandbox = self.sandbox(site, "index.handler", version)
                for _ in range(5):
                    self.call(sandbox)
                    sandbox.freeze()
                    sandbox.thaw()

    def test_lambda_kills_at_the_time_out(self):
        site = self.site("timeout", EXAMPLES / "lambda")
        temporary = SmallFolder(self.folder / "timeout-tmp")
        self.addCleanup(temporary.close)
        sandbox = self.sandbox(site, "index.handler", temporary=temporary)
        self.call(sandbox)
        order = PAYLOAD["event"]["data"]["new"]
        hanging = {**PAYLOAD, "event": {**PAYLOAD["event"], "data": {"old": None, "new": {**order, "hangs": True}}}}
        sandbox.api.post({"body": json.dumps(hanging)})
        wait_for("the job", lambda: "it hangs" in sandbox.log.read_text())
        sandbox.kill()
        # What it left in /tmp ships with the next invocation.
        self.call(self.sandbox(site, "index.handler", temporary=temporary))
        self.assertEqual(self.in_central_database("crashed"), 1)

    def test_lambda_without_a_central_database(self):
        """Of all invocations of an outage one waits for the central database, here one that never answers."""
        site = self.site("outage", EXAMPLES / "lambda")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            url = f"postgresql://edge@127.0.0.1:{silent.getsockname()[1]}/telemetry"
            sandbox = self.sandbox(
                site, "index.handler", OBSERVABILITY_DB_URL=url, OBSERVABILITY_RETRY_DELAY="86400000"
            )
            for _ in range(8):
                self.assertEqual(sandbox.invoke({"body": json.dumps(PAYLOAD)})["statusCode"], 200)
                sandbox.freeze()
                sandbox.thaw()
            silent.setblocking(False)
            silent.accept()[0].close()
            with self.assertRaises(BlockingIOError):
                silent.accept()

    def bundle(self, site, *words):
        check([node(22), SOURCE / "tests/packaging/node/bundle.mjs", *words], cwd=site)

    def test_netlify(self):
        """With the settings of the example, by each of Netlify's bundlers; the first is the default."""
        site = self.site("netlify", EXAMPLES / "netlify", "netlify/functions/events")
        settings = tomllib.loads((site / "netlify.toml").read_text())["functions"]
        for bundler in (None, "nft", "esbuild"):
            with self.subTest(bundler=bundler):
                out = self.folder / f"netlify-{bundler}"
                chosen = {**settings, "node_bundler": bundler} if bundler else settings
                self.bundle(site, "netlify", json.dumps(chosen), out)
                shutil.unpack_archive(out / "orders.zip", out / "task")
                self.call(self.sandbox(out / "task", "orders.handler"))

    def test_vercel(self):
        """What nft traces, and the event modules, which vercel.json names in includeFiles."""
        site = self.site("vercel", EXAMPLES / "netlify/netlify/functions", "events")
        out = self.folder / "vercel-out"
        self.bundle(site, "vercel", "orders.js", out)
        shutil.copytree(site / "events", out / "events", dirs_exist_ok=True)
        self.call(self.sandbox(out, "orders.handler"))

    def test_esbuild(self):
        site = self.site("esbuild", EXAMPLES / "netlify/netlify/functions", "events")
        out = self.folder / "esbuild-out"
        self.bundle(site, "esbuild", "orders.js", out)
        for folder in ("events", "node_modules"):
            shutil.copytree(site / folder, out / folder)
        self.call(self.sandbox(out, "orders.handler"))
