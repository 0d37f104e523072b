"""Runs the example of a C host and looks at what it has recorded.

usage: c_host_test.py C_HOST
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

C_HOST = sys.argv[1]


def run(*arguments, **environment):
    return subprocess.run(
        [C_HOST, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"LD_LIBRARY_PATH": "", **os.environ, **environment},
    )


class CHostTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.store = str(Path(self.folder.name, "telemetry.db"))

    def rows(self, query):
        database = sqlite3.connect(self.store)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def test_its_rows_are_in_the_store(self):
        host = run(json.dumps({"store": self.store, "redact": ["card"]}))
        self.assertEqual((host.returncode, host.stderr), (0, ""))
        invocation = host.stdout.strip()
        self.assertEqual(
            self.rows(
                "SELECT id, source_function, source_table, source_operation, source_system, status,"
                " json_extract(source_event_payload, '$.event.data.new.id'), events_detected_count,"
                " total_jobs_run, total_jobs_succeeded, total_jobs_failed FROM invocations"
            ),
            [(invocation, "orders", "public.orders", "INSERT", "hasura", "failed", 7, 1, 2, 1, 1)],
        )
        self.assertEqual(
            self.rows("SELECT event_name, detected, status FROM event_executions ORDER BY created_at"),
            [("order.cancelled", 0, "not_detected"), ("order.created", 1, "failed")],
        )
        receipt, warehouse = self.rows(
            "SELECT job_name, status, job_options, result, error_message, duration_ms, id,"
            " correlation_id FROM job_executions ORDER BY created_at"
        )
        self.assertEqual(receipt[:2], ("send_receipt", "completed"))
        self.assertEqual(json.loads(receipt[3]), {"sent": True})
        self.assertEqual(json.loads(receipt[2])["template"], "receipt")
        self.assertNotIn("4111", receipt[2])
        self.assertEqual(
            warehouse[:6],
            ("notify_warehouse", "failed", None, None, "the warehouse does not answer", 40),
        )
        logs = self.rows(
            "SELECT level, message, data, source, line_number FROM job_logs"
            " ORDER BY job_execution_id, sequence"
        )
        self.assertEqual(
            [line[:3] for line in logs],
            [
                ("info", "rendering the receipt", None),
                ("debug", "rendered", '{"pages": 2}'),
                ("info", f"orders|{receipt[7]}|{receipt[6]}", None),
                ("warn", "no answer, trying again", None),
            ],
        )
        self.assertTrue(logs[1][3].endswith("c_host.c"))
        self.assertGreater(logs[1][4], 0)

    def test_without_options_it_takes_its_environment(self):
        self.assertEqual(run(EDO_STORE=self.store).returncode, 0)
        self.assertEqual(self.rows("SELECT count(*) FROM invocations"), [(1,)])

    def test_it_runs_to_its_end_without_a_recorder(self):
        host = run('{"maxJsonSize": "much"}')
        self.assertEqual((host.returncode, host.stdout), (1, "\n"))
        self.assertTrue(host.stderr.startswith("c_host: maxJsonSize: "), host.stderr)


unittest.main(argv=sys.argv[:1])
