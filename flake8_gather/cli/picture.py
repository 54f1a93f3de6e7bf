"""One group of awaits as text: its judgement, its waits as bars on a time line, the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.cli.explain import Group
    from flake8_gather.waits import Wait

WIDTH = 60
LONGEST_BAR = 6
MOST_ROWS = 12
BOLD, GREEN, YELLOW = "1", "32", "33"


@dataclass(frozen=True, slots=True)
class Pen:
    """The characters to draw with."""

    bar: str
    more: str
    bullet: str

    @property
    def characters(self) -> tuple[str, ...]:
        """All of them."""
        return self.bar, self.more, self.bullet


UNICODE = Pen("█", "⋮", "·")
ASCII = Pen("#", ":", "-")


def draw(group: Group, pen: Pen, *, colour: bool) -> str:
    """Return the text of one group, several lines without the last line end."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    place = paint(f"{group.path}:{group.line}:{group.column}", BOLD)
    if group.code is not None:
        head = f"{paint(group.code, GREEN)} {RULES[group.code].fact} ({group.confidence} confidence)"
    else:
        sure = f" ({group.confidence} confidence)" if group.confidence else ""
        head = f"kept: {paint(str(group.barrier), YELLOW)}{sure}"
    lines = [f"{place}: {head}", *bars("now", group.waits, [wait.before for wait in group.waits], pen)]
    if group.reported:
        lines += bars("gathered", group.waits, [wait.after for wait in group.waits], pen)
    lines += [f"    {pen.bullet} {reason}" for reason in group.reasons]
    return "\n".join(lines)


def bars(title: str, waits: Sequence[Wait], rounds: Sequence[int], pen: Pen) -> Iterator[str]:
    """Yield one row for each wait, its bar in the column of its round; long pictures lose their middle."""
    last = min(len(waits), MOST_ROWS)
    slots = max(rounds[:last], default=0) + 1
    length = max(1, min(LONGEST_BAR, WIDTH // slots))
    for index, (wait, when) in enumerate(zip(waits[:last], rounds, strict=False)):
        label = f"line {wait.line}" if wait.item is None else f"line {wait.line}, {wait.item} item"
        row = f"    {title if index == 0 else '':9} {label:22} {' ' * (when * length)}{pen.bar * length}"
        yield row
    if len(waits) > last:
        yield f"    {'':9} {pen.more} and {len(waits) - last} more"
