"""The finished site: its policy, its Markdown, its pictures, what it publishes and what it keeps to itself."""

import gzip
import re
import sys
from base64 import b64encode
from hashlib import sha256
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from built import ROOT, run
from PIL import Image
from test_browser import COLOURS, KEPT, NOTHING, new_page, path_of  # noqa: F401
from test_links import Law

sys.path.insert(0, str(ROOT / "tools"))
from finish import book, crawlers, markdown, policy, tidy
from finish import pages as texts

WITHOUT_SOURCE = {"404.html"}


# ---- the content security policy -----------------------------------------------------------------


def rules(page):
    """The policy of a page, as a browser reads it."""
    [meta] = page.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    found = {}
    for rule in meta["content"].split(";"):
        name, *sources = rule.split()
        assert name not in found, f"{name} twice: a browser takes the first"
        found[name] = sources
    return found


def unprotected(page):
    """Name what a page's policy lets pass, or forbids, against our intention."""
    found = rules(page)
    wrong = []
    scripts = [tag for tag in page.find_all("script") if not tag.get("src")]
    run = [tag.string for tag in scripts if tag.get("type", "module") == "module"]
    hashes = {f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in run}
    if set(found["script-src"]) != {"'self'", "'wasm-unsafe-eval'"} | hashes:
        wrong.append(f"script-src is {' '.join(found['script-src'])}")
    before = [tag.name for tag in page.head.find("meta", content=re.compile("default-src")).find_previous_siblings()]
    if before != ["meta"] or page.head.meta.get("charset") != "utf-8":
        wrong.append(f"before the policy stands {before}")
    for tag in page.find_all(True):
        wrong += [f"{tag.name} {name}" for name in tag.attrs if name.startswith("on")]
        wrong += [f"{tag.name}: {tag['href']}" for name in ("href",) if tag.get(name, "").startswith("javascript:")]
    return wrong


def test_every_page_has_a_policy_that_names_its_own_scripts_and_no_other(pages):
    assert {name: wrong for name, page in pages.items() if (wrong := unprotected(page))} == {}
    inline = [tag for page in pages.values() for tag in page.find_all("script") if not tag.get("src")]
    assert len(inline) > 2 * len(pages), "no inline script, so this was not tested"


def test_the_policy_is_strict(pages):
    for page in pages.values():
        found = rules(page)
        assert found["default-src"] == found["base-uri"] == found["form-action"] == ["'none'"]
        assert not {"frame-src", "object-src", "media-src", "manifest-src", "child-src"} & found.keys()
        for name in ("connect-src", "font-src", "worker-src"):
            assert found[name] == ["'self'"]
        assert found["img-src"] == ["'self'", "data:"]
        assert found["style-src"] == ["'self'", "'unsafe-inline'"]


PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">{policy}<title>t</title>
<script>var a = 1 < 2 && "é";</script></head><body>
<script type="application/json">{{"a": 1}}</script><script src="x.js"></script><script type="module">1</script>
{body}</body></html>"""


def protected(body="", after=""):
    page = {"index.html": PAGE.format(policy="", body=body)}
    policy.protect(page)
    return BeautifulSoup(page["index.html"] + after, "html.parser")


def test_a_good_page_passes():
    page = protected()
    assert unprotected(page) == []
    assert len(rules(page)["script-src"]) == 4


UNPROTECTED = {
    "script": "<script>planted()</script>",
    "module": '<script type="module">planted()</script>',
    "handler": '<p onclick="planted()">x</p>',
    "address": '<a href="javascript:planted()">x</a>',
}


@pytest.mark.parametrize("case", UNPROTECTED)
def test_what_the_policy_does_not_name_is_found(case):
    assert len(unprotected(protected(after=UNPROTECTED[case]))) == 1


def test_a_policy_that_comes_too_late_is_found():
    page = protected()
    page.head.append(page.head.find("meta", content=re.compile("default-src")).extract())
    assert unprotected(page) == ["before the policy stands ['script', 'title', 'meta']"]


# What a planted page would do, and the rule that stops it, with what the browser names as stopped.
PLANTED = {
    "<script>document.documentElement.dataset.planted = 1</script>": ("script-src-elem", "inline"),
    "<p onclick='document.documentElement.dataset.planted = 1' id='planted'>x</p>": ("script-src-attr", "inline"),
    "<script src='planted.js'></script>": ("script-src", "eval"),
    "<script src='https://elsewhere.example/x.js'></script>": ("script-src-elem", "https://elsewhere.example/x.js"),
    "<iframe src='https://elsewhere.example/y'></iframe>": ("frame-src", "https://elsewhere.example"),
    "<img alt='' src='https://elsewhere.example/x.png'>": ("img-src", "https://elsewhere.example/x.png"),
    "<link rel='stylesheet' href='https://elsewhere.example/x.css'>": (
        "style-src-elem",
        "https://elsewhere.example/x.css",
    ),
    "<base href='https://elsewhere.example/'>": ("base-uri", "https://elsewhere.example/"),
}
SCRIPT = """
fetch("https://elsewhere.example/z").catch(() => {});
document.getElementById("planted").click();
try { eval("document.documentElement.dataset.planted = 1"); } catch { document.documentElement.dataset.ran = 1; }
"""
LISTEN = """self.stopped = [];
addEventListener("securitypolicyviolation", (e) => stopped.push([e.effectiveDirective, e.blockedURI]));"""


@pytest.fixture
def planted(new_page, address, site):  # noqa: F811
    """Open a page of the book with a change in it."""

    def planted(old, new):
        html = (site / "cite" / "index.html").read_text(encoding="utf-8")
        assert html.count(old) == 1
        page, watch = new_page()
        page.add_init_script(LISTEN)
        changed = html.replace(old, new)
        page.route(f"{address}cite/", lambda route: route.fulfill(body=changed, content_type="text/html"))
        page.route(
            f"{address}cite/planted.js", lambda route: route.fulfill(body=SCRIPT, content_type="text/javascript")
        )
        page.goto(f"{address}cite/", wait_until="load")
        return page, watch

    return planted


RAN = "document.documentElement.dataset.planted"


def test_the_browser_stops_what_the_policy_forbids(planted):
    page, watch = planted("</body>", "".join(sorted(PLANTED, key=lambda html: "planted.js" in html)) + "</body>")
    wanted = {*PLANTED.values(), ("connect-src", "https://elsewhere.example/z")}
    page.wait_for_function(f"() => stopped.length >= {len(wanted)}")
    assert {tuple(stopped) for stopped in page.evaluate("stopped")} == wanted
    assert page.evaluate("document.documentElement.dataset.ran") == "1", "the script of our own host has not run"
    assert page.evaluate(RAN) is None
    assert [url for url in watch.fetched if "elsewhere" in url] == []


def test_without_the_policy_the_planted_would_run(planted):
    page, _ = planted("Content-Security-Policy", "X")
    page.evaluate("document.body.append(document.createRange().createContextualFragment('<script>planted=1</script>'))")
    assert page.evaluate("[self.planted, stopped]") == [1, []]


def test_a_script_in_a_page_that_has_been_changed_is_stopped(planted):
    page, _ = planted("const form =", "document.documentElement.dataset.planted = 1; const form =")
    page.wait_for_function("() => stopped.length")
    assert page.evaluate("stopped")[0] == ["script-src-elem", "inline"]
    assert page.evaluate(RAN) is None


def test_the_server_that_reloads_pages_gets_them_without_policy(monkeypatch):
    import hooks

    asked = []
    monkeypatch.setattr(hooks, "finish", lambda site, config, served: asked.append(served) or "")
    monkeypatch.setattr(hooks.typesetter, "running", lambda: None)
    config = SimpleNamespace(site_dir="site", config_file_path="mkdocs.yml")
    for command in ("build", "serve"):
        monkeypatch.setattr(hooks, "commands", [])
        hooks.on_startup(command, dirty=False)
        hooks.on_post_build(config)
    assert asked == [False, True]


# ---- a reader leaves no trace, and nothing leaves the host ---------------------------------------


def test_a_reader_who_asks_for_nothing_leaves_no_trace(new_page, address):  # noqa: F811
    page, watch = new_page()
    for path in ("", "derivations/softmax/", "reference/softmax/", "evidence/"):
        page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(KEPT) == NOTHING
    assert page.context.cookies() == []
    assert watch.foreign == watch.said == []


def test_a_reader_who_searches_and_switches_leaves_no_trace_but_the_colours(new_page, address):  # noqa: F811
    page, watch = new_page()
    page.goto(f"{address}derivations/softmax/")
    page.get_by_title("Switch to dark").click()
    page.wait_for_selector('body[data-md-color-scheme="slate"]')
    page.keyboard.press("/")
    page.keyboard.type("temperature")
    page.locator('.md-search-result__item a[href*="temperature"]').first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("h=temperature"))
    page.wait_for_load_state("networkidle")
    assert page.evaluate(KEPT) == COLOURS
    assert page.context.cookies() == []
    assert watch.said == watch.failed == watch.foreign == []


def test_a_trace_is_found(new_page, address):  # noqa: F811
    page, _ = new_page()
    page.goto(f"{address}cite/")
    page.evaluate("localStorage.setItem('planted', 1); sessionStorage.setItem('planted', 1); document.cookie = 'a=b'")
    page.evaluate("caches.open('planted')")
    found = page.evaluate(KEPT)
    assert found == NOTHING | {"local": ["planted"], "session": ["planted"], "caches": 1}
    assert [cookie["name"] for cookie in page.context.cookies()] == ["a"]


# ---- each page's Markdown, and llms.txt ----------------------------------------------------------


FENCE = re.compile(r"^( *)(`{3,})[^\n]*\n.*?^\1\2$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"(`+).+?\1", re.DOTALL)
INLINE_LINK = re.compile(r"\]\(([^)\s]+)\)")
DEFINITION = re.compile(r"^\[([^\]]+)\]: (\S+)$", re.MULTILINE)
USED = re.compile(r"\]\[([^\]\s]+)\]|\[([^\]\s]+)\]\[\]")


def amiss(text, name, law):
    """Name what is wrong with a Markdown file of the site: what is not put in, and links that lead nowhere."""
    wrong = [f"{name}: {line}" for line in re.findall(r"^.*--8<--.*$|^::: .*$|^.*<svg.*$", text, re.MULTILINE)]
    defined = dict(DEFINITION.findall(text))
    prose = CODE.sub("`code`", FENCE.sub("", text))
    used = {one or other for one, other in USED.findall(DEFINITION.sub("", prose))}
    wrong += [f"{name}: [{label}] is not defined" for label in sorted(used - defined.keys())]
    wrong += [f"{name}: [{label}] is not used" for label in sorted(defined.keys() - set(flat(USED.findall(text))))]
    for address in [*INLINE_LINK.findall(prose), *defined.values()]:
        path, _, fragment = address.partition("#")
        if re.match(r"(https?|mailto):", address) or not path:
            continue
        target = law.target(name, path)
        if target is None:
            wrong.append(f"{name}: {address}: there is no such file")
        elif fragment and fragment not in law.ids[page_of(target)]:
            wrong.append(f"{name}: {address}: no such id")
    return wrong


def flat(pairs):
    return [one or other for one, other in pairs]


def page_of(name):
    """Name the page whose Markdown this is."""
    if name.endswith(".html"):
        return name
    stem = name.removesuffix(".md")
    return f"{stem}.html" if stem == "index" or stem.endswith("/index") else f"{stem}/index.html"


@pytest.fixture(scope="module")
def law(site, pages):
    return Law(site, pages)


@pytest.fixture(scope="module")
def sources(site, pages):
    """The Markdown of each page, by the page's name, found as a program would: from the page itself."""
    found = {}
    for name, page in pages.items():
        for link in page.find_all("link", type="text/markdown"):
            assert link["rel"] == ["alternate"]
            assert name not in found
            found[name] = (site / name).parent / link["href"]
    return found


