"""When each await of a group waits, before and after the gather: what messages and pictures show."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.shapes import (
    AwaitComprehension,
    AwaitRounds,
    BodyLoop,
    CallLoop,
    CollectLoop,
    DefeatedGather,
    HoistLoop,
    Shape,
    SplitLoop,
    TaskLoop,
)

if TYPE_CHECKING:
    from flake8_gather.opportunity import Opportunity

ITEMS = ("first", "second", "last")


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait: which of the group's awaits, for which item (loops only), and its round before and after."""

    step: int
    item: str | None
    before: int
    after: int


def per_item(shape: Shape) -> bool:
    """Tell whether the group waits once for every item of a loop, not a known number of times."""
    match shape:
        case CallLoop() | CollectLoop() | HoistLoop() | BodyLoop() | SplitLoop() | AwaitComprehension() | TaskLoop():
            return True
        case DefeatedGather(call=call):
            arguments = (argument for argument in call.args if isinstance(argument, ast.Starred))
            return any(isinstance(argument.value, ast.ListComp | ast.SetComp) for argument in arguments)
    return False


def waits(found: Opportunity) -> tuple[Wait, ...]:
    """Return the group's waits in the order in which they happen today; loops show three items."""
    steps = range(len(found.awaits))
    if per_item(found.shape):
        return tuple(
            Wait(step, item, len(steps) * index + step, step) for index, item in enumerate(ITEMS) for step in steps
        )
    rounds: dict[int, int] = {}
    if isinstance(found.shape, AwaitRounds):
        rounds = {step.node.lineno: index for index, one in enumerate(found.shape.rounds) for step in one}
    return tuple(Wait(step, None, step, rounds.get(found.awaits[step].line, 0)) for step in steps)


def saved(found: Opportunity) -> int | None:
    """Return how many round trips a gather saves; None for a loop, where that depends on its items."""
    if per_item(found.shape):
        return None
    all_waits = waits(found)
    return len(all_waits) - len({wait.after for wait in all_waits})


def gain(found: Opportunity) -> str | None:
    """Say what is won by gathering, None where no round trip is saved."""
    less = saved(found)
    if less is None:
        return "one wait per item becomes one wait"
    before = len(found.awaits)
    return f"{before} round trips become {before - less}" if less else None
