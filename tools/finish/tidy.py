"""Take away what the generator brings and the book does not publish."""

import re
from pathlib import Path

# The theme's sources, for those who debug the theme, and its own picture, in the place of which stands ours.
UNWANTED = ("assets/javascripts/**/*.map", "assets/stylesheets/**/*.map", "assets/images/favicon.png")
MAPPED = re.compile(rb"\n?//# sourceMappingURL=\S+\s*\Z")


def sweep(site: Path) -> None:
    for pattern in UNWANTED:
        for path in site.glob(pattern):
            path.unlink()
    for path in site.glob("assets/javascripts/**/*.js"):
        script = path.read_bytes()
        if (cut := MAPPED.sub(b"\n", script)) != script:
            path.write_bytes(cut)
