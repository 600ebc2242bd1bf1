"""Time the checker: what an equation costs, and whether that stays the same as the book grows tenfold.

    python benchmarks/equations.py

Judges the book as it is, and then ten copies of it as one book, in the same process, and prints the
seconds and the milliseconds per equation.
"""

import statistics
import time
from pathlib import Path

from eqcheck.judge import judge_page
from eqcheck.pages import Page, read_page

RUNS = 3


def pages(copies: int) -> list[Page]:
    found = []
    for path in sorted(Path("docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        for copy in range(copies):
            found.append(read_page(text.replace('```math id="', f'```math id="copy-{copy}-'), path.name))
    return [page for page in found if page.equations]


def seconds(book: list[Page]) -> float:
    start = time.perf_counter()
    for page in book:
        judge_page(page)
    return time.perf_counter() - start


def main() -> None:
    print(f"{'copies':>6} {'equations':>9} {'seconds':>8} {'ms per equation':>15}")
    for copies in (1, 10):
        book = pages(copies)
        count = sum(len(page.equations) for page in book)
        median = statistics.median(seconds(book) for _ in range(RUNS))
        print(f"{copies:6} {count:9} {median:8.2f} {1000 * median / count:15.2f}")


if __name__ == "__main__":
    main()
