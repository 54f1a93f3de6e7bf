"""A whole tree: a copy of it is checked file by file, rewritten on disk, and rewritten again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.scale.checks import Report, check
from flake8_gather import files

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.options import Options

NOTHING_LEFT, SOMETHING_LEFT, ERRORS = 0, 1, 2


@dataclass
class Tally:
    """What a tree holds, and everything that is wrong."""

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")

    def add(self, report: Report, top: Path, seconds: float) -> None:
        """Count one file."""
        name = str(report.path.relative_to(top))
        self.counts["files"] += 1
        self.counts["with await"] += b"await" in report.old
        self.counts["considered"] += report.considered
        self.counts["reported"] += report.reported
        self.counts["rewritten"] += report.rewritten
        self.counts["changed"] += report.new != report.old
        self.refused.update(report.refused)
        self.complaints += [f"{name}: {text}" for text in report.complaints]
        self.slowest = max(self.slowest, (seconds, name))
        if report.error is not None:
            self.errors.append(report.error.removeprefix(f"{top}{os.sep}"))


def examine(tree: Path, options: Options, arguments: Sequence[str]) -> Tally:
    """Check a tree; `arguments` are `options` as `flake8-gather fix` takes them."""
    tally = Tally(str(tree))
    with tempfile.TemporaryDirectory(prefix="flake8-gather-scale-") as folder:
        copy = Path(folder).resolve() / "tree"
        copy_sources(tree, copy)
        reports = []
        for path in _walk(copy):
            start = time.perf_counter()
            reports.append(check(path, options))
            tally.add(reports[-1], copy, time.perf_counter() - start)
        rewritten = [report for report in reports if options.follow_imports or report.is_of_interest]
        tally.complaints += _on_disk(copy, rewritten, arguments)
    return tally


def copy_sources(tree: Path, copy: Path) -> None:
    """Copy the Python files of a tree, or one file."""
    if tree.is_file():
        copy.mkdir()
        shutil.copy(tree, copy)
        return

    def others(folder: str, names: list[str]) -> list[str]:
        paths = [Path(folder, name) for name in names]
        return [path.name for path in paths if not path.is_dir() and not (path.suffix == ".py" and path.is_file())]

    shutil.copytree(tree, copy, ignore=others, symlinks=True)


def _walk(top: Path) -> list[Path]:
    return [Path(name) for name in files.walk([str(top)], lambda _: False, lambda _: None)]


def _on_disk(copy: Path, reports: Sequence[Report], arguments: Sequence[str]) -> Iterator[str]:
    """Rewrite files of the copy twice: each becomes what was foretold, nothing is left over, then nothing happens."""
    if not reports:
        return
    before = sorted(copy.rglob("*"))
    refused = any(report.refused for report in reports)
    failed = any(report.error is not None for report in reports)
    expected = ERRORS if failed else SOMETHING_LEFT if refused else NOTHING_LEFT
    for run in ("first", "second"):
        done = _fix(copy, [*arguments, *(str(report.path) for report in reports)])
        if done.returncode != expected:
            yield f"{run} run: exit code {done.returncode} instead of {expected}: {done.stderr[-500:]}"
        for report in reports:
            if report.path.read_bytes() != report.new:
                yield f"{report.path.relative_to(copy)}: the {run} run on the tree differs from the one in memory"
    if sorted(copy.rglob("*")) != before:
        yield f"files were left behind: {set(copy.rglob('*')) ^ set(before)}"


def _fix(copy: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flake8_gather", "fix", "--quiet", "--jobs=1", *arguments]
    return subprocess.run(command, cwd=copy.parent, capture_output=True, text=True, check=False)
