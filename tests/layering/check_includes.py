"""Checks that the #include lines between our modules only point down.

usage: check_includes.py [--self-test]

Every violation is printed as file:line, and the exit code is then 1.
"""

import re
import sys
import tempfile
from pathlib import Path

# A module may include itself, what its row names, and whatever those may include in turn.
MODULES = {
    "lib/include": [],
    "schemas": [],
    "lib/src/base": ["lib/include"],
    "lib/src/options": ["lib/src/base"],
    "lib/src/tracking": ["lib/src/base"],
    "lib/src/storage": ["lib/src/base", "schemas"],
    "lib/src/tables": ["lib/src/storage"],
    "lib/src/recorder": ["lib/src/options", "lib/src/tables"],
    "lib/src/capture": ["lib/src/base"],
    "lib/src/lasting": [],
    "lib/src/c_api": ["lib/src/base"],
    "replicator/postgres": ["lib/src/base", "schemas"],
    "replicator/batch": ["lib/src/tables"],
    "replicator/source": ["replicator/batch"],
    "replicator/apply": ["replicator/batch", "replicator/postgres"],
    "replicator/sinks": ["replicator/apply", "replicator/verify"],
    "replicator/verify": ["replicator/apply", "replicator/source"],
    "replicator/status": ["replicator/postgres", "replicator/source"],
    "replicator/ship": ["replicator/sinks", "replicator/source"],
    "replicator/metrics": ["lib/include"],
    "shipper": ["replicator/ship", "lib/src/recorder", "lib/src/c_api"],
    # An example shows what a user of the library can do, so it sees what a user sees.
    "examples": ["lib/include"],
    "tools/program": ["replicator/ship", "replicator/metrics"],
    "tools/query": ["tools/program"],
    "tools": ["tools/query", "replicator/status", "replicator/metrics", "lib/src/options"],
    "tools/edo": ["tools", "lib/src/recorder", "lib/src/capture", "lib/src/tracking", "examples"],
    "tools/edo-replicator": ["tools/program", "replicator/status", "replicator/verify"],
    "bindings": ["lib/include", "replicator/ship"],
    "packaging": [],
    "tests/support": ["tools/edo", "tools/edo-replicator"],
    "benchmarks": ["tests/support"],
    "tests": ["benchmarks"],
}

# Where the compiler looks for "…", after the folder of the including file.
INCLUDE_ROOTS = ["", "lib/src", "lib/include", "tools", "tests"]

# What a public header may use besides our other public headers: the standard library.
STANDARD_HEADER = re.compile(r"[a-z_0-9]+|std(int|def|bool)\.h")
PUBLIC = "lib/include"
# Headers for users of another library, whose headers they may therefore include.
ADAPTERS = {"lib/include/edo/spdlog_sink.hpp": "spdlog/"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = {".cpp", ".hpp", ".h", ".c"}
NOT_OURS = {"subprojects", "node_modules", ".git"}


def module_of(path):
    """The module with the longest folder name that holds the path, or None."""
    holding = [name for name in MODULES if path.is_relative_to(name)]
    return max(holding, key=len, default=None)


def allowed(module):
    """All modules that this one may include, itself among them."""
    reached, pending = set(), [module]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += MODULES[name]
    return reached


def resolve(root, source, name):
    """The file of ours that an #include of this name means, relative to root, or None."""
    for folder in [source.parent, *INCLUDE_ROOTS]:
        candidate = (root / folder / name).resolve()
        if candidate.is_file() and candidate.is_relative_to(root):
            return candidate.relative_to(root)
    return None


def check_line(root, source, kind, name):
    """What is wrong with one #include, or None."""
    module = module_of(source)
    if module is None:
        return "this folder is no module yet: add it to the table in check_includes.py"
    target = resolve(root, source, name)
    if target is None:
        if kind == '"':
            return f'"{name}" is no file of ours: other people\'s headers are included with <…>'
        adapted = ADAPTERS.get(source.as_posix())
        if adapted is not None and name.startswith(adapted):
            return None
        if module == PUBLIC and not STANDARD_HEADER.fullmatch(name):
            return f"a public header may include our public headers and the standard library, not <{name}>"
        return None
    if kind == "<" and module_of(target) != PUBLIC:
        return f'<{name}> is a file of ours: write "{name}"'
    if module_of(target) not in allowed(module):
        return f"{module} must not include {target}"
    return None


def check(root):
    """All violations below root, as lines ready to print."""
    root = root.resolve()
    violations = []
    for path in sorted(root.rglob("*")):
        source = path.relative_to(root)
        top = source.parts[0]
        if path.suffix not in SUFFIXES or NOT_OURS & set(source.parts) or top.startswith("build"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := INCLUDE.match(line):
                if problem := check_line(root, source, match[1], match[2]):
                    violations.append(f"{source}:{number}: {problem}")
    return violations


def self_test():
    """A small tree with every kind of violation, in which each must be found and nothing else."""
    files = {
        "lib/include/edo/error.hpp": "#include <string>\n#include <stdint.h>\n",
        "lib/include/edo/bad.hpp": "#include <sqlite3.h>\n",
        "lib/src/base/uuid.hpp": '#include "edo/error.hpp"\n',
        "lib/src/base/bad.cpp": '#include "uuid.hpp"\n#include "storage/database.hpp"\n',
        "lib/src/storage/database.hpp": '#include "base/uuid.hpp"\n#include <edo/error.hpp>\n',
        "lib/src/storage/bad.cpp": '#include "sqlite3.h"\n',
        "lib/src/tables/bad.cpp": '#  include "replicator/batch/batch.hpp"\n',
        "lib/src/tables/more.cpp": "#include <base/uuid.hpp>\n",
        "replicator/batch/batch.hpp": '#include "storage/database.hpp"\n',
        "replicator/ship/bad.cpp": '#include "tools/program/text.hpp"\n',
        "tools/edo-replicator/bad.cpp": '#include "tools/edo/rows.hpp"\n',
        "tools/edo/main.cpp": '#include "replicator/batch/batch.hpp"\n#include <sqlite3.h>\n',
        "tools/edo/rows.hpp": "",
        "tools/program/text.cpp": '#include "tools/program/text.hpp"\n',
        "tools/program/text.hpp": "",
        "examples/bad.cpp": '#include "base/uuid.hpp"\n',
        "unknown/bad.cpp": "#include <vector>\n",
    }
    expected = [
        "examples/bad.cpp:1",
        "lib/include/edo/bad.hpp:1",
        "lib/src/base/bad.cpp:2",
        "lib/src/storage/bad.cpp:1",
        "lib/src/tables/bad.cpp:1",
        "lib/src/tables/more.cpp:1",
        "replicator/ship/bad.cpp:1",
        "tools/edo-replicator/bad.cpp:1",
        "unknown/bad.cpp:1",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        found = [":".join(violation.split(":")[:2]) for violation in check(Path(folder))]
    if found != expected:
        print(f"self-test: expected {expected}, found {found}")
        return 1
    print("1 passed, 0 failed")
    return 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if sys.argv[1:]:
        print("usage: check_includes.py [--self-test]", file=sys.stderr)
        return 2
    violations = check(Path(__file__).parents[2])
    for violation in violations:
        print(violation)
    print("0 passed, 1 failed" if violations else "1 passed, 0 failed")
    return 1 if violations else 0


sys.exit(main())
