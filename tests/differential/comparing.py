"""A program before and after the codemod, on a virtual clock: what differs."""

from __future__ import annotations

import contextlib
import functools
import re
import signal
import sys
import types
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.codemod.rewriting import rewrite
from tests.differential.frame import HEAD
from tests.differential.world import ORDERS, World
from tests.support import virtual_clock
from tests.support.virtual_clock import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

    from flake8_gather.options import Options
    from tests.differential.programs import Program

PATH = "program.py"
STATE = ("total", "log", "table", "seen", "busy")
HIDDEN = ("lock", "connection")
# What a helper keeps by its argument is there afterwards, in whatever order the helpers come to it.
KEPT_BY_KEY = re.compile(r"\[x\] = y|update\(\{x: y\}\)|setdefault\(")
PATIENCE = 2.0  # seconds of processor time; a program needs some milliseconds


@dataclass(frozen=True, slots=True)
class Run:
    """What one run gave, left behind and told the world."""

    outcome: Outcome
    state: dict[str, object]
    world: World


@dataclass(frozen=True, slots=True)
class Comparison:
    """A program, what the codemod made of it, and in what the two differ."""

    before: str
    after: str
    options: Options
    rules: tuple[str, ...]
    differences: tuple[str, ...]
    faster: bool

    def __str__(self) -> str:
        before, after = (text.removeprefix(HEAD).strip("\n") for text in (self.before, self.after))
        options = self.options
        level = f"-- {options.min_confidence.name.lower()}, {options.style}, limit {options.limit}"
        return "\n".join([level, before, "-- after", after, "-- differences", *self.differences])


def compare(program: Program) -> Comparison:
    """Rewrite a program, and run both versions with each order of completion."""
    result = rewrite(program.text, PATH, program.options)
    return compared(program, result.text, tuple(found.code for found in result.applied))


def compared(program: Program, text: str, rules: tuple[str, ...]) -> Comparison:
    """Run a program and what was made of it."""
    differences: list[str] = []
    faster = False
    for name, delay in ORDERS.items() if text != program.text else ():
        before, after = run(program.text, delay), run(text, delay)
        if "GTH301" in rules and before.outcome.error is not None:
            continue  # what this rule repairs does not run at all
        ordered = not KEPT_BY_KEY.search(program.text)
        differences += (f"{name}: {one}" for one in differing(before, after, ordered=ordered))
        faster = faster or after.outcome.seconds < before.outcome.seconds
    return Comparison(program.text, text, program.options, rules, tuple(differences), faster)


def differing(before: Run, after: Run, *, ordered: bool = True) -> list[str]:
    """Name what differs; `ordered` tells dictionaries apart that were filled in another order.

    After an error that leaves a group, others of the group may have gone on: then the error itself
    counts, or, where the program has caught it and returned, what it returned.
    """
    if (before.outcome.error or "").startswith("TimeoutError"):
        return []  # in time at last, or late elsewhere
    if before.outcome.error is not None:
        same = after.outcome.error is not None
        return [] if same else [f"error {before.outcome.error!r} is gone"]
    found = [
        f"{name} {one!r} becomes {other!r}"
        for name, one, other in (
            ("the error", before.outcome.error, after.outcome.error),
            ("the result", before.outcome.result, after.outcome.result),
            *(() if before.world.has_escaped else _left_behind(before, after)),
        )
        if one != other or (ordered and _in_order(one) != _in_order(other))
    ]
    if after.outcome.seconds > before.outcome.seconds + 1e-3:
        found.append(f"{before.outcome.seconds} seconds become {after.outcome.seconds}")
    return found


def _in_order(value: object) -> object:
    """Return a value whose comparison tells dictionaries apart that were filled in another order."""
    if isinstance(value, dict) and not isinstance(value, Counter):
        return [(key, _in_order(one)) for key, one in value.items()]
    return list(map(_in_order, value)) if isinstance(value, list) else value


def _left_behind(before: Run, after: Run) -> list[tuple[str, object, object]]:
    return [
        *_printed(before.outcome.printed.splitlines(), after.outcome.printed.splitlines()),
        *((name, before.state[name], after.state.get(name)) for name in before.state),
        ("the calls", before.world.calls, after.world.calls),
        ("what is emitted", before.world.emitted, after.world.emitted),
    ]


def _printed(before: list[str], after: list[str]) -> list[tuple[str, object, object]]:
    """What `run` prints keeps its order; what its callees print (the lines with a dot) only has to be there."""
    first, second = ([line for line in lines if not line.startswith(".")] for lines in (before, after))
    return [("the output", first, second), ("what the callees print", sorted(before), sorted(after))]


def run(text: str, delay: Callable[[str, int], float]) -> Run:
    """Run a program's `main()`, with `world` to import the delays from."""
    world = World(delay)
    module = types.ModuleType("program")
    sys.modules["world"] = world.module()
    try:
        with _patience():
            exec(_compiled(text), module.__dict__)
            outcome = virtual_clock.run(module.__dict__["main"])
    except Endless:
        outcome = Outcome(None, "it does not end", "", 0)
    finally:
        del sys.modules["world"]
    state = {name: module.__dict__.get(name) for name in STATE}
    for number, box in enumerate(module.__dict__["boxes"]):
        state |= {f"boxes[{number}].{name}": value for name, value in vars(box).items() if name not in HIDDEN}
    return Run(outcome, state, world)


class Endless(BaseException):
    """A program goes on and on without a wait, as one may do that lacks a line or was rewritten wrongly."""


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise Endless


@functools.lru_cache(maxsize=2)  # before and after, once per order of completion
def _compiled(text: str) -> CodeType:
    return compile(text, PATH, "exec")
