"""What the judged places are: read from labels.json, one per object, no source code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HERE = Path(__file__).parent
KINDS = {
    "loop": "`for` loops",
    "comp": "comprehensions",
    "seq": "runs of statements",
    "expr": "single expressions",
}
HALVES = ("development", "held out")


@dataclass(frozen=True, slots=True)
class Label:
    """A place and what careful reading of it, and of what it calls, says.

    `kind` is one of `KINDS`: a `for` loop, a comprehension, a run of statements, an expression.
    `label` says whether a maintainer would accept a gather; unclear ones count nowhere. `why` is the barrier of
    a sequential place, `shape` the shape of one to gather. `visible`: the deciding fact is in the file itself.
    `confidence` is that of the label, 1 to 3. `drawn`: a place drawn at random, or a finding of the first version.
    `half`: whether the package's places may be looked at while the analysis is improved.
    """

    package: str
    path: str
    line: int
    end: int
    kind: Literal["loop", "comp", "seq", "expr"]
    label: Literal["gather", "sequential", "unclear"]
    why: str | None
    shape: str | None
    visible: bool
    confidence: int
    drawn: Literal["place", "finding"]
    half: Literal["development", "held out"]
    note: str

    @property
    def file(self) -> tuple[str, str]:
        """The file the place is in: package and path."""
        return self.package, self.path


def load() -> list[Label]:
    """Return all labels."""
    return [Label(**item) for item in json.loads((HERE / "labels.json").read_text("utf-8"))]


def pinned() -> list[str]:
    """Return the packages with their versions, as pip takes them."""
    return (HERE / "packages.txt").read_text("utf-8").split()
