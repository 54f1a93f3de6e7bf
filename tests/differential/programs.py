"""Random async programs, all of whose callees are in sight.

A program is text: helpers with effects before and after their waits, and a function `run` made of
the shapes that the rules are about. `delay`, from outside, says how long each wait takes and
counts the calls. The few strangers (a session, a writer, a rate-limited API) are named for what
they are, and notice when they are used otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from flake8_gather.confidence import Confidence
from flake8_gather.options import Options
from tests.differential import menu
from tests.differential.dice import Drawn
from tests.differential.frame import HEAD, TAIL
from tests.differential.hazards import HAZARDS
from tests.differential.helpers import Helpers, indented

if TYPE_CHECKING:
    from tests.differential.dice import Dice

NAMES = ("r", "q", "s", "t", "u")
SHOWN = ("out", "found", "count", "visited", "xs")
KINDS = ["f", "ff", "ff", "m", "c"]
BASE_CALLS = ("box.fetch_base({})", "box.get_common({})", "connection.query({})", "box.connection.query({})")


@dataclass(frozen=True, slots=True)
class Program:
    """A program and the settings to rewrite it with."""

    text: str
    options: Options


class _Run:
    """The function `run`, while it is drawn."""

    def __init__(self, helpers: Helpers, hazard: str | None) -> None:
        self.helpers = helpers
        self.hazard = hazard
        self.dice = helpers.dice
        self.chosen = helpers.chosen
        self.themed = helpers.themed

    def text(self) -> str:
        closures = [self.helpers.closure(number) for number in range(self.helpers.closures)]
        blocks = [self.block() for _ in range(1 if self.helpers.focus else self.dice.number(1, 2))]
        ends = dict.fromkeys(self.dice.several(menu.ENDS, 5))
        if self.helpers.focus:  # what is unusual shows
            ends |= dict.fromkeys(name for name in SHOWN if name in "\n".join(blocks))
        body = "\n".join([*closures, *blocks, f"return [{', '.join(ends)}]"])
        return "async def run(xs, box: Box, ys, session, writer, api):\n" + indented(f"{locals_of(body)}{body}") + "\n"

    def call(self) -> str:
        if self.chosen(30) == 1:
            return self.dice.pick(menu.STRANGERS)
        return self.dice.pick(self.helpers.calls)(self.themed(menu.ARGUMENTS))

    def one_of(self, *choices: str) -> str:
        return self.dice.pick(choices)

    # -- blocks ----------------------------------------------------------------------------------

    def block(self) -> str:
        if self.hazard is not None:
            return self.surrounded(self.hazardous(self.hazard))
        kinds = [
            *[self.loop] * 10,
            *[self.comprehension] * 4,
            *[self.statements] * 4,
            *[self.siblings] * 3,
            self.boxes,
            self.tasks,
            self.defeated,
            self.paced,
            self.streamed,
        ]
        return self.surrounded(self.dice.pick(kinds)())

    def hazardous(self, hazard: str) -> str:
        calls = [call("x") for call in self.helpers.calls]
        names = {f"named{number}": call.partition("(")[0] for number, call in enumerate(calls)}
        body = hazard.format(*calls, **names)
        if "for " in hazard or "return" in hazard:
            return body
        header = self.one_of("for x in xs:", "for x in xs:", "for x in range(4):", "for x in sorted(xs):")
        return f"{header}\n{indented(body)}"

    def surrounded(self, block: str) -> str:
        match 4 if self.helpers.theme == menu.RAISING and self.chosen(1) else self.chosen(24):
            case 1:
                return f"if len(xs) > 1:\n{indented(block)}"
            case 2:
                return f"async with lock:\n{indented(block)}"
            case 3:
                return f"try:\n{indented(block)}\nfinally:\n    prev = 0"
            case 4 if "return" not in block:
                ends = ", ".join(name for name in menu.ENDS[:4] if name in block)
                return f"try:\n{indented(block)}\nexcept ValueError:\n    escaped()\n    return [{ends}]"
            case 5:
                return f"async with asyncio.timeout(999):\n{indented(block)}"
            case 6:
                return f"match xs:\n    case [_, *_]:\n{indented(block, 2)}"
        return block

    def loop(self) -> str:
        header = self.helpers.varied(menu.HEADERS)
        guards = [self.themed(menu.GUARDS)] if self.chosen(4) == 1 else []
        body = [self.awaited()]
        if "r = await" in body[0]:
            body += [self.themed(menu.USES) for _ in range(self.chosen(3))]
        if self.chosen(7) == 1:
            body.insert(0, re.sub(r"\br\b", "x", self.themed(menu.USES)))
        text = self.per_item("\n".join([*guards, *body]))
        end = self.themed(menu.USES) if self.chosen(15) == 1 else ""
        if end and "continue" not in end and "break" not in end:
            end = f"\nelse:\n{indented(end)}" if self.chosen(1) and "\n" not in header else f"\n{end}"
            return f"{header}\n{indented(text, 1 + header.count(':' + chr(10)))}{end}"
        return f"{header}\n{indented(text, 1 + header.count(':' + chr(10)))}"

    def per_item(self, text: str) -> str:
        match self.chosen(20):
            case 1 | 2 | 3:
                handler = self.dice.pick(menu.HANDLERS)
                return f"try:\n{indented(text)}\nexcept ValueError:\n    {handler}"
            case 4:
                return f"try:\n{indented(text)}\nfinally:\n    count += 1"
            case 5 | 6:
                return f"if x < 3:\n{indented(text)}"
            case 7:
                return f"async with {self.one_of('lock', 'two', 'one', 'room', 'alone()')}:\n{indented(text)}"
        return text

    def awaited(self) -> str:
        call, other = self.call(), self.call()
        if self.chosen(8) == 1:
            return self.attempted(call, other)
        plain = ["r = await {}"] * 6 + ["await {}", "out.append(await {})"] * 2
        return self.one_of(
            *plain,
            "found[x] = await {}",
            "table[x] = await {}",
            "count += await {}",
            "box.value += await {}",
            "box.value = await {}",
            "visited.add(await {})",
            "out.append((x, await {}, count))",
            "r = x and await {}",
            "r = await {}\nq = await {}\nout.append(q)",
            "r = await {}\nif r:\n    r = await {}",
            "if x:\n    r = await {}\nelse:\n    r = await {}",
            "if await {}:\n    continue\nr = await {}",
            "if await {}:\n    out.append(x)\nout.append(await {})",
            "out.append([await {}, await {}])",
            self.statements().replace("{", "{{").replace("}", "}}"),
        ).format(call, other)

    def attempted(self, call: str, other: str) -> str:
        attempt, caught, then = self.dice.pick(
            [
                (f"r = await {call}", "continue", "pass"),
                (f"r = await {call}", "r = 0", "pass"),
                (f"r = await {call}\nq = await {other}", "continue", "out.append(q)"),
                (f"out.append(await {call})", "out.append(x)", "pass"),
                (f"r = await {call}\nremember(r)", "continue", "pass"),
                (f"table[x] = await {call}", "pass", "pass"),
                (f"print(await {call})", "pass", "pass"),
            ]
        )
        return f"try:\n{indented(attempt)}\nexcept ValueError:\n    {caught}\n{then}"

    def comprehension(self) -> str:
        call = self.call()
        iterable = self.one_of("xs", "xs", "xs", "it", "queue", "alias", "(y for y in xs)", "range(3)")
        return self.one_of(
            f"out = [await {call} for x in {iterable}]",
            f"out += [await {call} for x in {iterable} if x < 3]",
            f"out = [x for x in {iterable} if await {call}]",
            f"found = {{x: await {call} for x in {iterable}}}",
            f"visited = {{await {call} for x in {iterable}}}",
            f"count = sum([await {call} for x in {iterable}])",
            f"out = [(x, await {call}, await {self.call()}) for x in {iterable}]",
            f"out = [await {call} for x in {iterable} for i in ys]",
            f"out = [[await {call} for x in {iterable}] for i in ys]",
            f"out = [await {call} for row in rows for x in row]",
            f"out = [(count := await {call}) for x in {iterable}]",
            f"out = [await {call} for x in {iterable} if await {self.call()}]",
            f"out = [await {call} for x in {iterable} if x > 1 and await {self.call()}]",
            f"out = [await {self.dice.pick(self.helpers.calls)(f'await {call}')} for x in {iterable}]",
            f"found = {{await {call}: x for x in {iterable} if x not in found}}",
            f"out = sorted([await {call} for x in {iterable}], key=lambda y: -y)",
        )

    # -- straight lines --------------------------------------------------------------------------

    def statements(self) -> str:
        """Two to five awaits in a row, some of which need an earlier one's result, and plain statements between."""
        lines = []
        for index, name in enumerate(NAMES[: self.dice.number(2, 5)]):
            argument = self.dice.pick([*NAMES[:index], *["x"] * 3, "count", "box.value"])
            call = self.dice.pick(self.helpers.calls)(argument)
            form = self.one_of(
                *["{name} = await {call}"] * 9,
                "{name} = 1\nawait {call}",
                "{name} = r + await {call}",
                "box.value = await {call}\n{name} = 1",
                "{name} = 1\nfound[{name}] = await {call}",
                "{name} = offset + (await {call}) * 2",
                f"{{name}} = {self.dice.pick(['x', *NAMES[:index]])} + await {{call}}",
                f"{{name}} = {self.dice.pick(menu.BESIDE)} + await {{call}}",
                f"{{name}} = await {{call}} + {self.dice.pick(menu.BESIDE)}",
                f"{{name}} = found[{self.dice.pick(menu.BESIDE)}] = await {{call}}",
            )
            lines.append(form.format(name=name, call=call))
            match self.chosen(16):
                case 1:
                    lines.append(f"count = {name}")
                case 2:
                    lines.append("x = x + 1")
                case 3:
                    lines.append(f"box.value = {name}")
                case 4:
                    lines.append(f"remember({name})")
                case 5:
                    lines.append(f"if {name} > 1:\n    {self.one_of('return out', 'x = 2', 'raise KeyError(x)')}")
        return "\n".join([*lines, f"out.append(({', '.join(NAMES[: index + 1])}))"])

    def siblings(self) -> str:
        first, second = self.call(), self.call()
        read, other = self.dice.pick(menu.BESIDE), self.dice.pick(menu.BESIDE)
        naming, reading = (self.dice.pick(self.helpers.calls)(argument) for argument in ("(r := 5)", "r"))
        return self.one_of(
            f"out = [await {first}, await {second}]",
            f"out = [await {naming}, await {reading}]",
            f"out.append(await {first} + await {second})",
            f"out = [await {first}, len(log), await {second}]",
            f"out = [await {first}, take(), await {second}]",
            f"found = {{1: await {first}, 2: await {second}}}",
            f"r, count = await {first}, await {second}",
            f"out.append(f'{{await {first}}}-{{await {second}}}')",
            f"out.append(max(await {first}, await {second}))",
            f"found[await {first}] = await {second}",
            f"out = [{read}, await {first}, {other}, await {second}]",
            f"found = {{{read}: await {first}, await {second}: {other}}}",
            f"found[{read}] = [await {first}, await {second}]",
            f"found[await {first}, await {second}] = {read}",
            f"box.value += await {first} * await {second}",
            f"out.append(await {first} and await {second})",
            f"out.append(await {first} if x else await {second})",
            f"out.append(await {first} < await {second} < 3)",
            f"out.append((r := await {first}, r + await {second}))",
            f"return [await {first}, await {second}, out]",
        )

    # -- tasks, boxes, paces ---------------------------------------------------------------------

    def boxes(self) -> str:
        methods = [call("1") for call in self.helpers.calls if call("1").startswith("box.")]
        call = self.dice.pick(methods or [BASE_CALLS[0].format("1")]).replace("box.", "b.")
        uses = "await {}", "out.append(await {})", "r = await {}\nout.append(r + b.value)", "b.value = await {}"
        use = self.dice.pick(uses)
        iterable = self.one_of("boxes", "list(boxes)", "[boxes[1], box]")
        return f"for b in {iterable}:\n{indented(use.format(call))}"

    def tasks(self) -> str:
        call = self.call()
        return self.one_of(
            f"for x in xs:\n    r = await asyncio.create_task({call})\n    out.append(r)",
            f"out = [await asyncio.create_task({call}) for x in xs]",
            f"calls = [{call} for x in xs]\nfor coro in calls:\n    out.append(await coro)",
            f"calls = [{call} for x in xs]\nout = [await coro for coro in calls]",
            f"calls = [asyncio.ensure_future({call}) for x in xs]\nfor coro in calls:\n    out.append(await coro)",
            f"r = await asyncio.create_task({call})\nq = await asyncio.create_task({self.call()})\nout += [r, q]",
            f"for x in xs:\n    out += await asyncio.gather({call}, {self.call()})",
        ).replace("calls", "started")

    def defeated(self) -> str:
        first, second = self.call(), self.call()
        return self.one_of(
            f"r, q = await asyncio.gather(await {first}, await {second})",
            f"out = await asyncio.gather(*[await {first} for x in xs])",
            f"r = await asyncio.create_task(await {first})",
            f"async with asyncio.TaskGroup() as group:\n    r = group.create_task(await {first})",
        )

    def streamed(self) -> str:
        body = f"for x in xs:\n    r = await {self.call()}\n    yield r"
        use = self.one_of("if r > 1:\n    break", "log.append(r)", "if len(xs) < 6:\n    xs.append(r)")
        stream = f"async def stream():\n{indented(body)}\n"
        return f"{stream}\nasync for r in stream():\n    out.append(r)\n{indented(use)}"

    def paced(self) -> str:
        sleep = self.one_of("await asyncio.sleep(1)", "await pause()")
        pause = self.one_of(sleep, f"if x:\n    {sleep}\nelse:\n    {sleep}")
        use = self.one_of("out.append(await {})", "r = await {}\nfound[x] = r", "await {}").format("api.fetch(x)")
        lines = [use, pause] if self.chosen(1) else [pause, use]
        return f"for x in xs:\n{indented(chr(10).join(lines))}"


