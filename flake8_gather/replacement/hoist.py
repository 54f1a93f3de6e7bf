"""Loops whose await moves out, the rest of the body staying a plain loop: GTH104."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Span
from flake8_gather.replacement.awaited import needs_list
from flake8_gather.replacement.names import noun, target_names
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.reindent import dedent
from flake8_gather.replacement.restate import bare_span, require_exact, restate, statement_of
from flake8_gather.replacement.rows import rows

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import HoistLoop


def hoist_loop(context: Context, shape: HoistLoop) -> Rewrite:
    """Write the loop over items and their results, gathered beforehand."""
    _check(context, shape)
    names = [hoisted.name or context.names.fresh(noun(hoisted.node.value), "result") for hoisted in shape.hoisted]
    code = _header(context, shape, names)
    place = next(index for index, item in enumerate(code) if item.text.startswith("for "))
    code[place:place] = _annotations(context, shape)
    if len(names) == 1 and shape.hoisted[0].name is None:
        names = _inline(code, names[0])
    patch = Patch(context)
    _shrink_body(patch, shape, names)
    if shape.wrapper is not None:
        span = context.logical_line(shape.wrapper)
        patch.replace(shape.node.lineno, span.end_line, code)
        dedent(patch, span.end_line + 1, context.end_of(shape.wrapper))
    elif shape.guards:
        patch.replace(shape.node.lineno, _with_blanks(context, shape.guards[-1].end_lineno or 0), code)
    else:
        patch.replace_header(context.logical_line(shape.node), code)
    return patch.finish(summary_of(code))


def _check(context: Context, shape: HoistLoop) -> None:
    removed = [hoisted.statement for hoisted in shape.hoisted if hoisted.statement is not None]
    wrapper = [] if shape.wrapper is None else [shape.wrapper]
    for statement in (shape.node, *shape.guards, *wrapper, *shape.body):
        context.require_alone(statement)
    for statement in removed:
        context.require_alone(statement)
    if all(any(statement is gone for gone in removed) for statement in shape.body):
        raise RefusedError("nothing would be left of the loop")


def _annotations(context: Context, shape: HoistLoop) -> list[Code]:
    """Keep the annotations of assignments that become loop targets."""
    found = [hoisted.statement for hoisted in shape.hoisted if isinstance(hoisted.statement, ast.AnnAssign)]
    return [Code(f"{context.text(node.target)}: {context.text(node.annotation)}") for node in found]


def _header(context: Context, shape: HoistLoop, names: list[str]) -> list[Code]:
    """Return the new header, with what must come before it."""
    calls = [hoisted.node.value for hoisted in shape.hoisted]
    brackets = "[]" if any(needs_list(call, [shape.clause]) for call in calls) else "()"
    keeps_target = _keeps_target(shape, names)
    texts = [context.operand(call) for call in calls]
    return rows(context, shape, names, texts, keeps_target=keeps_target, brackets=brackets)


def _inline(code: list[Code], name: str) -> list[str]:
    """Let the statement ask the task itself, where a name for its result was not there before."""
    before, _, value = code[-1].text.partition(" = ")
    if not code[-1].depth or before != name:
        return [name]
    code.pop()
    return [value]


def _keeps_target(shape: HoistLoop, names: list[str]) -> bool:
    """Tell whether the loop's own variables are still needed; a result may take the place of one."""
    replaced = {word for name in names for word in name.split(", ")} & set(target_names(shape.clause.target))
    if not replaced:
        return shape.keeps_target
    first = shape.hoisted[0].statement
    if len(names) == 1 and isinstance(shape.clause.target, ast.Name) and shape.body[0] is first:
        return False
    raise RefusedError(f"the loop's variable {replaced.pop()} is assigned in its body")


def _shrink_body(patch: Patch, shape: HoistLoop, names: list[str]) -> None:
    """Delete the assignments that became loop targets; let larger expressions read the new names."""
    changes: dict[int, tuple[ast.stmt, list[tuple[Span, str]]]] = {}
    for hoisted, name in zip(shape.hoisted, names, strict=True):
        if hoisted.statement is not None:
            patch.delete(hoisted.statement.lineno, hoisted.statement.end_lineno or 0, above=True)
            continue
        require_exact(patch.context, hoisted.node)
        statement = statement_of(shape.body, hoisted.node)
        place = bare_span(patch.context, hoisted.node)
        changes.setdefault(id(statement), (statement, []))[1].append((place, name))
    for statement, places in changes.values():
        restate(patch, statement, places)


def _with_blanks(context: Context, line: int) -> int:
    """Return the last of the blank lines below a line, or the line itself."""
    lines = context.source.lines
    while line < len(lines) and not lines[line].strip():
        line += 1
    return line
