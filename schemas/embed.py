"""Writes a C++ source that holds the SQL of one dialect, or the files of a folder.

usage: embed.py DIALECT OUTPUT SOURCE…
       embed.py NAME --below FOLDER OUTPUT SOURCE…

Sources named NNNN_name.sql are the migrations, which DIALECT() returns. Any other NAME.sql is a text
of its own, which DIALECT_NAME() returns. With --below, NAME() returns all of them with their paths
below the folder.
"""

import pathlib
import sys


def literal(path):
    # A string literal has a limit of its own in some compilers, so it is cut into lines.
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(f'R"edo({line})edo" "\\n"' for line in lines)


def migrations(dialect, paths):
    rows = []
    for number, path in enumerate(paths, start=1):
        version, _, name = path.stem.partition("_")
        if int(version) != number:
            sys.exit(f"{path}: migrations are numbered without gaps; expected {number:04}")
        rows.append(f'    {{{number}, "{name}",\n{literal(path)}}},\n')
    return (
        f"std::span<const Migration> {dialect}() noexcept {{\n"
        "  static constexpr Migration kMigrations[] = {\n" + "".join(rows) + "  };\n"
        "  return kMigrations;\n}\n\n"
    )


def text(dialect, path):
    return f"std::string_view {dialect}_{path.stem}() noexcept {{\n  return {literal(path)};\n}}\n\n"


def files(name, folder, paths):
    rows = [f'    {{"{path.resolve().relative_to(folder)}",\n{literal(path)}}},\n' for path in paths]
    return (
        f"std::span<const File> {name}() noexcept {{\n"
        "  static constexpr File kFiles[] = {\n" + "".join(rows) + "  };\n"
        "  return kFiles;\n}\n\n"
    )


def sql(dialect, paths):
    numbered = [path for path in paths if path.stem[0].isdigit()]
    others = [path for path in paths if path not in numbered]
    return migrations(dialect, numbered) + "".join(text(dialect, path) for path in others)


def main(name, *arguments):
    if arguments[0] == "--below":
        folder, output, *sources = arguments[1:]
        body = files(name, pathlib.Path(folder).resolve(), sorted(map(pathlib.Path, sources)))
    else:
        output, *sources = arguments
        body = sql(name, sorted(map(pathlib.Path, sources)))
    pathlib.Path(output).write_text(
        '#include "schemas/schemas.hpp"\n\n'
        f"namespace edo::schemas {{\n\n{body}}}  // namespace edo::schemas\n",
        encoding="utf-8",
    )


main(*sys.argv[1:])
