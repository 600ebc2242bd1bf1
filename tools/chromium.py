"""Find the reader's Chromium or Chrome, and start it without a window."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

NO_BROWSER = (
    "no browser was found: install chromium (on Debian, apt install chromium; elsewhere, python -m playwright "
    "install chromium), or name one in the environment variable CHROMIUM"
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class NoBrowser(Exception):
    """There is none on this computer."""


def launch(playwright: Playwright) -> Browser:
    if named := os.environ.get("CHROMIUM"):
        return _launch(playwright, executable_path=named)
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        if found := shutil.which(name):
            return _launch(playwright, executable_path=found)
    if Path(playwright.chromium.executable_path).exists():
        return _launch(playwright)
    for channel in ("chrome", "msedge"):  # where macOS and Windows install them
        try:
            return _launch(playwright, channel=channel)
        except Error:
            continue
    raise NoBrowser(NO_BROWSER)


def _launch(playwright: Playwright, **options) -> Browser:
    return playwright.chromium.launch(args=QUIET, **options)
