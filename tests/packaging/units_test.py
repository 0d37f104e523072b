"""Units, cron and serve.toml call the programs as they want to be called, and units are closed.

usage: units_test.py --source DIR --build DIR --edo PROGRAM --replicator PROGRAM
"""

import argparse
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

parser = argparse.ArgumentParser()
for option in ("source", "build", "edo", "replicator"):
    parser.add_argument("--" + option, type=Path, required=True)
given = parser.parse_args()

UNITS = sorted((given.build / "packaging").glob("*.service"))
CRON = given.source / "packaging/config/edo-replicator.cron"
PROGRAMS = {"edo": given.edo, "edo-replicator": given.replicator}
MOST_EXPOSED = 30  # of 100: systemd's own 3.0


def run(*command):
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=60
    )


def calls():
    """Who calls what: the line of each unit and of cron, as a list of words."""
    for unit in UNITS:
        line = re.search(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)[1]
        yield unit.name, line.split()
    line = CRON.read_text().splitlines()[-1]
    yield CRON.name, re.search(r"edo-replicator .*(?= 2>&1)", line)[0].split()


class UnitsTest(unittest.TestCase):
    def test_programs_are_called_as_they_want(self):
        self.assertEqual(len(UNITS), 4)
        for who, (program, *arguments) in calls():
            result = run(PROGRAMS[Path(program).name], *arguments)
            # Everything is understood but for the file, which is not there.
            self.assertEqual(result.returncode, 2, f"{who}: {result.stderr}")
            self.assertRegex(result.stderr, r"/etc/edo/(replicator|serve)\.toml", who)

    def test_programs_are_where_they_are_installed(self):
        for who, (program, *_) in calls():
            if who.endswith(".service"):
                self.assertTrue(program.startswith("/"), who)
                self.assertNotRegex(Path(given.build, "packaging", who).read_text(), r"@[a-z]+@", who)

    def test_systemd_understands_the_units(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("there is no systemd-analyze")
        with tempfile.TemporaryDirectory() as folder:
            copies = []
            for unit in [*UNITS, given.source / "packaging/systemd/edo-replicator-once.timer"]:
                text = re.sub(
                    r"^ExecStart=\S*/(\S+)",
                    lambda found: f"ExecStart={PROGRAMS[found[1]]}",
                    unit.read_text(),
                    flags=re.MULTILINE,
                )
                copies.append(Path(folder, unit.name))
                copies[-1].write_text(text)
            result = run("systemd-analyze", "verify", "--man=no", *copies)
            # It tells of other units as well, which are not ours to mend.
            self.assertNotIn(folder, result.stderr)
            self.assertEqual(result.returncode, 0, result.stderr)
            for unit in copies[: len(UNITS)]:
                result = run(
                    "systemd-analyze", "security", "--no-pager", "--offline=true",
                    f"--threshold={MOST_EXPOSED}", unit,
                )  # fmt: skip
                self.assertIn("Overall exposure level", result.stdout)
                self.assertEqual(result.returncode, 0, result.stdout[-200:])

    def test_the_file_for_serve_has_every_option(self):
        text = (given.source / "packaging/config/serve.toml").read_text()
        options = re.findall(r"^  --([a-z-]+)(?: \S+?=(\S+))?", run(given.edo, "serve", "--help").stdout, re.MULTILINE)
        # On the command line or in the environment, where only root can look.
        elsewhere = {"config", "json", "admin-secret"}
        self.assertGreater(len(options), 15)
        for name, default in options:
            if name in elsewhere:
                continue
            line = re.search(rf"^#?{name.replace('-', '_')} = (.*)$", text, re.MULTILINE)
            self.assertIsNotNone(line, name)
            if default and name != "store":
                self.assertEqual(line[1].strip('"'), default, name)

    def test_the_file_for_serve_is_understood(self):
        text = (given.source / "packaging/config/serve.toml").read_text()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "serve.toml")
            # Each option as it would be switched on, but for those that name what is not here.
            text = re.sub(r"^#([a-z_]+ = )", r"\1", text, flags=re.MULTILINE)
            text = text.replace("/var/lib/edo/telemetry.db", f"{folder}/none.db")
            text = re.sub(r"^(postgres|metadata|tls_cert|tls_key) = .*\n", "", text, flags=re.MULTILINE)
            file.write_text(text)
            result = run(given.edo, "serve", "--config", file)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assertIn("none.db", result.stderr)


unittest.main(argv=["units_test.py"], verbosity=2)
