"""Loops whose whole body runs once per item at the same time: GTH105."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import own_nodes, walk
from flake8_gather.opportunity import Span
from flake8_gather.replacement.awaited import clauses_text, gather_each, start_each
from flake8_gather.replacement.creations import assigned, plain_creation
from flake8_gather.replacement.entries import drop_creation, ends_without, hand_back
from flake8_gather.replacement.names import singular
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.restate import restate
from flake8_gather.replacement.routine import (
    LEAVES,
    function_names,
    idle_jumps,
    leave,
    lower,
    lowered,
    require_closure,
    separate,
)
from flake8_gather.replacement.rows import over_results
from flake8_gather.shapes import Clause

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.awaited import Gathered
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import BodyLoop

EMPTY = {"list": "[]", "set": "set()", "dict": "{}", "count": "0"}
KINDS = {"list": "append", "set": "add", "dict": "store"}
ADD_ALL = {"list": "extend", "set": "update", "dict": "update"}
WHOLE = {"list": "[{0}]", "set": "{{{0}}}", "dict": "dict({0})"}
JOIN = {"list": "{0}.extend({1})", "set": "{0}.update({1})", "dict": "{0}.update({1})", "count": "{0} += {1}"}


def body_loop(context: Context, shape: BodyLoop) -> Rewrite:
    """Write the body as a local coroutine function, and gather it over the items."""
    if shape.refusal is not None:
        raise RefusedError(shape.refusal)
    context.require_alone(shape.node)
    require_closure(context, shape.node)
    name = context.names.fresh(*function_names(Clause(shape.target, shape.iterable)), "process_one")
    element = f"{name}({', '.join(shape.parameters)})"
    patch = Patch(context)
    collected = () if shape.entries else shape.collected
    own = [context.names.fresh(f"item_{one.name}", f"own_{one.name}") for one in collected]
    _define(patch, shape, f"async def {element}:", own)
    is_entered = bool(shape.entries) and shape.absence != "[]"
    joined = _entered(patch, shape, element) if is_entered else _joined(context, shape, element)
    lower(patch, shape.node)
    code = [*_returned(shape, own), Code(""), *lowered(patch), *joined]
    patch.insert_after(context.end_of(shape.node), code, context.indent(shape.node.lineno))
    return patch.finish(summary_of(joined))


def _define(patch: Patch, shape: BodyLoop, header: str, own: list[str]) -> None:
    """Turn the loop's header into that of a function, and its `continue`s into `return`s.

    `own` are the names that what a run collects has in the function.
    """
    context = patch.context
    span = context.logical_line(shape.node)
    patch.replace_header(span, [Code(header)])
    if shape.entries:
        hand_back(patch, shape)
        if shape.absence == "[]":
            separate(patch, shape.function, shape.node)
        return
    if shape.collected:
        code = [Code(f"{name} = {EMPTY[item.kind]}") for name, item in zip(own, shape.collected, strict=True)]
        patch.insert_after(span.end_line, code, context.indent(shape.node.body[0].lineno))
    renamed = {item.name: name for item, name in zip(shape.collected, own, strict=True)}
    for statement in own_nodes(*shape.node.body):
        if isinstance(statement, ast.Expr | ast.Assign | ast.AugAssign):
            changes = [
                (Span.of(node), renamed[node.id])
                for node in walk(statement)
                if isinstance(node, ast.Name) and node.id in renamed
            ]
            if changes:
                restate(patch, statement, changes)
    leave(patch, shape.continues, shape.node.body, f"return {', '.join(own)}".rstrip())
    separate(patch, shape.function, shape.node)


def _returned(shape: BodyLoop, own: list[str]) -> list[Code]:
    """Return what each run ends with, unless it never reaches its end."""
    body = shape.node.body
    if shape.entries:
        without = shape.absence and ends_without(body, shape.entries)
        return [Code(f"return {shape.absence}", 1)] if without else []
    jumps = isinstance(body[-1], LEAVES) and not any(node is body[-1] for _, node in idle_jumps(body))
    return [Code(f"return {', '.join(own)}", 1)] if own and not jumps else []


def _entered(patch: Patch, shape: BodyLoop, element: str) -> list[Code]:
    """Run the function for all items; what it returns are the collection's entries."""
    context, collection = patch.context, shape.collected[0]
    gathered = gather_each(
        context, element, clauses_text(context, [Clause(shape.target, shape.iterable)], still=True), [shape.target]
    )
    creation = plain_creation(context, shape.creation, KINDS[collection.kind])
    if creation is None:
        separate(patch, shape.function, shape.node)
        whole = f"{collection.name}.{ADD_ALL[collection.kind]}({{0}})"
    else:
        context.require_alone(creation)
        drop_creation(patch, shape, creation)
        whole = f"{assigned(context, creation)} = {WHOLE[collection.kind]}"
    if shape.absence:
        return [*gathered.prelude, *_without_none(context, shape, gathered, whole)]
    if creation is not None and collection.kind != "dict":
        made = gathered.results if collection.kind == "list" else gathered.unique
        return [*gathered.prelude, Code(f"{assigned(context, creation)} = {made}")]
    return [*gathered.prelude, Code(whole.format(gathered.argument))]


def _without_none(context: Context, shape: BodyLoop, gathered: Gathered, whole: str) -> list[Code]:
    """Return the statements that leave out the runs without an entry."""
    collection = shape.collected[0]
    one = "entry" if collection.kind == "dict" else singular(collection.name)
    name = context.names.fresh(one, "entry")
    each = f"{name} for {name} in {{0}} if {name} is not None"
    text = whole.format(each.format(gathered.iterated))
    if context.fits(text, shape.node.lineno):
        return [Code(text)]
    results = context.names.fresh("results", "gathered")
    return [Code(f"{results} = {gathered.results}"), Code(whole.format(each.format(results)))]


def _joined(context: Context, shape: BodyLoop, element: str) -> list[Code]:
    """Run the function for all items; join what the runs collected, in order."""
    clause = Clause(shape.target, shape.iterable)
    if not shape.collected and context.options.style == "taskgroup":
        return start_each(context, element, [clause])
    gathered = gather_each(context, element, clauses_text(context, [clause], still=True), [shape.target])
    if not shape.collected:
        return [*gathered.prelude, Code(gathered.results)]
    kinds = shape.collected
    parts = [
        context.names.fresh("part" if len(kinds) == 1 else f"part_{item.name}", f"{item.name}_part") for item in kinds
    ]
    joins = [Code(JOIN[item.kind].format(item.name, part), 1) for item, part in zip(kinds, parts, strict=True)]
    header = "for {row} in {results}:"
    return [*gathered.prelude, *over_results(context, shape.node.lineno, parts, gathered, header), *joins]
