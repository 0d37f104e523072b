"""Counts what a run of "meson test" did: N passed, N failed, N skipped, on the last line.

usage: tally.py TESTLOG_JSON

What one test counts is read from what its program prints:

  a Catch2 program                  its test cases
  Node's test runner, in TAP        its tests
  vitest, in flat TAP               its tests
  Python's unittest                 its tests
  any other program                 its last line, "N passed, N failed", which it prints itself

A test that was skipped is listed before the last line, with its reason, and is not counted as passed:

  skipped: CASE -- REASON           a line of a Catch2 program, once or more for each such case
  skipped: REASON                   a line of a program that ends with 77: all of it was skipped
  ok 3 - NAME # SKIP REASON         TAP

A test counts at least one failure if its program crashed, ran out of time, printed none of these,
counted nothing at all, or skipped something without a reason. The exit code is 0 only when something
passed and nothing failed.
"""

import json
import re
import sys
from collections import namedtuple

Count = namedtuple("Count", "passed failed skips")  # skips: a list of (name of the case, reason)

CATCH_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)$", re.MULTILINE)
CATCH_FAILED = re.compile(r"^test cases: +(\d+)(.*)$", re.MULTILINE)
CATCH_EMPTY = re.compile(r"^No tests ran$", re.MULTILINE)
CATCH_SKIP = re.compile(r"^skipped: (.+?) -- (.+)$", re.MULTILINE)
NODE_SUMMARY = re.compile(
    r"^# pass (\d+)\n# fail (\d+)\n# cancelled (\d+)\n# skipped (\d+)\n# todo (\d+)$", re.MULTILINE
)
TAP_PLAN = re.compile(r"^1\.\.(\d+)", re.MULTILINE)
TAP_LINE = re.compile(r"^(ok|not ok)\b", re.MULTILINE)
TAP_SKIP = re.compile(r"^ *ok \d+ - (.*?) # SKIP ?(.*)$", re.MULTILINE)
UNITTEST = re.compile(r"^Ran (\d+) tests? in .*\n\n(OK|FAILED)(?: \((.*)\))?$", re.MULTILINE)
UNITTEST_SKIP = re.compile(r"^ *(\w+) .*\.\.\. skipped ['\"](.+)['\"]$", re.MULTILINE)
OWN_SUMMARY = re.compile(r"(?:^|\n)(\d+) passed, (\d+) failed\s*$")
WHOLE_SKIP = re.compile(r"^skipped: (.+)$", re.MULTILINE)
PASSED_RESULTS = {"OK", "EXPECTEDFAIL"}


def catch_count(output):
    # Sections and generators run a case, and what skips it, more than once.
    skips = list(dict(CATCH_SKIP.findall(output)).items())
    if found := CATCH_PASSED.findall(output):
        return Count(int(found[-1]) - len(skips), 0, skips)
    if found := CATCH_FAILED.findall(output):
        cases, parts = found[-1]
        # A test case that is expected to fail, and does, is as it should be.
        passed = sum(map(int, re.findall(r"(\d+) (?:passed|failed as expected)", parts)))
        return Count(max(passed - len(skips), 0), int(cases) - passed, skips)
    if CATCH_EMPTY.search(output):
        return Count(0, 0, skips)
    return None


def node_count(output):
    if not (found := NODE_SUMMARY.findall(output)):
        return None
    passed, failed, cancelled, skipped, todo = map(int, found[-1])
    skips = TAP_SKIP.findall(output)
    unexplained = max(skipped - len(skips), 0)
    return Count(passed, failed + cancelled + todo, skips + unexplained * [("", "")])


def flat_tap_count(output):
    if not (plan := TAP_PLAN.search(output)):
        return None
    lines = TAP_LINE.findall(output)
    skips = TAP_SKIP.findall(output)
    passed = lines.count("ok") - len(skips)
    return Count(passed, int(plan[1]) - passed - len(skips), skips)


def unittest_count(output):
    if not (found := UNITTEST.findall(output)):
        return None
    run, _, parts = found[-1]
    numbers = {name: int(number) for name, number in re.findall(r"([a-z ]+)=(\d+)", parts)}
    skipped = numbers.pop("skipped", 0)
    failed = sum(number for name, number in numbers.items() if name.strip() != "expected failures")
    skips = UNITTEST_SKIP.findall(output)[:skipped]
    skips += (skipped - len(skips)) * [("", "")]
    # A test may fail and be skipped in several of its parts.
    return Count(max(int(run) - failed - skipped, 0), failed, skips)


def own_count(output):
    found = OWN_SUMMARY.search(output)
    return Count(int(found[1]), int(found[2]), []) if found else None


def count(test):
    """Returns the Count of one line of the log, and what is wrong with the test itself, or None."""
    output = test.get("stdout") or ""
    if test["result"] == "SKIP":
        reasons = WHOLE_SKIP.findall(output)
        if reasons:
            return Count(0, 0, [("", reasons[-1])]), None
        return Count(0, 1, []), "it was skipped without a reason"
    found = None
    for reader in (catch_count, node_count, flat_tap_count):
        found = found or reader(output)
    # unittest writes to standard error.
    found = found or unittest_count(test.get("stderr") or output) or own_count(output)

    passed, failed, skips = found or Count(0, 0, [])
    problem = None
    if test["result"] not in PASSED_RESULTS:
        if not failed:
            problem = f"its program ended with {test['result']}"
    elif found is None:
        problem = "its output has no count that is known"
    elif not passed + failed + len(skips):
        problem = "it ran no test case"
    elif not all(reason for _, reason in skips):
        problem = "it skipped a test without a reason"
    return Count(passed, failed + (1 if problem else 0), skips), problem


def main():
    try:
        with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
            tests = [json.loads(line) for line in log if line.strip()]
    except FileNotFoundError:
        tests = []

    passed = failed = skipped = 0
    reasons = {}
    for test in tests:
        found, problem = count(test)
        passed += found.passed
        failed += found.failed
        skipped += len(found.skips)
        name = test["name"].split(" / ")[-1]
        if problem:
            print(f"failed: {name}: {problem}")
        for case, reason in found.skips:
            reasons.setdefault(reason, []).append(f"{name}: {case}" if case else name)
    for reason, names in reasons.items():
        print(f"skipped: {reason or 'no reason given'}")
        for name in names:
            print(f"    {name}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed and not failed else 1


sys.exit(main())
