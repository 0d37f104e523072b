"""Records through ctypes, as a host in any language with a foreign function interface does.

usage: ffi_test.py LIBEDO_SO EXPORTED_FUNCTIONS PAGE

Python's own SQLite is loaded here as well. It opens a store only after the recorder has let go of
it: two SQLites in one process must never have the same file open.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import textwrap
import threading
import unittest
import uuid
from ctypes import byref, c_void_p, create_string_buffer, sizeof
from pathlib import Path

import edo_ffi as edo

LIBRARY, LIST, PAGE = map(os.path.abspath, sys.argv[1:])
lib = edo.load(LIBRARY)


class Host:
    """A recorder with what was reported to it."""

    def __init__(self, store, **options):
        self.reports = []
        self.callback = edo.ErrorCallback(lambda _, kind, message: self.reports.append((kind, message)))
        text = json.dumps({"store": store, **options}).encode()
        given = edo.OpenOptions(options_json=text, on_error=self.callback)
        error = edo.Error()
        self.recorder = c_void_p()
        outcome = lib.edo_open_with(byref(given), byref(self.recorder), byref(error))
        assert outcome == edo.STORED, error.message

    def health(self):
        health = edo.Health()
        assert lib.edo_recorder_health(self.recorder, byref(health)) == edo.STORED
        return health

    def start(self, **values):
        outcome, handle = edo.started(lib.edo_start_invocation, self.recorder, edo.InvocationStart(**values))
        assert outcome in (edo.STORED, edo.DISABLED) and handle
        return handle

    def start_job(self):
        """An invocation, a detected event and a job."""
        invocation = self.start(source_function=b"f")
        _, event = edo.started(lib.edo_start_event, invocation, edo.EventStart(event_name=b"e"))
        lib.edo_event_detected(event, edo.MEASURED)
        _, job = edo.started(lib.edo_start_job, event, edo.JobStart(job_name=b"j"))
        assert event and job
        return invocation, event, job

    def free(self):
        lib.edo_recorder_free(self.recorder)
        self.recorder = c_void_p()


class FfiTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.store = str(Path(folder.name, "telemetry.db"))

    def rows(self, query):
        database = sqlite3.connect(self.store)
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def open_error(self, options):
        recorder, error = c_void_p(1), edo.Error()
        outcome = lib.edo_open(options, byref(recorder), byref(error))
        self.assertEqual((outcome, recorder.value), (edo.FAILED, None))
        return lib.edo_error_kind_name(error.kind).decode(), error.message.decode()

    def test_this_binding_knows_every_function(self):
        self.assertEqual(sorted(edo.FUNCTIONS), Path(LIST).read_text(encoding="utf-8").split())
        self.assertEqual(lib.edo_abi_version(), 1)
        self.assertRegex(lib.edo_version().decode(), r"^\d+\.\d+\.\d+$")

    def test_records_a_whole_invocation(self):
        host = Host(self.store)
        own_id, cause = str(uuid.uuid4()), str(uuid.uuid4())
        invocation = host.start(
            id=own_id.upper().encode(),
            correlation_id=b"chain-1",
            source_function="größe".encode(),
            source_system=b"",
            source_job_id=cause.encode(),
            source_event_time=b"2026-01-02T03:04:05+01:00",
            source_user_email=b"a@example.com",
            context_data=b'{"n": 1}',
            auto_load_modules=-1,
        )
        self.assertEqual(lib.edo_invocation_id(invocation).decode(), own_id)
        self.assertEqual(lib.edo_invocation_correlation_id(invocation), b"chain-1")
        start = edo.EventStart(event_name=b"broken", event_module_path=b"events/broken.js")
        outcome, broken = edo.started(lib.edo_start_event, invocation, start)
        self.assertEqual(outcome, edo.STORED)
        self.assertEqual(
            lib.edo_event_detection_failed(broken, b"no detector", b"at broken.js:3", 5), edo.STORED
        )
        _, event = edo.started(lib.edo_start_event, invocation, edo.EventStart(event_name=b"e"))
        self.assertEqual(lib.edo_event_detected(event, 7), edo.STORED)
        start = edo.JobStart(job_name=b"j", job_function_name=b"f", job_options=b'{"to": "x"}')
        outcome, job = edo.started(lib.edo_start_job, event, start)
        self.assertEqual(outcome, edo.STORED)
        line = edo.LogLine(data=b"[1]", source=b"j.py", line_number=12)
        self.assertEqual(lib.edo_job_log(job, edo.WARN, b"careful", byref(line)), edo.STORED)
        self.assertEqual(lib.edo_job_log(job, edo.ERROR, b"oh", None), edo.STORED)
        self.assertEqual(lib.edo_job_complete(job, b'"done"', 9), edo.STORED)
        self.assertEqual(lib.edo_event_complete(event, 11), edo.STORED)
        self.assertEqual(lib.edo_invocation_time_out(invocation, 13), edo.STORED)
        ids = [lib.edo_event_id(event).decode(), lib.edo_job_id(job).decode()]
        self.assertEqual(lib.edo_job_correlation_id(job), b"chain-1")
        self.assertEqual((host.health().stored, host.health().dropped), (11, 0))
        for free, handle in [
            (lib.edo_job_free, job),
            (lib.edo_event_free, broken),
            (lib.edo_event_free, event),
            (lib.edo_invocation_free, invocation),
        ]:
            free(handle)
        host.free()

        self.assertEqual(host.reports, [])
        self.assertEqual(
            self.rows(
                "SELECT id, correlation_id, source_function, source_system, source_job_id,"
                " source_event_time, source_user_email, source_table, context_data,"
                " auto_load_modules, status, total_duration_ms FROM invocations"
            ),
            [
                (
                    own_id,
                    "chain-1",
                    "größe",
                    None,
                    cause,
                    "2026-01-02T02:04:05.000000Z",
                    "a@example.com",
                    None,
                    '{"n": 1}',
                    0,
                    "timeout",
                    13,
                )
            ],
        )
        self.assertEqual(
            self.rows(
                "SELECT event_name, status, event_module_path, detection_duration_ms, detection_error,"
                " detection_error_stack, handler_duration_ms FROM event_executions ORDER BY event_name"
            ),
            [
                ("broken", "detection_failed", "events/broken.js", 5, "no detector", "at broken.js:3", None),
                ("e", "completed", None, 7, None, None, 11),
            ],
        )
        self.assertEqual(
            self.rows(
                "SELECT event_execution_id, id, job_name, job_function_name, job_options, result,"
                " status, duration_ms FROM job_executions"
            ),
            [(*ids, "j", "f", '{"to": "x"}', '"done"', "completed", 9)],
        )
        self.assertEqual(
            self.rows("SELECT level, message, data, source, line_number FROM job_logs ORDER BY sequence"),
            [("warn", "careful", "[1]", "j.py", 12), ("error", "oh", None, None, None)],
        )

    def test_what_was_not_ended_is_recorded_as_failed(self):
        host = Host(self.store)
        handles = host.start_job()
        for free, handle in zip((lib.edo_invocation_free, lib.edo_event_free, lib.edo_job_free), handles):
            free(handle)
        host.free()
        states = self.rows(
            "SELECT status, error_message FROM invocations UNION ALL"
            " SELECT status, handler_error FROM event_executions UNION ALL"
            " SELECT status, error_message FROM job_executions"
        )
        self.assertEqual([status for status, _ in states], ["failed", "handler_failed", "failed"])
        for _, message in states:
            self.assertIn("destroyed before its end was recorded", message)

    def test_a_handle_that_has_ended_says_so_and_keeps_its_ids(self):
        host = Host(self.store)
        invocation, event, job = host.start_job()
        ids = lib.edo_invocation_id(invocation), lib.edo_event_id(event), lib.edo_job_id(job)
        self.assertEqual(lib.edo_event_not_detected(event, edo.MEASURED), edo.ENDED)
        self.assertEqual(lib.edo_job_fail(job, b"no", b"stack", edo.MEASURED), edo.STORED)
        self.assertEqual(lib.edo_job_complete(job, None, edo.MEASURED), edo.ENDED)
        self.assertEqual(lib.edo_job_log(job, edo.INFO, b"late", None), edo.ENDED)
        self.assertEqual(lib.edo_event_handler_failed(event, b"no", None, edo.MEASURED), edo.STORED)
        self.assertEqual(lib.edo_event_detected(event, edo.MEASURED), edo.ENDED)
        self.assertEqual(lib.edo_invocation_fail(invocation, b"no", None, edo.MEASURED), edo.STORED)
        self.assertEqual(lib.edo_invocation_complete(invocation, edo.MEASURED), edo.ENDED)
        self.assertEqual(
            ids, (lib.edo_invocation_id(invocation), lib.edo_event_id(event), lib.edo_job_id(job))
        )
        for text in ids:
            uuid.UUID(text.decode())
        for free, handle in zip((lib.edo_invocation_free, lib.edo_event_free, lib.edo_job_free),
                                (invocation, event, job)):
            free(handle)
        host.free()
        self.assertEqual(host.reports, [])
        self.assertEqual(self.rows("SELECT error_message, error_stack FROM job_executions"), [("no", "stack")])

    def test_what_comes_late_is_recorded_below_what_has_ended(self):
        host = Host(self.store)
        invocation, event, job = host.start_job()
        lib.edo_job_complete(job, None, edo.MEASURED)
        lib.edo_event_complete(event, edo.MEASURED)
        lib.edo_invocation_time_out(invocation, edo.MEASURED)
        outcome, late = edo.started(lib.edo_start_job, event, edo.JobStart(job_name=b"late"))
        self.assertEqual(outcome, edo.STORED)
        self.assertEqual(lib.edo_job_complete(late, None, edo.MEASURED), edo.STORED)
        outcome, late_event = edo.started(lib.edo_start_event, invocation, edo.EventStart(event_name=b"late"))
        self.assertEqual(outcome, edo.STORED)
        self.assertEqual(lib.edo_event_not_detected(late_event, edo.MEASURED), edo.STORED)
        for handle in (job, late):
            lib.edo_job_free(handle)
        for handle in (event, late_event):
            lib.edo_event_free(handle)
        lib.edo_invocation_free(invocation)
        host.free()
        self.assertEqual(
            self.rows("SELECT status, total_jobs_run, total_jobs_succeeded FROM invocations"),
            [("timeout", 2, 2)],
        )
        self.assertEqual(self.rows("SELECT count(*) FROM event_executions"), [(2,)])

    def test_a_null_handle_is_harmless_everywhere(self):
        for name, (result, *arguments) in edo.FUNCTIONS.items():
            if not arguments or arguments[0] is not edo.HANDLE:
                continue
            rest = [0 if kind in (edo.c_int32, edo.c_int64) else None for kind in arguments[1:]]
            if name.startswith("edo_start_"):
                place = c_void_p(1)
                rest[-1] = byref(place)
            if name == "edo_recorder_health":
                rest = [byref(edo.Health())]
            answer = getattr(lib, name)(None, *rest)
            with self.subTest(name):
                expected = {edo.c_int32: edo.NULL_HANDLE, edo.TEXT: b"", None: None}[result]
                self.assertEqual(answer, expected)
                if name.startswith("edo_start_"):
                    self.assertIsNone(place.value)

    def test_flush_stores_what_waits_to_share_a_commit(self):
        host = Host(self.store, commitWithin=60000)
        outcome, invocation = edo.started(lib.edo_start_invocation, host.recorder, edo.InvocationStart())
        self.assertEqual(outcome, edo.QUEUED)
        self.assertEqual(lib.edo_recorder_flush(host.recorder, 60000), 1)
        self.assertEqual(host.health().queued, 0)
        lib.edo_recorder_close(host.recorder)
        self.assertEqual(lib.edo_recorder_flush(host.recorder, 60000), 0)
        lib.edo_invocation_free(invocation)
        host.free()

    def test_null_where_something_is_required_is_refused(self):
        host = Host(self.store)
        invocation, event, job = host.start_job()
        before = host.health().stored
        self.assertEqual(lib.edo_start_invocation(host.recorder, None, None), edo.BAD_ARGUMENT)
        self.assertEqual(edo.started(lib.edo_start_event, invocation, None), (edo.BAD_ARGUMENT, None))
        self.assertEqual(edo.started(lib.edo_start_job, event, edo.JobStart()), (edo.BAD_ARGUMENT, None))
        self.assertEqual(lib.edo_job_log(job, edo.INFO, None, None), edo.BAD_ARGUMENT)
        for level in (-1, 4, 99):
            self.assertEqual(lib.edo_job_log(job, level, b"?", None), edo.BAD_ARGUMENT)
        self.assertEqual(lib.edo_recorder_health(host.recorder, None), edo.BAD_ARGUMENT)
        self.assertEqual(host.health().stored, before)
        for free, handle in zip((lib.edo_job_free, lib.edo_event_free, lib.edo_invocation_free),
                                (job, event, invocation)):
            free(handle)
        host.free()

    def test_a_struct_of_a_newer_header_is_taken_if_its_new_fields_are_not_used(self):
        class NewerStart(edo.InvocationStart):
            _fields_ = [("new_field", edo.c_int64)]

        host = Host(self.store)
        start = NewerStart(source_function=b"newer")
        place = c_void_p()

        def outcome():
            pointer = edo.POINTER(edo.InvocationStart)
            return lib.edo_start_invocation(
                host.recorder, edo.ctypes.cast(byref(start), pointer), byref(place)
            )

        self.assertEqual(outcome(), edo.STORED)
        lib.edo_invocation_free(place)
        start.new_field = 1
        self.assertEqual((outcome(), place.value), (edo.BAD_STRUCT, None))
        for size in (0, 1, sizeof(edo.InvocationStart) - 1, 1 << 40):
            start.struct_size = size
            self.assertEqual((outcome(), place.value), (edo.BAD_STRUCT, None))
        host.free()
        self.assertEqual(self.rows("SELECT source_function FROM invocations"), [("newer",)])

    def test_a_wrong_struct_is_told_when_opening(self):
        error, recorder = edo.Error(), c_void_p()
        options = edo.OpenOptions()
        options.struct_size = 8
        self.assertEqual(lib.edo_open_with(byref(options), byref(recorder), byref(error)), edo.BAD_STRUCT)
        self.assertIn(b"struct_size", error.message)
        error.struct_size = 3
        self.assertEqual(lib.edo_open(None, byref(recorder), byref(error)), edo.BAD_STRUCT)
        self.assertEqual(lib.edo_open(None, None, None), edo.BAD_ARGUMENT)

    def test_wrong_options_are_refused_by_name(self):
        self.assertEqual(self.open_error(b"{garbage"), ("invalid_argument", "options: not valid JSON"))
        self.assertEqual(self.open_error(b"\xff")[0], "invalid_argument")
        kind, message = self.open_error(b'{"maxJsonSize": "much"}')
        self.assertEqual((kind, message.split(":")[0]), ("invalid_argument", "maxJsonSize"))
        kind, message = self.open_error(b'{"durabilty": "power"}')
        self.assertEqual(kind, "invalid_argument")
        self.assertIn("did you mean durability?", message)

    def test_a_store_that_cannot_be_opened_is_named(self):
        kind, message = self.open_error(b'{"store": "/nowhere/telemetry.db"}')
        self.assertEqual(kind, "io")
        self.assertIn("/nowhere/telemetry.db", message)
        self.assertNotIn("\n", message)
        Path(self.store).write_text("this is no database at all, whatever its name says" * 100)
        kind, message = self.open_error(json.dumps({"store": self.store}).encode())
        self.assertEqual(kind, "corrupt")

    def test_a_long_message_is_cut_at_a_character(self):
        name = "é" * 1000
        _, message = self.open_error(json.dumps({"store": "/nowhere/" + name}).encode())
        self.assertIn(len(message.encode()), (1022, 1023))

    def test_the_environment_counts_only_when_asked_for(self):
        # The variables must be this process's own, and Python sets those of C as well.
        os.environ["OBSERVABILITY_STORE"] = self.store
        os.environ["OBSERVABILITY_ENABLED"] = "perhaps"
        self.addCleanup(os.environ.pop, "OBSERVABILITY_STORE")
        self.addCleanup(os.environ.pop, "OBSERVABILITY_ENABLED", None)
        recorder, error = c_void_p(), edo.Error()
        options = edo.OpenOptions(use_environment=1, options_json=b'{"enabled": false}')
        self.assertEqual(lib.edo_open_with(byref(options), byref(recorder), byref(error)), edo.FAILED)
        self.assertTrue(error.message.startswith(b"OBSERVABILITY_ENABLED: "), error.message)
        os.environ.pop("OBSERVABILITY_ENABLED")
        self.assertEqual(lib.edo_open_with(byref(options), byref(recorder), byref(error)), edo.STORED)
        lib.edo_recorder_free(recorder)
        self.assertFalse(Path(self.store).exists())
        options.options_json = None
        self.assertEqual(lib.edo_open_with(byref(options), byref(recorder), byref(error)), edo.STORED)
        lib.edo_recorder_free(recorder)
        self.assertTrue(Path(self.store).exists())

    def test_a_disabled_recorder_gives_handles_that_do_nothing(self):
        host = Host(self.store, enabled=False)
        outcome, invocation = edo.started(lib.edo_start_invocation, host.recorder, None)
        self.assertEqual(outcome, edo.DISABLED)
        self.assertTrue(lib.edo_invocation_id(invocation))
        outcome, event = edo.started(lib.edo_start_event, invocation, edo.EventStart(event_name=b"e"))
        self.assertEqual(outcome, edo.DISABLED)
        self.assertEqual(lib.edo_event_complete(event, edo.MEASURED), edo.DISABLED)
        lib.edo_event_free(event)
        lib.edo_invocation_free(invocation)
        host.free()
        self.assertFalse(Path(self.store).exists())

    def test_invalid_text_is_repaired_visibly(self):
        host = Host(self.store)
        invocation, event, job = host.start_job()
        self.assertEqual(lib.edo_job_log(job, edo.INFO, b"a\xff\xfeb", None), edo.STORED)
        self.assertEqual(lib.edo_job_complete(job, b"no JSON", edo.MEASURED), edo.STORED)
        for free, handle in zip((lib.edo_job_free, lib.edo_event_free, lib.edo_invocation_free),
                                (job, event, invocation)):
            free(handle)
        host.free()
        self.assertEqual(self.rows("SELECT message FROM job_logs"),
                         [("a\ufffd\ufffdb [edo: replaced 2 bytes]",)])
        (result,) = self.rows("SELECT result FROM job_executions")[0]
        self.assertEqual(json.loads(result)["$edo"]["text"], "no JSON")

    def test_what_is_wrong_but_no_mistake_of_the_call_is_reported(self):
        host = Host(self.store)
        lib.edo_invocation_free(host.start(id=b"seven", source_job_id=b"eight"))
        host.free()
        self.assertEqual([kind for kind, _ in host.reports], [1, 1])
        self.assertIn(b"'seven' is not a UUID", host.reports[0][1])

    def test_after_close_calls_are_dropped_and_after_free_nobody_is_told(self):
        host = Host(self.store)
        invocation, event, job = host.start_job()
        health = edo.Health()
        self.assertEqual(lib.edo_recorder_close_within(host.recorder, 5000, byref(health)), edo.STORED)
        self.assertEqual((health.queued, health.wal_bytes), (0, 0))
        self.assertEqual(lib.edo_recorder_close(host.recorder), edo.STORED)
        self.assertEqual(lib.edo_job_log(job, edo.INFO, b"late", None), edo.DROPPED)
        self.assertEqual([kind for kind, _ in host.reports], [2])
        self.assertEqual(lib.edo_recorder_close(host.recorder), edo.STORED)
        host.free()
        self.assertEqual(lib.edo_job_complete(job, None, edo.MEASURED), edo.DROPPED)
        lib.edo_job_free(job)
        lib.edo_event_free(event)
        lib.edo_invocation_free(invocation)
        self.assertEqual(len(host.reports), 1)

    def test_threads_share_a_recorder(self):
        host = Host(self.store)

        def work():
            for _ in range(20):
                invocation, event, job = host.start_job()
                lib.edo_job_log(job, edo.INFO, b"line", None)
                lib.edo_job_complete(job, None, edo.MEASURED)
                lib.edo_event_complete(event, edo.MEASURED)
                lib.edo_invocation_complete(invocation, edo.MEASURED)
                lib.edo_job_free(job)
                lib.edo_event_free(event)
                lib.edo_invocation_free(invocation)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        host.free()
        self.assertEqual(host.reports, [])
        self.assertEqual(
            self.rows("SELECT status, count(*) FROM invocations GROUP BY status"), [("completed", 80)]
        )

    def test_a_forked_child_records_too(self):
        host = Host(self.store)
        invocation, event, job = host.start_job()
        child = os.fork()
        if child == 0:
            signal.alarm(30)
            stored = lib.edo_job_log(job, edo.INFO, b"from the child", None) == edo.STORED
            lib.edo_recorder_free(host.recorder)
            os._exit(0 if stored else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(lib.edo_job_log(job, edo.INFO, b"from the parent", None), edo.STORED)
        for end, free, handle in [
            (lib.edo_invocation_complete, lib.edo_invocation_free, invocation),
            (lib.edo_event_complete, lib.edo_event_free, event),
        ]:
            end(handle, edo.MEASURED)
            free(handle)
        lib.edo_job_complete(job, None, edo.MEASURED)
        lib.edo_job_free(job)
        host.free()
        self.assertEqual(
            self.rows("SELECT message FROM job_logs ORDER BY created_at"),
            [("from the child",), ("from the parent",)],
        )

    def test_tracking_tokens_go_both_ways(self):
        chain, job = str(uuid.uuid4()), str(uuid.uuid4())
        buffer = create_string_buffer(256)
        expected = f"or_ders|{chain}|{job}".encode()
        arguments = (b"or|ders", chain.encode(), job.upper().encode())
        self.assertEqual(lib.edo_build_tracking_token(*arguments, buffer, 256), len(expected))
        self.assertEqual(buffer.value, expected)
        buffer.value = b"before"
        self.assertEqual(lib.edo_build_tracking_token(*arguments, buffer, len(expected)), len(expected))
        self.assertEqual(buffer.value, b"")
        self.assertEqual(lib.edo_build_tracking_token(*arguments, None, 0), len(expected))
        self.assertEqual(lib.edo_build_tracking_token(b"f", b"no id", None, buffer, 256), edo.BAD_ARGUMENT)
        self.assertEqual(lib.edo_build_tracking_token(None, None, None, buffer, 256), edo.BAD_ARGUMENT)
        self.assertEqual(lib.edo_build_tracking_token(*arguments, None, 256), edo.BAD_ARGUMENT)

        token = edo.TrackingToken()
        self.assertEqual(lib.edo_parse_tracking_token(expected, byref(token)), 1)
        self.assertEqual(
            (token.source, token.correlation_id, token.job_execution_id),
            (b"or_ders", chain.encode(), job.encode()),
        )
        self.assertEqual(lib.edo_parse_tracking_token(b"Jane Doe", byref(token)), 0)
        self.assertEqual((token.source, token.correlation_id), (b"", b""))
        self.assertEqual(lib.edo_parse_tracking_token(None, byref(token)), 0)
        self.assertEqual(lib.edo_parse_tracking_token(expected, None), edo.BAD_ARGUMENT)

        origin = edo.ChainOrigin()
        payload = {"event": {"data": {"new": {"updated_by": expected.decode()}}}}
        found = lib.edo_find_chain_origin(json.dumps(payload).encode(), None, byref(origin))
        self.assertEqual((found, origin.source_job_id), (1, job.encode()))
        self.assertEqual(origin.correlation_id, chain.encode())
        self.assertEqual(lib.edo_find_chain_origin(b"{}", None, byref(origin)), 0)
        self.assertEqual(lib.edo_find_chain_origin(None, None, byref(origin)), 0)

    def test_the_example_of_the_documentation_records(self):
        page = Path(PAGE).read_text(encoding="utf-8")
        block = re.search(r"^## From Python\n\n((?:(?:    .*)?\n)+)", page, re.MULTILINE)
        program = textwrap.dedent(block[1]).replace("libedo.so.0", LIBRARY)
        folder = str(Path(self.store).parent)
        result = subprocess.run(
            [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True, timeout=60
        )
        self.assertEqual(
            self.rows("SELECT id, source_function, status FROM invocations"),
            [(result.stdout.strip(), "orders", "completed")],
        )

    def test_kinds_of_errors_have_names(self):
        names = [lib.edo_error_kind_name(kind).decode() for kind in range(13)]
        self.assertEqual(names[0], "unknown")
        self.assertEqual(names[12], "unknown")
        self.assertEqual(names[1:12], [
            "invalid_argument", "closed", "busy", "unavailable", "denied", "in_doubt", "refused",
            "full", "corrupt", "schema_too_new", "io",
        ])
        retryable = [kind for kind in range(-1, 13) if lib.edo_error_is_retryable(kind)]
        self.assertEqual(retryable, [3, 4, 6, 8, 11])


unittest.main(argv=sys.argv[:1])
