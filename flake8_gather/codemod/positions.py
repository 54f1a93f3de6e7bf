"""Places in a text that has been edited, as places in the text it was at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_gather.opportunity import Span
from flake8_gather.replacement.patch import in_order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.opportunity import Edit

Point = tuple[int, int]
Move = tuple[Point, Point, Point, Point]


class Positions:
    """Remembers the edits of every pass, and undoes them for places."""

    def __init__(self) -> None:
        """Start with an unchanged text."""
        self.passes: list[list[Move]] = []

    def shift(self, edits: Sequence[Edit]) -> None:
        """Remember edits: where each began and ended, before and after."""
        moves: list[Move] = []
        before: Point = (1, 0)
        after: Point = (1, 0)
        for edit in in_order(edits):
            start, end = (edit.span.line, edit.span.column), (edit.span.end_line, edit.span.end_column)
            new_start = _moved(start, before, after)
            new_end = _advanced(new_start, edit.text)
            moves.append((start, end, new_start, new_end))
            before, after = end, new_end
        self.passes.append(moves)

    def original(self, span: Span) -> Span:
        """Return a span of the current text as one of the first text."""
        start = self._undone((span.line, span.column))
        end = self._undone((span.end_line, span.end_column))
        return Span(*start, *end)

    def _undone(self, point: Point) -> Point:
        for moves in reversed(self.passes):
            point = _undo(moves, point)
        return point


def _undo(moves: Sequence[Move], point: Point) -> Point:
    """Undo one pass; a place inside new text is where the old text began."""
    before: Point = (1, 0)
    after: Point = (1, 0)
    for start, end, new_start, new_end in moves:
        if point < new_start:
            break
        if point < new_end:
            return start
        before, after = end, new_end
    return _moved(point, after, before)


def _moved(point: Point, origin: Point, target: Point) -> Point:
    """Move a point as its origin moves: columns only change on the origin's line."""
    if point[0] == origin[0]:
        return target[0], target[1] + point[1] - origin[1]
    return point[0] + target[0] - origin[0], point[1]


def _advanced(start: Point, text: str) -> Point:
    """Return where a text that begins at a point ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    width = len(lines[-1].encode("utf-8", "surrogatepass"))
    return start[0] + len(lines) - 1, width + (start[1] if len(lines) == 1 else 0)
