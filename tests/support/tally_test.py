"""Tests of tally.py on logs as "meson test" writes them."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TALLY = Path(__file__).with_name("tally.py")


def tally(*tests):
    """Returns the lines and the exit code for tests given as (result, output of the program)."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "testlog.json")
        lines = [json.dumps({"name": "p / t", "result": result, "stdout": out}) for result, out in tests]
        log.write_text("\n".join(lines), encoding="utf-8")
        run = subprocess.run([sys.executable, TALLY, log], capture_output=True, text=True, check=False)
        return run.stdout.splitlines(), run.returncode


class CountTest(unittest.TestCase):
    """Programs whose output is known."""

    def test_catch_programs_count_their_test_cases(self):
        three = "=====\nAll tests passed (5 assertions in 3 test cases)\n\n"
        one = "=====\nAll tests passed (1 assertion in 1 test case)\n\n"
        self.assertEqual(tally(("OK", three), ("OK", one)), (["4 passed, 0 failed"], 0))

    def test_failed_cases_count_as_failed_unless_expected(self):
        output = "test cases:  4 |  2 passed | 1 failed | 1 failed as expected\nassertions: 9 | 8 passed\n"
        self.assertEqual(tally(("FAIL", output)), (["3 passed, 1 failed"], 1))

    def test_a_case_count_without_any_passed(self):
        self.assertEqual(tally(("FAIL", "test cases: 2 | 2 failed\n")), (["0 passed, 2 failed"], 1))

    def test_files_of_node_count_their_tests(self):
        summary = "# tests 5\n# suites 0\n# pass {}\n# fail {}\n# cancelled {}\n# skipped 0\n# todo {}\n"
        self.assertEqual(tally(("OK", summary.format(4, 0, 0, 0))), (["4 passed, 0 failed"], 0))
        self.assertEqual(tally(("FAIL", summary.format(2, 1, 1, 0))), (["2 passed, 2 failed"], 1))
        # What is still to be done must not look as if it were.
        self.assertEqual(tally(("OK", summary.format(2, 0, 0, 1))), (["2 passed, 1 failed"], 1))

    def test_flat_tap_counts_its_lines_against_its_plan(self):
        output = "TAP version 13\n1..3\nok 1 - a > b # time=1ms\nnot ok 2 - c\nok 3 - d # SKIP why\n"
        self.assertEqual(
            tally(("FAIL", output)), (["skipped: why", "    t: d", "1 passed, 1 failed, 1 skipped"], 1)
        )
        self.assertEqual(tally(("OK", "1..3\nok 1 - a\nok 2 - b\n")), (["2 passed, 1 failed"], 1))

    def test_programs_of_unittest_count_their_tests(self):
        fine = "...\n----\nRan 3 tests in 0.1s\n\nOK\n"
        bad = "...\n----\nRan 3 tests in 0.1s\n\nFAILED (failures=1, errors=1)\n"
        self.assertEqual(tally(("OK", fine), ("FAIL", bad)), (["4 passed, 2 failed"], 1))

    def test_other_programs_say_themselves_what_they_count(self):
        self.assertEqual(
            tally(("OK", "fine\n2 passed, 0 failed\n"), ("FAIL", "bad\n")),
            (["failed: t: its program ended with FAIL", "2 passed, 1 failed"], 1),
        )


