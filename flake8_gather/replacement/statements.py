"""Statements whose awaits can wait together: GTH201 and GTH203."""

from __future__ import annotations

import ast
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import walk
from flake8_gather.replacement.context import is_enclosed
from flake8_gather.replacement.names import label, names_inside, noun
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.restate import bare_span, require_exact, restate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import AwaitRounds, StatementRun, Step

EXACT = 6
"""Up to so many arguments type checkers know the type of each result of a gather."""


def statement_run(context: Context, shape: StatementRun) -> Rewrite:
    """Write the awaits of a run of statements as one gather."""
    steps = shape.steps
    require_few(context, len(steps))
    for statement in (*(step.statement for step in steps), *shape.before, *shape.after):
        context.require_alone(statement)
    patch = Patch(context)
    if any(step.part for step in steps):
        code = _around_parts(patch, shape)
        return patch.finish(summary_of(code))
    code, ending = together(context, steps)
    first, last = steps[0].statement, steps[-1].statement
    if not shape.before and not shape.after:
        patch.replace(first.lineno, last.end_lineno or 0, [*code, *ending])
    elif not shape.before:
        patch.replace(first.lineno, first.end_lineno or 0, code)
        _remove(patch, steps[1:], ending)
    elif not shape.after:
        _remove(patch, steps[:-1], [])
        patch.replace(last.lineno, last.end_lineno or 0, [*code, *ending])
    else:
        statements = sorted((*(s.statement for s in steps), *shape.before, *shape.after), key=lambda s: s.lineno)
        _rebuild(patch, statements, [*shape.before, code, *shape.after, ending])
    return patch.finish(summary_of(code))


def _around_parts(patch: Patch, shape: StatementRun) -> list[Code]:
    """Put the gather in front of the first statement that stays and reads its results."""
    context = patch.context
    parts = [step for step in shape.steps if step.part]
    staying = sorted((*(step.statement for step in parts), *shape.after), key=lambda one: one.lineno)
    if any(one.lineno > staying[0].lineno for one in shape.before):
        raise RefusedError("the statements in between would change places")
    require_exact(context, *(step.node for step in parts))
    taskgroup = context.options.style == "taskgroup"
    labels = [label(step.statement, step.node) for step in parts]
    own = [_own_label(step, name) if labels.count(name) > 1 else name for step, name in zip(parts, labels, strict=True)]
    stem = {
        id(step): context.names.fresh(*_part_names(name, taskgroup=taskgroup))
        for step, name in zip(parts, own, strict=True)
    }
    code, ending = together(context, shape.steps, stem)
    _remove(patch, [step for step in shape.steps if not step.part], ending)
    for step in parts:
        name = stem[id(step)]
        text = f"{name}.result()" if taskgroup else name
        restate(patch, step.statement, [(bare_span(context, step.node), text)])
    patch.insert_before(staying[0].lineno, code)
    return code


def _own_label(step: Step, name: str) -> str:
    """Return a label that tells a result from others of the same callee, by what is made of it."""
    match step.targets:
        case (ast.Name(id=target),):
            return f"{target}_{name.rpartition('_')[2] or 'result'}"
    return name


def _part_names(name: str, *, taskgroup: bool) -> tuple[str, ...]:
    if taskgroup:
        return (f"{name}_task" if name else "task"), "task"
    return name, name and f"{name}_result", "result"


def await_rounds(context: Context, shape: AwaitRounds) -> Rewrite:
    """Write chains of awaits as rounds of gathers."""
    if shape.order is None:
        raise RefusedError("the statements in between cannot be reordered safely")
    require_few(context, max(map(len, shape.rounds)))
    for statement in shape.statements:
        context.require_alone(statement)
    rounds = {id(steps[0].statement): steps for steps in shape.rounds if len(steps) > 1}
    pieces: list[ast.stmt | list[Code]] = []
    summaries = []
    for statement in shape.order:
        if id(statement) in rounds:
            code, ending = together(context, rounds[id(statement)])
            pieces += [[*code, *ending]]
            summaries.append(summary_of(code))
        else:
            pieces.append(statement)
    patch = Patch(context)
    _rebuild(patch, shape.statements, pieces)
    return patch.finish("; ".join(summaries))


def require_few(context: Context, count: int) -> None:
    """Refuse where a fixed number of awaits is above the limit."""
    limit = context.options.limit
    if limit is not None and count > limit:
        raise RefusedError(f"{count} awaits at once are more than the limit of {limit}")


def _remove(patch: Patch, steps: Sequence[Step], ending: Sequence[Code]) -> None:
    """Delete statements whose awaits went elsewhere; a `return` stays where it is."""
    for step in steps:
        if step.returns and ending:
            patch.swap(step.statement.lineno, step.statement.end_lineno or 0, ending)
        else:
            patch.delete(step.statement.lineno, step.statement.end_lineno or 0, above=True)


