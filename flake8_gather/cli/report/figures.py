"""The figures of a report: how many places by rule, confidence, folder and barrier, and what is won."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from flake8_gather.cli.setup import count
from flake8_gather.rules import BARRIERS, RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_gather.cli.places import Place
    from flake8_gather.confidence import Confidence

CONFIDENCES = ("high", "medium", "low")
MOST_FOLDERS = 12


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about: its title, the number of files read, the lowest confidence that is reported."""

    title: str
    files: int
    min_confidence: Confidence


@dataclass(frozen=True, slots=True)
class Count:
    """One row of a chart: how many places are reported and kept there.

    `target` names the part of the page that shows them, `is_rest` says that the row stands for many.
    """

    label: str
    text: str
    reported: int
    kept: int = 0
    target: str | None = None
    is_rest: bool = False

    @property
    def total(self) -> int:
        """All places of the row."""
        return self.reported + self.kept

    def number(self, rows: Sequence[Count]) -> str:
        """Return what stands at the end of the row; charts of reported and kept places name both numbers."""
        if any(row.reported for row in rows) and any(row.kept for row in rows):
            return f"{self.reported:,} of {self.total:,}"
        return f"{self.total:,}"


@dataclass(frozen=True, slots=True)
class Figures:
    """All charts, and what is won: `loops` become one wait instead of one per item, `trips` fall away elsewhere."""

    reported: int
    kept: int
    loops: int
    trips: int
    rules: tuple[Count, ...]
    confidences: tuple[Count, ...]
    folders: tuple[Count, ...]
    barriers: tuple[Count, ...]

    @property
    def lede(self) -> str:
        """The report in one or two sentences."""
        groups = f"{self.reported + self.kept:,} groups of awaits"
        if not self.reported:
            return f"As far as can be seen, none of {groups} can wait together. Each is kept for a reason."
        return f"{self.reported:,} of {groups} wait one after another for nothing. The others are kept for a reason."

    @property
    def numbers(self) -> tuple[tuple[int, str], ...]:
        """The figures that stand out, each with its caption."""
        return (
            (self.reported, "can wait together"),
            (self.loops, "loops that wait only once"),
            (self.trips, "round trips saved elsewhere"),
            (self.kept, "kept as they are"),
        )

    @property
    def charts(self) -> tuple[tuple[str, tuple[Count, ...]], ...]:
        """The charts that have something to show, with their titles."""
        all_of_them = (
            ("By rule", self.rules),
            ("By confidence", self.confidences),
            ("By folder", self.folders),
            ("Kept, by barrier", self.barriers),
        )
        return tuple((title, rows) for title, rows in all_of_them if rows)


def figures(places: Sequence[Place]) -> Figures:
    """Count the places."""
    reported = [place for place in places if place.reported]
    barriers = Counter(place.barrier for place in places if place.barrier is not None)
    rules = Counter(place.code for place in reported)
    sure = Counter(place.confidence for place in reported)
    return Figures(
        reported=len(reported),
        kept=barriers.total(),
        loops=sum(place.saved is None for place in reported),
        trips=sum(place.saved or 0 for place in reported),
        rules=tuple(Count(code, RULES[code].name, rules[code], target=code) for code in RULES if rules[code]),
        confidences=tuple(Count(level, "", sure[level]) for level in CONFIDENCES if sure[level]),
        folders=tuple(_folders(places)),
        barriers=tuple(
            Count(name, "", 0, barriers[name], target=name)
            for name in sorted(BARRIERS, key=lambda name: -barriers[name])
            if barriers[name]
        ),
    )


def _folders(places: Iterable[Place]) -> list[Count]:
    """Return the folders with the most reported places (without any: kept ones); the others are one row."""
    reported: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for place in places:
        folder = PurePath(place.path).parent.as_posix()
        (reported if place.reported else kept)[folder] += 1
    order = [folder for folder, _ in (reported or kept).most_common(MOST_FOLDERS)]
    rows = [Count(folder, "", reported[folder], kept[folder]) for folder in order]
    if rest := (reported.keys() | kept.keys()) - set(order):
        numbers = sum(reported[one] for one in rest), sum(kept[one] for one in rest)
        rows.append(Count(count(len(rest), "other folder"), "", *numbers, is_rest=True))
    return rows
