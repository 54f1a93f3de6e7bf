"""Changes of a text that leave most of it a program: whole lines, blocks, indentations, words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

WORD = re.compile(rb"[A-Za-z_]\w*|\d+|[^\w\s]")
SNIPPETS = (
    b"await f(x)",
    b"async with lock:",
    b"async for x in xs:",
    b"if (x := await f(x)):",
    b"yield x",
    b"# noqa",
    b"# type: ignore",
    b"\x0c",
    b"\\",
    b"match x:",
    b"global x",
    b"return await f(x), await g(x)",
    '"""\N{SNOWMAN}\N{PILE OF POO}"""'.encode(),
    b"lambda: (await f(x))",
)


def changed(data: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """Return a text with one to four changes; some take lines or words from other texts."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    donor = random.choice(others).splitlines(keepends=True)
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(lines)) if lines else 0
        _change(lines, place, donor, random)
    return b"".join(lines)


def _change(lines: list[bytes], place: int, donor: Sequence[bytes], random: Random) -> None:
    end = place + random.choice((1, 1, 1, 2, 5))
    match random.randrange(8):
        case 0:
            del lines[place:end]
        case 1:
            lines[place:place] = lines[place:end]
        case 2:
            start = random.randrange(len(donor))
            lines[place:place] = donor[start : start + end - place]
        case 3:
            lines[place:end] = reversed(lines[place:end])
        case 4:
            lines[place:end] = [b"    " + line for line in lines[place:end]]
        case 5:
            lines[place:end] = [line.removeprefix(b"    ") for line in lines[place:end]]
        case 6 if place < len(lines):
            depth = len(lines[place]) - len(lines[place].lstrip(b" "))
            lines[place:place] = [b" " * depth + random.choice(SNIPPETS) + random.choice((b"\n", b"\n", b"\r\n"))]
        case _ if place < len(lines):
            lines[place] = _reworded(lines[place], b"".join(donor), random)


def _reworded(line: bytes, source: bytes, random: Random) -> bytes:
    words = list(WORD.finditer(line))
    found: list[bytes] = WORD.findall(source)
    if not words or not found:
        return line
    word = random.choice(words)
    return line[: word.start()] + random.choice(found) + line[word.end() :]
