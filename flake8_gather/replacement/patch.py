"""Edits by whole statements: what goes takes its comments along, what stays is not touched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Edit, Rewrite, Span
from flake8_gather.replacement.attached import attached
from flake8_gather.replacement.comments import is_directive, movable
from flake8_gather.replacement.layout import layout
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.tokens import flatten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_gather.analysis.source import Comment, Source
    from flake8_gather.replacement.context import Context

AWAITS = re.compile(r"\bawait\b|^async with\b")


@dataclass(frozen=True, slots=True)
class Code:
    """One statement or header of new code as one line; `depth` steps in; `` is a blank line.

    `verbatim` text are whole lines of the source that only change their place.
    """

    text: str
    depth: int = 0
    comment: str = ""
    verbatim: bool = False


def summary_of(code: Sequence[Code]) -> str:
    """Return the statement that starts the awaits, with its body, as one line."""
    starts = [index for index, item in enumerate(code) if not item.depth and AWAITS.search(item.text)]
    end = start = starts[-1]
    while end + 1 < len(code) and code[end + 1].depth:
        end += 1
    texts = [item.text for item in code[start : end + 1]]
    return "".join(f"{text} " if text.endswith(":") else f"{text}; " for text in texts).rstrip("; ")


def in_order(edits: Iterable[Edit]) -> list[Edit]:
    """Sort edits by their place; insertions come before what starts at the same place."""
    return sorted(edits, key=lambda edit: (edit.span.line, edit.span.column, edit.span.end_line, edit.span.end_column))


def apply_edits(source: Source, edits: Iterable[Edit]) -> str:
    """Return the text with edits that do not overlap applied."""
    starts = [0]
    for line in source.lines:
        starts.append(starts[-1] + len(line))
    text, parts, position = source.text, [], 0
    for edit in in_order(edits):
        start = _position(source, starts, edit.span.line, edit.span.column)
        end = _position(source, starts, edit.span.end_line, edit.span.end_column)
        parts += [text[position:start], edit.text]
        position = end
    return "".join((*parts, text[position:]))


def _position(source: Source, starts: list[int], line: int, column: int) -> int:
    if line > len(source.lines):
        return starts[-1]
    return starts[line - 1] + source.offset(line, column)


class Patch:
    """The edits of one rewrite, put together line by line.

    There is one main place; the comments of everything that disappears move above it, those of
    awaited statements (`awaited`) above the statement of the main code that starts the awaits.
    `lowered` comments are those of a loop for the code below the function that its body becomes.
    """

    def __init__(self, context: Context) -> None:
        """Start without edits."""
        self.context = context
        self.edits: list[Edit] = []
        self.moved: list[Comment] = []
        self.awaited: list[Comment] = []
        self.lowered: list[Comment] = []
        self.main: tuple[Span, list[Code], str] | None = None

    def replace(self, first: int, last: int, code: Sequence[Code]) -> None:
        """Put the main code where some lines are now; comments on the lines move above it."""
        self.moved += self.context.comments(first, last)
        indent = self.context.indent(first)
        column = len(indent.encode())
        self.main = (Span(first, column, last, self.context.line_end(last)), list(code), indent)

    def replace_header(self, span: Span, code: Sequence[Code]) -> None:
        """Put the main code where a header is now; the comment behind the header stays there."""
        behind = self.trailing(span)
        inside = self.context.comments(span.line, span.end_line)
        if any(map(is_directive, inside)):
            movable(inside)
        self.moved += [comment for comment in inside if comment is not behind]
        place = max(number for number, item in enumerate(code) if not item.depth)
        header = Code(code[place].text, 0, behind.text if behind else "")
        end = self.context.line_end(span.end_line)
        whole = [*code[:place], header, *code[place + 1 :]]
        self.main = (Span(span.line, span.column, span.end_line, end), whole, self.context.indent(span.line))

    def trailing(self, span: Span) -> Comment | None:
        """Return the comment behind a span, on its last line."""
        found = self.context.comments(span.end_line, span.end_line)
        return next((comment for comment in found if comment.column >= span.end_column), None)

    def swap(self, first: int, last: int, code: Sequence[Code]) -> None:
        """Replace lines at another place than the main one."""
        self.moved += self.context.comments(first, last)
        indent = self.context.indent(first)
        span = Span(first, len(indent.encode()), last, self.context.line_end(last))
        self.edits.append(Edit(span, self.render(code, indent)))

    def delete(self, first: int, last: int, *, above: bool = False) -> None:
        """Delete whole lines; `above`, where what they hold is awaited elsewhere, also the comments above them."""
        lines = self.context.source.lines
        indent = self.context.indent(first)
        while (
            above
            and first > 1
            and lines[first - 2].strip().startswith("#")
            and self.context.indent(first - 1) == indent
        ):
            first -= 1
        (self.awaited if above else self.moved).extend(self.context.comments(first, last))
        last += self._spare_blanks(first, last, indent)
        if last < len(lines):
            span = Span(first, 0, last + 1, 0)
        else:
            span = Span(first - 1, self.context.line_end(first - 1), last, self.context.line_end(last))
        self.edits.append(Edit(span, ""))

    def _spare_blanks(self, first: int, last: int, indent: str) -> int:
        """Count the blank lines below deleted ones that would be too many or start a block."""
        lines = self.context.source.lines
        before = lines[first - 2] if first > 1 else ""
        opens_block = bool(before.strip()) and len(self.context.indent(first - 1)) < len(indent)
        opens_block |= self.context.docstring_end == first - 1
        if before.strip() and not opens_block:
            return 0
        count = 0
        while last + count < len(lines) and not lines[last + count].strip():
            count += 1
        return count

    def insert_after(self, line: int, code: Sequence[Code], indent: str) -> None:
        """Put code below a line."""
        column = self.context.line_end(line)
        first = indent if code[0].text else ""
        text = self.context.newline + first + self.render(code, indent)
        self.edits.append(Edit(Span(line, column, line, column), text))

    def insert_before(self, line: int, code: Sequence[Code]) -> None:
        """Put code above a line, at its indentation; moved comments come first."""
        indent = self.context.indent(line)
        column = len(indent.encode())
        self.main = (Span(line, column, line, column), [*code], indent)

    def render(self, code: Sequence[Code], indent: str) -> str:
        """Write code out, the first line without its indentation."""
        lines: list[str] = []
        for item in code:
            if item.verbatim:
                lines.append(item.text)
                continue
            inner = indent + self.context.unit * item.depth
            split = layout(item.text, self.context.page(inner), self.context.unit, item.comment)
            lines += [inner + line if line else "" for line in split]
        return self.context.newline.join(lines).removeprefix(indent)

    def finish(self, summary: str) -> Rewrite:
        """Return the rewrite, with the moved comments above the main code."""
        if self.main is not None:
            span, code, indent = self.main
            new = [index for index, item in enumerate(code) if not item.verbatim]
            first = new[0] if new else 0
            starting = (index for index in new if not code[index].depth and AWAITS.search(code[index].text))
            place = next(starting, first)
            if first == place:
                self.moved, self.awaited = [], [*self.moved, *self.awaited]
            plain = self.render(code, indent)
            comments = [*self.moved, *self.awaited]
            _, above = attached(self.context, comments, plain)
            moved, awaited = (
                [Code(text) for text in movable(one for one in some if one in above)]
                for some in (self.moved, self.awaited)
            )
            text = self.render([*code[:first], *moved, *code[first:place], *awaited, *code[place:]], indent)
            text, lost = attached(self.context, [one for one in comments if one not in above], text)
            if lost:
                raise RefusedError("comments would get lost")
            if (span.line, span.column) == (span.end_line, span.end_column):
                text += self.context.newline + indent
            self.edits.append(Edit(span, text))
        elif self.moved or self.awaited:
            raise RefusedError("comments would get lost")
        return Rewrite(
            tuple(in_order(self.edits)),
            " ".join(flatten(summary, compact=True).split("\n")),
            self.context.spelling.module,
        )
