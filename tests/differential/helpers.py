"""The helpers of a random program: functions, methods and closures that wait, with effects around it.

Each program has a theme, one object that its effects and reads prefer: so they meet.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, TypeVar

from tests.differential import menu
from tests.differential.dice import weighted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.differential.dice import Dice

Choice = TypeVar("Choice")
Effects = list[tuple[tuple[str, str], int]]


def indented(text: str, depth: int = 1) -> str:
    return textwrap.indent(text, "    " * depth)


class Helpers:
    """Draws helpers one after another; `calls` writes a call of each, `plain` are those without an order."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.theme = dice.pick(menu.THEMES)
        self.calls: list[Callable[[str], str]] = []
        self.plain: list[Callable[[str], str]] = []

    def chosen(self, count: int) -> int:
        """Draw one of several cases: 0 where none of them is special, 1, 2 and so on for those that are."""
        return self.dice.number(0, count)

    def themed(self, choices: Sequence[tuple[Choice, int]]) -> Choice:
        """Pick one, half of the time from those that have to do with what this program is about."""
        about = [pair for pair in choices if self.theme in str(pair[0])] if self.chosen(1) else []
        return self.dice.pick(weighted(about or choices))

    def add(self, call: Callable[[str], str], *, plain: bool = False) -> None:
        self.calls.append(call)
        if plain:
            self.plain.append(call)

    def function(self, number: int) -> str:
        if self.chosen(14) == 1:
            return self.ordered(number)
        name = f"{self.dice.pick(weighted(menu.VERBS))}_{number}"
        if self.chosen(7) == 1:
            self.add(lambda argument: f"{name}({argument}, out)")
            return self.helper(name, "x, more", menu.ARGUMENT_EFFECTS, "lock")
        text = self.helper(name, "x", menu.FUNCTION_EFFECTS, "lock")
        self.add(lambda argument: f"{name}({argument})", plain=True)
        return text

    def ordered(self, number: int) -> str:
        """Something whose order only the outside sees, and only the name tells."""
        name = f"{self.dice.pick(menu.ORDERED_VERBS)}_{number}"
        self.add(lambda argument: f"{name}({argument})")
        return self.written(name, "x", "y = x", f'await asyncio.sleep(delay("{name}", x))', "emit(x)")

    def method(self, number: int) -> str:
        name = f"{self.dice.pick(weighted(menu.VERBS))}_m{number}"
        text = self.helper(name, "self, x", menu.METHOD_EFFECTS, "self.lock")
        self.add(lambda argument: f"box.{name}({argument})")
        return text

    def closure(self, number: int) -> str:
        name = f"{self.dice.pick(weighted(menu.VERBS))}_here{number}"
        text = self.helper(name, "x", menu.CLOSURE_EFFECTS, "lock")
        self.add(lambda argument: f"{name}({argument})")
        return text

    def helper(self, name: str, parameters: str, effects: Effects, lock: str) -> str:
        before, after = self.themed(effects)
        wait = self.dice.pick(weighted(menu.WAITS))
        call = self.dice.pick(self.plain)("x") if self.plain else f'asyncio.sleep(delay("{name}", x), x)'
        wait = wait.format(sleep=f'await asyncio.sleep(delay("{name}", x))', lock=lock, call=call)
        return self.written(name, parameters, before, wait, after)

    def written(self, name: str, parameters: str, before: str, wait: str, after: str) -> str:
        declared = []
        for keyword, shared in re.findall(r"^(global|nonlocal) (\w+)\n", f"{before}\n{after}", re.MULTILINE):
            line = f"{keyword} {shared}\n"
            before, after = before.replace(line, ""), after.replace(line, "")
            declared.append(line.strip())
        lines = filter(None, [*declared, before, wait, after, "return y"])
        return f"async def {name}({parameters}):\n{indented(chr(10).join(lines))}\n\n"
