"""The figures: how many of the reported places are right, and how many of the right ones are reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.accuracy.labels import KINDS, Label
from benchmarks.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD = ("", "gather", "sequential", "reported", "right", "precision", "recall", "recall, visible")


@dataclass(frozen=True, slots=True)
class Judged:
    """A label and whether the linter reports its place."""

    label: Label
    reported: bool

    @property
    def wrong(self) -> bool:
        """Reported, though to be kept."""
        return self.reported and self.label.label == "sequential"

    @property
    def missed(self) -> bool:
        """To be gathered, but not reported."""
        return not self.reported and self.label.label == "gather"


def share(part: int, whole: int) -> str:
    """Return a percentage, a dash of nothing."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def row(name: str, judged: Sequence[Judged]) -> tuple[str, ...]:
    """Return a row of the table: counts and shares of some places."""
    gather = [one for one in judged if one.label.label == "gather"]
    sequential = [one for one in judged if one.label.label == "sequential"]
    right = sum(one.reported for one in gather)
    all_reported = right + sum(one.reported for one in sequential)
    visible = [one for one in gather if one.label.visible]
    return (
        name,
        str(len(gather)),
        str(len(sequential)),
        str(all_reported),
        str(right),
        share(right, all_reported),
        share(right, len(gather)),
        share(sum(one.reported for one in visible), len(visible)),
    )


def by_kind(judged: Sequence[Judged]) -> str:
    """Return the table in Markdown: one row per kind and one for all."""
    rows = [row(name, [one for one in judged if one.label.kind == kind]) for kind, name in KINDS.items()]
    return table(HEAD, [*rows, row("all", judged)])


def accepted(judged: Sequence[Judged]) -> str:
    """Return the share of right ones among labelled findings: of all of them, and of those reported today."""
    clear = [one for one in judged if one.label.label != "unclear"]
    right = sum(one.label.label == "gather" for one in clear)
    still = [one for one in clear if one.reported]
    still_right = sum(one.label.label == "gather" for one in still)
    return (
        f"{right} of {len(clear)} ({share(right, len(clear))}) when they were labelled, "
        f"{still_right} of the {len(still)} reported today ({share(still_right, len(still))})"
    )
