"""Each page as Markdown beside it, and llms.txt, which lists them (llmstxt.org).

The page at derivations/softmax/ is derivations/softmax.md: its source, with what it includes put in, and with
an address for each reference to an equation or a function. Links between sources need no change, because
the sources lie to each other as the pages do.
"""

import ast
import json
import posixpath
import re
from pathlib import Path

import yaml

from finish.book import Book
from finish.pages import Pages, address, put_last

FRONT = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
INCLUDED = re.compile(r'^([ \t]*)--8<-- "([^"\n]+)"[ \t]*$', re.MULTILINE)
MODULE = re.compile(r"^::: ([\w.]+)$", re.MULTILINE)
SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
SVG_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL)
SVG_DESCRIPTION = re.compile(r"<desc[^>]*>(.*?)</desc>", re.DOTALL)
ID = re.compile(r' id="((?:eq-|byhand\.)[^"]+)"')
REFERENCE = re.compile(r"\]\[((?:eq-|byhand\.)[^\]\s]+)\]|\[((?:eq-|byhand\.)[^\]\s]+)\]\[\]")

# The theme's script takes link[rel=alternate], and no longer value, for a translation of the book, and asks for a
# sitemap beside it. A space within the attribute means nothing to HTML, and keeps it away.
LINK = '<link rel="alternate " type="text/markdown" href="{}">'


def publish(site: Path, pages: Pages, book: Book, root: Path) -> None:
    """Write the Markdown of each page, tell the page of it, and list them all."""
    places = {id: name for name, page in pages.items() for id in ID.findall(page)}
    here = address(pages)
    found = {}
    for name in pages:
        source = source_of(name, book.docs)
        if source is None:
            continue
        title, description, text = read(book, root, source)
        head = {"title": title, "description": description} | ({"url": here + path_of(name)} if here else {})
        front = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items())
        target = site / source
        target.parent.mkdir(parents=True, exist_ok=True)
        markdown = f"---\n{front}---\n\n{text.strip()}\n{definitions(text, source, places)}"
        target.write_text(markdown, encoding="utf-8", newline="\n")
        link = posixpath.relpath(source, posixpath.dirname(name) or ".")
        pages[name] = put_last(pages[name], LINK.format(link))
        found[source] = (title, description)
    (site / "llms.txt").write_text(overview(book, found, here), encoding="utf-8", newline="\n")


def source_of(name: str, docs: Path) -> str | None:
    """Name the Markdown file out of which a page was made; a page such as the one for errors has none."""
    stem = name.removesuffix(".html")
    candidates = (f"{stem}.md", f"{stem.removesuffix('/index')}.md")
    return next((candidate for candidate in candidates if (docs / candidate).is_file()), None)


def path_of(name: str) -> str:
    return re.sub(r"(?:^|(?<=/))index\.html$", "", name)


def read(book: Book, root: Path, source: str) -> tuple[str, str, str]:
    """Read a page's source: its title, its description, and its text with all that it includes."""
    text = (book.docs / source).read_text(encoding="utf-8")
    front = FRONT.match(text)
    described = (yaml.safe_load(front[1]) or {}).get("description") if front else None
    text = text[front.end() :] if front else text
    described = described or described_by_module(root, text)
    text = MODULE.sub(lambda match: module(root, match[1]), text)
    text = INCLUDED.sub(lambda match: included(book.included_from, *match.groups()), text)
    return TITLE.search(text)[1], described or book.description, text


def included(places: list[Path], indent: str, name: str) -> str:
    path = next(place / name for place in places if (place / name).is_file())
    text = path.read_text(encoding="utf-8").strip()
    if path.suffix == ".svg":
        title, description = SVG_TITLE.search(text), SVG_DESCRIPTION.search(text)
        text = f"<p>Picture: {title[1]}.{f' {description[1]}' if description else ''}</p>"
    return "\n".join(f"{indent}{line}".rstrip() for line in text.split("\n"))


def definitions(text: str, source: str, places: dict[str, str]) -> str:
    """Define where the references of a page lead, as Markdown does."""
    names = dict.fromkeys(one or other for one, other in REFERENCE.findall(text))
    folder = posixpath.dirname(source) or "."
    lines = [
        f"[{name}]: {posixpath.relpath(path_of(places[name]) or '.', folder)}/#{name}\n"
        for name in sorted(names)
        if name in places
    ]
    return "\n" + "".join(lines) if lines else ""


def described_by_module(root: Path, text: str) -> str:
    names = MODULE.findall(text)
    return (ast.get_docstring(tree(root, names[0])) or "").partition("\n")[0] if names else ""


def module(root: Path, name: str) -> str:
    """Say what the reference says of a module: its functions, in their order, with their docstrings."""
    parsed = tree(root, name)
    public = [n for n in parsed.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
    parts = [ast.get_docstring(parsed) or "", *(function(node) for node in public)]
    return "\n\n".join(parts)


def tree(root: Path, name: str) -> ast.Module:
    return ast.parse(Path(root, "src", *name.split(".")).with_suffix(".py").read_text(encoding="utf-8"))


def function(node: ast.FunctionDef | ast.ClassDef) -> str:
    text = SECTION.sub(r"### \1", ast.get_docstring(node) or "")
    text = examples_in_fences(text)
    if isinstance(node, ast.ClassDef):
        return f"## {node.name}\n\n{text}"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"## {node.name}\n\n```python\ndef {node.name}({ast.unparse(node.args)}){returns}\n```\n\n{text}"


def examples_in_fences(text: str) -> str:
    """Put a docstring's examples into fences, which Markdown needs to leave their lines as they are."""
    return re.sub(r"^>>> (?:.+\n?)+", lambda match: f"```pycon\n{match[0].rstrip()}\n```\n", text, flags=re.MULTILINE)


def overview(book: Book, found: dict[str, tuple[str, str]], here: str) -> str:
    lines = [f"# {book.name}", "", f"> {book.description}", "", ABOUT]
    for section in book.sections:
        listed = [(title, source) for title, source in section.pages if source in found]  # not a link to elsewhere
        lines += ["", f"## {section.title}", ""] if listed else []
        for title, source in listed:
            own, description = found[source]
            lines.append(f"- [{title or own}]({here}{source}): {description}")
    return "\n".join(lines) + "\n"


ABOUT = """\
Each link leads to a page's Markdown; the page itself has the same address without `.md`, or without `index.md`, \
and with a slash at the end. A displayed equation stands in a fence, ```` ```math id="softmax-jacobian" ````. \
Its id never changes, and the link to it is the page's address with `#eq-` and the id. The equations marked \
`kind="mistake"` are wrong formulas that are in circulation, with their counterexamples. A ```` ```notation ```` \
fence says what each symbol of a page means, and its name in the code."""
