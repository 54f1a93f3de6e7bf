"""Replace expressions inside a statement that stays.

A statement that was laid out as a formatter lays it out is laid out anew; in any other only the
expressions change.
"""

from __future__ import annotations

import ast
import keyword
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import child_statements
from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.comments import is_directive
from flake8_gather.replacement.layout import layout
from flake8_gather.replacement.lines import width
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.tokens import flatten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.replacement.patch import Patch

CALLED = re.compile(r"[\])\"']$|\w+$")


def statement_of(body: Sequence[ast.stmt], node: ast.expr) -> ast.stmt:
    """Return the innermost statement that holds an expression."""
    found: ast.stmt | None = None
    place = (node.lineno, node.col_offset)
    while body:
        index = bisect_right(body, place, key=lambda statement: (statement.lineno, statement.col_offset)) - 1
        if index < 0 or not _holds(body[index], node):
            break
        found = body[index]
        body = child_statements(found)
    if found is None:
        raise RefusedError("the expression is in no statement")
    return found


def _holds(statement: ast.stmt, node: ast.expr) -> bool:
    starts = (statement.lineno, statement.col_offset) <= (node.lineno, node.col_offset)
    ends = (node.end_lineno or 0, node.end_col_offset or 0) <= (
        statement.end_lineno or 0,
        statement.end_col_offset or 0,
    )
    return starts and ends


def require_exact(context: Context, *nodes: ast.expr) -> None:
    """Refuse where the positions of nodes do not lead to their text (f-strings before Python 3.12)."""
    for node in nodes:
        try:
            found = ast.parse(f"({context.source.segment(node)}\n)", mode="eval").body
        except (SyntaxError, IndexError, UnicodeDecodeError):
            raise RefusedError("the place of the expression inside a string is not known") from None
        if ast.dump(found) != ast.dump(node):
            raise RefusedError("the place of the expression inside a string is not known")


def require_room_above(context: Context, statement: ast.stmt) -> None:
    """Refuse where no statement can stand in front of this one."""
    if isinstance(statement, ast.While):
        raise RefusedError("the condition of a while loop runs again and again")
    if isinstance(statement, ast.If) and context.source.segment(statement).startswith("elif"):
        raise RefusedError("no statement can stand in front of an elif")


def restate(patch: Patch, statement: ast.stmt, changes: Sequence[tuple[Span, str]]) -> str:
    """Add the edits that replace spans inside one logical line, and return the new line as one line."""
    context = patch.context
    span = context.logical_line(statement)
    old = context.source.segment(span)
    new = changed(context, span, changes)
    shrinks = any(place.line < place.end_line and "\n" not in text for place, text in changes)
    one_line = flatten(new, compact=shrinks)
    comments = [
        c for c in context.comments(span.line, span.end_line) if (c.line, c.column) < (span.end_line, span.end_column)
    ]
    inside = [c for c in comments if any(_within(c.line, c.column, place) for place, _ in changes)]
    patch.moved += inside
    behind = patch.trailing(span)
    laid_out = (
        None
        if len(comments) > len(inside) or "\\\n" in old
        else _laid_out(context, span, old, new, behind.text if behind else None, shrinks=shrinks)
    )
    if laid_out is None or laid_out == new or (behind and is_directive(behind) and "\n" in laid_out):
        patch.edits += [Edit(place, text) for place, text in changes]
    else:
        end = span if not behind else Span(span.line, span.column, behind.line, context.line_end(behind.line))
        patch.edits.append(Edit(end, laid_out))
    return one_line


def _within(line: int, column: int, span: Span) -> bool:
    return (span.line, span.column) <= (line, column) < (span.end_line, span.end_column)


def changed(context: Context, span: Span, changes: Sequence[tuple[Span, str]]) -> str:
    """Return the text of a span with changes inside it applied."""
    parts, line, column = [], span.line, span.column
    for place, text in sorted(changes, key=lambda change: (change[0].line, change[0].column)):
        parts += [context.source.segment(Span(line, column, place.line, place.column)), text]
        line, column = place.end_line, place.end_column
    return "".join((*parts, context.source.segment(Span(line, column, span.end_line, span.end_column))))


def _laid_out(context: Context, span: Span, old: str, new: str, comment: str | None, *, shrinks: bool) -> str | None:
    """Return the new line laid out, None if the old one was not and the new one is short enough.

    What `shrinks` and has room on one line now does not stay on several.
    """
    indent = context.indent(span.line)
    page = context.page(indent)

    def write(text: str) -> str:
        lines = layout(flatten(text), page, context.unit, comment or "")
        return (context.newline + indent).join(lines)

    ending = f"  {comment}" if comment else ""
    short = flatten(new, compact=True) + ending
    if shrinks and "\n" not in short and context.is_short(short, span.line):
        return short
    was_formatted = write(old) == old + ending
    too_long = any(width(line) > page.width for line in (" " * page.indent + new + ending).splitlines())
    if not was_formatted and not too_long:
        return None
    result = write(new)
    return new if result == new + ending else result


def bare_span(context: Context, node: ast.expr) -> Span:
    """Return the span of an expression with the parentheses around it that a plain name does not need."""
    span, lines = Span.of(node), context.source.lines
    before = context.source.segment(Span(span.line, 0, span.line, span.column))
    end = context.line_end(span.end_line)
    after = context.source.segment(Span(span.end_line, span.end_column, span.end_line, end))
    line, end_line, skipped = span.line, span.end_line, span.end_column
    if not before.strip() and not after.strip() and line > 1 and end_line < len(lines):
        line, end_line, skipped = line - 1, end_line + 1, 0
        before, after = lines[line - 1], lines[end_line - 1]
    head = before.rstrip()
    if not (head.endswith("(") and after.lstrip().startswith(")")):
        return span
    if (word := CALLED.search(head[:-1])) and not keyword.iskeyword(word[0]):
        return span
    start = len(head[:-1].encode("utf-8", "surrogatepass"))
    inner = len(after[: after.index(")") + 1].encode("utf-8", "surrogatepass"))
    return Span(line, start, end_line, skipped + inner)


def without_await(context: Context, node: ast.Await) -> list[tuple[Span, str]]:
    """Return the changes that leave an await's operand alone (the coroutine of a task that is created)."""
    start, operand = Span.of(node), Span.of(node.value)
    if id(node.value) in context.tasks:
        return [(start, context.text(node.value))]
    text = context.source.segment(node)
    gap = len(text) - len(text.removeprefix("await").lstrip())
    if "\n" in text[:gap]:
        return [(Span(start.line, start.column, operand.line, operand.column), "")]
    return [(Span(start.line, start.column, start.line, start.column + gap), "")]
