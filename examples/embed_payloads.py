"""Writes a C++ source that holds the payload files, so that the sample host needs no files.

usage: embed_payloads.py OUTPUT name.json…
"""

import json
import pathlib
import sys

output, *sources = sys.argv[1:]
rows = []
for path in sorted(map(pathlib.Path, sources)):
    # Without indentation, as Hasura sends it.
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")), separators=(",", ":"), ensure_ascii=False)
    rows.append(f'    {{"{path.stem}",\n     R"edo({text})edo"}},\n')

pathlib.Path(output).write_text(
    '#include "examples/payload_files.hpp"\n\n'
    "namespace edo::examples {\n\n"
    "std::span<const PayloadFile> payload_files() noexcept {\n"
    "  static constexpr PayloadFile kFiles[] = {\n" + "".join(rows) + "  };\n"
    "  return kFiles;\n}\n\n}  // namespace edo::examples\n",
    encoding="utf-8",
)
