"""Pieces of source as they are shown: numbered lines, the indentation they share taken off, the middle left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_gather.analysis.source import LINE
from flake8_gather.replacement.patch import apply_edits

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from flake8_gather.analysis.source import Source
    from flake8_gather.opportunity import Opportunity, Rewrite, Span

STARTS = re.compile(r"\bawait\b|gather")
TAB = "    "
LONGEST = 24
AROUND = 2
WIDEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an excerpt; `marks` are the stretches of its text that are awaits.

    A line without a number stands for the lines left out at its place.
    """

    text: str
    number: int | None = None
    marks: tuple[tuple[int, int], ...] = ()

    def parts(self) -> Iterator[tuple[str, bool]]:
        """Yield the text in parts, each with whether it is an await; one inside another is part of it."""
        position = 0
        for start, end in sorted(self.marks):
            if start >= position:
                yield self.text[position:start], False
                yield self.text[start:end], True
                position = end
        yield self.text[position:], False


Excerpt = tuple[Line, ...]


def before(source: Source, found: Opportunity, also: Collection[int], written: Rewrite | None) -> Excerpt:
    """Return the lines of a group and of what its rewrite changes, its awaits marked.

    Of a long one these are the lines around its awaits and the lines of `also`.
    """
    first, last = _extent(source, found, written)
    wanted = {line for place in found.awaits for line in (place.line, place.end_line)} | set(also)
    lines = [
        Line(source.lines[number - 1], number, tuple(_marks(source, found.awaits, number)))
        for number in range(first, min(last, len(source.lines)) + 1)
    ]
    return _outdented(_shortened(lines, _around([first, found.span.line, *wanted])))


def after(source: Source, found: Opportunity, written: Rewrite) -> Excerpt:
    """Return the lines that stand there after the rewrite; of many those around what is awaited."""
    first, last = _extent(source, found, written)
    lines = LINE.findall(apply_edits(source, written.edits))
    shown = list(enumerate(lines, 1))[first - 1 : len(lines) - max(0, len(source.lines) - last)]
    while shown and not shown[0][1].strip():
        del shown[0]
    wanted = [number for number, line in shown if STARTS.search(line)]
    return _outdented(_shortened([Line(line, number) for number, line in shown], _around([first, *wanted])))


def _extent(source: Source, found: Opportunity, written: Rewrite | None) -> tuple[int, int]:
    """Return the first and the last line that belong to a group or change with it."""
    spans = [found.span, *(edit.span for edit in (written.edits if written else ()))]
    first, last = min(span.line for span in spans), max(span.end_line for span in spans)
    if any(
        edit.span.line == first and edit.text.startswith(("\n", "\r")) for edit in (written.edits if written else ())
    ):
        first += 1  # an insertion at the end of a line leaves the line as it is
    return min(first, found.span.line), min(last, len(source.lines))


def _marks(source: Source, awaits: Iterable[Span], number: int) -> Iterable[tuple[int, int]]:
    for place in awaits:
        if place.line <= number <= place.end_line:
            text = source.lines[number - 1]
            start = source.offset(number, place.column) if number == place.line else len(text) - len(text.lstrip())
            end = source.offset(number, place.end_column) if number == place.end_line else len(text.rstrip())
            yield start, end


def _around(lines: Iterable[int]) -> set[int]:
    return {number for line in lines for number in range(line - AROUND, line + AROUND + 1)}


def _shortened(lines: Sequence[Line], wanted: Collection[int | None]) -> list[Line]:
    """Leave the lines that are wanted, and one without a number where others stood."""
    if len(lines) <= LONGEST:
        return list(lines)
    shown: list[Line] = []
    for line in lines:
        if line.number in wanted and len(shown) < 2 * LONGEST:
            shown.append(line)
        elif not shown or shown[-1].number is not None:
            shown.append(Line(""))
    return shown


def _outdented(lines: Sequence[Line]) -> Excerpt:
    """Take off the indentation that all lines share, turn tabs into spaces, cut what is far too long."""
    texts = [line.text.rstrip() for line in lines]
    shared = min((len(text) - len(text.lstrip()) for text in texts if text), default=0)
    return tuple(_clean(line, text, shared) for line, text in zip(lines, texts, strict=True))


def _clean(line: Line, text: str, shared: int) -> Line:
    def place(index: int) -> int:
        return min(len(text[shared : max(index, shared)].replace("\t", TAB)), WIDEST)

    clean = text[shared:].replace("\t", TAB)
    if len(clean) > WIDEST:
        clean = clean[: WIDEST - 1] + "…"
    marks = tuple((place(start), place(end)) for start, end in line.marks if place(start) < place(end))
    return replace(line, text=clean, marks=marks)
