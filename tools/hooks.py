"""MkDocs calls this while it builds; the work itself is done by after_build.py, typesetter.py and rebuild.py."""

import sys
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation

sys.path.insert(0, str(Path(__file__).parent))
import rebuild
import typesetter
from after_build import finish

commands: list[str] = []  # what MkDocs was started for: "build" or "serve"


def on_startup(command: str, dirty: bool) -> None:
    commands.append(command)
    typesetter.running()  # it takes a while to load, and there are two processors or more


def on_nav(nav: Navigation, **rest: Any) -> None:
    rebuild.last.nav = nav


def on_page_content(html: str, **rest: Any) -> None:
    typesetter.running().ahead(html)


def on_env(env: jinja2.Environment, config: MkDocsConfig, files: Files) -> None:
    rebuild.last.env, rebuild.last.config, rebuild.last.files = env, config, files


def on_post_build(config: MkDocsConfig) -> None:
    if wrong := finish(Path(config.site_dir), Path(config.config_file_path), served="serve" in commands):
        raise PluginError(wrong)


def on_serve(server: LiveReloadServer, **rest: Any) -> None:
    server.builder = rebuild.Rebuild(server, server.builder)
