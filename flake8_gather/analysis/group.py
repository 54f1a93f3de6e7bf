"""What the judge is asked about: code that would run side by side for different items."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import callee_name, item_names, target_names
from flake8_gather.opportunity import Answer, Barrier, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flake8_gather.analysis.effects import Path

    Aliases = Mapping[str, tuple[Path, ...]]

MAX_ALIASES = 5
COPIES = frozenset({"list", "reversed", "sorted", "tuple"})


@dataclass(frozen=True, slots=True)
class Group:
    """What would run side by side, in the words of the judge.

    `varying` are the names that differ from one run to the next; `aliases` the paths that names
    bound inside may stand for. `inside` is the code that runs side by side besides the awaited calls,
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
    aliases: Aliases = field(default_factory=dict)

    def shared(self, path: Path) -> bool:
        """Tell whether a path may name the same object in several runs."""
        return any(
            one[0] in self.repeated or (one[0] not in self.varying and not item_names(one) & self.varying)
            for one in spelled_out(path, self.aliases)
        )

    @property
    def repeated(self) -> set[str]:
        """The names of parts of keys: `for (owner, name), value in table.items()` has an owner for each name."""
        loops = [self.node] if isinstance(self.node, ast.For) else self.node.generators
        found: set[str] = set()
        for loop in loops:
            iterable = loop.iter
            while isinstance(iterable, ast.Call) and callee_name(iterable.func) in COPIES and iterable.args:
                iterable = iterable.args[0]
            match loop.target, iterable:
                case ast.Tuple(elts=[ast.Tuple() as key, _]), ast.Call(func=ast.Attribute(attr="items")):
                    found.update(target_names(key))
        return found


def spelled_out(path: Path, aliases: Aliases, depth: int = MAX_ALIASES) -> Iterator[Path]:
    """Yield the paths that a path whose first name is bound inside may stand for; itself where it is not."""
    if depth == 0 or path[0] not in aliases:
        yield path
        return
    for begin in aliases[path[0]]:
        yield from spelled_out((*begin, *path[1:]), aliases, depth - 1)


def kept(barrier: Barrier, reason: Reason, *more: Reason) -> Verdict:
    """Return the verdict of a barrier that stands whatever else is known."""
    independent = barrier not in (Barrier.CARRIED, Barrier.EARLY_EXIT, Barrier.STREAMING)
    worthwhile = barrier not in (Barrier.NO_WAIT, Barrier.SINGLE, Barrier.ALREADY_CONCURRENT)
    permitted = not independent or not worthwhile
    answers = [Answer.UNKNOWN if yes else Answer.NO for yes in (independent, worthwhile, permitted)]
    return Verdict(answers[0], answers[1], answers[2], barrier, (reason, *more))
