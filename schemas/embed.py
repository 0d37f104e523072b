"""Writes a C++ source that holds the numbered SQL migrations of one dialect.

usage: embed.py DIALECT OUTPUT 0001_name.sql…
"""

import pathlib
import sys

dialect, output, *sources = sys.argv[1:]
paths = sorted(map(pathlib.Path, sources))
rows = []
for number, path in enumerate(paths, start=1):
    version, _, name = path.stem.partition("_")
    if int(version) != number:
        sys.exit(f"{path}: migrations are numbered without gaps; expected {number:04}")
    sql = path.read_text(encoding="utf-8")
    # A string literal has a limit of its own in some compilers, so it is cut into lines.
    lines = "\n".join(f'R"edo({line})edo" "\\n"' for line in sql.splitlines())
    rows.append(f'    {{{number}, "{name}",\n{lines}}},\n')

pathlib.Path(output).write_text(
    '#include "schemas/schemas.hpp"\n\n'
    "namespace edo::schemas {\n\n"
    f"std::span<const Migration> {dialect}() noexcept {{\n"
    "  static constexpr Migration kMigrations[] = {\n" + "".join(rows) + "  };\n"
    "  return kMigrations;\n}\n\n}  // namespace edo::schemas\n",
    encoding="utf-8",
)
