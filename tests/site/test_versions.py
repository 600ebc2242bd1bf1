"""Versions of the book side by side, as tools/publish.py puts them into a branch: what was cited stays."""

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from built import ROOT
from server import serve
from small_book import PAGE, SmallBook
from test_browser import Watch

sys.path.insert(0, str(ROOT / "tools"))
from publish import PublishError, folder_of, is_latest

BASE = "/book/"
NAV = """nav:
  - index.md
  - Derivations:
      - derivations/softmax.md
  - How to cite: cite.md
"""
EQUATION = '```math id="{}"\n1 + 1 = 2\n```\n'
PAGES = {
    "index.md": PAGE.format("A small book", "Read [softmax](derivations/softmax.md), or [cite](cite.md) it."),
    "derivations/softmax.md": PAGE.format("Softmax", f"{{}}\n\n{EQUATION.format('small-sum')}"),
    "cite.md": PAGE.format("How to cite", "By the address of an equation."),
}
EPOCH = "1800000000"


class Published(SmallBook):
    """A small book, and the repository that it is published in."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, {}, NAV)
        self.git = root / "published.git"

    def edit(self, version: str, text: str = "") -> None:
        for name, page in PAGES.items():
            self.write(f"docs/{name}", page.replace("{}", text or f"This is version {version}."))
        self.write("pyproject.toml", f'[project]\nversion = "{version}"\n')

    def publish(self, ref: str, address: str) -> tuple[int, str]:
        environment = {"SITE_URL": address, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": EPOCH}
        return self.tool("publish", ref, str(self.git), **environment)

    def export(self, folder: Path) -> None:
        """Lay out the branch as the host does."""
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        archive = self.run_git("archive", "gh-pages")
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")

    def commits(self) -> str:
        return self.run_git("log", "--format=%H %an %ad", "gh-pages").decode()

    def run_git(self, *command: str) -> bytes:
        return subprocess.run(["git", "--git-dir", str(self.git), *command], stdout=subprocess.PIPE, check=True).stdout


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def versions(drawn, tmp_path_factory):
    """Publish a small book before its first release, twice as a release, and once more as it goes on."""
    book = Published(tmp_path_factory.mktemp("small"))
    folder = tmp_path_factory.mktemp("host") / "pages"
    folder.mkdir()
    states = []
    own = own_repository()
    with serve(folder, BASE) as address:
        for ref, version in [
            ("refs/heads/main", "0.1.0"),
            ("refs/tags/v0.1.0", "0.1.0"),
            ("refs/tags/v0.2.3", "0.2.3"),
            ("refs/heads/main", "0.2.3"),
        ]:
            book.edit(version, f"Still being written, after {version}." if "main" in ref else "")
            code, output = book.publish(ref, address)
            assert code == 0, output
            book.export(folder)
            states.append(digests(folder))
        yield SimpleNamespace(book=book, folder=folder, address=address, states=states, own=own)


def own_repository():
    """What mike could change in the repository of the one who runs the tests: branches and configuration."""
    commands = ["for-each-ref", "refs/heads/gh-pages"], ["config", "--local", "--list"]
    return [subprocess.run(["git", *c], cwd=ROOT, capture_output=True, check=False).stdout for c in commands]


def below(state, folder):
    return {name: digest for name, digest in state.items() if name.startswith(f"{folder}/")}


def test_a_release_leaves_the_older_ones_byte_for_byte(versions):
    _, first, second, third = versions.states
    assert "0.1/derivations/softmax/index.html" in first
    assert below(first, "0.1") == below(second, "0.1") == below(third, "0.1")
    assert below(second, "0.2") == below(third, "0.2")
    assert below(second, "dev") == below(first, "dev") != below(third, "dev")


def test_latest_is_the_newest_release(versions):
    def content(state, folder):
        return {name.removeprefix(folder): digest for name, digest in below(state, folder).items()}

    draft, first, second, third = versions.states
    assert content(draft, "latest") == content(draft, "dev"), "before the first release it is what there is"
    assert content(first, "latest") == content(first, "0.1")
    assert content(second, "latest") == content(second, "0.2") != content(second, "0.1")
    assert below(third, "latest") == below(second, "latest"), "what is not released is not the latest"


def test_the_list_of_versions(versions):
    listed = json.loads((versions.folder / "versions.json").read_text(encoding="utf-8"))
    assert [(entry["version"], entry["aliases"]) for entry in listed] == [
        ("dev", []),
        ("0.2", ["latest"]),
        ("0.1", []),
    ]


def test_each_version_speaks_of_its_own_address(versions):
    for version in ("0.1", "0.2", "dev"):
        page = (versions.folder / version / "derivations" / "softmax" / "index.html").read_text(encoding="utf-8")
        assert f'<link rel="canonical" href="{versions.address}{version}/derivations/softmax/">' in page
    page = (versions.folder / "latest" / "derivations" / "softmax" / "index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{versions.address}0.2/derivations/softmax/">' in page, "a citation must last"


def test_the_repository_of_the_developer_is_left_alone(versions):
    assert own_repository() == versions.own
    assert not (versions.book.root / ".git").exists()
    assert all("Backprop by Hand" in line for line in versions.book.commits().splitlines())
    assert len({line.partition("Hand ")[2] for line in versions.book.commits().splitlines()}) == 1, "a clock was read"


def test_a_local_build_knows_nothing_of_versions(pages):
    for name, page in pages.items():
        assert not page.select("[data-md-component=outdated]"), name
        config = json.loads(page.select_one("script#__config").string) if page.select_one("script#__config") else {}
        assert not config.get("version"), name


# ---- in the browser -------------------------------------------------------------------------------


@pytest.fixture
def opened(browser, versions):
    context = browser.new_context()
    watch = Watch(context, versions.address)
    yield context.new_page(), watch
    context.close()
    assert watch.said == watch.foreign == []


def shows(page, version):
    page.get_by_text(f"This is version {version}.").wait_for()


def test_the_root_leads_to_the_latest(opened, versions):
    page, watch = opened
    page.goto(versions.address)
    page.wait_for_url(f"{versions.address}latest/")
    assert page.locator("h1").inner_text().startswith("A small book")
    assert watch.failed == []


def test_the_root_leads_on_without_javascript(browser, versions):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(versions.address)
    page.wait_for_url(f"{versions.address}latest/")
    context.close()


def test_an_equation_of_an_old_version_is_where_it_was(opened, versions):
    page, watch = opened
    page.goto(f"{versions.address}0.1/derivations/softmax/#eq-small-sum")
    assert page.locator("#eq-small-sum:target").count() == 1
    shows(page, "0.1.0")
    assert watch.failed == []


def test_the_selector_switches_and_keeps_the_page(opened, versions):
    page, _ = opened
    page.goto(f"{versions.address}0.1/derivations/softmax/#eq-small-sum")
    page.locator(".md-version__current").focus()  # the list opens
    page.locator(".md-version__link", has_text="0.2").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{versions.address}0.2/derivations/softmax/#eq-small-sum")
    shows(page, "0.2.3")


@pytest.mark.parametrize("version", ["0.1", "dev"])
def test_what_is_not_the_newest_release_says_so_and_leads_there(opened, versions, version):
    page, watch = opened
    page.goto(f"{versions.address}{version}/derivations/softmax/")
    page.get_by_role("link", name="This page in the newest release").click()
    page.wait_for_url(f"{versions.address}latest/derivations/softmax/")
    shows(page, "0.2.3")
    assert watch.failed == []


@pytest.mark.parametrize("version", ["0.2", "latest"])
def test_the_newest_release_says_nothing(opened, versions, version):
    page, _ = opened
    page.goto(f"{versions.address}{version}/derivations/softmax/")
    page.locator(".md-version__current").wait_for()
    assert page.get_by_text("not the newest release").is_hidden()


def test_what_is_not_there_is_answered_by_the_newest_release(browser, versions):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{versions.address}0.1/no/such/page/")
    home = page.locator(".md-logo").first
    assert home.evaluate("(link) => link.href").rstrip("/.") == f"{versions.address}0.2"
    context.close()


# ---- what is refused ------------------------------------------------------------------------------


def test_a_patch_must_keep_what_can_be_cited(versions):
    before = versions.book.commits()
    versions.book.edit("0.2.4")
    versions.book.write("docs/derivations/softmax.md", PAGES["derivations/softmax.md"].replace("small-sum", "other"))
    code, output = versions.book.publish("refs/tags/v0.2.4", versions.address)
    assert code == 1
    assert "publish: 0.2 would lose what can be cited: 0.2/derivations/softmax/index.html#eq-small-sum" in output
    assert versions.book.commits() == before, "it was published all the same"


@pytest.mark.parametrize(
    ("ref", "version", "folder"),
    [
        ("refs/heads/main", "1.0.0", "dev"),
        ("refs/tags/v1.2.3", "1.2.3", "1.2"),
        ("refs/tags/v1.10.0", "1.10.0", "1.10"),
    ],
)
def test_a_ref_has_its_folder(ref, version, folder):
    assert folder_of(ref, version) == folder


@pytest.mark.parametrize(
    "ref", ["refs/tags/v1.2.4", "refs/tags/v1.2", "refs/heads/other", "main", "refs/tags/v1.2.3rc1"]
)
def test_other_refs_are_refused(ref):
    with pytest.raises(PublishError, match=re.escape(ref)):
        folder_of(ref, "1.2.3")


@pytest.mark.parametrize(
    ("version", "others", "latest"),
    [
        ("1.0", [], True),
        ("1.10", ["dev", "1.9", "1.2"], True),
        ("1.9", ["1.10", "1.9"], False),
        ("1.10", ["1.10"], True),
        ("dev", [], True),
        ("dev", ["dev"], True),
        ("dev", ["dev", "0.1"], False),
    ],
)
def test_an_old_release_mended_is_not_the_latest(version, others, latest):
    assert is_latest(version, others) is latest
