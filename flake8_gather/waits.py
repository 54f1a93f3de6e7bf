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
    TaskLoop,
)

if TYPE_CHECKING:
    from flake8_gather.opportunity import Opportunity

ITEMS = ("first", "second", "last")


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait: its line, the item it belongs to (loops only), and its round before and after."""

    line: int
    item: str | None
    before: int
    after: int


def per_item(shape: Shape) -> bool:
    """Tell whether the group waits once for every item of a loop, not a known number of times."""
    match shape:
        case CallLoop() | CollectLoop() | HoistLoop() | BodyLoop() | AwaitComprehension() | TaskLoop():
            return True
        case DefeatedGather(call=call):
            arguments = (argument for argument in call.args if isinstance(argument, ast.Starred))
            return any(isinstance(argument.value, ast.ListComp | ast.SetComp) for argument in arguments)
    return False


def waits(found: Opportunity) -> tuple[Wait, ...]:
    """Return the group's waits in the order in which they happen today; loops show three items."""
    lines = [span.line for span in found.awaits]
    if per_item(found.shape):
        return tuple(
            Wait(line, item, len(lines) * index + step, step)
            for index, item in enumerate(ITEMS)
            for step, line in enumerate(lines)
        )
    if isinstance(found.shape, AwaitRounds):
        rounds = {step.node.lineno: index for index, steps in enumerate(found.shape.rounds) for step in steps}
        return tuple(Wait(line, None, index, rounds.get(line, 0)) for index, line in enumerate(lines))
    return tuple(Wait(line, None, index, 0) for index, line in enumerate(lines))


def gain(found: Opportunity) -> str | None:
    """Say what is won by gathering, None where no round trip is saved."""
    if per_item(found.shape):
        return "one wait per item becomes one wait"
    all_waits = waits(found)
    before, after = len(all_waits), len({wait.after for wait in all_waits})
    return f"{before} round trips become {after}" if after < before else None
