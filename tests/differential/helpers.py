"""The helpers of a random program: functions, methods and closures that wait, with effects around it.

Each program has a theme, one object that its effects and reads prefer: so they meet. Many have a
focus, too: one unusual helper in plain code, plain helpers in unusual code, or both about the theme
alone. They are small, and what one check of the analysis is there for comes up in few of them.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, TypeVar

from tests.differential import menu
from tests.differential.dice import weighted
from tests.differential.hazards import GIVEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.differential.dice import Dice
    from tests.differential.hazards import Callee

Choice = TypeVar("Choice")
# Whose choices are unusual: the helper's, those of `run`, or both; in others one hazard is all there is.
FOCUS = [None, None, None, "helper", "helper", "run", "run", "both", "both", "hazard"]
Effects = list[tuple[tuple[str, str], int]]


def indented(text: str, depth: int = 1) -> str:
    return textwrap.indent(text, "    " * depth)


def hoisted(before: str, after: str) -> tuple[list[str], str, str]:
    """Return the declarations among statements, and these without them."""
    declared = []
    for keyword, shared in re.findall(r"^(global|nonlocal) (\w+)\n", f"{before}\n{after}", re.MULTILINE):
        line = f"{keyword} {shared}\n"
        before, after = before.replace(line, ""), after.replace(line, "")
        declared.append(line.strip())
    return declared, before, after


def placed(body: str, part: str, text: str) -> str:
    """Put statements where a line of the body says so."""
    return re.sub(rf"^( *){part}$", lambda found: textwrap.indent(text, found[1]), body, flags=re.MULTILINE)


class Helpers:
    """Draws helpers one after another; `calls` writes a call of each, `plain` are those without an order."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.theme = dice.pick(menu.THEMES)
        self.focus = dice.pick(FOCUS)
        self.closures = 0
        self.calls: list[Callable[[str], str]] = []
        self.plain: list[Callable[[str], str]] = []

    def chosen(self, count: int) -> int:
        """Draw one of several cases: 0 where none of them is special, 1, 2 and so on for those that are."""
        return self.dice.number(0, count)

    def themed(self, choices: Sequence[tuple[Choice, int]], part: str = "run") -> Choice:
        """Pick one, half of the time from those that have to do with what this program is about."""
        about = [pair for pair in choices if re.search(self.theme, str(pair[0]))]
        if self.focus is None:
            return self.dice.pick(weighted((self.chosen(1) and about) or choices))
        if self.focus == "both":
            return self.dice.pick([choice for choice, _ in about or choices])
        if self.focus == part:
            return self.dice.pick([choice for choice, _ in (self.chosen(1) and about) or choices])
        most = max(weight for _, weight in choices)
        return self.dice.pick([choice for choice, weight in choices if weight == most])

    def varied(self, choices: Sequence[tuple[Choice, int]], part: str = "run") -> Choice:
        """Pick one, any of them where the focus is on this part, or one that has to do with the theme."""
        about = [choice for choice, _ in choices if re.search(self.theme, str(choice))]
        if self.focus == "both" and about and self.chosen(1):
            return self.dice.pick(about)
        if self.focus == part and self.chosen(1):
            return self.dice.pick([choice for choice, _ in choices])
        return self.dice.pick(weighted(choices))

    def add(self, call: Callable[[str], str], *, plain: bool = False) -> None:
        self.calls.append(call)
        if plain:
            self.plain.append(call)

    def function(self, number: int) -> str:
        special = self.chosen(9)
        if special == 1:
            return self.ordered(number)
        if special == 2:
            return self.callee(GIVEN, number)
        if special == 5:
            return self.switched(number)
        name = f"{self.dice.pick(weighted(menu.VERBS))}_{number}"
        if special in (3, 4):
            self.add(lambda argument: f"{name}({argument}, out)")
            return self.helper(name, "x, more", menu.ARGUMENT_EFFECTS, "lock")
        text = self.helper(name, "x", menu.FUNCTION_EFFECTS, "lock")
        self.add(lambda argument: f"{name}({argument})", plain=True)
        return text

    def callee(self, callee: Callee, number: int) -> str:
        """Write one that belongs to a hazard."""
        kind, before, after = callee
        name = f"{self.dice.pick(weighted(menu.VERBS))}_{number}"
        wait = f"await {self.plain[-1]('x')}" if kind == "g" else f'await asyncio.sleep(delay("{name}", x))'
        match kind:
            case "c":
                self.add(lambda argument: f"{name}({argument}, lambda: {'x' if 'await' in argument else argument})")
                return self.written(name, "x, make", before, wait, after)
            case "m":
                self.add(lambda argument: f"box.{name}({argument})")
                return indented(self.written(name, "self, x", before, wait, after))
        self.add(lambda argument: f"{name}({argument})", plain=True)
        return self.written(name, "x", before, wait, after)

    def switched(self, number: int) -> str:
        """Something that does more or less, as an argument says; another function hands that argument on."""
        name = f"{self.dice.pick(weighted(menu.VERBS))}_{number}"
        before, after = self.themed(menu.FUNCTION_EFFECTS, "helper")
        declared, before, after = hoisted(before, after)
        test = self.dice.pick(menu.SWITCHES)
        wait = f'await asyncio.sleep(delay("{name}", x))'
        body = self.dice.pick(menu.SWITCHED).format(test=test, wait=wait)
        body = placed(placed(body, "BEFORE", before), "AFTER", after or "pass")
        last = f", mode={self.dice.pick(menu.MODES)}"
        self.add(lambda argument: f"{name}({argument})")
        self.add(lambda argument: f"{name}({argument}, True)")
        self.add(lambda argument: f"{name}({argument}{last})")
        self.add(lambda argument: f"{name}_on({argument}, {self.dice.pick(['True', 'False'])})")
        default = self.dice.pick(menu.MODES)
        text = f"async def {name}(x, mode={default}):\n" + indented("\n".join([*declared, "y = x", body, "return y"]))
        return f"{text}\n\nasync def {name}_on(x, mode=False):\n    return await {name}(x, mode)\n\n"

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
        before, after = self.themed(effects, "helper")
        wait = self.varied(menu.WAITS, "helper")
        if self.focus in ("helper", "both") and self.plain and self.chosen(1):
            wait = self.dice.pick(menu.CHAINED)
        call = self.dice.pick(self.plain)("x") if self.plain else f'asyncio.sleep(delay("{name}", x), x)'
        wait = wait.format(sleep=f'await asyncio.sleep(delay("{name}", x))', lock=lock, call=call)
        return self.written(name, parameters, before, wait, after)

    def written(self, name: str, parameters: str, before: str, wait: str, after: str) -> str:
        declared, before, after = hoisted(before, after)
        lines = filter(None, [*declared, before, wait, after, "return y"])
        return f"async def {name}({parameters}):\n{indented(chr(10).join(lines))}\n\n"
