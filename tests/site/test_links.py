"""No link of the built book is dead, and nothing is loaded from another host.

A strict build looks at links in Markdown only. This looks at the HTML and CSS that came out.
"""

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from built import FIGURES, ROOT, read_pages

ADDRESSES = ("href", "xlink:href", "src", "data", "poster", "action", "formaction", "background", "manifest", "ping")
LISTS = ("srcset", "imagesrcset")
CSS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
NAMED = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list")
# A text in a script that begins like an address of another host
IN_SCRIPTS = re.compile(r"""["'`](?:https?:|wss?:)?//([\w-]+\.[\w./@-]*)""")
# What the scripts of others could ask for, and what would make them do so. The book does none of it.
DORMANT = {
    "www.w3.org/": "nothing: the names of SVG and the like",
    "unpkg.com/resize-observer-polyfill": "a browser without ResizeObserver",
    "unpkg.com/mermaid@11/dist/mermaid.min.js": "a diagram in Mermaid",
    "api.github.com/": "repo_url in mkdocs.yml",
    "cdn.jsdelivr.net/pyodide/": "Pyodide, started without the address of its packages",
}
THEME = {"__toc"}  # the theme names this one on the first page of a section, and does without it


def css_addresses(css: str) -> Iterator[str]:
    for match in CSS.finditer(css):
        yield match[1] or match[2]


def addresses(page: BeautifulSoup) -> Iterator[tuple[str, str, bool]]:
    """Go through a page's addresses: what holds it, the address, and whether the browser follows it by itself."""
    for tag in page.find_all(True):
        for name in ADDRESSES:
            if name in tag.attrs and not (name == "data" and tag.name != "object"):
                followed_by_reader = tag.name in ("a", "area") and name != "ping"
                says_only = tag.name == "link" and {"canonical", "prev", "next", "license"} & set(tag.get("rel", []))
                yield tag.name, tag[name].strip(), not (followed_by_reader or says_only)
        for name in LISTS:
            for candidate in tag.get(name, "").split(","):
                if candidate.strip():
                    yield tag.name, candidate.split()[0], True
        for address in css_addresses(tag.get("style", "")):
            yield f"{tag.name} style", address, True
    for style in page.find_all("style"):
        for address in css_addresses(style.get_text()):
            yield "style", address, True
    for meta in page.find_all("meta", attrs={"http-equiv": re.compile("^refresh$", re.IGNORECASE)}):
        if match := REFRESH.search(meta.get("content", "")):
            yield "meta refresh", match[1], True


