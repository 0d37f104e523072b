"""Makes packages and tries them in fresh machines. Takes root, a mirror of Debian and some minutes.

usage: run.py BUILD_DIR [deb|tarball|image|node|node-arm64]...
"""

import os
import sys
import unittest
from pathlib import Path

KINDS = ["deb", "tarball", "image", "node", "node-arm64"]


def main():
    build, *kinds = sys.argv[1:]
    if unknown := set(kinds) - set(KINDS):
        print(f"run.py: there is no package {unknown.pop()}", file=sys.stderr)
        return 2
    if os.geteuid() != 0:
        print("skipped: packaging -- only root can make the machines that packages are tried in")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    os.environ["EDO_BUILD"] = str(Path(build).resolve())
    names = [f"{kind.replace('-', '_')}_test" for kind in kinds or KINDS]
    tests = unittest.defaultTestLoader.loadTestsFromNames(names)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(tests)
    for case, reason in result.skipped:
        print(f"skipped: {case} -- {reason}")
    # What cannot even be set up fails all its tests.
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    passed = max(result.testsRun - failed - skipped, 0)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 0 if passed > 0 and not failed else 1


if len(sys.argv) < 2:
    print(__doc__, file=sys.stderr)
    sys.exit(2)
sys.exit(main())
