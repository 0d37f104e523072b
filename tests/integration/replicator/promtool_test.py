"""Has Prometheus's own promtool check the names, types and texts of the metrics.

usage: promtool_test.py PROMTOOL PROGRAM, which writes metrics to standard output. Where there is no
PROMTOOL (tests/support/fetch-promtool brings it) the one on PATH is taken; without any the test is
skipped.
"""

import shutil
import subprocess
import sys

SKIPPED = 77

promtool = shutil.which(sys.argv[1]) or shutil.which("promtool")
if promtool is None:
    print("skipped: promtool is missing; tests/support/fetch-promtool brings it")
    sys.exit(SKIPPED)

metrics = subprocess.run(sys.argv[2:], check=True, capture_output=True, text=True).stdout
checked = subprocess.run(
    [promtool, "check", "metrics"], input=metrics, capture_output=True, text=True
)
print(metrics, checked.stdout, checked.stderr)
# It also ends with 0 when it only warns.
if checked.returncode or checked.stdout or checked.stderr:
    sys.exit(1)
print("1 passed, 0 failed")
