"""Whether a rewrite left alone what it had no business with: the lines outside of its groups."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.opportunity import Span

IMPORT = "import asyncio"
MOST_BLANKS = 2
FURTHEST = 20  # lines from a group to its container
MOVES_ALONG = re.compile(r"\s*(#.*)?$")
EMPTY = re.compile(r"\s*\w+(: .+)? = (\[\]|\{\}|(list|dict|set)\(\))\s*$")


def is_kept(old: str, new: str, spans: Sequence[Span]) -> bool:
    """Tell whether all lines outside of the spans are in the new text, in order and without additions.

    One `import asyncio`, with blank lines around it, may have come in. The comments and the blank lines directly
    above a group, and the blank lines below it, are part of it, and so is an empty container further up.
    """
    before, after = _lines(old), _lines(new)
    pieces = [[line for line in piece if line] for piece in _pieces(_without_moved(before, after, spans), spans)]
    return any(_consists_of(lines, pieces) for lines in _without_import(after))


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def _without_moved(before: list[str], after: list[str], spans: Sequence[Span]) -> list[str]:
    """Return the old lines; those of empty containers above a group that are gone have become empty themselves."""
    gone = Counter(before) - Counter(after)
    lines = list(before)
    for span in spans:
        for index in reversed(range(max(0, span.line - 1 - FURTHEST), span.line - 1)):
            if EMPTY.match(lines[index]) and gone[lines[index]] > 0:
                gone[lines[index]] -= 1
                lines[index] = ""
    return lines


def _pieces(lines: Sequence[str], spans: Sequence[Span]) -> list[Sequence[str]]:
    """Cut the lines at the spans; a line that a span begins or ends on belongs to it."""
    pieces = []
    position = 0
    for span in sorted(spans, key=lambda span: span.line):
        start, end = span.line - 1, span.end_line
        while start > position and MOVES_ALONG.match(lines[start - 1]):
            start -= 1
        while end < len(lines) and not lines[end].strip():
            end += 1
        pieces.append(lines[position : max(position, start)])
        position = max(position, end)
    return [*pieces, lines[position:]]


def _without_import(lines: list[str]) -> Iterator[list[str]]:
    """Yield the lines as they are, and without one import and the blank lines that came with it."""
    yield lines
    for index in [index for index, line in enumerate(lines) if line.strip() == IMPORT]:
        start = end = index
        for _ in range(MOST_BLANKS + 1):
            yield [*lines[:start], *lines[end + 1 :]]
            if end + 1 >= len(lines) or lines[end + 1].strip():
                break
            end += 1


def _consists_of(lines: Sequence[str], pieces: Sequence[Sequence[str]]) -> bool:
    """Tell whether the pieces follow each other in the lines, the first at the start, the last at the end."""
    *inner, last = pieces
    position = 0
    for number, piece in enumerate(inner):
        found = _find(lines, piece, position) if number else (0 if list(lines[: len(piece)]) == piece else -1)
        if found < 0:
            return False
        position = found + len(piece)
    return len(lines) - position >= len(last) and list(lines[len(lines) - len(last) :]) == list(last)


def _find(lines: Sequence[str], piece: Sequence[str], position: int) -> int:
    """Return where the lines go on with the piece, at or behind a position; -1 if they never do."""
    size = len(piece)
    for start in range(position, len(lines) - size + 1):
        if lines[start : start + size] == piece:
            return start
    return -1
