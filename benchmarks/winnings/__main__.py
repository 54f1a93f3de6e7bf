"""What users win: programs before and after the codemod, against a server that answers late.

    python -m benchmarks.winnings

runs every program one after another, with gather, with task groups and with a limit, and prints how
many times faster each is. A version that returns, prints or requests something else ends the run
with exit code 1. At last it prints what a gather costs where nothing waits.
"""

from __future__ import annotations

import argparse
import dataclasses
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.tables import table
from benchmarks.winnings import never_waiting, trial
from benchmarks.winnings.programs import Program, programs
from benchmarks.winnings.trial import DifferentError, Run
from flake8_gather.codemod.rewriting import rewrite
from flake8_gather.settings import whole


@dataclass(frozen=True)
class Measured:
    """A program's best run before, and with each version that differs from it."""

    program: Program
    before: Run
    after: Mapping[str, Run]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; return 1 if a version does something else."""
    arguments = _arguments(argv)
    chosen = [program for program in programs() if arguments.only in f"{program.kind}/{program.name}"]
    versions = {
        "gather": {"style": "gather", "limit": None},
        "taskgroup": {"style": "taskgroup", "limit": None},
        f"--limit {arguments.limit}": {"style": "gather", "limit": arguments.limit},
    }
    found: list[Measured] = []
    wrong: list[str] = []
    with trial.serving(arguments.latency) as site:
        for program in chosen:
            try:
                found.append(_measure(program, versions, site, arguments.repeat))
            except DifferentError as error:
                wrong.append(str(error))
    for difference in wrong:
        print(f"DIFFERENT: {difference}", file=sys.stderr)
    if wrong:
        return 1
    print(f"Latency {arguments.latency:g} ms, best of {arguments.repeat}; times faster than one after another:\n")
    print(
        table(
            _head(versions), [_row(name, some, versions) for name, some in _grouped(found, each=arguments.each).items()]
        )
    )
    if not arguments.only:
        print(f"\nCalls that never wait:\n\n{never_waiting.report()}")
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.winnings", description=__doc__.partition("\n")[0])
    parser.add_argument("--latency", type=float, default=50.0, metavar="MS", help="of the server (default: 50)")
    parser.add_argument(
        "--repeat", type=whole, default=2, metavar="N", help="runs of which the best counts (default: 2)"
    )
    parser.add_argument("--limit", type=whole, default=4, metavar="N", help="for the bounded version (default: 4)")
    parser.add_argument("--only", default="", metavar="TEXT", help="programs whose kind or name has this in it")
    parser.add_argument("--each", action="store_true", help="one line per program, not per rule")
    return parser.parse_args(argv)


def _measure(program: Program, versions: Mapping[str, Mapping[str, object]], site: str, repeat: int) -> Measured:
    """Run all versions of a program in turn, several times. Raises `DifferentError`."""
    texts = {name: _version(program, settings) for name, settings in versions.items()}
    before: list[Run] = []
    after: dict[str, list[Run]] = {name: [] for name, text in texts.items() if text != program.text}
    for _ in range(repeat):
        before.append(trial.run(program, program.text, site))
        for name, runs in after.items():
            one = trial.run(program, texts[name], site)
            one.same_as(before[0], f"{program.kind}/{program.name} with {name}")
            runs.append(one)
    return Measured(program, _best(before), {name: _best(runs) for name, runs in after.items()})


def _version(program: Program, settings: Mapping[str, object]) -> str:
    options = dataclasses.replace(program.options, **settings)  # type: ignore[arg-type]
    return rewrite(program.text, program.path, options).text


def _best(runs: Sequence[Run]) -> Run:
    return min(runs, key=lambda run: run.seconds)


def _grouped(found: Sequence[Measured], *, each: bool) -> Mapping[str, list[Measured]]:
    """Return what makes one line each: the fixtures of a rule, any other program."""
    groups: dict[str, list[Measured]] = {}
    for one in found:
        name = one.program.name if each else one.program.name.partition("/")[0]
        groups.setdefault(f"{one.program.kind}: {name}", []).append(one)
    for kind in dict.fromkeys(one.program.kind for one in found):
        groups[f"**{kind}: all**"] = [one for one in found if one.program.kind == kind]
    return groups


def _head(versions: Mapping[str, object]) -> list[str]:
    return ["", "programs", "requests", "before, ms", *versions, "at once"]


def _row(name: str, some: Sequence[Measured], versions: Mapping[str, object]) -> list[str]:
    before = sum(one.before.seconds for one in some)
    requests = sum(sum(one.before.asked.values()) for one in some)
    peak = max(run.peak for one in some for run in one.after.values())
    factors = [_factor(version, some) for version in versions]
    return [name, str(len(some)), str(requests), f"{before * 1000:.0f}", *factors, str(peak)]


def _factor(version: str, some: Sequence[Measured]) -> str:
    """Return how many times faster a version is, and in how many programs where it cannot be written in all."""
    rewritten = [one for one in some if version in one.after]
    if not rewritten:
        return ""
    before = sum(one.before.seconds for one in rewritten)
    text = f"{before / sum(one.after[version].seconds for one in rewritten):.1f}"
    return text if len(rewritten) == len(some) else f"{text} (in {len(rewritten)})"


if __name__ == "__main__":
    logging.disable()  # what the programs log is not what this prints
    raise SystemExit(main())
