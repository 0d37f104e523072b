"""Prints those of the named sources that the build in a folder compiles, one on a line.

usage: compiled_sources.py BUILD_DIR SOURCE...
"""

import json
import os
import sys


def main():
    build_dir, sources = sys.argv[1], sys.argv[2:]
    with open(os.path.join(build_dir, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    compiled = {os.path.realpath(os.path.join(c["directory"], c["file"])) for c in commands}
    for source in sources:
        if os.path.realpath(source) in compiled:
            print(source)


main()
