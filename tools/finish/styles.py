"""Join the stylesheets of the book into one, so that a page waits for fewer answers before it is shown.

The theme's own come before it, as they did before its parts. The parts stay where they are, for those who read them.
"""

import posixpath
import re
from pathlib import Path

JOINED = "assets/book.css"
LINK = re.compile(r'\s*<link rel="stylesheet" href="([^"]*?)(assets/(?!stylesheets/)[^"]+\.css)">')
URL = re.compile(r"""url\((["']?)(?!data:|[a-z]+:|/|#)([^"')]+)\1\)""")


def join(site: Path, pages: dict[str, str]) -> None:
    """Write one stylesheet out of those that all pages have, and let the pages ask for it instead."""
    lists = [[name for _, name in LINK.findall(_head(page))] for page in pages.values()]
    names = [name for name in max(lists, key=len, default=[]) if all(name in others for others in lists if others)]
    if not names:
        return
    css = "".join(_moved((site / name).read_text(encoding="utf-8"), name) for name in names)
    (site / JOINED).write_text(css, encoding="utf-8", newline="\n")
    for page, text in pages.items():
        pages[page] = _with_one_link(text, set(names))


def _moved(css: str, name: str) -> str:
    """Let the addresses in a stylesheet hold from where the joined one lies."""
    way = posixpath.relpath(posixpath.dirname(name), posixpath.dirname(JOINED))
    moved = URL.sub(lambda url: f'url("{posixpath.normpath(posixpath.join(way, url[2]))}")', css)
    return f"/* {name} */\n{moved.strip()}\n"


def _head(page: str) -> str:
    """The part of a page that has its links; to search all of it takes much longer."""
    return page.partition("</head>")[0]


def _with_one_link(page: str, names: set[str]) -> str:
    links = [link for link in LINK.finditer(_head(page)) if link[2] in names]
    for link in reversed(links):
        replaced = link[0].replace(link[2], JOINED) if link is links[-1] else ""
        page = page[: link.start()] + replaced + page[link.end() :]
    return page
