"""Fixtures, changed line by line and byte by byte, led by what code of the analysis a change reaches (atheris)."""

from __future__ import annotations

import atexit
import sys
import warnings
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import atheris

with atheris.instrument_imports(include=["flake8_gather"]):
    from benchmarks.fuzz.checking import Examiner

from benchmarks.fuzz.lines import changed

if TYPE_CHECKING:
    from collections.abc import Sequence

CORPUS = Path(__file__).parents[2] / "fixtures"
LONGEST = 20_000
FIRST = 40  # fixtures to start with; lines come from all of them


def corpus() -> list[bytes]:
    """Return the fixtures as texts."""
    return [path.read_bytes() for path in sorted(CORPUS.glob("*/*.py"))]


def main(argv: Sequence[str]) -> None:
    """Fuzz in a folder for some seconds; atheris ends the process."""
    folder, seconds = Path(argv[0]), int(argv[1])
    warnings.simplefilter("ignore")
    examiner = Examiner(folder)
    atexit.register(lambda: print(examiner.summary(), flush=True))
    texts = corpus()
    start = folder / "corpus"
    start.mkdir(exist_ok=True)
    for number, text in enumerate(Random(0).sample(texts, FIRST)):
        (start / f"{number}.py").write_bytes(text)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.2:
            return bytes(atheris.Mutate(data, most))
        return changed(data, texts, random)[:most]

    def attempt(data: bytes) -> None:
        examiner.examine(data)

    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-print_final_stats=0", "-rss_limit_mb=4096"]
    arguments = [
        "fuzz",
        *options,
        "-verbosity=0",
        "-timeout=1200",
        "-report_slow_units=1200",
        f"-artifact_prefix={folder}/",
        str(start),
    ]
    atheris.Setup(arguments, attempt, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
