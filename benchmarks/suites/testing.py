"""A project's own tests: what each of them did, and which lines they ran through."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.suites.projects import Checkout

ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PY_COLORS": "0"}
PATIENCE = 120  # seconds for one test


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of every test (`passed`, `failure`, `error`, `skipped`), and the lines of the files asked for."""

    outcomes: Counter[tuple[str, str]]
    lines: Mapping[str, frozenset[int]]
    output: str

    def count(self, *outcomes: str) -> int:
        """Return how many tests ended like this."""
        return sum(number for (_, outcome), number in self.outcomes.items() if outcome in outcomes)


def run(checkout: Checkout, covered: Sequence[Path] = ()) -> Run:
    """Run the tests; `covered` are files whose executed lines are to be recorded."""
    report, data = checkout.folder / "junit.xml", checkout.folder / "coverage.data"
    for old in (report, data):
        old.unlink(missing_ok=True)
    include = ",".join(map(str, covered))
    tracing = ["coverage", "run", f"--data-file={data}", f"--include={include}", "-m"] if covered else []
    options = ["-q", "-p", "no:cacheprovider", f"--junitxml={report}", f"--timeout={PATIENCE}"]
    command = [str(checkout.python), "-m", *tracing, "pytest", *options, *checkout.project.tests]
    environment = {**os.environ, **ENVIRONMENT, **checkout.project.environment}
    done = subprocess.run(
        command, cwd=checkout.root, env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    output = done.stdout + done.stderr
    outcomes = _outcomes(report) if report.exists() else Counter({("no test ran", "error"): 1})
    return Run(outcomes, _lines(checkout, data) if covered else {}, output)


def _outcomes(report: Path) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for case in ET.parse(report).iter("testcase"):
        name = ADDRESS.sub("0x…", f"{case.get('classname')}::{case.get('name')}")
        outcome = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        counts[name, outcome] += 1
    return counts


def _lines(checkout: Checkout, data: Path) -> dict[str, frozenset[int]]:
    target = checkout.folder / "coverage.json"
    target.unlink(missing_ok=True)
    command = [str(checkout.python), "-m", "coverage", "json", "-q", f"--data-file={data}", "-o", str(target)]
    subprocess.run(command, cwd=checkout.root, capture_output=True, check=False)
    if not target.exists():
        return {}
    files = json.loads(target.read_text("utf-8"))["files"]
    return {str((checkout.root / name).resolve()): frozenset(found["executed_lines"]) for name, found in files.items()}
