"""Compile ahead what a page's first run of Python imports, so that no reader waits for it.

This runs in Pyodide, because only the same Python can compile it; precompile.mjs gives it the folder with
python_stdlib.zip and numpy's wheel, and the file that sets up a session in a page.
"""

import glob
import importlib
import importlib.util
import py_compile
import site
import sys
import tempfile
import zipfile
from pathlib import Path

STDLIB = "/folder/python_stdlib.zip"
SESSION = Path("/session.py")
SITE_PACKAGES = f"{site.getsitepackages()[0]}/"


def imported() -> set[str]:
    """Import what a page imports; return the sources of all that is loaded then."""
    importlib.invalidate_caches()
    exec(SESSION.read_text(encoding="utf-8"), {"__name__": "session"})
    for name in ("importlib.metadata", "tarfile", "numpy.typing"):  # Pyodide needs two to load packages, byhand one
        importlib.import_module(name)
    files = {str(getattr(module, "__file__", "")) for module in list(sys.modules.values())}
    return {file for file in files if file.endswith(".py")}


def add_compiled(archive: str, root: str, loaded: set[str]) -> None:
    """Put compiled modules into an archive that is, or is unpacked, at a root: each where Python looks for it."""
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as file:
        names = [name for name in file.namelist() if root + name in loaded]
        if not names:
            raise RuntimeError(f"nothing of {archive} is imported from {root}")
        for name in names:
            inside_zip = archive == STDLIB  # where there is no __pycache__
            target = f"{name}c" if inside_zip else importlib.util.cache_from_source(name)
            entry = zipfile.ZipInfo(target)  # of 1980, whenever it is built
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            file.writestr(entry, compiled(file.read(name), root + name), zipfile.ZIP_DEFLATED)


def compiled(source: bytes, path: str) -> bytes:
    """Compile a module, to be believed whatever the date of its source."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "module.py").write_bytes(source)
        out = py_compile.compile(
            f"{folder}/module.py",
            f"{folder}/module.pyc",
            dfile=path,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        return Path(str(out)).read_bytes()


def main() -> None:
    [wheel] = glob.glob("/folder/*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(SITE_PACKAGES)
    loaded = imported()
    stdlib = next(path for path in sys.path if path.endswith(".zip"))
    add_compiled(STDLIB, f"{stdlib}/", loaded)
    add_compiled(wheel, SITE_PACKAGES, loaded)


main()
