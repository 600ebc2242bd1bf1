"""MkDocs calls this when it has built the pages; the work itself is done by tools/after_build.py."""

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

sys.path.insert(0, str(Path(__file__).parent))
from after_build import finish

commands: list[str] = []  # what MkDocs was started for: "build" or "serve"


def on_startup(command: str, dirty: bool) -> None:
    commands.append(command)


def on_post_build(config: MkDocsConfig) -> None:
    if wrong := finish(Path(config.site_dir), Path(config.config_file_path), served="serve" in commands):
        raise PluginError(wrong)
