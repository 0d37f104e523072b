"""Checks that the #include lines and the dashboard's imports only point down between our modules.

usage: check_includes.py [--self-test]

Every violation is printed as file:line, and the exit code is then 1.
"""

import re
import sys
import tempfile
from fnmatch import fnmatchcase
from pathlib import Path

# A module is a folder or a file. It may include itself, what its row names, and whatever those may include in
# turn. A row that ends with * is for each folder there.
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
    "lib/src/static_lifetime": [],
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
    "tools/server/language": [],
    "tools/server/model": ["tools/server/language", "lib/src/storage", "replicator/postgres"],
    "tools/server/schema": ["tools/server/model"],
    "tools/server/plan": ["tools/server/schema"],
    "tools/server/search": ["tools/server/language", "lib/src/tables"],
    "tools/server/sql": ["tools/server/plan", "tools/server/search"],
    "tools/server/backend": ["tools/server/sql"],
    "tools/server/engine": ["tools/server/backend"],
    "tools/server/protocol": ["tools/server/engine"],
    "tools/server/auth": ["tools/server/protocol"],
    "tools/server/live": ["tools/server/auth"],
    "tools/server/inspection": ["tools/query", "replicator/status"],
    "tools/server/http": ["tools/server/live", "tools/server/inspection", "replicator/ship", "replicator/metrics", "tools/program"],
    "tools": ["tools/query", "tools/server/http", "replicator/status", "replicator/metrics", "lib/src/options"],
    "tools/edo": ["tools", "lib/src/recorder", "lib/src/capture", "lib/src/tracking", "examples"],
    "tools/edo-replicator": ["tools/program", "replicator/status", "replicator/verify"],
    "bindings": ["lib/include", "replicator/ship"],
    "packaging": [],
    "tests/support": ["tools/edo", "tools/edo-replicator"],
    "benchmarks": ["tests/support"],
    "tests": ["benchmarks"],
    "dashboard/src/config.ts": [],
    "dashboard/src/jsx": [],
    "dashboard/src/hooks": [],
    "dashboard/src/clock": ["dashboard/src/hooks"],
    "dashboard/src/styles": [],
    "dashboard/src/settings": ["dashboard/src/config.ts", "dashboard/src/hooks"],
    "dashboard/src/shortcuts": ["dashboard/src/hooks"],
    "dashboard/src/format": ["dashboard/src/clock", "dashboard/src/settings"],
    "dashboard/src/url": ["dashboard/src/clock", "dashboard/src/settings"],
    "dashboard/src/api": ["dashboard/src/hooks", "dashboard/src/url"],
    "dashboard/src/domain": ["dashboard/src/format", "dashboard/src/url"],
    "dashboard/src/ui": ["dashboard/src/api", "dashboard/src/domain", "dashboard/src/shortcuts"],
    "dashboard/src/periods": ["dashboard/src/ui"],
    "dashboard/src/charts": ["dashboard/src/ui"],
    "dashboard/src/filters": ["dashboard/src/ui"],
    "dashboard/src/logs": ["dashboard/src/filters"],
    "dashboard/src/lists": ["dashboard/src/filters"],
    "dashboard/src/pages/page.ts": [],
    # A page knows no other page.
    "dashboard/src/pages/*": [
        "dashboard/src/pages/page.ts", "dashboard/src/charts", "dashboard/src/lists", "dashboard/src/logs",
        "dashboard/src/periods",
    ],
    "dashboard/src/pages/registry.ts": ["dashboard/src/pages/*"],
    "dashboard/src/app": ["dashboard/src/pages/registry.ts"],
    "dashboard/src/main.tsx": ["dashboard/src/app", "dashboard/src/styles"],
}

# Where the compiler looks for "…", after the folder of the including file.
INCLUDE_ROOTS = ["", "lib/src", "lib/include", "tools", "tests"]

# What a public header may use besides our other public headers: the standard library. cxxabi.h
# comes with it and names what unwinds a cancelled thread.
STANDARD_HEADER = re.compile(r"[a-z_0-9]+|(std(int|def|bool)|cxxabi)\.h")
PUBLIC = "lib/include"
# Headers for users of another library, whose headers they may therefore include.
ADAPTERS = {"lib/include/edo/spdlog_sink.hpp": "spdlog/"}

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')
SUFFIXES = {".cpp", ".hpp", ".h", ".c"}
NOT_OURS = {"subprojects", "node_modules", ".git"}

DASHBOARD = "dashboard/src"
IMPORT = re.compile(r"(?:\bfrom|^\s*import|\bimport\()\s*'((?:~/|\.)[^']*)'")
IMPORTING_SUFFIXES = {".ts", ".tsx"}


def module_of(path):
    """The innermost module that holds the path, or None. A row with a name goes before a row with *."""
    found = None
    for end in range(1, len(path.parts) + 1):
        name = "/".join(path.parts[:end])
        if name in MODULES or ("/".join([*path.parts[: end - 1], "*"]) in MODULES and end < len(path.parts)):
            found = name
    return found


