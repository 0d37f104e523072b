"""Draws the output of a command, as a terminal would show it, into an SVG picture.

usage: script -qc 'edo show ID' /dev/null | python3 terminal_svg.py 'edo show ID' > show.svg
"""

import html
import re
import sys
import unicodedata

COLOURS = {"31": "#ff6b68", "32": "#7ec97f", "33": "#e5c07b", "34": "#6fb3f2", "36": "#5ec4c9"}
PLAIN, FAINT, BACKGROUND = "#d7dae0", "#7d8590", "#14171c"
CELL_WIDTH, LINE_HEIGHT, MARGIN, COLUMNS = 7.83, 18, 18, 132


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def spans(line):
    """Yields (text, style) for a line with SGR escapes."""
    style = {"fill": PLAIN}
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if not part.startswith("\x1b"):
            if part:
                yield part, dict(style)
            continue
        for code in part[2:-1].split(";"):
            if code in ("", "0"):
                style = {"fill": PLAIN}
            elif code == "1":
                style["font-weight"] = "bold"
            elif code == "2":
                style["fill"] = FAINT
            elif code in COLOURS:
                style["fill"] = COLOURS[code]


def draw(command, lines):
    lines = [f"\x1b[2m$\x1b[0m {command}", ""] + lines
    width = MARGIN * 2 + COLUMNS * CELL_WIDTH
    height = MARGIN * 2 + len(lines) * LINE_HEIGHT
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" font-family="DejaVu Sans Mono, Menlo, Consolas, '
        f'monospace" font-size="13">'
    )
    yield f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>'
    for number, line in enumerate(lines):
        column = 0
        for text, style in spans(line):
            text = text[: max(0, COLUMNS - column)]
            attributes = " ".join(f'{name}="{value}"' for name, value in style.items())
            x = MARGIN + column * CELL_WIDTH
            y = MARGIN + (number + 0.8) * LINE_HEIGHT
            yield (
                f'<text x="{x:.1f}" y="{y:.1f}" {attributes} xml:space="preserve">'
                f"{html.escape(text)}</text>"
            )
            column += cells(text)
    yield "</svg>"


text = sys.stdin.read().replace("\r", "")
print("\n".join(draw(sys.argv[1], text.rstrip("\n").split("\n"))))
