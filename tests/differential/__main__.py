"""The long profile: `python -m tests.differential --examples 100000`.

Programs are tried in chunks with different seeds; each chunk shows its smallest counter-example.
"""

from __future__ import annotations

import argparse
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from flake8_gather.opportunity import Confidence
from flake8_gather.settings import confidence
from tests.differential.comparing import Comparison, compare
from tests.differential.programs import programs

CHUNK = 500


class Tally:
    """What a long run has seen."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.smallest: Comparison | None = None

    def add(self, comparison: Comparison) -> None:
        self.counts["programs"] += 1
        self.counts["rewritten"] += bool(comparison.rules)
        self.counts["faster"] += comparison.faster
        self.counts.update(comparison.rules)


def chunk(number: int, examples: int, level: Confidence, tally: Tally) -> Comparison | None:
    """Try some programs; return the smallest one that differs."""
    smallest: list[Comparison] = []

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(text=programs())
    def same(text: str) -> None:
        comparison = compare(text, level)
        tally.add(comparison)
        if comparison.differences:
            smallest[:] = [comparison]
            raise AssertionError

    try:
        same()
    except AssertionError:
        return smallest[0]
    return None


def main() -> int:
    """Print every chunk's counter-example and the figures; return 1 if there was one."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--examples", type=int, default=1000, metavar="N", help="how many programs to try")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the seed of the first chunk")
    parser.add_argument("--min-confidence", type=confidence, default=Confidence.MEDIUM, metavar="LEVEL")
    arguments = parser.parse_args()
    tally = Tally()
    failures = 0
    for number in range(-(-arguments.examples // CHUNK)):
        size = min(CHUNK, arguments.examples - number * CHUNK)
        found = chunk(arguments.seed + number, size, arguments.min_confidence, tally)
        if found is not None:
            failures += 1
            print(f"== seed {arguments.seed + number}: {', '.join(found.rules)}\n{found}\n", flush=True)
    print(", ".join(f"{name} {count}" for name, count in sorted(tally.counts.items())))
    print(f"{failures} of {number + 1} chunks have a counter-example")
    return int(bool(failures))


if __name__ == "__main__":
    raise SystemExit(main())