def row_of(module):
    return MODULES.get(module) or MODULES.get(module.rpartition("/")[0] + "/*", [])


def may_include(module, target):
    """Whether the rows let one module include another, itself among them."""
    reached, pending = set(), [module]
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += row_of(name)
    return any(fnmatchcase(target, name) for name in reached)


def resolve(root, source, name):
    """The file of ours that an #include of this name means, relative to root, or None."""
    for folder in [source.parent, *INCLUDE_ROOTS]:
        candidate = (root / folder / name).resolve()
        # The build makes NAME of NAME.in.
        template = candidate.with_name(candidate.name + ".in")
        if (candidate.is_file() or template.is_file()) and candidate.is_relative_to(root):
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
    if not may_include(module, module_of(target)):
        return f"{module} must not include {target}"
    return None


def sources(root, suffixes):
    for path in sorted(root.rglob("*")):
        source = path.relative_to(root)
        if path.suffix in suffixes and not NOT_OURS & set(source.parts) and not source.parts[0].startswith("build"):
            yield source


def lines_matching(root, source, pattern):
    for number, line in enumerate((root / source).read_text(encoding="utf-8").splitlines(), start=1):
        if match := pattern.search(line):
            yield number, match


def check_includes(root):
    for source in sources(root, SUFFIXES):
        for number, match in lines_matching(root, source, INCLUDE):
            if problem := check_line(root, source, match[1], match[2]):
                yield f"{source}:{number}: {problem}"


def resolve_import(root, source, name):
    """The file that an import of the dashboard means, relative to root, or None."""
    base = root / DASHBOARD / name[2:] if name.startswith("~/") else root / source.parent / name
    for candidate in [base, *(base.with_name(base.name + suffix) for suffix in IMPORTING_SUFFIXES), base / "index.ts"]:
        if candidate.is_file():
            return candidate.resolve().relative_to(root)
    return None


def check_imports(root):
    imports = {}
    for source in sources(root / DASHBOARD, IMPORTING_SUFFIXES):
        source = Path(DASHBOARD, source)
        imports[source] = []
        for number, match in lines_matching(root, source, IMPORT):
            module, target = module_of(source), resolve_import(root, source, match[1])
            if module is None:
                yield f"{source}:{number}: this folder is no module yet: add it to the table in check_includes.py"
            elif target is None:
                yield f"{source}:{number}: '{match[1]}' is not a file"
            else:
                imports[source].append(target)
                if not may_include(module, module_of(target)):
                    yield f"{source}:{number}: {module} must not import {target}"
    yield from circles(imports)


def circles(imports):
    """One line for each file that imports itself by way of others; type imports count, too."""
    finished, path = set(), []

    def visit(source):
        if source in path:
            yield f"{source}:1: imports in a circle: " + " -> ".join(map(str, [*path[path.index(source) :], source]))
        elif source not in finished:
            path.append(source)
            for target in imports.get(source, []):
                yield from visit(target)
            path.pop()
            finished.add(source)

    for source in imports:
        yield from visit(source)


def check(root):
    """All violations below root, as lines ready to print."""
    root = root.resolve()
    return [*check_includes(root), *check_imports(root)]


def self_test():
    """Builds a small tree with every kind of violation and expects exactly these."""
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
        "tools/server/http/server.hpp": '#include "tools/server/language/ast.hpp"\n',
        "tools/server/language/ast.hpp": "",
        "tools/server/language/bad.cpp": '#include "tools/server/http/server.hpp"\n',
        "dashboard/src/api/client.ts": "import { a } from 'graphql';\n",
        "dashboard/src/api/bad.ts": "import type {\n  Row,\n} from '~/ui/table';\n",
        "dashboard/src/ui/table.tsx": "import { run } from '~/api/client';\nimport styles from './table.module.css';\n",
        "dashboard/src/ui/table.module.css": "",
        "dashboard/src/ui/one.ts": "import './two';\n",
        "dashboard/src/ui/two.ts": "import type { One } from './one';\n",
        "dashboard/src/pages/page.ts": "",
        "dashboard/src/pages/registry.ts": "import { jobs } from './jobs';\nimport { Page } from './page';\n",
        "dashboard/src/pages/jobs/index.ts": "import { Page } from '../page';\nconst load = () => import('./jobs');\n",
        "dashboard/src/pages/jobs/jobs.tsx": "import '~/ui/table';\n",
        "dashboard/src/pages/flow/index.ts": "import { jobs } from '../jobs';\nimport { gone } from './gone';\n",
        "dashboard/src/unknown/bad.ts": "import '~/ui/table';\n",
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
        "tools/server/language/bad.cpp:1",
        "unknown/bad.cpp:1",
        "dashboard/src/api/bad.ts:3",
        "dashboard/src/pages/flow/index.ts:1",
        "dashboard/src/pages/flow/index.ts:2",
        "dashboard/src/unknown/bad.ts:1",
        "dashboard/src/ui/one.ts:1",
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
