"""Awaits inside one expression: GTH202."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Span
from flake8_gather.replacement.names import label, told_apart
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.positions import needs_parentheses
from flake8_gather.replacement.restate import bare_span, require_exact, require_room_above, restate
from flake8_gather.replacement.statements import grouped, require_few

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import SiblingAwaits

Change = tuple[Span, str]


def sibling_awaits(context: Context, shape: SiblingAwaits) -> Rewrite:
    """Write sibling awaits as one gather, in their place or in front of the statement."""
    require_few(context, len(shape.awaits))
    context.require_alone(shape.statement)
    require_exact(context, *shape.awaits)
    patch = Patch(context)
    change = _spread(context, shape)
    if change is not None:
        summary = restate(patch, shape.statement, [change])
        if patch.moved:
            patch.insert_before(shape.statement.lineno, [])
        return patch.finish(summary)
    require_room_above(context, shape.statement)
    code, names = _in_front(context, shape)
    places = [(bare_span(context, node), name) for node, name in zip(shape.awaits, names, strict=True)]
    restate(patch, shape.statement, places)
    patch.insert_before(shape.statement.lineno, code)
    return patch.finish(summary_of(code))


def _spread(context: Context, shape: SiblingAwaits) -> Change | None:
    """Return the one change that spreads a gather where the awaits were, if that reads well."""
    spread = shape.spread
    if spread is None or context.options.style == "taskgroup":
        return None
    calls = ", ".join(context.operand(node.value) for node in shape.awaits)
    gathered = f"await {context.spelling.gather()}({calls})"
    if isinstance(spread, ast.List):
        wrapped = f"({gathered})" if needs_parentheses(shape.statement, spread) else gathered
        return Span.of(spread), wrapped
    if isinstance(spread, ast.Set):
        return Span.of(spread), f"set({gathered})"
    if isinstance(spread, ast.Tuple):
        return (Span.of(spread), gathered) if _is_unpacked(shape.statement, spread) else None
    first, last = bare_span(context, shape.awaits[0]), bare_span(context, shape.awaits[-1])
    return Span(first.line, first.column, last.end_line, last.end_column), f"*{gathered}"


def _is_unpacked(statement: ast.stmt, value: ast.Tuple) -> bool:
    """Tell whether a tuple is assigned to as many targets, so that it may as well be a list."""
    if not isinstance(statement, ast.Assign) or statement.value is not value or len(statement.targets) > 1:
        return False
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple | ast.List) or len(target.elts) != len(value.elts):
        return False
    return not any(isinstance(element, ast.Starred) for element in (*target.elts, *value.elts))


def _in_front(context: Context, shape: SiblingAwaits) -> tuple[list[Code], list[str]]:
    """Return the statements that gather the results beforehand, and what stands for each await."""
    calls = [context.operand(node.value) for node in shape.awaits]
    nouns = _labels(shape)
    if context.options.style == "taskgroup":
        return _task_group(context, calls, nouns)
    names = [context.names.fresh(name, name and f"{name}_result", "result") for name in nouns]
    left, right = grouped(context, names, calls)
    return [Code(f"{left} = {right}")], names


def _labels(shape: SiblingAwaits) -> list[str]:
    """Return what the awaits are for; the statement's own target says nothing about one of several."""
    own = {f"{node.id}_result" for node in walk(shape.statement) if isinstance(node, ast.Name)}
    found = [label(shape.statement, node) for node in shape.awaits]
    return told_apart(["" if name in own else name for name in found])


def _task_group(context: Context, calls: Sequence[str], nouns: Sequence[str]) -> tuple[list[Code], list[str]]:
    group = context.names.fresh("tg")
    code = [Code(f"async with {context.spelling.asyncio('TaskGroup')}() as {group}:")]
    names = [context.names.fresh(f"{name}_task" if name else "task", "task") for name in nouns]
    code += [Code(f"{name} = {group}.create_task({call})", 1) for name, call in zip(names, calls, strict=True)]
    return code, [f"{name}.result()" for name in names]
