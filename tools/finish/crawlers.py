"""What search engines ask for: robots.txt, and the sitemap that the generator wrote, where there is an address."""

from pathlib import Path

from finish.pages import Pages, address

ROBOTS = "User-agent: *\nAllow: /\n"


def invite(site: Path, pages: Pages) -> None:
    here = address(pages)
    if not here:
        for name in ("sitemap.xml", "sitemap.xml.gz"):  # without an address they are empty
            (site / name).unlink(missing_ok=True)
    sitemap = f"\nSitemap: {here}sitemap.xml\n" if here else ""
    (site / "robots.txt").write_text(ROBOTS + sitemap, encoding="utf-8", newline="\n")