def locals_of(body: str) -> str:
    """Return the lines that create what a body mentions."""
    wanted = {name for name in menu.LOCALS if re.search(rf"\b{name}\b", body)}
    for name in [*wanted]:
        wanted.update(menu.NEEDS.get(name, "").split())
    return "".join(f"{line}\n" for name, line in menu.LOCALS.items() if name in wanted)


def written(dice: Dice) -> Program:
    """Write a program that compiles, and settings."""
    levels = [Confidence.LOW, Confidence.LOW, Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH]
    style, limit = dice.pick([*[("gather", None)] * 5, ("taskgroup", None), ("gather", 1), ("gather", 2)])
    options = Options(min_confidence=dice.pick(levels), follow_imports=False, style=style, limit=limit)
    return Program(_text(dice), options)


def _text(dice: Dice) -> str:
    helpers = Helpers(dice)
    hazard: str | None = None
    if helpers.focus == "hazard":
        callees, hazard = dice.pick(HAZARDS)
        texts = [helpers.callee(callee, number) for number, callee in enumerate(callees)]
        methods = [text for text in texts if text.startswith(" ")]
        functions = [text for text in texts if text not in methods]
    else:
        kinds = dice.pick(KINDS) if helpers.focus else "f" * dice.number(1, 4) + "m" * dice.number(0, 2)
        functions = [helpers.function(number) for number in range(kinds.count("f"))]
        methods = [indented(helpers.method(number)) for number in range(kinds.count("m"))]
        helpers.closures = kinds.count("c") if helpers.focus else sum(helpers.chosen(5) == 1 for _ in range(2))
    for call in BASE_CALLS if helpers.focus is None else ():
        if helpers.chosen(12) == 1 or call == BASE_CALLS[0]:
            helpers.add(call.format)
    items = [dice.number(0, 4) for _ in range(dice.number(2, 4))]
    parts = [HEAD, *methods, "", "", *functions, _Run(helpers, hazard).text()]
    return "\n".join(parts) + TAIL.format(items=items)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """Draw a program that shrinks."""
    return written(Drawn(draw))
