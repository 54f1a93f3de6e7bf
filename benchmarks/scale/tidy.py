"""Whether rewritten files stay tidy: `python -m benchmarks.scale.tidy FOLDER…`.

Each FOLDER is a project with its configuration; nothing in it is changed. Every file that the codemod would rewrite
is given to black, `ruff format` and `ruff check`, before and after, with the line length that the project has for its
formatter. What was formatted must stay formatted, and `ruff check` must find nothing new.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather import config, files
from flake8_gather.cli import rewritten
from flake8_gather.confidence import Confidence
from flake8_gather.settings import confidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMATTERS = {
    "black": ("black", "--check", "--quiet", "--stdin-filename"),
    "ruff format": ("ruff", "format", "--check", "--quiet", "--stdin-filename"),
}
CHECK = ("ruff", "check", "--no-fix", "--output-format=json", "--quiet", "--exit-zero", "--stdin-filename")
COLUMNS = ("changed", "black", "untidy", "ruff format", "untidy", "ruff check")


def main(argv: Sequence[str] | None = None) -> int:
    """Print a line per project and what got untidy; return 1 if anything did."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.tidy", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--min-confidence", type=confidence, default=Confidence.MEDIUM, metavar="LEVEL")
    parser.add_argument("--no-follow-imports", action="store_false", dest="follow_imports")
    given = parser.parse_args(argv)
    print(*(f"{name:>12}" for name in COLUMNS), " project", flush=True)
    overrides = {"min_confidence": given.min_confidence, "follow_imports": given.follow_imports}
    total: Counter[str] = Counter()
    for folder in given.folders:
        with contextlib.chdir(folder):
            counts, complaints = examine(overrides)
        line(counts, str(folder))
        print(*(f"    {complaint}\n" for complaint in complaints), sep="", end="", flush=True)
        total += counts
    line(total, "all")
    return int(any(total[name] for name in ("black untidy", "ruff format untidy", "ruff check")))


def line(counts: Counter[str], name: str) -> None:
    """Print one project's figures: per formatter how many files were tidy, and how many of them no longer are."""
    names = ("changed", "black", "black untidy", "ruff format", "ruff format untidy", "ruff check")
    print(*(f"{counts[name]:12}" for name in names), f" {name}", flush=True)


def examine(overrides: dict[str, object]) -> tuple[Counter[str], list[str]]:
    """Rewrite the project in the working folder, in memory, and return its figures and what got untidy."""
    configuration = config.load(Path.cwd(), overrides)
    counts: Counter[str] = Counter()
    complaints: list[str] = []
    for path in files.walk(["."], configuration.excluded, lambda _: None):
        options = configuration.options_for(path)
        task = rewritten.Task(path, path, configuration.codes(path), options)
        found = rewritten.outcome(task)
        if not isinstance(found, rewritten.Outcome) or not found.changed:
            continue
        counts["changed"] += 1
        length = [] if options.line_length is None else [f"--line-length={options.line_length}"]
        for name, wrong in _untidy(path, found, length):
            counts[name] += 1
            complaints += [f"{path}: {wrong}"] if wrong else []
    return counts, complaints


def _untidy(path: str, found: rewritten.Outcome, length: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the formatters that liked the file before, those that no longer do, and what `ruff check` says anew."""
    for name, formatter in FORMATTERS.items():
        command = (*formatter[:-1], *length, formatter[-1])
        if _run(command, path, found.content.data).returncode == 0:
            yield name, ""
            if _run(command, path, found.new).returncode:
                yield f"{name} untidy", f"{name} would change it"
    for finding in (_findings(path, found.new) - _findings(path, found.content.data)).elements():
        yield "ruff check", finding


def _findings(path: str, text: bytes) -> Counter[str]:
    """Return what `ruff check` says, without the lines where it says so."""
    said = json.loads(_run(CHECK, path, text).stdout or b"[]")
    return Counter(f"{finding['code']} {finding['message']}" for finding in said)


def _run(command: Sequence[str], path: str, text: bytes) -> subprocess.CompletedProcess[bytes]:
    tool, *options = command
    return subprocess.run(
        [sys.executable, "-m", tool, *options, path, "-"], input=text, capture_output=True, check=False
    )


if __name__ == "__main__":
    raise SystemExit(main())
