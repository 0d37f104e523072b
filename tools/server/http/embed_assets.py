"""Writes a C++ source that holds the files of a folder, and beside it their bytes.

usage: embed_assets.py NAME FOLDER OUTPUT.cpp OUTPUT.bin DEPFILE

The source defines edo::http::NAME_assets(). Text is compressed here, once. A folder that does not
exist has no files.
"""

import gzip
import hashlib
import pathlib
import re
import sys

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".map": "application/json; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}

# As bundlers name a file by its contents: name-Bx2_kQ9a.js
HASHED = re.compile(r"[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$")


def main(name, folder, source, blob, depfile):
    root = pathlib.Path(folder)
    paths = sorted((p for p in root.rglob("*") if p.is_file()), key=lambda p: p.relative_to(root).as_posix())
    rows, data = [], bytearray()
    for path in paths:
        contents = path.read_bytes()
        packed = gzip.compress(contents, mtime=0)
        is_gzip = len(packed) < len(contents) * 0.9
        stored = packed if is_gzip else contents
        relative = path.relative_to(root).as_posix()
        kind = CONTENT_TYPES.get(path.suffix, "application/octet-stream")
        etag = hashlib.sha256(contents).hexdigest()[:32]
        immutable = relative.startswith("assets/") and HASHED.search(relative) is not None
        rows.append(
            f'      {{"{relative}", "{kind}", "\\"{etag}\\"", {{begin + {len(data)}, {len(stored)}}}, '
            f"{str(is_gzip).lower()}, {str(immutable).lower()}}},\n"
        )
        data += stored
    pathlib.Path(blob).write_bytes(data)
    symbol = f"edo_{name}_assets_begin"
    table = (
        f"  const char* const begin = {symbol};\n"
        "  static const Asset kAssets[] = {\n" + "".join(rows) + "  };\n  return kAssets;\n"
        if rows
        else "  return {};\n"
    )
    # The assembler reads the bytes by itself; as text they would take the compiler minutes.
    pathlib.Path(source).write_text(
        '#include "tools/server/http/assets.hpp"\n\n'
        f'asm(".pushsection .rodata\\n"\n'
        f'    ".global {symbol}\\n"\n'
        f'    ".hidden {symbol}\\n"\n'
        f'    "{symbol}:\\n"\n'
        f'    ".incbin \\"{pathlib.Path(blob).resolve().as_posix()}\\"\\n"\n'
        f'    ".popsection\\n");\n\n'
        f'extern "C" const char {symbol}[];\n\n'
        "namespace edo::http {\n\n"
        f"std::span<const Asset> {name}_assets() noexcept {{\n{table}}}\n\n"
        "}  // namespace edo::http\n",
        encoding="utf-8",
    )
    # A folder changes when a file appears in it; one that is not there yet appears in another.
    folders = [root, *(p for p in root.rglob("*") if p.is_dir())]
    while not folders[0].exists():
        folders = [folders[0].parent]
    inputs = " ".join(path.as_posix().replace(" ", "\\ ") for path in [*paths, *folders])
    pathlib.Path(depfile).write_text(f"{source} {blob}: {inputs}\n", encoding="utf-8")


main(*sys.argv[1:])
