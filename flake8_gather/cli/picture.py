"""One group of awaits as text: its judgement, its waits as bars on a time line, the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.cli.evidence import Evidence
    from flake8_gather.cli.places import Place

WIDTH = 80
LONGEST_BAR = 6
BARS = 36
SHORTEST_CALL = 12
MOST_ROWS = 12
INDENT = " " * 4
BOLD, DIM, GREEN, YELLOW = "1", "2", "32", "33"


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters to draw with."""

    bar: str
    more: str
    bullet: str
    cut: str

    def __str__(self) -> str:
        """Return all of them."""
        return self.bar + self.more + self.bullet + self.cut


UNICODE = Characters("█", "⋮", "·", "…")
ASCII = Characters("#", ":", "-", "~")


@dataclass(frozen=True, slots=True)
class Pen:
    """How to draw: characters, columns, and whether in colour."""

    characters: Characters
    width: int
    colour: bool

    def paint(self, text: str, code: str) -> str:
        """Return the text in a colour, where there are colours."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def cut(self, text: str, width: int) -> str:
        """Return the text, shortened to a width."""
        return text if len(text) <= width else text[: width - 1] + self.characters.cut


def draw(place: Place, pen: Pen) -> str:
    """Return the text of one group, several lines without the last line end."""
    lines = [head(place, pen), *bars("now", place, [bar.before for bar in place.bars], pen, YELLOW)]
    if place.reported:
        lines += bars("gathered", place, [bar.after for bar in place.bars], pen, GREEN)
    for reason in place.evidence:
        lines += because(reason, pen)
    return "\n".join(lines)


def head(place: Place, pen: Pen) -> str:
    """Return the first line: where it is, and the rule or the barrier."""
    where = pen.paint(f"{place.path}:{place.line}:{place.column}", BOLD)
    sure = f" ({place.confidence} confidence)" if place.confidence else ""
    if place.code is None:
        return f"{where}: kept: {pen.paint(str(place.barrier), YELLOW)}{sure}"
    return f"{where}: {pen.paint(place.code, GREEN)} {RULES[place.code].fact}{sure}"


def bars(title: str, place: Place, rounds: list[int], pen: Pen, colour: str) -> Iterator[str]:
    """Yield one row for each wait, its bar in the column of its round; long pictures lose their middle."""
    shown = place.bars[:MOST_ROWS]
    slots = max((bar.before for bar in shown), default=0) + 1
    length = max(1, min(LONGEST_BAR, BARS // slots))
    titles = len("gathered" if place.reported else "now")
    items = max((len(bar.item) + 2 for bar in shown if bar.item), default=0)
    digits = max((len(str(bar.line)) for bar in shown), default=0)
    room = pen.width - len(INDENT) - titles - 2 - items - digits - 2 - 2 - slots * length
    calls = min(max(SHORTEST_CALL, room), max((len(bar.call) for bar in shown), default=0))
    for index, (bar, when) in enumerate(zip(shown, rounds, strict=False)):
        label = f"{title if index == 0 else '':{titles}}  {bar.item or '':{items}}"
        call = f"{bar.line:{digits}}  {pen.cut(bar.call, calls):{calls}}"
        yield f"{INDENT}{label}{call}  {' ' * (when * length)}{pen.paint(pen.characters.bar * length, colour)}"
    if len(place.bars) > len(shown):
        yield f"{INDENT}{'':{titles}}  {pen.characters.more} and {len(place.bars) - len(shown)} more"


def because(reason: Evidence, pen: Pen) -> Iterator[str]:
    """Yield a reason, and below it the line that it comes from."""
    yield f"{INDENT}{pen.characters.bullet} {reason.text}"
    if reason.line is not None:
        where = str(reason.line) if reason.path is None else f"{reason.path}:{reason.line}"
        room = max(SHORTEST_CALL, pen.width - len(INDENT) - 4 - len(where))
        yield INDENT + "  " + pen.paint(f"{where}  {pen.cut(reason.source, room)}".rstrip(), DIM)
