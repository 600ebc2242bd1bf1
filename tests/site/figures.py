"""What the tests of the pictures share: drawing them, and reading what is written in them."""

import os
import re
import subprocess
import sys
from math import exp
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"

# Each picture that a page shows.
STEMS = sorted(
    stem for page in ROOT.glob("docs/**/*.md") for stem in re.findall(r'--8<-- "(\w+)\.svg"', page.read_text("utf-8"))
)

# The book's example by plain arithmetic: z = [3, 1, −3], and class 2 is the true one.
Z = (3, 1, -3)
Y = (0, 1, 0)
P = [exp(z) / sum(map(exp, Z)) for z in Z]


def draw(folder: Path, hash_seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONWARNINGS": "error"}
    command = [sys.executable, str(ROOT / "tools" / "figures"), str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


def words(folder, stem, tag="text"):
    """Return each text of a figure, in the order in which it is drawn."""
    root = ElementTree.parse(folder / f"{stem}.svg").getroot()
    return ["".join(text.itertext()) for text in root.iter(SVG + tag)]


def decimals(texts, places):
    """Return the numbers with so many decimals in some texts, as they are printed."""
    return re.findall(rf"[+−]?\d\.\d{{{places}}}(?!\d)", "\n".join(texts))


def printed(values, places, sign=""):
    return [format(value, f"{sign}.{places}f").replace("-", "−") for value in values]
