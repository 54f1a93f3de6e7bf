"""A program before and after the codemod, on a virtual clock: what differs."""

from __future__ import annotations

import sys
import types
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.codemod.rewriting import rewrite
from flake8_gather.options import Options
from tests.differential.menu import HEAD
from tests.support import virtual_clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from flake8_gather.opportunity import Confidence
    from tests.support.virtual_clock import Outcome

PATH = "program.py"
STATE = ("total", "log", "table", "seen")
Delay = tuple[str, int]


def mixed(name: str, value: int) -> float:
    return 1 + zlib.crc32(f"{name} {value}".encode()) % 7


# How long a wait takes, by callee and argument: each makes the items finish in another order.
ORDERS: dict[str, Callable[[str, int], float]] = {
    "first come, first served": lambda _, value: 1 + max(value, 0),
    "last come, first served": lambda _, value: max(20 - 2 * value, 1),
    "mixed": mixed,
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave, left behind and called."""

    outcome: Outcome
    state: dict[str, object]
    calls: Counter[Delay]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A program, what the codemod made of it, and in what the two differ."""

    before: str
    after: str
    rules: tuple[str, ...]
    differences: tuple[str, ...]
    faster: bool

    def __str__(self) -> str:
        before, after = (text.removeprefix(HEAD).strip("\n") for text in (self.before, self.after))
        return "\n".join(["-- before", before, "-- after", after, "-- differences", *self.differences])


def compare(text: str, confidence: Confidence) -> Comparison:
    """Rewrite a program, and run both versions with each order of completion."""
    result = rewrite(text, PATH, Options(min_confidence=confidence, follow_imports=False))
    rules = tuple(found.code for found in result.applied)
    if not rules:
        return Comparison(text, text, (), (), faster=False)
    differences: list[str] = []
    faster = False
    for name, delay in ORDERS.items():
        before, after = run(text, delay), run(result.text, delay)
        differences += (f"{name}: {one}" for one in differing(before, after))
        faster = faster or after.outcome.seconds < before.outcome.seconds
    return Comparison(text, result.text, rules, tuple(differences), faster)


def differing(before: Run, after: Run) -> list[str]:
    """Name what differs. After an error, siblings may have gone on: only the error itself counts then."""
    if before.outcome.error is not None:
        same = after.outcome.error is not None
        return [] if same else [f"error {before.outcome.error!r} is gone"]
    found = [
        f"{name} {one!r} becomes {other!r}"
        for name, one, other in (
            ("the error", before.outcome.error, after.outcome.error),
            ("the result", before.outcome.result, after.outcome.result),
            ("the output", before.outcome.printed, after.outcome.printed),
            *((name, before.state[name], after.state[name]) for name in before.state),
            ("the calls", sorted(before.calls.items()), sorted(after.calls.items())),
        )
        if one != other
    ]
    if after.outcome.seconds > before.outcome.seconds + 1e-3:
        found.append(f"{before.outcome.seconds} seconds become {after.outcome.seconds}")
    return found


def run(text: str, delay: Callable[[str, int], float]) -> Run:
    """Run a program's `main()`, with `world` to import the delays from."""
    calls: Counter[Delay] = Counter()
    world = types.ModuleType("world")

    def counted(name: str, value: int) -> float:
        calls[name, value] += 1
        return delay(name, value)

    world.__dict__["delay"] = counted
    module = types.ModuleType("program")
    sys.modules["world"] = world
    try:
        exec(compile(text, PATH, "exec"), module.__dict__)
        outcome = virtual_clock.run(module.__dict__["main"])
    finally:
        del sys.modules["world"]
    state = {name: module.__dict__[name] for name in STATE}
    for number, box in enumerate(module.__dict__["boxes"]):
        state |= {f"boxes[{number}].{name}": value for name, value in vars(box).items() if name != "lock"}
    return Run(outcome, state, calls)
