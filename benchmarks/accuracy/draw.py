"""Draw further places to judge, at random and with nothing of the analysis in it: prints them, one a line."""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from benchmarks.accuracy import packages
from benchmarks.accuracy.__main__ import CACHE
from benchmarks.accuracy.labels import KINDS, load, pinned
from benchmarks.accuracy.population import Candidate, candidates

PER_PACKAGE = 6


def draw(population: list[Candidate], wanted: dict[str, int], seed: int, per_package: int) -> list[Candidate]:
    """Return so many places of each kind, rare kinds first, and at most so many of one package."""
    generator = random.Random(seed)
    taken: Counter[str] = Counter()
    drawn: list[Candidate] = []
    for kind in sorted(wanted, key=lambda kind: wanted[kind]):
        pool = sorted(place for place in population if place.kind == kind)
        generator.shuffle(pool)
        for place in pool:
            if wanted[kind] and taken[place.package] < per_package:
                wanted = {**wanted, kind: wanted[kind] - 1}
                taken[place.package] += 1
                drawn.append(place)
    return sorted(drawn)


def main() -> None:
    """Print places that have no label yet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.draw", description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--cache", type=Path, default=CACHE)
    for kind in KINDS:
        parser.add_argument(f"--{kind}", type=int, default=0, metavar="N", help=f"how many of kind {kind}")
    options = parser.parse_args()
    sources = packages.fetch(options.cache.resolve(), pinned())
    labelled = {(*label.file, label.line, label.kind) for label in load()}
    population = [
        place
        for requirement in pinned()
        for place in candidates(sources / requirement, requirement)
        if (place.package, place.path, place.line, place.kind) not in labelled
    ]
    for place in draw(population, {kind: getattr(options, kind) for kind in KINDS}, options.seed, PER_PACKAGE):
        print(f"{place.kind} {place.package} {place.path}:{place.line}-{place.end} {place.function}")


if __name__ == "__main__":
    main()