class SuspicionTest(unittest.TestCase):
    """What must never count as passed."""

    def test_a_program_whose_output_has_no_known_count(self):
        unknown = "failed: t: its output has no count that is known"
        for output in ("", "fine\n", "3 passed, 0 failed\nand then something else\n"):
            self.assertEqual(tally(("OK", output)), ([unknown, "0 passed, 1 failed"], 1))

    def test_a_program_that_ran_nothing(self):
        nothing = ["failed: t: it ran no test case", "0 passed, 1 failed"]
        for output in (
            "No test cases matched 'x'\n=====\nNo tests ran\n",
            "# pass 0\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n",
            "1..0\n",
            "Ran 0 tests in 0.0s\n\nOK\n",
            "0 passed, 0 failed\n",
        ):
            self.assertEqual(tally(("OK", output)), (nothing, 1))

    def test_a_program_that_died_after_its_last_line(self):
        output = "All tests passed (5 assertions in 3 test cases)\n"
        self.assertEqual(
            tally(("ERROR", output)), (["failed: t: its program ended with ERROR", "3 passed, 1 failed"], 1)
        )

    def test_a_program_that_ran_out_of_time(self):
        self.assertEqual(
            tally(("TIMEOUT", "")), (["failed: t: its program ended with TIMEOUT", "0 passed, 1 failed"], 1)
        )

    def test_a_run_of_no_tests(self):
        self.assertEqual(tally(), (["0 passed, 0 failed"], 1))


class SkipTest(unittest.TestCase):
    """What was skipped is listed by its reason and is not passed."""

    def test_a_case_of_a_catch_program(self):
        output = (
            "\nskipped: a -- no disk\n\nskipped: b -- no disk\n\nskipped: b -- no disk\n"
            "=====\nAll tests passed (1 assertion in 3 test cases)\n\n"
        )
        self.assertEqual(
            tally(("OK", output)),
            (["skipped: no disk", "    t: a", "    t: b", "1 passed, 0 failed, 2 skipped"], 0),
        )

    def test_the_only_case_that_was_asked_for(self):
        output = "\nskipped: a -- no disk\n=====\ntest cases: 1 | 1 passed\nassertions: - none -\n"
        self.assertEqual(
            tally(("OK", output)), (["skipped: no disk", "    t: a", "0 passed, 0 failed, 1 skipped"], 1)
        )

    def test_a_skipped_case_beside_a_failed_one(self):
        output = "\nskipped: a -- no disk\n=====\ntest cases: 3 | 2 passed | 1 failed\nassertions: 2\n"
        self.assertEqual(
            tally(("FAIL", output)), (["skipped: no disk", "    t: a", "1 passed, 1 failed, 1 skipped"], 1)
        )

    def test_a_test_of_node(self):
        output = (
            "ok 1 - x\nok 2 - full disk # SKIP no mount\n"
            "# pass 1\n# fail 0\n# cancelled 0\n# skipped 1\n# todo 0\n"
        )
        self.assertEqual(
            tally(("OK", output)),
            (["skipped: no mount", "    t: full disk", "1 passed, 0 failed, 1 skipped"], 0),
        )

    def test_a_test_of_unittest(self):
        output = (
            "test_a (__main__.T.test_a) ... ok\n  test_b (__main__.T.test_b) (shell='zsh') ... skipped 'no zsh'\n"
            "----\nRan 2 tests in 0.1s\n\nOK (skipped=1)\n"
        )
        self.assertEqual(
            tally(("OK", output)), (["skipped: no zsh", "    t: test_b", "1 passed, 0 failed, 1 skipped"], 0)
        )
        terse = "s.\n----\nRan 2 tests in 0.1s\n\nOK (skipped=1)\n"
        self.assertEqual(tally(("OK", terse))[1], 1)

    def test_a_whole_program(self):
        fine = "All tests passed (1 assertion in 1 test case)\n"
        self.assertEqual(
            tally(("OK", fine), ("SKIP", "skipped: no such tool\n"), ("SKIP", "skipped: no such tool\n")),
            (["skipped: no such tool", "    t", "    t", "1 passed, 0 failed, 2 skipped"], 0),
        )

    def test_without_a_reason_it_has_failed(self):
        self.assertEqual(
            tally(("SKIP", "")), (["failed: t: it was skipped without a reason", "0 passed, 1 failed"], 1)
        )
        output = "ok 1 - a # SKIP\n# pass 1\n# fail 0\n# cancelled 0\n# skipped 1\n# todo 0\n"
        lines, code = tally(("OK", output))
        self.assertEqual((lines[0], code), ("failed: t: it skipped a test without a reason", 1))


if __name__ == "__main__":
    unittest.main()
