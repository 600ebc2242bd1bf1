"""From a drawing to a line of SVG that takes its colours and its font from the page around it."""

import io
import re
from xml.etree import ElementTree

from drawing import COLOUR_NAMES, WIDTH, Picture

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"


def render(picture: Picture, stem: str) -> str:
    """Turn a picture into one `<svg>` element for a page: its words, the page's colours, ids of its own."""
    for artist in picture.figure.findobj(lambda artist: artist.get_clip_on()):
        artist.set_clip_on(False)
    drawn = io.StringIO()
    picture.figure.savefig(drawn, format="svg")
    root = ElementTree.fromstring(drawn.getvalue())
    prefix = f"fig-{stem}-"
    prune(root)
    rewrite(root, prefix)
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "data-search-exclude": "true",
        "aria-labelledby": f"{prefix}title {prefix}desc",
        "style": f"max-width: {WIDTH}px; width: 100%; height: auto; stroke-linejoin: round",
    }
    for place, (tag, words) in enumerate((("title", picture.title), ("desc", picture.description))):
        element = ElementTree.Element(f"{SVG}{tag}", id=prefix + tag)
        element.text = words.replace("*", "")
        root.insert(place, element)
    ElementTree.register_namespace("", SVG.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def prune(root: ElementTree.Element) -> None:
    """Drop metadata, the global style and what they leave empty."""
    for tag in ("metadata", "style", "defs"):
        for parent in list(root.iter()):
            for child in [child for child in parent if child.tag == SVG + tag and (tag != "defs" or not len(child))]:
                parent.remove(child)


def rewrite(root: ElementTree.Element, prefix: str) -> None:
    """Rewrite text, styles, numbers and ids."""
    used = {element.attrib[HREF][1:] for element in root.iter() if HREF in element.attrib}
    for element in list(root.iter()):
        element.tail = None
        attributes = {name: shorten(value) for name, value in element.attrib.items()}
        if "style" in attributes:
            attributes["style"] = restyle(attributes["style"])
        if attributes.get("transform", "").startswith("rotate(-0 "):
            del attributes["transform"]
        if HREF in attributes:
            attributes["href"] = f"#{prefix}{attributes.pop(HREF)[1:]}"
        if (name := attributes.pop("id", None)) in used:
            attributes["id"] = f"{prefix}{name}"
        element.attrib = attributes
        if element.tag == f"{SVG}text":
            emphasise(element)
        else:
            element.text = None


def shorten(value: str) -> str:
    """Put an attribute on one line, with two decimals to a number."""
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", " ".join(value.split()))


def restyle(style: str) -> str:
    """Name the page's colours, and leave it the choice of the font."""
    font = "font-family: monospace; " if "Sans Mono" in style else ""
    style = re.sub(r"font-family: [^;]*; ", font, style)
    for colour, name in COLOUR_NAMES.items():
        style = style.replace(colour, f"var(--fig-{name})")
    return style


def emphasise(text: ElementTree.Element) -> None:
    """Set *…* in italics and **…** in bold."""
    first, *rest = re.split(r"(\*\*?)(.+?)\1", text.text or "")
    text.text = first
    for stars, words, tail in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        span = ElementTree.SubElement(text, f"{SVG}tspan")
        span.set("style", "font-weight: bold" if stars == "**" else "font-style: italic")
        span.text, span.tail = words, tail
