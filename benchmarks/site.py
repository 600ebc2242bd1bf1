r"""Measure how soon a reader sees the mathematics: `make bench`'s sister for the built site.

    python benchmarks/site.py [SITE] [--runs 5] [--record benchmarks/site.json]

Takes the heaviest page of the built site (the most bytes of HTML), serves the site from this machine as a host of
static pages does, with gzip and without a cache, and opens the page in Chromium, each time in a new context, under
two conditions:

- fast: nothing is held back, 1280 × 800;
- slow: a processor slowed down 4 times, 1.6 Mbit/s down, 0.75 up, 150 ms before each answer, 412 × 823. These are
  Lighthouse's "slow 4G" and its phone.

What is measured, as medians of the runs:

- math: from the start of the navigation to the end of the first frame in which the page's first formula stands in
  its place and all the fonts that its characters ask for are loaded, or to the first contentful paint, whichever is
  later. A page may begin with text and a picture, so that this formula is seen after a scroll; it is waited for all
  the same. A frame ends when the browser takes up its next task; the next frame may begin much later, because the
  browser reads on in the page meanwhile;
- shift: the sum of all layout shifts until the page is quiet, without sessions, so at least what browsers report;
- bytes: the bodies of all answers before any click, as they travel with gzip, and unpacked;
- task: the longest task of the page's main thread from the start until the page is quiet, by the wall clock and by
  the thread's own clock. On a busy machine the first is longer, because the thread has to wait for a processor.

A page is quiet when half a second has passed without a request.

Beside it stands what a page of a single word takes on this machine, without a stylesheet, a font or a script: its
first contentful paint, and its longest task. No page can take less.

Where the site was built with Python in it, the first run is measured too, on the chapter about softmax and under the
fast condition: from the click on its first Run button to the word that the output is the page's own.
"""

import argparse
import gzip
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

