"""Linter, `explain` and codemod over whole trees: `python -m benchmarks.scale PATH…`.

Each PATH is copied first and never changed. For every file: no exception; linter, `explain` and codemod agree
on every group; what is rewritten compiles and keeps its comments, its line ends and the text around it. For the
tree: the rewrite on disk is what was foretold, nothing is left half-written, and a second run does nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale.trees import Tally, examine
from flake8_gather.confidence import Confidence
from flake8_gather.options import Options
from flake8_gather.settings import STYLES, confidence, style, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = ("files", "with await", "considered", "reported", "rewritten", "changed")


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line per tree and everything that is wrong; return 1 if there was anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("trees", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--min-confidence", type=confidence, default=Confidence.MEDIUM, metavar="LEVEL")
    parser.add_argument("--style", type=style, default="gather", metavar="|".join(STYLES))
    parser.add_argument("--limit", type=whole, metavar="N")
    parser.add_argument("--no-follow-imports", action="store_false", dest="follow_imports")
    given = parser.parse_args(argv)
    warnings.simplefilter("ignore")
    options = Options(given.min_confidence, given.follow_imports, style=given.style, limit=given.limit)
    tallies: list[Tally] = []
    header()
    for tree in given.trees:
        start = time.perf_counter()
        tallies.append(examine(tree, options, written(options)))
        line(tallies[-1], time.perf_counter() - start)
        for complaint in tallies[-1].complaints:
            print(f"    WRONG {complaint}", flush=True)
    summary(tallies)
    return int(any(tally.complaints for tally in tallies))


def written(options: Options) -> list[str]:
    """Return options as `flake8-gather fix` takes them."""
    arguments = [f"--min-confidence={options.min_confidence.name.lower()}", f"--style={options.style}"]
    arguments += [f"--limit={options.limit}"] if options.limit else []
    return [*arguments, *([] if options.follow_imports else ["--no-follow-imports"])]


def header() -> None:
    """Print the names of the columns."""
    print(*(f"{name:>10}" for name in COLUMNS), "unreadable", f"{'wrong':>6}", f"{'s':>6}", " tree", flush=True)


def line(tally: Tally, seconds: float) -> None:
    """Print one tree's figures."""
    numbers = (f"{tally.counts[name]:10}" for name in COLUMNS)
    print(*numbers, f"{len(tally.errors):10} {len(tally.complaints):6} {seconds:6.0f}  {tally.name}", flush=True)


def summary(tallies: Sequence[Tally]) -> None:
    """Print the sums, why groups were refused, and why files could not be read."""
    total = Tally(f"all, Python {sys.version.partition(' ')[0]}")
    for tally in tallies:
        total.counts += tally.counts
        total.refused += tally.refused
        total.errors += tally.errors
        total.complaints += tally.complaints
        total.slowest = max(total.slowest, tally.slowest)
    line(total, 0)
    for reason, number in total.refused.most_common():
        print(f"{number:6} not rewritten: {reason}")
    for reason, number in Counter(error.partition(": ")[2].partition(":")[0] for error in total.errors).most_common():
        print(f"{number:6} not read: {reason}")
    print(f"slowest file: {total.slowest[0]:.1f} s, {total.slowest[1]}")


if __name__ == "__main__":
    raise SystemExit(main())
