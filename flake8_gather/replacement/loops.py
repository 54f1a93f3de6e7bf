"""Loops around one awaited call: GTH101 and GTH102."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import walk
from flake8_gather.replacement.awaited import clauses_text, gather_each, needs_list, start_each
from flake8_gather.replacement.creations import assigned, plain_creation
from flake8_gather.replacement.names import noun
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.rows import in_zip, over_results
from flake8_gather.replacement.walks import walk_of, zipped

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import CallLoop, CollectLoop


def call_loop(context: Context, shape: CallLoop) -> Rewrite:
    """Write a loop that only calls as one gather."""
    context.require_alone(shape.node)
    if context.options.style == "taskgroup":
        code = start_each(context, context.operand(shape.call), shape.clauses)
    else:
        code = _called(context, shape)
    patch = Patch(context)
    patch.replace(shape.node.lineno, context.end_of(shape.node), code)
    return patch.finish(summary_of(code))


def _called(context: Context, shape: CallLoop) -> list[Code]:
    brackets = "[]" if needs_list(shape.call, shape.clauses) else "()"
    targets = [clause.target for clause in shape.clauses]
    clauses = clauses_text(context, shape.clauses, still=_only_starts(context, shape.call))
    gathered = gather_each(context, context.operand(shape.call), clauses, targets, brackets=brackets)
    return [*gathered.prelude, Code(gathered.results)]


def _only_starts(context: Context, call: ast.expr) -> bool:
    """Tell whether making what is awaited runs nothing yet: it is a call of a coroutine function, and no other call."""
    return context.coroutines and sum(isinstance(node, ast.Call) for node in walk(call)) == 1


def collect_loop(context: Context, shape: CollectLoop) -> Rewrite:
    """Write a loop that collects results as one gather."""
    context.require_alone(shape.node)
    creation = plain_creation(context, shape.creation, shape.sink.kind)
    patch = Patch(context)
    code = _store(context, shape, creation) if shape.sink.kind == "store" else _collect(context, shape, creation)
    if creation is not None and code[-1].depth == 0:
        context.require_alone(creation)
        patch.delete(creation.lineno, creation.end_lineno or 0)
    patch.replace(shape.node.lineno, context.end_of(shape.node), code)
    return patch.finish(summary_of(code))


def _collect(context: Context, shape: CollectLoop, creation: ast.Assign | ast.AnnAssign | None) -> list[Code]:
    """Fill a list or a set."""
    brackets = "[]" if needs_list(shape.call, shape.clauses) else "()"
    targets = [clause.target for clause in shape.clauses]
    clauses = clauses_text(context, shape.clauses, still=_only_starts(context, shape.call))
    gathered = gather_each(context, context.operand(shape.call), clauses, targets, brackets=brackets)
    is_list = shape.sink.kind == "append"
    if creation is not None:
        value = gathered.results if is_list else gathered.unique
        return [*gathered.prelude, Code(f"{assigned(context, creation)} = {value}")]
    method = "extend" if is_list else "update"
    return [*gathered.prelude, Code(f"{context.operand(shape.sink.target)}.{method}({gathered.argument})")]


def _store(context: Context, shape: CollectLoop, creation: ast.Assign | ast.AnnAssign | None) -> list[Code]:
    """Fill a dictionary: in one expression where the keys are the items, else in a loop over the results."""
    key = shape.sink.key
    assert key is not None
    walk = walk_of(context, shape.clauses, reiterable=shape.reiterable)
    element = context.operand(shape.call)
    brackets = "[]" if needs_list(shape.call, ()) else "()"
    gathered = gather_each(context, element, walk.narrowed(element), walk.targets, brackets=brackets)
    prelude = [*walk.prelude, *gathered.prelude]
    if creation is not None and context.text(key) == walk.target:
        left = assigned(context, creation)
        whole = f"{left} = dict({zipped(context, walk.iterable, gathered.iterated)})"
        if gathered.tasks is not None or context.fits(whole, shape.node.lineno):
            return [*prelude, Code(whole)]
        results = context.names.fresh("results", "gathered")
        named = Code(f"{results} = {gathered.results}")
        return [*prelude, named, Code(f"{left} = dict({zipped(context, walk.iterable, results)})")]
    result = context.names.fresh(noun(shape.call), "result")
    loop = over_results(context, shape.node.lineno, [result], gathered, in_zip(context, walk))
    return [*prelude, *loop, Code(f"{context.operand(shape.sink.target)}[{context.text(key)}] = {result}", 1)]