CONDITIONS = {
    "fast": {"width": 1280, "height": 800, "slower": 1, "network": None},
    "slow": {
        "width": 412,
        "height": 823,
        "slower": 4,
        "network": {"latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8},
    },
}
TARGETS = {
    "math": {"fast": 0.15, "slow": 0.8},  # seconds
    "shift": {"fast": 0.01, "slow": 0.01},
    "bytes": {"fast": 300_000, "slow": 300_000},
    "task": {"fast": 0.05, "slow": 0.05},  # seconds
}
FIRST_RUN = 6.0  # seconds
CHAPTER = "derivations/softmax/"
NOTHING = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Nothing</title><p>Nothing</p></html>'
PACKED = (".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml")  # what a host packs

# Runs in the page before all else. Layout is asked for just before the browser needs it anyway.
WATCH = r"""
(() => {
  const seen = (window.__seen = { math: null, shift: 0, shifts: [] });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      seen.shift += entry.value;
      seen.shifts.push([entry.value, entry.sources.map((source) => source.node?.outerHTML?.slice(0, 80))]);
    }
  }).observe({ type: "layout-shift", buffered: true });
  const fonts = () => new Map([...document.fonts].map((font) => [font.family.replaceAll('"', ""), font.status]));
  const drawn = (formula) => {
    const known = fonts();
    return [...formula.querySelectorAll("mjx-c")].every((letter) =>
      getComputedStyle(letter).fontFamily.split(",").every((name) =>
        [undefined, "loaded"].includes(known.get(name.replaceAll('"', "").trim()))));
  };
  const { port1: end, port2: now } = new MessageChannel();
  end.onmessage = () => (seen.math = performance.now() / 1000);
  const look = () => {
    const formula = document.querySelector(".md-content mjx-container");
    if (formula?.getBoundingClientRect().width && drawn(formula)) now.postMessage("a task after this frame");
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


class Host(SimpleHTTPRequestHandler):
    """Serves the site packed, and counts what it sends."""

    def __init__(self, *arguments, sent: dict[str, tuple[int, int]], **options) -> None:
        self.sent = sent
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        """Send a file, packed if it is a text."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        whole = body = path.read_bytes()
        if path.suffix in PACKED:
            body = packed(whole)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if path.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.sent[self.path] = (len(body), len(whole))

    def log_message(self, *arguments) -> None:
        """Say nothing."""


@cache
def packed(body: bytes) -> bytes:
    """Pack a file when it is first asked for, and keep it so, as a host does."""
    return gzip.compress(body, 6)


@contextmanager
def served(folder: Path, sent: dict[str, tuple[int, int]]) -> Iterator[str]:
    """Serve a folder from this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder), sent=sent))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def heaviest(site: Path) -> str:
    """Name the page with the most bytes, as its address below the site."""
    page = max(sorted(site.rglob("*.html")), key=lambda path: path.stat().st_size)
    return page.relative_to(site).as_posix().removesuffix("index.html")


def visit(
    browser: Browser, url: str, formulas: bool, width: int, height: int, slower: int, network: dict | None
) -> dict:
    """Open the page once, and say what was seen. Where it has no formulas, math is its first contentful paint."""
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    if network:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    page.goto(url, wait_until="load", timeout=120_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(f"() => window.__seen.math !== null || !{json.dumps(formulas)}", timeout=120_000)
    seen = page.evaluate("window.__seen")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    seen["math"] = max(seen["math"] or 0, paint / 1000)
    wall, own = longest_task(json.loads(browser.stop_tracing()))
    context.close()
    return seen | {"task": wall, "own": own}


def first_run(browser: Browser, url: str) -> float:
    """Run the first example of a page in a browser that has been nowhere before; return the seconds it took."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    start = time.perf_counter()
    page.get_by_role("button", name="Run example 1", exact=True).click()
    page.get_by_text("Done: the page's own output.").first.wait_for(timeout=120_000)
    taken = time.perf_counter() - start
    context.close()
    return taken


def longest_task(trace: dict) -> tuple[float, float]:
    """Find the longest task of the page's main thread: by the wall clock, and by its own, in seconds."""
    events = trace["traceEvents"]
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [e for e in events if (e["pid"], e["tid"]) in mains and e["name"].endswith("RunTask") and "dur" in e]
    return max(e["dur"] for e in tasks) / 1e6, max(e.get("tdur", 0) for e in tasks) / 1e6


def measure(site: Path, runs: int) -> dict:
    """Visit the heaviest page under both conditions; return the medians, and what was sent."""
    from chromium import launch

    page, sent = heaviest(site), {}
    found: dict = {"page": page, "runs": runs}
    with (
        served(site, sent) as home,
        TemporaryDirectory() as folder,
        served(Path(folder), {}) as elsewhere,
        sync_playwright() as playwright,
    ):
        Path(folder, "index.html").write_text(NOTHING, encoding="utf-8")
        browser = launch(playwright)
        visit(browser, home + page, True, **CONDITIONS["fast"])  # the first one pays for the browser's own start
        for name, condition in CONDITIONS.items():
            visits, nothing = [], []
            for _ in range(runs):
                visits.append(visit(browser, home + page, True, **condition))
                nothing.append(visit(browser, elsewhere, False, **condition))
            found[name] = {key: statistics.median(v[key] for v in visits) for key in ("math", "shift", "task", "own")}
            found[name]["shifts"] = visits[-1]["shifts"][:5]
            found[name]["nothing"] = {key: statistics.median(v[key] for v in nothing) for key in ("math", "task")}
        found["chromium"] = browser.version
        weighed = dict(sent)
        if (site / "assets" / "python").exists():
            found["run"] = statistics.median(first_run(browser, home + CHAPTER) for _ in range(runs))
    sent = weighed
    found["bytes"] = sum(packed for packed, _ in sent.values())
    found["unpacked"] = sum(whole for _, whole in sent.values())
    found["sent"] = dict(sorted(sent.items(), key=lambda item: -item[1][0]))
    return found


def table(found: dict) -> str:
    rows = [f"{'':30}{'fast':>9}{'target':>9}{'slow':>9}{'target':>9}"]
    for key, name in {"math": "math shown, s", "shift": "layout shift", "task": "longest task, s"}.items():
        cells = (f"{found[c][key]:9.3f}{TARGETS[key][c]:9.2f}" for c in CONDITIONS)
        rows.append(f"{name:30}" + "".join(cells))
        if key in found["fast"]["nothing"]:
            rows.append(
                f"{'  a page of a single word':30}"
                + "".join(f"{found[c]['nothing'][key]:9.3f}{'':9}" for c in CONDITIONS)
            )
    rows.append(f"{'  the same, thread’s own clock':30}" + "".join(f"{found[c]['own']:9.3f}{'':9}" for c in CONDITIONS))
    if "run" in found:
        rows.append(f"{'first Run, s':30}{found['run']:9.3f}{FIRST_RUN:9.2f}")
    rows.append(
        f"bytes before any click: {found['bytes']:,} with gzip (target 300,000), {found['unpacked']:,} unpacked"
    )
    for path, (packed, whole) in found["sent"].items():
        rows.append(f"  {packed:9,} {whole:9,}  {path}")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how soon a reader sees the mathematics.")
    parser.add_argument("site", nargs="?", type=Path, default=ROOT / "site")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    found = measure(options.site, options.runs)
    found["machine"] = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    found["load"] = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    print(f"{found['page']}: medians of {options.runs} runs, Chromium {found['chromium']}, {found['machine']}")
    print(table(found))
    if options.record:
        options.record.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
