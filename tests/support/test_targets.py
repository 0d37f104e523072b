"""Prints the build targets that tests run, a line each, as paths inside the build folder.

usage: test_targets.py BUILD_DIR NAME…
"""

import json
import pathlib
import sys


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    names = set(sys.argv[2:])
    info = build / "meson-info"
    files = {t["id"]: t["filename"] for t in json.loads((info / "intro-targets.json").read_text())}
    tests = json.loads((info / "intro-tests.json").read_text())
    needed = {target for test in tests if test["name"] in names for target in test["depends"]}
    for target in sorted(needed):
        for file in files[target]:
            print(pathlib.Path(file).relative_to(build).as_posix())


main()
