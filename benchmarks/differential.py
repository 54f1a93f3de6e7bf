"""Random programs, before and after the codemod: `python -m benchmarks.differential --programs 1000`.

With `--mutants`, one check of the analysis is dropped at a time, and the programs must notice.
"""

from __future__ import annotations

import argparse
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

if TYPE_CHECKING:
    from collections.abc import Iterable

NEVER = float("inf")


def try_programs(seeds: Iterable[int], until: float) -> Counter[str]:
    """Try one program per seed, print the smallest form of each counter-example, and count."""
    counts: Counter[str] = Counter()
    for seed in seeds:
        if time.monotonic() > until:
            break
        program = written(Thrown(Random(seed)))
        comparison = compare(program)
        counts["programs"] += 1
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
    """Print what became of each mutant; return how many should have been noticed, and were not."""
    corpus = Corpus(range(first, first + programs))
    counts: Counter[str] = Counter()
    for mutant in mutants():
        if wanted not in mutant.name:
            continue
        fate, detail = corpus.catch(mutant)
        counts[fate] += 1
        print(f"{fate:12} {mutant.name}: {detail}", flush=True)
    print(report(counts))
    return counts["not noticed"]


def main() -> int:
    """Print counter-examples and figures; return 1 if there was one, or a mutant was not noticed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.differential", description=__doc__)
    parser.add_argument("--programs", type=int, default=1000, metavar="N", help="how many programs to try")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the seed of the first program")
    parser.add_argument("--seconds", type=float, default=NEVER, metavar="S", help="begin nothing after S seconds")
    parser.add_argument("--mutants", nargs="?", const="", metavar="NAME", help="wrong analyses (all, or by name)")
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
