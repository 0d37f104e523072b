"""Stands in for a test that this build does not have, so that it is counted and listed as skipped.

usage: skip.py REASON
"""

import sys

SKIPPED = 77

print("skipped: " + " ".join(sys.argv[1:]))
sys.exit(SKIPPED)
