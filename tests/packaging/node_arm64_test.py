"""Records and ships with the package for arm64, under qemu, in the oldest Debian that can be had.
"""

import json
import tempfile
import unittest
from pathlib import Path

from machines import BUILD, CLEAN, SOURCE, Postgres, check, make_package, mirror, newest_glibc
from npm import NAME, NPM, OUT, Registry, node

NODE = SOURCE / "tests/packaging/node/arm64"

PROGRAM = f"""
const {{ Recorder }} = require('{NAME}');
const recorder = new Recorder('telemetry.db', {{ replicate: 'onEnd' }});
const invocation = recorder.startInvocation({{ sourceFunction: 'orders' }});
const event = invocation.event('order.created');
const job = event.job('send_receipt');
job.log('info', 'sent');
job.complete({{ sent: true }});
event.complete();
invocation.complete();
recorder.flush({{ deadlineMs: 120000 }}).then(({{ finished }}) => {{
  const {{ stored, dropped }} = recorder.health();
  console.log(JSON.stringify({{ arch: process.arch, finished, stored, dropped }}));
  recorder.close();
}});
"""


class NodeArm64Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_package("node", "aarch64")
        check(
            [node(22), NPM / "bin/npm-cli.js", "ci", "--ignore-scripts", "--os=linux", "--cpu=arm64"], cwd=NODE
        )
        folder = tempfile.TemporaryDirectory(prefix="edo-", dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.folder.chmod(0o755)
        cls.registry = Registry(OUT)
        cls.addClassCleanup(cls.registry.close)
        cls.postgres = Postgres(cls.folder / "pg", BUILD / "tools/edo-replicator")
        cls.addClassCleanup(cls.postgres.stop)

    def test_records_and_ships(self):
        app = self.folder / "app"
        app.mkdir()
        (app / "package.json").write_text('{"private": true}')
        self.registry.install(app, "--os=linux", "--cpu=arm64")
        machine = f"{NAME}-linux-arm64-gnu"
        self.assertEqual(sorted(path.name for path in (app / "node_modules").glob("[a-z]*")), [NAME, machine])
        addon = app / "node_modules" / machine / "edo.node"
        self.assertLessEqual(newest_glibc(addon, "aarch64-linux-gnu-objdump"), (2, 28))

        uri, _ = mirror()
        root = self.folder / "arm64"
        # What Node needs; the add-on takes only the C library from there.
        check(
            ["mmdebstrap", "--variant=extract", "--architectures=arm64", "--include=libc6,libgcc-s1,libstdc++6",
             "bullseye", root, uri]
        )  # fmt: skip
        (app / "program.js").write_text(PROGRAM)
        env = {
            **CLEAN,
            "OBSERVABILITY_DB_URL": f"postgresql://edge@127.0.0.1:{self.postgres.port}/telemetry",
            "PGPASSWORD": self.postgres.PASSWORD,
        }
        program = NODE / "node_modules/node22/bin/node"
        said = check(["qemu-aarch64-static", "-L", root, program, "program.js"], cwd=app, env=env)
        self.assertEqual(json.loads(said), {"arch": "arm64", "finished": True, "stored": 7, "dropped": 0})
        self.assertEqual(self.postgres.sql("SELECT count(*) FROM event_detector_observability.job_logs"), "1")
