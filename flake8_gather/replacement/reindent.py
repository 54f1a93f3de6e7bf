"""Move statements one step to the left; strings over several lines keep their content."""

from __future__ import annotations

import io
import tokenize
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.layout import layout
from flake8_gather.replacement.patch import apply_edits
from flake8_gather.replacement.tokens import flatten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.replacement.patch import Patch


def dedent(patch: Patch, first: int, last: int) -> None:
    """Move some lines one step to the left, with the edits of a patch inside them applied."""
    inside = [edit for edit in patch.edits if first <= edit.span.line <= last]
    patch.edits = [edit for edit in patch.edits if not first <= edit.span.line <= last]
    span = Span(first, 0, last, patch.context.line_end(last))
    patch.edits.append(Edit(span, dedented(patch.context, first, last, inside)))


def dedented(context: Context, first: int, last: int, edits: Sequence[Edit]) -> str:
    """Return the text of some lines with edits applied, one step to the left."""
    lines = context.source.lines
    before = sum(map(len, lines[: first - 1]))
    after = sum(map(len, lines[last:]))
    text = apply_edits(context.source, edits)
    body = text[before : len(text) - after]
    moved = [_moved(context, piece) for piece in _logical_lines(body)]
    return "".join(moved).rstrip("\r\n")


def _logical_lines(body: str) -> Iterator[list[str]]:
    """Yield the physical lines of each statement or header; comments and blank lines stand alone."""
    lines = body.splitlines(keepends=True)
    start = 0
    for token in tokenize.generate_tokens(iter(["if True:\n", *lines]).__next__):
        end = token.end[0] - 1
        is_end = token.type == tokenize.NEWLINE or (token.type == tokenize.NL and not lines[start].strip())
        is_comment = token.type == tokenize.COMMENT and lines[start].lstrip().startswith("#")
        if (is_end or is_comment) and end > start:
            yield lines[start:end]
            start = end
    if start < len(lines):
        yield lines[start:]


def _moved(context: Context, piece: list[str]) -> str:
    """Move one statement; what a formatter had split is split anew, as there is more room now."""
    text = "".join(piece)
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    outer = indent.removesuffix(context.unit)
    content = text.strip()
    ending = text[len(text.rstrip()) :]
    plain = len(piece) > 1 and "#" not in content and "\\" not in content
    if plain and _write(context, content, indent) == content:
        return outer + _write(context, content, outer) + ending
    fixed = _inside_strings(text)
    return "".join(
        line if number in fixed else line.replace(context.unit, "", 1) if line.startswith(context.unit) else line
        for number, line in enumerate(piece)
    )


def _write(context: Context, text: str, indent: str) -> str:
    return (context.newline + indent).join(layout(flatten(text), context.page(indent), context.unit))


def _inside_strings(text: str) -> set[int]:
    """Return the indices of the lines that start inside a string."""
    found: set[int] = set()
    start = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(text.lstrip(" \t")).readline):
            name = tokenize.tok_name[token.type]
            if name.endswith("STRING_START"):
                start = token.start[0]
            elif name.endswith("STRING_END"):
                found.update(range(start, token.end[0]))
            elif token.type == tokenize.STRING:
                found.update(range(token.start[0], token.end[0]))
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
