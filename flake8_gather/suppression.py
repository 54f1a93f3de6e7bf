"""`# noqa`, as flake8 reads it: on any physical line of the logical line that a finding stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8.violation import Violation

from flake8_gather.analysis.walking import child_statements

if TYPE_CHECKING:
    from flake8_gather.analysis.source import Source
    from flake8_gather.opportunity import Opportunity


def is_silenced(source: Source, found: Opportunity) -> bool:
    """Tell whether a comment on the line of a finding's first await silences its code."""
    line = found.awaits[0].line
    first, last = logical_line(source, line)
    text = "".join(source.lines[first - 1 : last])
    return Violation(found.code, source.path, line, 1, "", text).is_inline_ignored(False)


def logical_line(source: Source, line: int) -> tuple[int, int]:
    """Return the first and last physical line of the statement, or statement header, on a line."""
    body = list(source.tree.body)
    first, last = line, line
    while body:
        around = next((node for node in body if node.lineno <= line <= (node.end_lineno or node.lineno)), None)
        if around is None:
            break
        inner = child_statements(around)
        first = around.lineno
        last = (inner[0].lineno - 1 if inner else around.end_lineno) or first
        if line <= last:
            break
        body = inner
    return (first, max(first, last)) if first <= line <= last else (line, line)
