"""What is done to the pages when they are built: `python tools/after_build.py site`.

MkDocs comes here by tools/hooks.py, when it builds and when it serves. A generator without such hooks is
followed by this command.
"""

import sys
from pathlib import Path

import python_in_page
import typesetter
from finish import book, crawlers, fonts, lighten, markdown, pages, pictures, policy, search_index, styles, tidy

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "mkdocs.yml"
NOT_SET = "the formulas could not be typeset; the lines above say which"
DOCS = CONFIG.with_name("docs")  # where the equations are written, whatever the language of the pages


def finish(site: Path, config: Path = CONFIG, served: bool = False) -> str:
    """Do all that is left to do; return what went wrong, or nothing.

    Where `mkdocs serve` shows the pages, the stylesheets stay apart and the fonts whole, because a change may bring
    new characters; and there is no policy, which would forbid the script that the server puts into each page.
    """
    search_index.complete(site, DOCS)  # first, while the formulas are still TeX
    if not typesetter.running().set(site):
        return NOT_SET
    if not served:
        fonts.cut(site)
    if wrong := python_in_page.add(site):
        return wrong
    tidy.sweep(site)
    texts = pages.read(site)
    pictures.publish(site, texts, ROOT)
    markdown.publish(site, texts, book.read(config), ROOT)
    crawlers.invite(site, texts)
    lighten.lighten(texts)
    if not served:
        styles.join(site, texts)
        policy.protect(texts)  # last, because it names the pages' final scripts
    pages.write(site, texts)
    return ""


def finish_again(site: Path, config: Path, names: list[str]) -> str:
    """Do to some pages, which `mkdocs serve` has made anew, what shows in them; return what went wrong, or nothing."""
    search_index.anchor(site)
    if not typesetter.running().set(site, names):
        return NOT_SET
    python_in_page.mark(site, names)
    texts = pages.read(site)
    pictures.publish(site, texts, ROOT)
    markdown.publish(site, texts, book.read(config), ROOT)
    texts = {name: texts[name] for name in names}
    lighten.lighten(texts)
    pages.write(site, texts)
    return ""


if __name__ == "__main__":
    sys.exit(finish(Path(sys.argv[1])) or None)
