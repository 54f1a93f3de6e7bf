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
STRINGS = ('"""', "'''")


def attached(context: Context, comments: Iterable[Comment], text: str) -> tuple[str, list[Comment]]:
    """Return new code with the comments whose line, or whose neighbours, stand in it once, and the other comments.

    They must stand once in the function, too: lines that are alike do not tell which is which.
    """
    ordered = sorted(comments, key=lambda one: (one.line, one.column))
    if not ordered or any(quotes in text for quotes in STRINGS):
        return text, ordered  # what looks like a line may be part of a string
    before = [_code(context, number) for number in context.function_lines]
    lines = text.split(context.newline)
    codes = ["" if line.lstrip().startswith("#") else line.strip() for line in lines]
    others = []
    for comment in ordered:
        code = _code(context, comment.line)
        sought = (code,) if code else _neighbours(before, comment.line - context.function_lines.start)
        place = _only(codes, sought) if _only(before, sought) is not None else None
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


def _neighbours(codes: Sequence[str], index: int) -> tuple[str, str]:
    """Return the lines of code above and below a line that has none."""
    return next(filter(None, reversed(codes[:index])), ""), next(filter(None, codes[index + 1 :]), "")


def _only(codes: Sequence[str], sought: tuple[str, ...]) -> int | None:
    """Return where a line of code stands, below a certain other one if two are sought, if it does so once."""
    *above, code = sought
    found = [
        index
        for index, other in enumerate(codes)
        if other == code and all(_alike(one, next(filter(None, reversed(codes[:index])), "")) for one in above)
    ]
    return found[0] if len(found) == 1 and (above or re.search(r"\w", code)) else None


def _alike(one: str, other: str) -> bool:
    """Tell whether a line may stand for another one: what opens a bracket is written anew."""
    return one == other or (one.endswith(OPENING) and other.endswith(OPENING))
