"""A content security policy in each page: it loads from its own host, and runs the scripts that it came with."""

import re
from base64 import b64encode
from hashlib import sha256
from html import escape

from finish.pages import Pages, put_first

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",  # Python in the page is WebAssembly
    "style-src": "'self' 'unsafe-inline'",  # a formula has its lengths in style attributes, the editor a <style>
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
INLINE = re.compile(r"<script(?![^>]*\ssrc=)([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
TYPE = re.compile(r"""\stype=["']?([^"'\s>]+)""", re.IGNORECASE)
RUN = {"module", "text/javascript", "importmap"}  # any other type is data, which no policy forbids


def protect(pages: Pages) -> None:
    """Put into each page the policy that suits its inline scripts."""
    for name, page in pages.items():
        pages[name] = put_first(page, meta(page))


def meta(page: str) -> str:
    rules = POLICY | {"script-src": " ".join([POLICY["script-src"], *hashes(page)])}
    text = "; ".join(f"{name} {sources}" for name, sources in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{escape(text, quote=False)}">'


def hashes(page: str) -> list[str]:
    """Name the inline scripts of a page as a policy names them, each once."""
    scripts = [script for attributes, script in INLINE.findall(page) if is_run(attributes)]
    return list(dict.fromkeys(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts))


def is_run(attributes: str) -> bool:
    kind = TYPE.search(attributes)
    return kind is None or kind[1].lower() in RUN
