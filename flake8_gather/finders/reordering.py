"""What changes places when awaits start together, and whether anybody can tell."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.dependence import path_text
from flake8_gather.analysis.effects import effects_of
from flake8_gather.analysis.siblings import Sibling
from flake8_gather.finders.steps import behind, read_first
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.effects import Effects
    from flake8_gather.analysis.siblings import Siblings
    from flake8_gather.shapes import Step


class Place(enum.IntEnum):
    """Where a piece of a run goes, in the order in which it comes afterwards."""

    IN_FRONT = 0
    ARGUMENTS = 1
    CALLS = 2
    TARGETS = 3
    BEHIND = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of code in its old order: its new place (the lower, the earlier), what it does, where it stands."""

    place: int
    effects: Effects
    line: int


def pieces(
    judge: Siblings, statements: Iterable[ast.stmt], steps: Mapping[ast.stmt, Step], in_front: Sequence[ast.stmt]
) -> Iterator[Piece]:
    """Yield the pieces of a run of statements whose awaits are to start together."""
    for statement in statements:
        step = steps.get(statement)
        if step is not None:
            yield from pieces_of(judge, step)
        else:
            place = Place.IN_FRONT if statement in in_front else Place.BEHIND
            yield Piece(place, judge.effects(statement), statement.lineno)


def pieces_of(judge: Siblings, step: Step, first: int = 0) -> Iterator[Piece]:
    """Yield the pieces of one statement; `first` is added to their places."""
    line = step.statement.lineno
    if step.part:
        yield Piece(first + Place.BEHIND, judge.effects(*read_first(step)), line)
    yield Piece(first + Place.ARGUMENTS, judge.effects(step.node.value), line)
    yield Piece(first + Place.CALLS, judge.done(Sibling(step.node)), line)
    if step.part:
        yield Piece(first + Place.BEHIND, judge.completed(behind(step)), line)
    elif step.targets:
        yield Piece(first + Place.TARGETS, judge.effects(*step.targets), line)


def overtaken(judge: Siblings, run: Iterable[Piece]) -> Found | None:
    """Tell what a piece changes that one before it, which comes behind it afterwards, has to do with."""
    passed: dict[int, Effects] = {}
    for piece in run:
        later = effects_of()
        for place, effects in passed.items():
            later |= effects if place > piece.place else effects_of()
        path = judge.clash(later, piece.effects)
        if path is not None:
            text = f"two steps that would change places use `{path_text(path)}`, and one changes it"
            return Barrier.CARRIED, Reason(text, piece.line)
        passed[piece.place] = passed.get(piece.place, effects_of()) | piece.effects
    return None
