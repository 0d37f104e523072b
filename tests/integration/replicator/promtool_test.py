"""Has Prometheus's own promtool check the names, types and texts of the metrics.

usage: promtool_test.py PROGRAM, which writes metrics to standard output. $PROMTOOL names another
promtool than the one on PATH; without any (Debian: prometheus) the test is skipped.
"""

import os
import shutil
import subprocess
import sys

SKIPPED = 77

promtool = os.environ.get("PROMTOOL") or shutil.which("promtool")
if promtool is None:
    print("skipped: promtool is missing; apt-get install prometheus brings it, and a server as well")
    sys.exit(SKIPPED)

metrics = subprocess.run(sys.argv[1:], check=True, capture_output=True, text=True).stdout
checked = subprocess.run(
    [promtool, "check", "metrics"], input=metrics, capture_output=True, text=True
)
print(metrics, checked.stdout, checked.stderr)
# It also ends with 0 when it only warns.
sys.exit(1 if checked.returncode or checked.stdout or checked.stderr else 0)
