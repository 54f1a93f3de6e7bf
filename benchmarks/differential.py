"""Random programs, before and after the codemod: `python -m benchmarks.differential --programs 1000`.

With `--mutants`, one check of the analysis is dropped at a time, and programs or fixtures must notice.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
import warnings
from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from tests.differential.catching import Corpus
from tests.differential.comparing import compare
from tests.differential.dice import Thrown
from tests.differential.mutants import mutants
from tests.differential.programs import written
from tests.differential.shrinking import shrunk
from tests.support import fixtures

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER = float("inf")
PROGRESS = 1000  # programs from one line of figures to the next


def try_programs(seeds: Iterable[int], until: float) -> Counter[str]:
    """Try one program per seed, print the smallest form of each counter-example, and count."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        if time.monotonic() > until:
            break
        program = written(Thrown(Random(seed)))
        comparison = compare(program)
        counts["programs"] += 1
        if not counts["programs"] % PROGRESS:
            print(report(counts), file=sys.stderr, flush=True)
        counts["rewritten"] += bool(comparison.rules)
        counts["faster"] += comparison.faster
        counts.update(comparison.rules)
        if comparison.differences:
            counts["counter-examples"] += 1
            print(f"== seed {seed}: {', '.join(comparison.rules)}", shrunk(program), sep="\n", flush=True)
    return counts


def report(counts: Counter[str]) -> str:
    """Return figures as one line."""
    return ", ".join(f"{name} {counts[name]}" for name in sorted({"counter-examples", *counts}))


def try_mutants(programs: int, first: int, wanted: str) -> int:
    """Print who notices each mutant, as a table; return how many nobody does."""
    tried = [mutant for mutant in mutants() if re.search(wanted, mutant.name)]
    corpus = Corpus(range(first, first + programs), tried, fixtures.paths())
    counts: Counter[str] = Counter()
    print("wrong analysis | programs | fixtures", flush=True)
    for mutant in tried:
        caught = corpus.catch(mutant)
        counts[caught.who] += 1
        print(caught, flush=True)
    print(f"{len(tried)} wrong analyses:", ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    return counts["nobody"]


def main() -> int:
    """Print counter-examples and figures; return 1 if there was one, or a mutant was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differential", description=__doc__)
    parser.add_argument("--programs", type=int, default=1000, metavar="N", help="how many programs to try")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the seed of the first program")
    parser.add_argument("--seconds", type=float, default=NEVER, metavar="S", help="begin nothing after S seconds")
    parser.add_argument("--mutants", nargs="?", const="", metavar="REGEX", help="wrong analyses, all or some by name")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # coroutines that are never awaited, after an error
    if arguments.mutants is not None:
        return int(bool(try_mutants(arguments.programs, arguments.seed, arguments.mutants)))
    seeds = range(arguments.seed, arguments.seed + arguments.programs)
    counts = try_programs(seeds, time.monotonic() + arguments.seconds)
    print(report(counts))
    return int(bool(counts["counter-examples"]))


if __name__ == "__main__":
    raise SystemExit(main())