def goes_out(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data", "mailto")


class Law:
    """Judges the pages of a built folder that is published below the path `base`."""

    def __init__(self, folder: Path, pages: dict[str, BeautifulSoup] | None = None, base: str = "/") -> None:
        self.folder = folder
        self.base = base
        self.pages = read_pages(folder) if pages is None else pages
        self.files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        self.ids = {
            name: {tag["id"] for tag in page.find_all(id=True)} | {tag["name"] for tag in page.select("a[name]")}
            for name, page in self.pages.items()
        }

    def all_addresses(self) -> Iterator[tuple[str, str, str, bool]]:
        """Go through the addresses on all pages and in all stylesheets, with the file that has each."""
        for name, page in self.pages.items():
            for where, address, loaded in addresses(page):
                yield name, where, address, loaded
        for name in sorted(self.files):
            if name.endswith(".css"):
                for address in css_addresses((self.folder / name).read_text(encoding="utf-8")):
                    yield name, "css", address, True

    def dead(self) -> list[str]:
        """Name the addresses within the book that lead nowhere."""
        found = []
        for name, where, address, _ in self.all_addresses():
            parts = urlsplit(address)
            if parts.netloc or parts.scheme:
                continue
            target = self.target(name, unquote(parts.path))
            if target is None:
                found.append(f"{name}: {where}: {address}: there is no such file")
            elif parts.fragment and target in self.ids and unquote(parts.fragment) not in self.ids[target]:
                found.append(f"{name}: {where}: {address}: {target} has no such id")
        return sorted(set(found))

    def target(self, name: str, path: str) -> str | None:
        """Find the file that a path on the page `name` leads to."""
        if not path:
            return name
        if path.startswith("/"):
            if not path.startswith(self.base):
                return None
            path = posixpath.normpath(path.removeprefix(self.base) or ".")
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
        return next((file for file in (path, posixpath.normpath(f"{path}/index.html")) if file in self.files), None)

    def foreign(self) -> list[str]:
        """Name what the browser would fetch from another host, or run, by itself."""
        found = (
            f"{name}: {where}: {address}"
            for name, where, address, loaded in self.all_addresses()
            if loaded and goes_out(address)
        )
        return sorted(set(found))

    def dormant(self) -> list[str]:
        """Name the addresses of other hosts that stand in scripts, wherever in them."""
        scripts = [name for name in sorted(self.files) if name.endswith((".js", ".mjs"))]
        texts = {name: (self.folder / name).read_text(encoding="utf-8") for name in scripts}
        for name, page in self.pages.items():
            texts[name] = "\n".join(tag.get_text() for tag in page.find_all("script", type=None))
        found = (f"{name}: {address}" for name, text in texts.items() for address in IN_SCRIPTS.findall(text))
        return sorted(set(found))

    def malformed(self) -> list[str]:
        """Name what a page lacks, has twice, or names without having it."""
        found = []
        for name, page in self.pages.items():
            if not (page.title and page.title.get_text(strip=True)):
                found.append(f"{name}: no title")
            description = page.find("meta", attrs={"name": "description"})
            if not (description and description.get("content", "").strip()):
                found.append(f"{name}: no description")
            if not (page.html and page.html.get("lang")):
                found.append(f"{name}: no language")
            if len(page.find_all("h1")) != 1:
                found.append(f"{name}: {len(page.find_all('h1'))} headings of the first level")
            counts = Counter(tag["id"] for tag in page.find_all(id=True))
            found += [f"{name}: id {id} {count} times" for id, count in counts.items() if count > 1]
            for attribute in NAMED:
                for tag in page.find_all(attrs={attribute: True}):
                    missing = set(tag[attribute].split()) - counts.keys() - THEME
                    found += [f"{name}: {tag.name} {attribute}: no id {id}" for id in sorted(missing)]
        return found


@pytest.fixture(scope="module")
def law(site, pages):
    return Law(site, pages)


def test_no_link_is_dead(law):
    assert law.dead() == []


def test_no_link_is_dead_where_the_book_is_published(published):
    assert Law(published.folder, base=published.base).dead() == []


def test_nothing_is_loaded_from_another_host(law):
    assert law.foreign() == []


def test_no_script_of_ours_names_another_host(law):
    addresses = [found.partition(": ")[2] for found in law.dormant()]
    assert [address for address in addresses if not address.startswith(tuple(DORMANT))] == []
    assert "unpkg.com/mermaid@11/dist/mermaid.min.js" in addresses, "the theme's scripts were not read"


def test_every_page_is_whole(law):
    assert law.malformed() == []


def test_every_search_result_leads_somewhere(law, site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    dead = []
    for place in (entry["location"] for entry in index["docs"]):
        path, _, fragment = place.partition("#")
        target = law.target("index.html", path)
        if target is None or (fragment and unquote(fragment) not in law.ids[target]):
            dead.append(place)
    assert index["docs"]
    assert dead == []


def test_every_figure_is_drawn_into_its_page_and_says_what_it_shows(pages):
    asked = Counter()
    for path in sorted((ROOT / "docs").rglob("*.md")):
        for stem in re.findall(r'^--8<-- "(.+)\.svg"$', path.read_text(encoding="utf-8"), re.MULTILINE):
            asked[stem] += 1
    assert set(asked) == {path.stem for path in (ROOT / FIGURES).glob("*.svg")}, "a picture that no page shows"
    titles = {stem: svg_title((ROOT / FIGURES / f"{stem}.svg").read_text(encoding="utf-8")) for stem in asked}
    shown = Counter()
    for name, page in pages.items():
        for figure in page.select("figure"):
            drawings = figure.select('svg[role="img"]')
            assert len(drawings) == 1, f"{name}: {figure.get_text(' ', strip=True)[:80]}"
            shown[drawings[0].find("title", recursive=False).get_text(strip=True)] += 1
            assert figure.figcaption.get_text(strip=True), name
    assert shown == Counter({titles[stem]: count for stem, count in asked.items()})
    assert all(titles.values())


def svg_title(svg: str) -> str:
    return BeautifulSoup(svg, "html.parser").svg.find("title", recursive=False).get_text(strip=True)


# ---- the law itself: does it see what it is there for? ------------------------------------------

PAGE = """<!doctype html><html lang="en"><head><title>t</title><meta name="description" content="d">
<link rel="stylesheet" href="assets/style.css">{head}</head>
<body><h1 id="top">h</h1><a href="#top">a</a><a href="other/">b</a><a href="other/#there">c</a>
<a href="other">d</a><a href="https://example.org/">e</a><a href="mailto:a@example.org">f</a>
<img src="assets/i.svg" srcset="assets/i.svg 1x" alt=""><img src="data:image/gif;base64,AA==" alt="">
{body}</body></html>"""
OTHER = """<!doctype html><html lang="en"><head><title>t</title><meta name="description" content="d"></head>
<body><h1 id="there">h</h1><a href="..">up</a><a href="../index.html#top">up</a><a href="{base}">home</a>
</body></html>"""


@pytest.fixture
def small(tmp_path):
    """Write a small book, and return its law."""

    def write(head="", body="", css="", base="/") -> Law:
        (tmp_path / "other").mkdir()
        (tmp_path / "assets").mkdir()
        (tmp_path / "index.html").write_text(PAGE.format(head=head, body=body))
        (tmp_path / "other" / "index.html").write_text(OTHER.format(base=base))
        (tmp_path / "assets" / "style.css").write_text(f"a {{ background: url('i.svg') }}\n{css}")
        (tmp_path / "assets" / "i.svg").write_text("<svg/>")
        return Law(tmp_path, base=base)

    return write


@pytest.mark.parametrize("base", ["/", "/sub/path/"])
def test_the_law_lets_a_good_book_pass(small, base):
    law = small(base=base)
    assert law.dead() == law.foreign() == law.malformed() == []


DEAD = {
    "page": ({"body": '<a href="no-such/">x</a>'}, "a: no-such/"),
    "page-raw": ({"body": '<div><p><a href="other.html">x</a></p></div>'}, "a: other.html"),
    "case": ({"body": '<a href="Other/">x</a>'}, "a: Other/"),
    "outside": ({"body": '<a href="../../etc/">x</a>'}, "a: ../../etc/"),
    "absolute": ({"body": '<a href="/no-such/">x</a>'}, "a: /no-such/"),
    "fragment": ({"body": '<a href="#no-such">x</a>'}, "a: #no-such"),
    "fragment-elsewhere": ({"body": '<a href="other/#no-such">x</a>'}, "a: other/#no-such"),
    "image": ({"body": '<img src="assets/no-such.png" alt="">'}, "img: assets/no-such.png"),
    "set": ({"body": '<img srcset="assets/i.svg 1x, assets/no-such.png 2x" alt="">'}, "img: assets/no-such.png"),
    "script": ({"body": '<script src="no-such.js"></script>'}, "script: no-such.js"),
    "stylesheet": ({"head": '<link rel="stylesheet" href="no-such.css">'}, "link: no-such.css"),
    "font": ({"css": "@font-face { src: url(no-such.woff2) }"}, "css: no-such.woff2"),
    "import": ({"css": '@import "no-such.css";'}, "css: no-such.css"),
    "inline-style": ({"body": '<p style="background: url(no-such.png)">x</p>'}, "p style: no-such.png"),
    "style": ({"head": "<style>p { background: url(no-such.png) }</style>"}, "style: no-such.png"),
    "refresh": ({"head": '<meta http-equiv="Refresh" content="0; url=no-such/">'}, "meta refresh: no-such/"),
}


@pytest.mark.parametrize("case", DEAD)
def test_the_law_sees_what_is_dead(small, case):
    planted, complaint = DEAD[case]
    found = small(**planted).dead()
    assert len(found) == 1
    assert f": {complaint}: " in found[0]


def test_the_law_sees_a_link_that_leaves_the_path_of_the_book(small):
    assert len(small(base="/sub/path/", body='<a href="/other/">x</a>').dead()) == 1


FOREIGN = {
    "script": {"body": '<script src="https://cdn.example/x.js"></script>'},
    "script-without-scheme": {"body": '<script src="//cdn.example/x.js"></script>'},
    "script-in-a-frame": {"body": '<iframe src="javascript:x()"></iframe>'},
    "stylesheet": {"head": '<link rel="stylesheet" href="https://cdn.example/x.css">'},
    "preconnect": {"head": '<link rel="preconnect" href="https://cdn.example">'},
    "image": {"body": '<img src="http://cdn.example/x.png" alt="">'},
    "image-set": {"body": '<img srcset="https://cdn.example/x.png 2x" alt="">'},
    "frame": {"body": '<iframe src="https://cdn.example/"></iframe>'},
    "form": {"body": '<form action="https://cdn.example/"></form>'},
    "object": {"body": '<object data="https://cdn.example/x"></object>'},
    "svg": {"body": '<svg><image href="https://cdn.example/x.png"/></svg>'},
    "ping": {"body": '<a href="#top" ping="https://cdn.example/">x</a>'},
    "font": {"css": "@font-face { src: url('https://cdn.example/x.woff2') }"},
    "import": {"css": '@import "https://cdn.example/x.css";'},
    "inline-style": {"body": '<p style="background: url(https://cdn.example/x.png)">x</p>'},
    "refresh": {"head": '<meta http-equiv="refresh" content="0; url=https://cdn.example/">'},
}


@pytest.mark.parametrize("case", FOREIGN)
def test_the_law_sees_what_comes_from_elsewhere(small, case):
    law = small(**FOREIGN[case])
    assert len(law.foreign()) == 1
    assert law.dead() == []


@pytest.mark.parametrize("quote", ['"', "'", "`"])
@pytest.mark.parametrize("address", ["https://cdn.example/x.js", "//cdn.example/x.js", "wss://cdn.example/x.js"])
def test_the_law_sees_another_host_in_a_script(small, quote, address):
    law = small(body=f"<script>import({quote}{address}{quote})</script>")
    (law.folder / "x.js").write_text(f"// see https://licence.example/\nfetch({quote}{address}{quote})")
    assert Law(law.folder).dormant() == ["index.html: cdn.example/x.js", "x.js: cdn.example/x.js"]


MALFORMED = {
    "two-titles": ({"body": "<h1>again</h1>"}, "2 headings of the first level"),
    "same-id": ({"body": '<p id="top">x</p>'}, "id top 2 times"),
    "label": ({"body": '<label for="no-such">x</label>'}, "label for: no id no-such"),
    "picture": ({"body": '<svg role="img" aria-labelledby="top no-such"></svg>'}, "svg aria-labelledby: no id no-such"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_the_law_sees_what_is_malformed(small, case):
    planted, complaint = MALFORMED[case]
    assert small(**planted).malformed() == [f"index.html: {complaint}"]


@pytest.mark.parametrize(
    ("old", "complaint"),
    [
        ("<title>t</title>", "no title"),
        ('content="d"', "no description"),
        (' lang="en"', "no language"),
        ('<h1 id="there">h</h1>', "0 headings of the first level"),
    ],
)
def test_the_law_sees_what_is_lacking(small, old, complaint):
    folder = small().folder
    path = folder / "other" / "index.html"
    path.write_text(path.read_text().replace(old, ""))
    assert Law(folder).malformed() == [f"other/index.html: {complaint}"]