def _rebuild(patch: Patch, statements: Sequence[ast.stmt], pieces: Iterable[ast.stmt | Sequence[Code]]) -> None:
    """Write a block anew: statements with the comments above them in another order, and new code."""
    lines = patch.context.source.lines
    first, last = statements[0].lineno, statements[-1].end_lineno or 0
    starts: dict[int, int] = {}
    line = first
    for statement in statements:
        starts[id(statement)] = line
        line = (statement.end_lineno or 0) + 1
    code: list[Code] = []
    kept: set[int] = set()
    for piece in pieces:
        if isinstance(piece, ast.stmt):
            start, end = starts[id(piece)], piece.end_lineno or 0
            kept.update(range(start, end + 1))
            text = "".join(lines[start - 1 : end]).rstrip("\r\n")
            code.append(Code(text if code else text.lstrip("\r\n"), verbatim=True))
        else:
            code += piece
    patch.replace(first, last, code)
    patch.moved = [comment for comment in patch.moved if comment.line not in kept]


def together(
    context: Context, steps: Sequence[Step], parts: Mapping[int, str] = MappingProxyType({})
) -> tuple[list[Code], list[Code]]:
    """Return the statements that run the steps together, and the `return` they end with.

    `parts` are the names of the results (the tasks) that statements which stay read, by their steps.
    """
    notes = [Code(f"{_target(context, step)}: {context.text(step.annotation)}") for step in steps if step.annotation]
    if any(len(step.targets) > 1 for step in steps if not step.part):
        raise RefusedError("one of the results is assigned twice")
    calls = [context.operand(step.node.value) for step in steps]
    if context.options.style == "taskgroup":
        return _in_task_group(context, steps, calls, notes, parts)
    returned = context.names.fresh("result") if steps[-1].returns and not steps[-1].part else ""
    ending = [Code(f"return {returned}")] if returned else []
    if not returned and not parts and not any(step.targets for step in steps):
        return [*notes, Code(f"await {context.spelling.gather()}({', '.join(calls)})")], ending
    unused = _unused(context)
    targets = [
        parts.get(id(step)) or (returned if step.returns else _target(context, step) or unused) for step in steps
    ]
    left, right = grouped(context, targets, calls)
    return [*notes, Code(f"{left} = {right}")], ending


def grouped(context: Context, targets: Sequence[str], calls: Sequence[str]) -> tuple[str, str]:
    """Return both sides of `a, b = await gather(f(), g())`; in typed code many are grouped so that types stay exact."""
    gather = context.spelling.gather()
    if len(calls) <= EXACT or not context.is_typed:
        return ", ".join(targets), f"await {gather}({', '.join(calls)})"
    count = -(-len(calls) // EXACT)
    edges = [len(calls) * index // count for index in range(count + 1)]
    pairs = list(pairwise(edges))
    left = ", ".join(f"({', '.join(targets[start:end])})" for start, end in pairs)
    right = ", ".join(f"{gather}({', '.join(calls[start:end])})" for start, end in pairs)
    place = context.place or context.function
    if not context.is_short(f"{left} = await {gather}(", place.lineno):
        left = f"({left},)"  # what stands in parentheses, black and ruff lay out alike
    return left, f"await {gather}({right})"


def _target(context: Context, step: Step) -> str:
    """Return the target as one of several, `` where the result is thrown away."""
    if not step.targets:
        return ""
    text = context.text(step.targets[0])
    return f"({text})" if isinstance(step.targets[0], ast.Tuple) and not is_enclosed(text) else text


def _unused(context: Context) -> str:
    """Return a name for results that nobody reads: `_`, unless it means something here."""
    if "_" not in context.names.known:
        return "_"
    reads = any(
        isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Load)
        for node in walk(context.function)
    )
    is_outer = "_" not in names_inside(context.function)
    return context.names.fresh("_unused") if reads or is_outer else "_"


def _in_task_group(
    context: Context, steps: Sequence[Step], calls: Sequence[str], notes: list[Code], parts: Mapping[int, str]
) -> tuple[list[Code], list[Code]]:
    """Start all steps in a task group, then read their results."""
    group = context.names.fresh("tg")
    code = [*notes, Code(f"async with {context.spelling.asyncio('TaskGroup')}() as {group}:")]
    reads: list[Code] = []
    ending: list[Code] = []
    for step, call in zip(steps, calls, strict=True):
        start = f"{group}.create_task({call})"
        if id(step) in parts:
            code.append(Code(f"{parts[id(step)]} = {start}", 1))
            continue
        if not step.targets and not step.returns:
            code.append(Code(start, 1))
            continue
        target = _target(context, step)
        stem = target if target.isidentifier() else noun(step.node.value)
        task = context.names.fresh(f"{stem}_task" if stem else "task", "task")
        code.append(Code(f"{task} = {start}", 1))
        if step.returns:
            ending.append(Code(f"return {task}.result()"))
        else:
            reads.append(Code(f"{context.text(step.targets[0])} = {task}.result()"))
    return [*code, *reads], ending
