"""Random async programs, all of whose callees are in sight.

A program is text: helpers with effects before and after their waits, and a function `run` made of
the shapes that the rules are about. `delay`, from outside, says how long each wait takes and
counts the calls.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.differential import menu

if TYPE_CHECKING:
    from collections.abc import Callable


def weighted(choices: list[tuple[str, int]]) -> st.SearchStrategy[str]:
    return st.sampled_from([text for text, weight in choices for _ in range(weight)])


def indented(text: str, depth: int = 1) -> str:
    return textwrap.indent(text, "    " * depth)


class _Program:
    """One program while it is drawn."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.calls: list[Callable[[str], str]] = []

    def text(self) -> str:
        functions = [self.function(number) for number in range(self.draw(st.integers(1, 3)))]
        methods = [self.method(number) for number in range(self.draw(st.integers(0, 2)))]
        if self.chosen(7) == 1:
            self.calls.append(lambda argument: f"box.fetch_exclusively({argument})")
        items = self.draw(st.lists(st.integers(0, 4), min_size=2, max_size=4))
        parts = [menu.HEAD, *(indented(one) for one in methods), "", "", *functions, self.run()]
        return "\n".join(parts) + menu.TAIL.format(items=items)

    # -- helpers ---------------------------------------------------------------------------------

    def function(self, number: int) -> str:
        name = f"{self.draw(st.sampled_from(menu.VERBS))}_{number}"
        takes_more = self.chosen(5) == 1
        effects = menu.ARGUMENT_EFFECTS if takes_more else menu.FUNCTION_EFFECTS
        text = self.helper(name, "x, more" if takes_more else "x", effects, "lock")
        self.calls.append(lambda argument: f"{name}({argument}, out)" if takes_more else f"{name}({argument})")
        return text

    def method(self, number: int) -> str:
        name = f"{self.draw(st.sampled_from(menu.VERBS))}_m{number}"
        text = self.helper(name, "self, x", menu.METHOD_EFFECTS, "self.lock")
        self.calls.append(lambda argument: f"box.{name}({argument})")
        return text

    def helper(self, name: str, parameters: str, effects: list[tuple[str, str]], lock: str) -> str:
        before, after = self.draw(st.sampled_from(effects))
        if "global " in after:
            before, after = f"global total\n{before}", after.replace("global total\n", "")
        if "nonlocal " in after:
            before, after = f"nonlocal count\n{before}", after.replace("nonlocal count\n", "")
        lines = [before, self.wait(name, lock), after, "return y"]
        return f"async def {name}({parameters}):\n{indented(chr(10).join(filter(None, lines)))}\n\n"

    def wait(self, name: str, lock: str) -> str:
        wait = f'await asyncio.sleep(delay("{name}", x))'
        plain = [call("x") for call in self.calls if "box" not in call("x") and "out" not in call("x")]
        match self.chosen(12):
            case 1:
                return f"async with {lock}:\n{indented(wait)}"
            case 2 | 3 if plain:
                return f"await {self.draw(st.sampled_from(plain))}"
            case 4:
                return f"try:\n{indented(wait)}\nfinally:\n    pass"
        return wait

    def chosen(self, count: int) -> int:
        """Draw one of several cases: 0 where none of them is special, 1, 2 and so on for those that are."""
        return self.draw(st.integers(0, count))

    # -- run -------------------------------------------------------------------------------------

    def run(self) -> str:
        local = self.local() if self.chosen(3) == 1 else ""
        blocks = [self.block() for _ in range(self.draw(st.integers(1, 2)))]
        ends = self.draw(st.lists(st.sampled_from(menu.ENDS), max_size=4, unique=True))
        body = "\n".join([local, *blocks, f"return [{', '.join(ends)}]"])
        used = [line for name, line in menu.LOCALS.items() if re.search(rf"\b{name}\b", body)]
        if "alias" in body and menu.LOCALS["out"] not in used:
            used.insert(0, menu.LOCALS["out"])
        return "async def run(xs, box: Box, ys):\n" + indented("\n".join([*used, body])) + "\n"

    def local(self) -> str:
        name = f"{self.draw(st.sampled_from(menu.VERBS))}_here"
        text = self.helper(name, "x", menu.CLOSURE_EFFECTS, "lock")
        self.calls.append(lambda argument: f"{name}({argument})")
        return text

    def block(self) -> str:
        kinds = [
            self.loop,
            self.loop,
            self.loop,
            self.loop,
            self.comprehension,
            self.statements,
            self.siblings,
            self.boxes,
        ]
        block = self.draw(st.sampled_from(kinds))()
        match self.chosen(14):
            case 1:
                return f"if len(xs) > 1:\n{indented(block)}"
            case 2:
                return f"async with lock:\n{indented(block)}"
            case 3:
                return f"try:\n{indented(block)}\nfinally:\n    prev = 0"
        return block

    def call(self, *, plain: bool = False) -> str:
        argument = "x" if plain else self.draw(weighted(menu.ARGUMENTS))
        return self.draw(st.sampled_from(self.calls))(argument)

    def loop(self) -> str:
        header = self.draw(weighted(menu.HEADERS))
        body = [self.draw(st.sampled_from(menu.GUARDS))] if self.chosen(4) == 1 else []
        body.append(self.awaited())
        uses = self.draw(st.lists(weighted(menu.USES), max_size=3))
        body += uses if any("r = await" in line for line in body) else []
        if self.chosen(7) == 1:
            body.insert(0, re.sub(r"\br\b", "x", self.draw(weighted(menu.USES))))
        text = "\n".join(body)
        if self.chosen(5) == 1:
            text = f"try:\n{indented(text)}\nexcept ValueError:\n    {self.draw(st.sampled_from(menu.HANDLERS))}"
        elif self.chosen(7) == 1:
            text = f"if x < 3:\n{indented(text)}"
        return f"{header}\n{indented(text, 1 + header.count(chr(10)))}"

    def awaited(self) -> str:
        call = self.call()
        chosen = self.chosen(18)
        if chosen < len(menu.AWAITED):
            return menu.AWAITED[chosen].format(call)
        match chosen:
            case 11:
                return f"r = await {call}\nq = await {self.call()}\nout.append(q)"
            case 12:
                return f"r = await {call}\nif r:\n    r = await {self.call()}"
            case 13:
                return f"if x:\n    r = await {call}\nelse:\n    r = await {self.call()}"
            case 14 | 15 | 16:
                return self.attempted(call)
        return f"r = await {call}"

    def attempted(self, call: str) -> str:
        attempt, caught, then = self.draw(
            st.sampled_from(
                [
                    (f"r = await {call}", "continue", "pass"),
                    (f"r = await {call}", "r = 0", "pass"),
                    (f"r = await {call}\nq = await {self.call()}", "continue", "out.append(q)"),
                    (f"out.append(await {call})", "out.append(x)", "pass"),
                ]
            )
        )
        return f"try:\n{indented(attempt)}\nexcept ValueError:\n    {caught}\n{then}"

    def comprehension(self) -> str:
        call = self.call()
        return self.draw(
            st.sampled_from(
                [
                    f"out = [await {call} for x in xs]",
                    f"out += [await {call} for x in xs if x < 3]",
                    f"out = [x for x in xs if await {call}]",
                    f"found = {{x: await {call} for x in xs}}",
                    f"visited = {{await {call} for x in xs}}",
                    f"count = sum([await {call} for x in xs])",
                    f"out = [(x, await {call}, await {self.call()}) for x in xs]",
                    f"out = [await {call} for x in xs for i in ys]",
                    f"out = [[await {call} for x in xs] for i in ys]",
                ]
            )
        )

    def statements(self) -> str:
        first, second, third = (self.call() for _ in range(3))
        between = self.draw(
            st.sampled_from(["", "", "count = len(xs)", "count = r", "x = x + 1", "box.value = r", "remember(r)"])
        )
        last = self.draw(st.sampled_from(["out.append(q)", "offset = await " + third + "\nout.append(q + offset)"]))
        one = self.draw(
            st.sampled_from([f"r = await {first}", f"r = await {first}", f"r = offset + (await {first}) * 2"])
        )
        other = self.draw(st.sampled_from([f"q = await {second}", f"q = r + await {second}"]))
        return "\n".join(filter(None, [one, between, other, last]))

    def siblings(self) -> str:
        first, second = self.call(), self.call()
        return self.draw(
            st.sampled_from(
                [
                    f"out = [await {first}, await {second}]",
                    f"out.append(await {first} + await {second})",
                    f"out = [await {first}, len(log), await {second}]",
                    f"found = {{1: await {first}, 2: await {second}}}",
                    f"r, count = await {first}, await {second}",
                    f"out.append(f'{{await {first}}}-{{await {second}}}')",
                ]
            )
        )

    def boxes(self) -> str:
        methods = [call("x") for call in self.calls if call("x").startswith("box.")]
        if not methods:
            return self.loop()
        call = self.draw(st.sampled_from(methods)).replace("box.", "b.").replace("(x)", "(1)")
        use = self.draw(st.sampled_from(["await {}", "out.append(await {})", "r = await {}\nout.append(r + b.value)"]))
        return f"for b in {self.draw(st.sampled_from(['boxes', 'list(boxes)']))}:\n{indented(use.format(call))}"


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Draw the text of a program that compiles."""
    return _Program(draw).text()
