"""Draw the pictures of the book: python tools/figures OUT.

Each picture is one `<svg>` element on one line, ready to be inlined into a page. It takes the colours of
the page around it, which sets --fig-ink, --fig-faint, --fig-ground, --fig-1, --fig-2 and --fig-3.
"""

import sys
from pathlib import Path

import matplotlib
from drawing import THEME
from pictures import pictures
from svg import render


def draw_all(folder: Path) -> list[Path]:
    """Draw every picture into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with matplotlib.rc_context(THEME):
        for draw in pictures():
            path = folder / f"{draw.__name__}.svg"
            path.write_text(render(draw(), draw.__name__) + "\n", encoding="utf-8")
            paths.append(path)
    return paths


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/figures OUT")
    print(f"{len(draw_all(Path(sys.argv[1])))} figures drawn into {sys.argv[1]}")
