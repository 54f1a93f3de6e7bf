"""What the judge is asked about: code that would run side by side for different items."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import item_names
from flake8_gather.opportunity import Answer, Barrier, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flake8_gather.analysis.effects import Path


@dataclass(frozen=True, slots=True)
class Group:
    """What would run side by side, in the words of the judge.

    `varying` are the names that differ from one run to the next; `aliases` the paths that names
    bound inside stand for. `inside` is the code that runs side by side besides the awaited calls,
    `after` the code that stays behind them in its order. `collected` are names that `inside` only
    fills. `discarded` are awaits whose results nobody reads. `printing` says that something is
    printed before an await that moves in front of it.
    """

    node: ast.For | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    anchor: ast.stmt
    awaits: tuple[ast.Await, ...]
    varying: frozenset[str]
    iterables: tuple[ast.expr, ...]
    inside: tuple[ast.AST, ...] = ()
    after: tuple[ast.AST, ...] = ()
    discarded: frozenset[ast.Await] = frozenset()
    collected: frozenset[str] = frozenset()
    entered: tuple[ast.expr, ...] = ()
    printing: bool = False
    aliases: Mapping[str, Path] = field(default_factory=dict)

    def shared(self, path: Path) -> bool:
        """Tell whether a path names the same object in every run."""
        for _ in range(5):
            if path[0] not in self.aliases:
                break
            path = (*self.aliases[path[0]], *path[1:])
        return path[0] not in self.varying and not item_names(path) & self.varying


def kept(barrier: Barrier, reason: Reason, *more: Reason) -> Verdict:
    """Return the verdict of a barrier that stands whatever else is known."""
    independent = barrier not in (Barrier.CARRIED, Barrier.EARLY_EXIT, Barrier.STREAMING)
    worthwhile = barrier not in (Barrier.NO_WAIT, Barrier.SINGLE, Barrier.ALREADY_CONCURRENT)
    permitted = not independent or not worthwhile
    answers = [Answer.UNKNOWN if yes else Answer.NO for yes in (independent, worthwhile, permitted)]
    return Verdict(answers[0], answers[1], answers[2], barrier, (reason, *more))
