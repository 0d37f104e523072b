"""Tests of tally.py on logs as "meson test" writes them."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TALLY = Path(__file__).with_name("tally.py")


def tally(*tests):
    """Returns the line and the exit code for tests given as (result, output of the program)."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "testlog.json")
        lines = [json.dumps({"name": "t", "result": result, "stdout": out}) for result, out in tests]
        log.write_text("\n".join(lines), encoding="utf-8")
        run = subprocess.run([sys.executable, TALLY, log], capture_output=True, text=True, check=False)
        return run.stdout.strip(), run.returncode


class TallyTest(unittest.TestCase):
    def test_catch_programs_count_their_test_cases(self):
        three = "=====\nAll tests passed (5 assertions in 3 test cases)\n\n"
        one = "=====\nAll tests passed (1 assertion in 1 test case)\n\n"
        self.assertEqual(tally(("OK", three), ("OK", one)), ("4 passed, 0 failed", 0))

    def test_failed_cases_count_as_failed_unless_expected(self):
        output = "test cases:  4 |  2 passed | 1 failed | 1 failed as expected\nassertions: 9 | 8 passed\n"
        self.assertEqual(tally(("FAIL", output)), ("3 passed, 1 failed", 1))

    def test_a_case_count_without_any_passed(self):
        self.assertEqual(tally(("FAIL", "test cases: 2 | 2 failed\n")), ("0 passed, 2 failed", 1))

    def test_files_of_node_count_their_tests(self):
        summary = "# tests 5\n# suites 0\n# pass {}\n# fail {}\n# cancelled {}\n# skipped 1\n# todo 0\n"
        self.assertEqual(tally(("OK", summary.format(4, 0, 0))), ("4 passed, 0 failed", 0))
        self.assertEqual(tally(("FAIL", summary.format(2, 1, 1))), ("2 passed, 2 failed", 1))

    def test_other_programs_count_as_one(self):
        self.assertEqual(tally(("OK", "fine"), ("FAIL", "bad")), ("1 passed, 1 failed", 1))

    def test_a_program_that_died_after_its_last_line_has_failed(self):
        output = "All tests passed (5 assertions in 3 test cases)\n"
        self.assertEqual(tally(("ERROR", output)), ("3 passed, 1 failed", 1))

    def test_a_program_that_ran_out_of_time_has_failed(self):
        self.assertEqual(tally(("TIMEOUT", "")), ("0 passed, 1 failed", 1))

    def test_a_skipped_program_is_neither(self):
        self.assertEqual(tally(("OK", ""), ("SKIP", "")), ("1 passed, 0 failed, 1 skipped", 0))

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(tally(), ("0 passed, 0 failed", 1))
        self.assertEqual(tally(("OK", "No tests ran\n")), ("0 passed, 0 failed", 1))


if __name__ == "__main__":
    unittest.main()
