"""Comments among the lines of an expression: they stay where those lines stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_gather.analysis.source import Comment
    from flake8_gather.replacement.context import Context

OPENING = ("(", "[", "{")
CLOSING = (")", "]", "}")


def attached(context: Context, comments: Iterable[Comment], text: str) -> tuple[str, list[Comment]]:
    """Return new code with the comments whose line, or whose neighbours, stand in it once, and the other comments."""
    lines = text.split(context.newline)
    codes = ["" if line.lstrip().startswith("#") else line.strip() for line in lines]
    others = []
    for comment in sorted(comments, key=lambda one: (one.line, one.column)):
        code = _code(context, comment.line)
        place = _only(codes, code) if code else _below(codes, context, comment.line)
        if place is None:
            others.append(comment)
        elif code:
            lines[place] += f"  {comment.text}"
        else:
            deeper = context.unit if codes[place].startswith(CLOSING) else ""
            lines.insert(place, context.indent_of(lines[place]) + deeper + comment.text)
            codes.insert(place, "")
    return context.newline.join(lines), others


def _code(context: Context, line: int) -> str:
    """Return the code on a line of the source, without indentation and comment."""
    text = context.source.lines[line - 1]
    behind = context.comments(line, line)
    return (text[: context.source.offset(line, behind[0].column)] if behind else text).strip()


def _only(codes: Sequence[str], code: str) -> int | None:
    """Return where a line of code that says something stands, if it does so once."""
    found = [index for index, other in enumerate(codes) if other == code]
    return found[0] if len(found) == 1 and re.search(r"\w", code) else None


def _below(codes: Sequence[str], context: Context, line: int) -> int | None:
    """Return where a comment on a line of its own goes: between the lines that it stood between."""
    count = len(context.source.lines)
    after = next((code for number in range(line + 1, count + 1) if (code := _code(context, number))), "")
    before = next((code for number in range(line - 1, 0, -1) if (code := _code(context, number))), "")
    places = []
    for index, code in enumerate(codes):
        above = next(filter(None, reversed(codes[:index])), "")
        if code == after and (above == before or (above.endswith(OPENING) and before.endswith(OPENING))):
            places.append(index)
    return places[0] if len(places) == 1 and after else None
