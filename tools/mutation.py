"""Compare what mutmut left alive with the list of equivalent mutants: python tools/mutation.py LIST.

mutmut has planted errors in a copy of src/byhand, in mutants/, one at a time. Each one that no test noticed
must be on the list, with a reason why it is none. One that is not on it is a hole in the tests, and one that
is on it and no longer survives is a stale line: both fail. A mutant is named by its function and by the lines
that it puts there, not by mutmut's number, which moves with every edit.

This file is also a plugin for mutmut's pytest: a module's mutants meet the module's own tests, the quick ones
first, and not all others that come by. That is faster, and asks more of the tests. A failure counts as it is
found: Hypothesis does not look for a smaller one.
"""

import difflib
import functools
import json
import os
import sys
import tomllib
from collections import Counter
from pathlib import Path

NOTICED = {"killed", "timeout", "segfault"}
GUARDS = {  # for what has no tests of its own
    "_checks": ("affine", "softmax", "cross_entropy", "squared_error"),
    "_shift": ("softmax", "log_softmax", "cross_entropy"),
    "__main__": ("training",),
}


def pytest_load_initial_conftests() -> None:
    """Give Hypothesis a default, which the profile that the tests load inherits."""
    from hypothesis import Phase, settings

    settings.register_profile("mutation", phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutation")


def pytest_configure(config) -> None:
    """Keep the tests of the mutant's own module, out of those that mutmut names because they reach its function."""
    module = os.environ.get("MUTANT_UNDER_TEST", "").removeprefix("byhand.").partition(".")[0]
    config.args[:] = quick_first(own(config.args, module) or config.args)


def own(tests: list[str], module: str) -> list[str]:
    files = tuple(f"/test_{stem}.py" for stem in GUARDS.get(module, (module,)))
    return [test for test in tests if test.partition("::")[0].endswith(files)]


def quick_first(tests: list[str]) -> list[str]:
    return sorted(tests, key=durations().__getitem__) if durations().keys() >= set(tests) else tests


def durations() -> dict[str, float]:
    """Say how long each test took when mutmut watched them all; pytest runs in mutants/, where it is written."""
    stats = Path("mutmut-stats.json")
    return durations_in(stats, stats.stat().st_mtime) if stats.exists() else {}


@functools.cache  # the processes that mutmut forks find it read
def durations_in(stats: Path, _: float) -> dict[str, float]:
    return json.loads(stats.read_text(encoding="utf-8"))["duration_by_test"]


def main(listed: str) -> None:
    statuses, alive = results()
    with open(listed, "rb") as file:
        equivalent = read(tomllib.load(file))
    complaints = compare(alive, equivalent)
    print(score(statuses, equivalent))
    if complaints:
        sys.exit("\n".join(f"mutation: {complaint}" for complaint in complaints))


def results() -> tuple[Counter[str], Counter[str]]:
    """Count mutmut's verdicts, and name each mutant that was not noticed."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files

    statuses: Counter[str] = Counter()
    alive: Counter[str] = Counter()
    for path in sorted(walk_mutatable_files()):
        data = SourceFileMutationData(path=path)
        data.load()
        for mutant, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            statuses[status] += 1
            if status == "survived":
                alive[name(mutant, get_diff_for_mutant(mutant, path=path))] += 1
            elif status not in NOTICED:
                alive[f"{mutant} ({status})"] += 1
    return statuses, alive


def name(mutant: str, diff: str) -> str:
    """Turn byhand.softmax.x__vjp__mutmut_3 and its diff into "softmax._vjp: the changed lines"."""
    module, _, function = mutant.removeprefix("byhand.").rpartition(".")
    function = function.partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    lines = [line for line in diff.splitlines() if not line.startswith(("+++", "---"))]
    new, old = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "+-")
    return f"{module}.{function}: {new or f'without {old}'}"


def read(document: dict) -> Counter[str]:
    """Name the mutants of the list; each group of them needs a reason."""
    groups = document.get("equivalent", [])
    if any(not group["reason"].strip() for group in groups):
        raise ValueError("a group of equivalent mutants has no reason")
    return Counter(mutant for group in groups for mutant in group["mutants"])


def compare(alive: Counter[str], equivalent: Counter[str]) -> list[str]:
    """Say which survivors are not listed, and which listed ones did not survive."""
    stale = sorted((equivalent - alive).elements())
    return [
        *(f"no test notices  {mutant}" for mutant in sorted((alive - equivalent).elements())),
        *(f"stale, remove    {mutant}{nearest(mutant, alive)}" for mutant in stale),
    ]


def nearest(mutant: str, alive: Counter[str]) -> str:
    found = difflib.get_close_matches(mutant, alive, n=1, cutoff=0.9)
    return f"\n          perhaps now    {found[0]}" if found else ""


def score(statuses: Counter[str], equivalent: Counter[str]) -> str:
    total, noticed = statuses.total(), sum(statuses[status] for status in NOTICED)
    others = total - equivalent.total()
    slow = f", {statuses['timeout']} of them by running on without end" if statuses["timeout"] else ""
    return (
        f"mutation: {total} mutants, {noticed} killed{slow}; {equivalent.total()} are listed as equivalent; "
        f"score {noticed} of {others}, {noticed / max(others, 1):.1%}"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
