"""What the configuration says of the book: its name, its pages in their order, where they lie."""

from pathlib import Path
from typing import Any, NamedTuple

import yaml


class Section(NamedTuple):
    """A part of the navigation; each page is the title that stands there, if any, and the page's path."""

    title: str
    pages: list[tuple[str, str]]


class Book(NamedTuple):
    """The book as its configuration has it."""

    name: str
    description: str
    docs: Path
    included_from: list[Path]
    sections: list[Section]


class _Loader(yaml.SafeLoader):
    """Reads YAML with the tags that only the generator understands, such as !ENV."""


_Loader.add_multi_constructor("", lambda loader, suffix, node: None)


def read(config: Path) -> Book:
    settings = _settings(config)
    return Book(
        settings["site_name"],
        settings.get("site_description", ""),
        config.parent / settings.get("docs_dir", "docs"),
        [config.parent / place for place in _snippets(settings).get("base_path", [])],
        _sections(settings.get("nav", [])),
    )


def _settings(config: Path) -> dict[str, Any]:
    settings = yaml.load(config.read_text(encoding="utf-8"), _Loader)
    if parent := settings.get("INHERIT"):
        settings = _settings(config.parent / parent) | settings
    return settings


def _snippets(settings: dict[str, Any]) -> dict[str, Any]:
    extensions = [entry for entry in settings.get("markdown_extensions", []) if isinstance(entry, dict)]
    return next((entry["pymdownx.snippets"] for entry in extensions if "pymdownx.snippets" in entry), {})


def _sections(nav: list) -> list[Section]:
    """Go through the navigation; pages that stand in no part of it come first, together."""
    alone, parts = Section("The book", []), []
    for entry in nav:
        [(title, content)] = entry.items() if isinstance(entry, dict) else [("", entry)]
        if isinstance(content, str):
            alone.pages.append((title, content))
        else:
            parts.append(Section(title, list(_pages(content))))
    return [alone, *parts]


def _pages(nav: list):
    for entry in nav:
        if isinstance(entry, str):
            yield "", entry
            continue
        for title, content in entry.items():
            if isinstance(content, str):
                yield title, content
            else:
                yield from _pages(content)
