"""Print the whole book: `python tools/pdf.py SITE OUT`, where SITE is the built site and OUT the PDF to write.

Chromium makes one document of all the pages (tools/pdf/book.js), and prints it twice: the first printing says on
which page each chapter and section begins, the second has these numbers in its table of contents.
"""

import argparse
import io
import mimetypes
import os
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Browser, Route, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject

sys.path.insert(0, str(Path(__file__).parent))
from chromium import NoBrowser, launch

ROOT = Path(__file__).parents[1]
PARTS = Path(__file__).with_suffix("")
HOST = "http://book.invalid"  # nothing is fetched from there: each request is answered out of the site's folder
SHELL = f"{HOST}/.pdf/book.html"
LEAST = 0.6  # of its size, for a formula that is wider than the page
WIDTH = 620  # CSS pixels between the margins of book.css, on A4: (210 - 2 * 23) mm
NO_CHINESE = (
    "pdf: no font of this computer has Chinese letters, so the glossary's are empty boxes; "
    "on Debian, apt install fonts-noto-cjk"
)


class Wrong(Exception):
    """The book cannot be printed as it is."""


def facts() -> dict[str, Any]:
    """Read who wrote the book, and when: CITATION.cff says so."""
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def released(cff: dict[str, Any]) -> datetime:
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.combine(cff["date-released"], time(), UTC)


def authors(cff: dict[str, Any]) -> str:
    return ", ".join(
        author.get("name") or f"{author['given-names']} {author['family-names']}" for author in cff["authors"]
    )


def front(cff: dict[str, Any]) -> dict[str, Any]:
    title, _, subtitle = cff["title"].partition(": ")
    day = cff["date-released"]
    lines = [
        authors(cff),
        f"Version {cff['version']}, {day:%B} {day.day}, {day.year}",
        "Text and pictures under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/), code under the MIT licence.",
        "The site has the same text, with examples that can be run and changed.",
    ]
    return {"title": title, "subtitle": f"{subtitle[:1].upper()}{subtitle[1:]}", "lines": lines}


def document(cff: dict[str, Any]) -> str:
    """Give the empty page into which the browser gathers the book."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{cff["title"]}</title></head>'
        '<body dir="ltr" data-md-color-scheme="default" data-md-color-primary="custom" data-md-color-accent="custom">'
    )


class Press:
    """One book in a browser, from its pages to the printed file."""

    def __init__(self, browser: Browser, site: Path, only: list[str] | None = None) -> None:
        self.site, self.cff = site.resolve(), facts()
        self.page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        self.page.emulate_media(media="print")
        self.page.route("**/*", self._answer)
        self.page.goto(SHELL)
        self._stop_if(self._call("gather", front(self.cff), only))
        self.fitted = self._call("fit", LEAST)
        self._stop_if(self.fitted["wrong"])
        self.has_chinese = self._call("hasChinese")

    def print(self) -> bytes:
        """Print twice; return the second printing."""
        draft = PdfReader(io.BytesIO(self._pdf()))
        numbers = places(draft)
        self._stop_if(self._call("number", numbers))
        final = self._pdf(outline=True, tagged=True)
        if places(PdfReader(io.BytesIO(final))) != numbers:
            raise Wrong("the page numbers moved between the two printings")
        return self._bound(final)

    def _call(self, name: str, *arguments: Any) -> Any:
        return self.page.evaluate(
            "async ([name, given]) => (await import('/.pdf/book.js'))[name](...given)", [name, arguments]
        )

    def _stop_if(self, wrong: list[str]) -> None:
        if wrong:
            raise Wrong("\n".join(wrong))

    def _pdf(self, **options: bool) -> bytes:
        return self.page.pdf(prefer_css_page_size=True, print_background=True, **options)

    def _answer(self, route: Route) -> None:
        address = route.request.url
        path = address.removeprefix(f"{HOST}/")
        if address == SHELL:
            route.fulfill(body=document(self.cff), content_type="text/html")
            return
        file = PARTS / path.removeprefix(".pdf/") if path.startswith(".pdf/") else self.site / path
        file = file / "index.html" if file.is_dir() else file
        if address.startswith(HOST) and file.is_file():
            route.fulfill(path=file, content_type=mimetypes.guess_type(file.name)[0])
        else:
            route.fulfill(status=404, body="")

    def _bound(self, pdf: bytes) -> bytes:
        """Write down in the file what it is, with the date of the release, not that of the printing."""
        writer = PdfWriter(clone_from=io.BytesIO(pdf))
        stamp = f"D:{released(self.cff):%Y%m%d%H%M%S}+00'00'"
        writer.metadata = {
            "/Title": self.cff["title"],
            "/Author": authors(self.cff),
            "/Subject": " ".join(self.cff["abstract"].split()),
            "/Keywords": ", ".join(self.cff["keywords"]),
            "/Creator": f"Backprop by Hand {self.cff['version']}",
            "/CreationDate": stamp,
            "/ModDate": stamp,
        }
        writer.root_object[NameObject("/Lang")] = TextStringObject("en")
        writer.root_object[NameObject("/PageMode")] = NameObject("/UseOutlines")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()


def places(pdf: PdfReader) -> dict[str, int]:
    """Say on which page each place lies that a link leads to, counted from 1."""
    pages = {page.indirect_reference.idnum: at for at, page in enumerate(pdf.pages, 1)}
    return {name.lstrip("/"): pages[place.raw_get("/Page").idnum] for name, place in pdf.named_destinations.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Print the built book.")
    parser.add_argument("site", type=Path, help="the built site")
    parser.add_argument("out", type=Path, help="the PDF to write")
    parser.add_argument("--only", nargs="+", metavar="PAGE", help="print these pages alone, such as glossary/")
    given = parser.parse_args()
    if not (given.site / "index.html").is_file():
        sys.exit(f"pdf: there is no built book in {given.site}; `make site` builds it")
    try:
        with sync_playwright() as playwright:
            press = Press(launch(playwright), given.site, given.only)
            pdf = press.print()
            if not press.has_chinese:
                print(NO_CHINESE, file=sys.stderr)
    except (NoBrowser, Wrong) as wrong:
        sys.exit("\n".join(f"pdf: {line}" for line in str(wrong).splitlines()))
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_bytes(pdf)
    print(f"pdf: {len(PdfReader(io.BytesIO(pdf)).pages)} pages, {len(pdf) / 1e6:.1f} MB, in {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
