"""Walks the table of options: each one, in each language of hosts, as JSON and from the environment,
does what it says or is refused.

usage: options_test.py --list PROGRAM --replicator PROGRAM --postgres PROGRAM --sync-counter LIBRARY
                       --language NAME --host COMMAND... [--plain PROGRAM]

--host is a program that takes options and commands as tests/integration/shipper/host.cpp does, --plain
the same linked with libedo, which does not ship. An option that is added to the table needs a check
here.
"""

import argparse
import json
import os
import re
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path

parser = argparse.ArgumentParser()
for required in ("list", "replicator", "postgres", "sync-counter", "language"):
    parser.add_argument("--" + required, required=True)
parser.add_argument("--host", required=True, nargs="+")
parser.add_argument("--plain")
given = parser.parse_args()

OPTIONS = json.loads(subprocess.run([given.list], capture_output=True, text=True, check=True).stdout)
VARIABLES = {option["name"]: option["variable"] for option in OPTIONS}
PATIENCE = 30
DAY = 86_400_000
NOBODY = "postgresql://edo@127.0.0.1:1/edo?sslmode=disable"


def flat(options, where=""):
    """{"database": {"port": 1}} as {"database.port": 1}."""
    result = {}
    for key, value in options.items():
        result |= flat(value, key + ".") if isinstance(value, dict) else {where + key: value}
    return result


def as_variable(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, list) else str(value)


class Host:
    """A host that runs, and what it has said."""

    def __init__(self, program, options, commands, source, environment):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("OBSERVABILITY_", "PG", "EDO_STORE"))}
        if source == "environment":
            clean |= {VARIABLES[name]: as_variable(value) for name, value in flat(options).items()}
            options = {}
        self.process = subprocess.Popen(
            [*program, json.dumps(options), *commands],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean | environment,
        )  # fmt: skip
        self.out = self.err = ""
        self.readers = [threading.Thread(target=self.read, args=(name,)) for name in ("out", "err")]
        for reader in self.readers:
            reader.start()

    def read(self, name):
        for line in getattr(self.process, "std" + name):
            setattr(self, name, getattr(self, name) + line)

    def wait_for(self, condition, patience=PATIENCE):
        until = time.monotonic() + patience
        while time.monotonic() < until:
            if condition():
                return True
            time.sleep(0.01)
        return condition()

    def wait_for_output(self, text, times=1):
        if not self.wait_for(lambda: self.out.count(text) >= times or self.process.poll() is not None):
            raise AssertionError(f"no {text!r} in {self.out!r}, {self.err!r}")

    def end(self):
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return self

    def number(self, what):
        found = re.search(rf"(?m)^{what} (\d+)", self.out)
        if not found:
            raise AssertionError(f"no {what} in {self.out!r}, {self.err!r}")
        return int(found[1])


class FakeCentralDatabase:
    """Talks PostgreSQL until it knows who calls, asks for a password and hangs up."""

    def __init__(self, address="127.0.0.1", speaks=True):
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]
        self.speaks = speaks
        self.calls = []  # {"user": ..., "database": ..., "password": ...} and what was asked before
        self.connections = 0
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with client:
                if self.speaks:
                    try:
                        self.talk(client)
                    except (OSError, struct.error):
                        pass  # It has hung up, which is its right.

    def talk(self, client):
        call = {"tls": False}
        self.calls.append(call)
        while True:
            length, code = struct.unpack("!ii", client.recv(8, socket.MSG_WAITALL))
            body = client.recv(length - 8, socket.MSG_WAITALL)
            if code not in (80877103, 80877104):
                break
            call["tls"] |= code == 80877103
            client.sendall(b"N")
        words = body.decode().split("\0")
        call |= dict(zip(words[::2], words[1::2], strict=False))
        client.sendall(b"R" + struct.pack("!ii", 8, 3))
        kind, length = struct.unpack("!ci", client.recv(5, socket.MSG_WAITALL))
        if kind == b"p":
            call["password"] = client.recv(length - 4, socket.MSG_WAITALL).decode().rstrip("\0")

    def close(self):
        self.listener.close()


class OptionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.postgres.cleanup)
        os.chmod(cls.postgres.name, 0o755)
        server = subprocess.Popen(
            [given.postgres, cls.postgres.name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

        def stop():
            server.terminate()
            server.wait()

        cls.addClassCleanup(stop)
        url = Path(cls.postgres.name, "url")
        until = time.monotonic() + 120
        while not url.exists() and time.monotonic() < until:
            time.sleep(0.05)
        cls.url = url.read_text(encoding="utf-8").strip()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.made = 0

    def fresh(self, name):
        self.made += 1
        return self.folder / f"{self.made} {name}"

    # What the checks below are made of.

    def start(self, options, *commands, environment=None, program=None, store=None):
        self.store = str(store or self.fresh("telemetry.db"))
        return Host(
            program or given.host, {"store": self.store} | options, commands, self.source, environment or {}
        )

    def run_host(self, options, *commands, **others):
        return self.start(options, *commands, **others).end()

    def value(self, sql, store=None):
        database = sqlite3.connect(store or self.store)
        try:
            return database.execute(sql).fetchone()[0]
        finally:
            database.close()

    def sampled(self, options, sql):
        """What a column of the sample invocation's rows is."""
        host = self.run_host(options, "sample")
        self.assertEqual((host.process.returncode, host.err), (0, ""))
        return self.value(sql)

    def central(self, *arguments):
        """A fresh database with the central schema."""
        name = f"db{time.monotonic_ns()}"
        self.query(f"CREATE DATABASE {name}", self.url)
        url = self.url.rsplit("/", 1)[0] + "/" + name
        subprocess.run([given.replicator, "migrate", "--to", url, *arguments], check=True, capture_output=True)
        return url

    def query(self, sql, url):
        asked = subprocess.run(["psql", "-XAtqc", sql, url], capture_output=True, text=True, check=True)
        return asked.stdout.strip()

    def count(self, table, url, schema="event_detector_observability"):
        return int(self.query(f"SELECT count(*) FROM {schema}.{table}", url))

    def shipping(self, url, **options):
        return {"replicate": "onEnd", "database": {"connectionString": url}} | options

    def calling(self, database, address="127.0.0.1"):
        """What a central database hears of a host with these options of `database`."""
        central = FakeCentralDatabase(address)
        self.addCleanup(central.close)
        options = {"replicate": "onEnd", "retryDelay": DAY}
        for name, value in database.items():
            options.setdefault("database", {})[name] = value.format(central.port) if isinstance(value, str) else value
        if "connectionString" not in database:
            options["database"].setdefault("port", central.port)
        go = self.fresh("go")
        host = self.start(options, "sample", f"await={go}", "exit=0")
        # The host tells of a failure when the call is over.
        host.wait_for(lambda: "error: " in host.err or host.process.poll() is not None)
        go.touch()
        host.end()
        self.assertTrue(central.calls, host.err)
        return central.calls

    def with_lock_held(self, options, *commands):
        """Runs the commands while another process is writing."""
        go = self.fresh("go")
        host = self.start(options, f"await={go}", *commands, f"await={go}2", "exit=0")
        host.wait_for_output("awaiting")
        database = sqlite3.connect(self.store, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        go.touch()
        host.wait_for_output("awaiting", 2)
        database.execute("ROLLBACK")
        database.close()
        Path(f"{go}2").touch()
        return host.end()

    # One for each option, named after it.

    def check_enabled(self):
        self.run_host({"enabled": False}, "sample")
        self.assertFalse(Path(self.store).exists())
        self.run_host({"enabled": True}, "sample")
        self.assertTrue(Path(self.store).exists())

    def check_store(self):
        store = self.fresh("named here.db")
        self.run_host({}, "sample", store=store)
        self.assertEqual(self.value("SELECT count(*) FROM invocations", store), 1)

    def check_hostLabel(self):
        self.assertEqual(self.sampled({"hostLabel": "box 7"}, "SELECT host_label FROM store"), "box 7")

    def syncs(self, options):
        """How often the disk is waited for while 20 invocations are recorded."""
        counted = self.fresh("syncs")
        environment = {"LD_PRELOAD": given.sync_counter, "SYNC_COUNT": str(counted)}
        self.run_host(options, "record=20", environment=environment)
        return int(counted.read_text(encoding="utf-8"))

    def check_durability(self):
        self.assertGreater(self.syncs({"durability": "power"}), self.syncs({"durability": "process"}) + 100)

    def check_commitWithin(self):
        power = {"durability": "power"}
        self.assertLess(self.syncs(power | {"commitWithin": 60_000}) + 100, self.syncs(power))
        self.assertEqual(self.value("SELECT count(*) FROM job_logs"), 20)

    def check_captureConsoleLog(self):
        lines = "SELECT count(*) FROM job_logs"
        self.assertEqual(self.sampled({"captureConsoleLog": False}, lines), 0)
        self.assertEqual(self.sampled({}, lines), 1)

    def check_captureJobOptions(self):
        options = "SELECT job_options FROM job_executions ORDER BY created_at"
        self.assertIsNone(self.sampled({"captureJobOptions": False}, options))
        self.assertEqual(json.loads(self.sampled({}, options)), {"retries": 3})

    def check_captureHasuraPayload(self):
        payload = "SELECT source_event_payload FROM invocations"
        self.assertIsNone(self.sampled({"captureHasuraPayload": False}, payload))
        self.assertEqual(json.loads(self.sampled({}, payload))["card"], "4111")

    def check_captureErrorStacks(self):
        stack = "SELECT error_stack FROM job_executions WHERE job_name = 'notify'"
        self.assertIsNone(self.sampled({"captureErrorStacks": False}, stack))
        self.assertEqual(self.sampled({}, stack), "at notify")

    def check_redact(self):
        payload = self.sampled({"redact": ["pin", "card"]}, "SELECT source_event_payload FROM invocations")
        self.assertEqual(json.loads(payload)["card"], "[redacted]")

    def check_redactSecrets(self):
        payload = "SELECT source_event_payload FROM invocations"
        self.assertEqual(json.loads(self.sampled({}, payload))["apiKey"], "[redacted]")
        self.assertEqual(json.loads(self.sampled({"redactSecrets": False}, payload))["apiKey"], "k")

    def check_maxJsonSize(self):
        payload = "SELECT source_event_payload FROM invocations"
        self.assertEqual(len(json.loads(self.sampled({}, payload))["note"]), 300)
        # Node cuts long values, the others replace the document by a marker.
        cut = json.loads(self.sampled({"maxJsonSize": 200}, payload))
        self.assertLess(len(cut.get("note", "")), 200)

    def check_busyTimeout(self):
        self.assertGreaterEqual(self.with_lock_held({"busyTimeout": 1500}, "timed=1").number("timed"), 1500)
        self.assertLess(self.with_lock_held({"busyTimeout": 0}, "timed=1").number("timed"), 1500)

    def check_maxQueueBytes(self):
        def dropped(options):
            return self.with_lock_held({"busyTimeout": 0} | options, "record=50", "health").number(r"health \d+")

        self.assertGreater(dropped({"maxQueueBytes": 2000}), 100)
        self.assertEqual(dropped({}), 0)

    def check_maxStoreBytes(self):
        def dropped(options):
            return self.run_host(options, "record=1500", "health").number(r"health \d+")

        self.assertEqual(dropped({}), 0)
        self.assertGreater(dropped({"maxStoreBytes": 1 << 20}), 0)
        self.assertLess(os.path.getsize(self.store), 1 << 21)

    def check_whenFull(self):
        central = self.central()
        for when_full in ("keepNewest", "refuse"):
            self.run_host({}, "record=1500")
            subprocess.run(
                [given.replicator, "run", "--once", "--store", self.store, "--to", central],
                check=True, capture_output=True,
            )  # fmt: skip
            options = {"maxStoreBytes": 1 << 20, "whenFull": when_full}
            host = self.run_host(options, "record=200", "health", store=self.store)
            self.assertEqual(host.number(r"health \d+") == 0, when_full == "keepNewest", host.err)

    def check_maxWalBytes(self):
        def largest(options):
            go = self.fresh("go")
            host = self.start(options, "record=60", f"await={go}")
            host.wait_for_output("awaiting")
            size = os.path.getsize(self.store + "-wal")
            go.touch()
            host.end()
            return size

        self.assertLess(largest({"maxWalBytes": 1 << 16}), 300_000)
        self.assertGreater(largest({}), 500_000)

    def check_database_connectionString(self):
        calls = self.calling({"connectionString": "postgresql://ann:secret@127.0.0.1:{}/d1?sslmode=disable"})
        self.assertEqual([calls[-1][key] for key in ("user", "password", "database")], ["ann", "secret", "d1"])

    def check_database_host(self):
        self.assertEqual(self.calling({"host": "127.0.0.2", "user": "ann"}, "127.0.0.2")[-1]["user"], "ann")

    def check_database_port(self):
        # The port of a fake central database is any but the one by default.
        self.calling({"host": "127.0.0.1", "user": "ann"})

    def check_database_database(self):
        calls = self.calling({"host": "127.0.0.1", "user": "ann", "database": "d2"})
        self.assertEqual(calls[-1]["database"], "d2")

    def check_database_user(self):
        self.assertEqual(self.calling({"host": "127.0.0.1", "user": "bob"})[-1]["user"], "bob")

    def check_database_password(self):
        calls = self.calling({"host": "127.0.0.1", "user": "ann", "password": "pass word'"})
        self.assertEqual(calls[-1]["password"], "pass word'")

    def check_database_ssl(self):
        who = {"host": "127.0.0.1", "user": "ann"}
        self.assertEqual([call["tls"] for call in self.calling(who | {"ssl": "disable"})], [False])
        # The fake central database has no TLS, so nobody says who it is.
        self.assertEqual(self.calling(who | {"ssl": "require"}), [{"tls": True}])

    def check_schema(self):
        central = self.central("--schema", "other")
        host = self.run_host(self.shipping(central, schema="other"), "sample", "flush=20000")
        self.assertIn("flushed true", host.out, host.err)
        self.assertEqual(self.count("invocations", central, "other"), 1)

    def check_replicate(self):
        central = self.central()
        self.run_host(self.shipping(central, replicate="off"), "sample", "flush=1000")
        self.assertEqual(self.count("invocations", central), 0)
        for expected, (replicate, command) in enumerate([("onEnd", "sample"), ("background", "invocation")], 1):
            go = self.fresh("go")
            options = self.shipping(central, replicate=replicate)
            if replicate == "background":
                options["flushInterval"] = 50
            host = self.start(options, command, f"await={go}")
            self.assertTrue(host.wait_for(lambda: self.count("invocations", central) == expected), host.err)  # noqa: B023
            go.touch()
            host.end()

    def check_replicateVia(self):
        central = self.central()
        host = self.run_host(self.shipping(central, replicateVia="inbox"), "sample", "flush=20000")
        self.assertIn("flushed true", host.out, host.err)
        self.assertEqual(self.count("invocations", central), 0)
        self.assertGreater(self.count("replication_inbox", central), 0)

    def check_batchSize(self):
        def batches(options):
            central = self.central()
            host = self.run_host(self.shipping(central, **options), "invocation", "invocation", "invocation",
                                 "flush=20000", "exit=0")  # fmt: skip
            self.assertIn("flushed true", host.out, host.err)
            return self.count("replication_batches", central)

        self.assertEqual(batches({}), 1)
        self.assertEqual(batches({"batchSize": 1}), 3)

    def check_flushInterval(self):
        for interval, arrives in ((50, True), (DAY, False)):
            central = self.central()
            go = self.fresh("go")
            options = self.shipping(central, replicate="background", flushInterval=interval)
            host = self.start(options, "sample", "flush=20000", f"await={go}", "sample", f"await={go}2", "exit=0")
            host.wait_for_output("awaiting")
            go.touch()
            host.wait_for_output("awaiting", 2)
            came = host.wait_for(lambda: self.count("invocations", central) == 2, PATIENCE if arrives else 1.5)  # noqa: B023
            Path(f"{go}2").touch()
            host.end()
            self.assertEqual(came, arrives, interval)

    def attempts(self, expected, **options):
        """Waits until a central database that hangs up was called so often, and gives how often it was in the end."""
        central = FakeCentralDatabase(speaks=False)
        self.addCleanup(central.close)
        url = f"postgresql://ann@127.0.0.1:{central.port}/d?sslmode=disable"
        go = self.fresh("go")
        host = self.start(self.shipping(url, **options), "invocation", "flush=1500", f"await={go}", "exit=0")
        host.wait_for(lambda: central.connections >= expected)
        go.touch()
        host.end()
        self.assertIn("flushed false", host.out)
        return central.connections

    def check_retryAttempts(self):
        self.assertEqual(self.attempts(1, retryAttempts=0, retryDelay=DAY), 1)
        # The third failure ends it; only a host that closes more than a second later tries once more.
        self.assertEqual(self.attempts(3, retryAttempts=2, retryDelay=300), 3)

    def check_retryDelay(self):
        self.assertEqual(self.attempts(1, retryDelay=DAY), 1)
        self.assertGreaterEqual(self.attempts(4, retryDelay=1), 4)

    # The walk.

    def test_every_option_does_what_it_says(self):
        checks = {name.removeprefix("check_") for name in dir(self) if name.startswith("check_")}
        self.assertEqual(checks, {name.replace(".", "_") for name in VARIABLES})
        for source in ("json", "environment"):
            for name in VARIABLES:
                with self.subTest(language=given.language, source=source, option=name):
                    self.source = source
                    getattr(self, "check_" + name.replace(".", "_"))()

    def test_a_value_that_no_option_has_is_refused_by_its_name(self):
        for source in ("json", "environment"):
            for option in OPTIONS:
                # What nothing refuses by its form: any text will do.
                if option["name"] in ("redact", "store", "hostLabel", "schema") or option["name"].startswith("database."):
                    continue
                with self.subTest(language=given.language, source=source, option=option["name"]):
                    self.source = source
                    host = self.run_host({option["name"]: "nonsense"})
                    self.assertEqual(host.process.returncode, 1)
                    name = option["name"] if source == "json" else option["variable"]
                    self.assertRegex(host.err, rf"^refused: invalid_argument: {re.escape(name)}: ")

    def test_an_option_that_nobody_knows_is_refused(self):
        self.source = "json"
        host = self.run_host({"flushIntervall": 7})
        self.assertIn("refused: invalid_argument: flushIntervall: unknown option", host.err)

    def test_what_says_how_to_ship_is_told_of_while_nothing_ships(self):
        values = {"replicateVia": "inbox", "batchSize": 7, "flushInterval": 7, "retryAttempts": 7, "retryDelay": 7}
        self.assertEqual(set(values), {option["name"] for option in OPTIONS if option["ships"]})
        for program in filter(None, (given.host, [given.plain] if given.plain else None)):
            for self.source in ("json", "environment"):
                for name, value in values.items():
                    with self.subTest(program=program, source=self.source, option=name):
                        host = self.run_host({name: value}, "sample", program=program)
                        self.assertEqual(host.process.returncode, 0)
                        self.assertIn(f"replicate is off, so these options have no effect: {name};", host.err)

    def test_a_library_that_does_not_ship_refuses_to(self):
        if not given.plain:
            self.skipTest("there is one library for hosts in this language, and it ships")
        for self.source in ("json", "environment"):
            for replicate in ("onEnd", "background"):
                host = self.run_host(self.shipping(NOBODY, replicate=replicate), "sample", program=[given.plain])
                self.assertEqual(host.process.returncode, 1)
                self.assertRegex(host.err, rf"^refused: invalid_argument: .*replicate is {replicate}.*link libedo-shipper")
                self.assertFalse(Path(self.store).exists())


unittest.main(argv=["options_test.py"], verbosity=2)  # with the reason of a test that is skipped