def test_every_page_has_its_markdown_beside_it(site, pages, sources):
    assert sources.keys() == pages.keys() - WITHOUT_SOURCE
    for name, path in sources.items():
        relative = path.resolve().relative_to(site.resolve()).as_posix()
        assert page_of(relative) == name
        assert path.read_text(encoding="utf-8").startswith("---\ntitle: ")
    assert {path.resolve() for path in site.rglob("*.md")} == {path.resolve() for path in sources.values()}


def test_the_markdown_is_whole_and_its_links_lead_somewhere(site, law, sources):
    wrong = []
    for path in sources.values():
        name = path.resolve().relative_to(site.resolve()).as_posix()
        wrong += amiss(path.read_text(encoding="utf-8"), name, law)
    assert wrong == []


def test_the_markdown_has_every_paragraph_of_the_source(site):
    for path in sorted((ROOT / "docs").rglob("*.md")):
        published = (site / path.relative_to(ROOT / "docs")).read_text(encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        body = text.split("---\n", 2)[2] if text.startswith("---\n") else text
        parts = [part for part in re.split(r"\n{2,}", body) if not re.search(r"--8<--|^::: ", part, re.MULTILINE)]
        assert [part for part in parts if part.strip() not in published] == [], path.name


def test_the_markdown_has_what_the_page_includes(site):
    softmax = (site / "derivations" / "softmax.md").read_text(encoding="utf-8")
    assert "<p>Picture: The Jacobian of softmax. A table at z = 3, 1, −3." in softmax
    assert 'cites="softmax-jacobian"' in (site / "cheat_sheet.md").read_text(encoding="utf-8")
    assert "[softmax-jacobian][eq-softmax-jacobian]" in (site / "evidence.md").read_text(encoding="utf-8")
    reference = (site / "reference" / "softmax.md").read_text(encoding="utf-8")
    assert "## softmax_jacobian\n\n```python\ndef softmax_jacobian(z: ArrayLike) -> FloatArray\n```\n" in reference
    assert ">>> softmax_jacobian(np.array([0.0, 0.0])).tolist()\n[[0.25, -0.25], [-0.25, 0.25]]\n```" in reference
    assert "[eq-softmax-jacobian-null]: ../derivations/softmax/#eq-softmax-jacobian-null\n" in reference


MARKDOWN = {
    "include": '--8<-- "x.md"',
    "module": "::: byhand.softmax",
    "reference": "[x][eq-no-such]",
    "short-reference": "[eq-no-such][]",
    "file": "[x](no_such.md)",
    "id": "[x](softmax/#eq-no-such)",
    "id-in-markdown": "[x](softmax.md#eq-no-such)",
    "definition": "[eq-softmax]: softmax/#eq-softmax",
    "definition-that-leads-nowhere": "[x][a]\n\n[a]: no_such/#b",
}


@pytest.mark.parametrize("case", MARKDOWN)
def test_what_is_wrong_in_a_markdown_file_is_found(law, case):
    assert len(amiss(f"# T\n\n{MARKDOWN[case]}\n", "derivations/x.md", law)) == 1


def test_a_good_markdown_file_passes(law):
    text = "# T\n\n[a](softmax.md#the-matrix) [b](../notation.md) [c][eq-softmax] `x[0][-1]` [d](https://example.org)\n"
    fence = "```python\nx[0][1]\n```\n"
    assert amiss(f"{text}\n{fence}\n[eq-softmax]: softmax/#eq-softmax\n", "derivations/x.md", law) == []


LISTED = re.compile(r"^- \[([^\]]+)\]\(([^)]+)\): (.+)$")


def listed(text):
    """Read llms.txt as llmstxt.org says: a title, a summary, paragraphs, and sections with lists of links."""
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    title, summary, *rest = head.strip().split("\n\n")
    assert re.fullmatch(r"# .+", title)
    assert re.fullmatch(r"> .+", summary)
    assert rest
    assert not any(re.match("[#>-]", paragraph) for paragraph in rest)
    found = []
    for section in sections:
        name, blank, *lines = section.strip().split("\n")
        assert name
        assert blank == ""
        assert lines
        found += [LISTED.fullmatch(line).groups() for line in lines]
    return found


def test_llms_txt_lists_the_markdown_of_every_page(site, pages, sources):
    found = listed((site / "llms.txt").read_text(encoding="utf-8"))
    places = [page_of(address) for _, address, _ in found]
    assert sorted(places) == sorted(sources)
    assert all((site / address).is_file() for _, address, _ in found)
    titles = {place: title for place, (title, _, _) in zip(places, found, strict=True)}
    assert titles["derivations/softmax/index.html"] == "Softmax and its Jacobian"
    descriptions = [description for _, _, description in found]
    assert [text for text in descriptions if descriptions.count(text) > 1] == []


def test_llms_txt_has_whole_addresses_where_they_are_known(published):
    text = (published.folder / "llms.txt").read_text(encoding="utf-8")
    assert all(address.startswith(published.address) for _, address, _ in listed(text))
    softmax = (published.folder / "derivations" / "softmax.md").read_text(encoding="utf-8")
    assert f'\nurl: "{published.address}derivations/softmax/"\n---\n' in softmax


@pytest.mark.parametrize("text", ["> s\n", "# t\n\n## A\n\n- [a](b): c\n", "# t\n\n> s\n\np\n\n## A\n\n- a: c\n"])
def test_a_list_of_another_form_is_found(text):
    with pytest.raises((AssertionError, AttributeError, ValueError)):
        listed(text)


def test_the_configuration_of_a_translation_is_read_with_what_it_inherits(tmp_path):
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: N\nsite_description: D\nsite_url: !ENV [X, '']\nnav: [a.md, {P: [b/index.md, {Q: b/c.md}]}]\n"
        "markdown_extensions: [tables, {pymdownx.snippets: {base_path: [build]}}]\n"
    )
    (tmp_path / "mkdocs.zh.yml").write_text("INHERIT: mkdocs.yml\nsite_name: 名\ndocs_dir: zh\n", encoding="utf-8")
    rest = [tmp_path / "build"], [("The book", [("", "a.md")]), ("P", [("", "b/index.md"), ("Q", "b/c.md")])]
    assert book.read(tmp_path / "mkdocs.yml") == ("N", "D", tmp_path / "docs", *rest)
    assert book.read(tmp_path / "mkdocs.zh.yml") == ("名", "D", tmp_path / "zh", *rest)


