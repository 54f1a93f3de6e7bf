"""The command: download, lint, compare with the labels, print the figures."""

from __future__ import annotations

import argparse
import ast
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.accuracy import linters, packages
from benchmarks.accuracy.figures import Judged, accepted, by_kind
from benchmarks.accuracy.labels import HALVES, Label, load, pinned
from benchmarks.accuracy.matching import reported
from benchmarks.accuracy.population import is_test

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CACHE = Path.home() / ".cache" / "flake8-gather" / "accuracy"


def judge(labels: Sequence[Label], found: linters.Findings, sources: Path) -> list[Judged]:
    """Look at each label's place among the findings."""
    trees = {file: ast.parse(sources.joinpath(*file).read_bytes()) for file in {label.file for label in labels}}
    return [Judged(label, reported(label, found.get(label.file, ()), trees[label.file])) for label in labels]


def mistakes(judged: Sequence[Judged], what: str) -> Iterator[str]:
    """Yield a line for each place a linter is wrong about, with the reason of the label."""
    for one in judged:
        label = one.label
        if (one.wrong and what in {"wrong", "all"}) or (one.missed and what in {"missed", "all"}):
            verdict = "wrong" if one.wrong else "missed"
            place = f"{label.package} {label.path}:{label.line}"
            yield f"{verdict}: {place} ({label.why or label.shape}, {label.half}): {label.note}"


def measure(name: str, judged: Sequence[Judged], what: str) -> None:
    """Print the figures of one linter."""
    places = [one for one in judged if one.label.drawn == "place"]
    findings = [one for one in judged if one.label.drawn == "finding"]
    print(f"{name}, {len(places)} places drawn at random:\n", by_kind(places), "", sep="\n", flush=True)
    if findings:
        print(f"{len(findings)} findings of the first version, accepted: {accepted(findings)}\n")
    for line in dict.fromkeys(mistakes(judged, what)):
        print(line)


def unjudged(sources: Path, requirements: Sequence[str], labels: Sequence[Label]) -> Iterator[str]:
    """Lint whole packages; yield the findings that no label is about."""
    for requirement in requirements:
        root = sources / requirement
        paths = [file.relative_to(root) for file in sorted(root.rglob("*.py")) if b"await" in file.read_bytes()]
        files = [(requirement, path.as_posix()) for path in paths if not is_test(path)]
        for file, findings in linters.report(linters.own_python(), "GTH", sources, files).items():
            tree = ast.parse(sources.joinpath(*file).read_bytes())
            there = [label for label in labels if label.file == file]
            for finding in findings:
                if not any(reported(label, [finding], tree) for label in there):
                    yield f"{requirement} {file[1]}:{finding.line} {finding.code}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for downloads (default: %(default)s)")
    parser.add_argument("--show", choices=("wrong", "missed", "all"), default="", help="list these places, too")
    parser.add_argument("--half", choices=HALVES, help="only one half of the packages")
    parser.add_argument("--no-peer", action="store_true", help="leave WPS476 out")
    parser.add_argument("--unjudged", action="store_true", help="instead, list findings that have no label yet")
    options = parser.parse_args(arguments)
    cache = options.cache.resolve()
    labels = [label for label in load() if options.half in {None, label.half}]
    sources = packages.fetch(cache, pinned())
    if options.unjudged:
        for line in unjudged(sources, sorted({label.package for label in labels}), labels):
            print(line, flush=True)
        return
    files = {label.file for label in labels}
    measure(
        "flake8-gather",
        judge(labels, linters.report(linters.own_python(), "GTH", sources, files), sources),
        options.show,
    )
    if not options.no_peer:
        places = [label for label in labels if label.drawn == "place"]
        found = linters.report(linters.peer_python(cache), "WPS476", sources, {label.file for label in places})
        measure("WPS476", judge(places, found, sources), options.show)


if __name__ == "__main__":
    main()
