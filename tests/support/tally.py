"""Counts what a run of "meson test" did and prints one line: N passed, N failed.

usage: tally.py TESTLOG_JSON

A Catch2 program counts as many tests as it has test cases, a file of Node's test runner as many as it
has tests; any other test counts as one. A program
that crashed or ran out of time counts at least one failure, whatever it had printed by then. The exit
code is 0 only when something was run and nothing failed.
"""

import json
import re
import sys

ALL_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)$", re.MULTILINE)
SOME_FAILED = re.compile(r"^test cases: +(\d+)(.*)$", re.MULTILINE)
NODE_SUMMARY = re.compile(r"^# pass (\d+)\n# fail (\d+)\n# cancelled (\d+)$", re.MULTILINE)
NOTHING_RUN = re.compile(r"^No tests ran$", re.MULTILINE)
PASSED_RESULTS = {"OK", "EXPECTEDFAIL"}


def catch_counts(output):
    """Returns (passed, failed) of a Catch2 program's output, or None when it is not one."""
    if found := ALL_PASSED.findall(output):
        return int(found[-1]), 0
    if found := SOME_FAILED.findall(output):
        cases, parts = found[-1]
        # A test case that is expected to fail, and does, is as it should be.
        passed = sum(map(int, re.findall(r"(\d+) (?:passed|failed as expected)", parts)))
        return passed, int(cases) - passed
    if NOTHING_RUN.search(output):
        return 0, 0
    return None


def node_counts(output):
    """The same of the output of Node's test runner, in the format of TAP."""
    if found := NODE_SUMMARY.findall(output):
        passed, failed, cancelled = map(int, found[-1])
        return passed, failed + cancelled
    return None


def count(test):
    """Returns (passed, failed, skipped) of one line of the log."""
    if test["result"] == "SKIP":
        return 0, 0, 1
    succeeded = test["result"] in PASSED_RESULTS
    output = test.get("stdout") or ""
    counts = catch_counts(output) or node_counts(output)
    if counts is None:
        return (1, 0, 0) if succeeded else (0, 1, 0)
    passed, failed = counts
    return passed, failed if succeeded else max(failed, 1), 0


def main():
    try:
        with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
            tests = [json.loads(line) for line in log if line.strip()]
    except FileNotFoundError:
        tests = []
    passed, failed, skipped = (sum(column) for column in zip(*map(count, tests), (0, 0, 0)))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


sys.exit(main())