# ---- what crawlers ask for -----------------------------------------------------------------------


def test_without_an_address_there_is_no_sitemap(site):
    assert not list(site.glob("sitemap*"))
    assert (site / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nAllow: /\n"


def test_the_sitemap_has_every_page_of_the_published_book(published):
    robots = (published.folder / "robots.txt").read_text(encoding="utf-8")
    assert robots == f"User-agent: *\nAllow: /\n\nSitemap: {published.address}sitemap.xml\n"
    packed = gzip.decompress((published.folder / "sitemap.xml.gz").read_bytes())
    assert packed == (published.folder / "sitemap.xml").read_bytes()
    tree = ElementTree.fromstring(packed)
    here = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [place.text for place in tree.findall("s:url/s:loc", here)]
    names = {path.relative_to(published.folder).as_posix() for path in published.folder.rglob("*.html")}
    assert sorted(found) == sorted(published.address + path_of(name) for name in names - WITHOUT_SOURCE)
    assert len(tree.findall("s:url/s:lastmod", here)) == len(found)


def test_a_published_page_names_its_own_address(published):
    for path in sorted(published.folder.rglob("*.html")):
        name = path.relative_to(published.folder).as_posix()
        canonical = re.findall(r'<link rel="canonical" href="([^"]+)"', path.read_text(encoding="utf-8"))
        assert canonical == [published.address + path_of(name)] * (name not in WITHOUT_SOURCE), name


# ---- a page that is not there --------------------------------------------------------------------


def test_the_page_for_what_is_not_there_helps(new_page, published):  # noqa: F811
    page, watch = new_page(published.address)
    page.goto(f"{published.address}derivations/no_such/page/")
    assert page.title() == "Page not found - Backprop by Hand"
    links = [link.get_attribute("href") for link in page.locator("article a:visible").all()]
    assert len(links) >= 5
    for link in links:
        assert page.request.get(f"{'/'.join(published.address.split('/')[:3])}{link}").status == 200, link
    assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky", "no style"
    page.keyboard.press("/")
    page.keyboard.type("jacobian")
    page.locator('.md-search-result__item a[href*="/derivations/softmax/"]').first.click()
    page.wait_for_url(re.compile(f"^{re.escape(published.address)}derivations/softmax/"))
    assert watch.failed == [f"{published.address}derivations/no_such/page/: 404"]
    assert watch.foreign == []


# ---- what is published ---------------------------------------------------------------------------


KINDS = {
    *(".html", ".md", ".txt", ".xml", ".json", ".gz", ".inv"),
    *(".css", ".js", ".mjs", ".svg", ".png", ".woff2"),
    *(".wasm", ".whl", ".zip", ".py", ".pdf"),  # Python in the page, the printed edition
}


def unwanted(site):
    """Name the files that have no place in a published book."""
    names = [path.relative_to(site) for path in sorted(site.rglob("*")) if path.is_file()]
    return [
        name.as_posix()
        for name in names
        if name.suffix not in KINDS
        or any(part.startswith((".", "_", "~")) for part in name.parts[:-1])
        or name.name.startswith((".", "~"))
    ]


def test_nothing_is_published_that_has_no_place_in_a_book(site):
    assert unwanted(site) == []
    assert not (site / "assets" / "images" / "favicon.png").exists(), "the theme's picture, not ours"
    scripts = [path for path in site.rglob("*.js") if b"sourceMappingURL" in path.read_bytes()[-200:]]
    assert scripts == []


@pytest.mark.parametrize(
    "name", [".DS_Store", "a/.git/x.txt", "x.js.map", "_drafts/x.html", "x.pyc", "x.yml", "README"]
)
def test_a_file_that_has_no_place_is_found(tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("x")
    assert unwanted(tmp_path) == [name]


def test_a_script_loses_its_map_and_nothing_else(tmp_path):
    folder = tmp_path / "assets" / "javascripts"
    folder.mkdir(parents=True)
    (folder / "x.js").write_text('a("//# sourceMappingURL=no")\n//# sourceMappingURL=x.js.map\n\n')
    (folder / "x.js.map").write_text("{}")
    tidy.sweep(tmp_path)
    assert [path.name for path in folder.iterdir()] == ["x.js"]
    assert (folder / "x.js").read_text() == 'a("//# sourceMappingURL=no")\n'


# ---- the pictures --------------------------------------------------------------------------------


def test_the_social_picture_has_the_size_that_is_asked_for(site):
    path = site / "assets" / "social.png"
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.size == (1200, 630)
        assert len(picture.convert("RGB").getcolors(1200 * 630)) > 20, "an empty picture"
    assert path.stat().st_size < 300_000


def test_the_pictures_are_drawn_the_same_to_the_byte(site, tmp_path):
    code, output = run(["social", str(tmp_path)], ROOT / "tools", PYTHONHASHSEED="3")
    assert code == 0, output
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"social.png", "touch.png"}
    assert [name for name in names if (tmp_path / name).read_bytes() != (site / "assets" / name).read_bytes()] == []


def test_pages_say_where_the_icons_are(site, pages):
    for name, page in pages.items():
        for rel, file in (("icon", "favicon.svg"), ("apple-touch-icon", "touch.png")):
            [link] = page.find_all("link", rel=rel)
            if name not in WITHOUT_SOURCE:
                assert ((site / name).parent / link["href"]).resolve() == (site / "assets" / file).resolve()


DRAWN = """async ([drawn, traced]) => {
  const pixels = async (address) => {
    const image = new Image(180, 180);
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 180;
    const context = canvas.getContext("2d");
    context.fillStyle = "#3d4f9f";  // behind the round corners, as where the icon is shown
    context.fillRect(0, 0, 180, 180);
    context.drawImage(image, 0, 0, 180, 180);
    return context.getImageData(0, 0, 180, 180).data;
  };
  const [a, b] = [await pixels(drawn), await pixels(traced)];
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}"""


def test_both_icons_show_the_same(new_page, address):  # noqa: F811
    page, _ = new_page()
    page.goto(f"{address}cite/")
    here = f"{address}assets/"
    assert page.evaluate(DRAWN, [f"{here}favicon.svg", f"{here}touch.png"]) < 1.5
    assert page.evaluate(DRAWN, [f"{here}favicon.svg", f"{here}social.png"]) > 10, "any two pictures pass"


# ---- the steps themselves ------------------------------------------------------------------------


def test_a_page_without_an_encoding_is_refused():
    with pytest.raises(ValueError, match="charset"):
        policy.protect({"x.html": "<html><head></head></html>"})


def test_only_pages_that_have_changed_are_written(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<p>\r\n</p>")
    before = texts.read(tmp_path)
    assert before == {"a.html": "<p>\r\n</p>"}
    texts.write(tmp_path, before | {"a.html": "<p>\r\n</p><p>"})
    assert (tmp_path / "a.html").read_bytes() == b"<p>\r\n</p><p>"


def test_without_an_address_the_sitemap_goes(tmp_path):
    (tmp_path / "sitemap.xml").write_text("x")
    crawlers.invite(tmp_path, {"index.html": "<head></head>"})
    assert [path.name for path in tmp_path.iterdir()] == ["robots.txt"]


def test_examples_of_a_docstring_get_fences():
    text = "A\n\n>>> 1\n1\n\nand\n\n>>> 2\n2\n>>> 3\n3"
    wanted = "A\n\n```pycon\n>>> 1\n1\n```\n\nand\n\n```pycon\n>>> 2\n2\n>>> 3\n3\n```\n"
    assert markdown.examples_in_fences(text) == wanted
