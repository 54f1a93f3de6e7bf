"""Loops whose whole body runs once per item at the same time: GTH105."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.awaited import clauses_text, gather_each, start_each
from flake8_gather.replacement.context import is_bare_super
from flake8_gather.replacement.creations import assigned, plain_creation
from flake8_gather.replacement.entries import drop_creation, hand_back
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.routine import LEAVES, function_names, separate
from flake8_gather.replacement.rows import over_results
from flake8_gather.shapes import Clause

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import BodyLoop, Collected

EMPTY = {"list": "[]", "set": "set()", "dict": "{}", "count": "0"}
KINDS = {"list": "append", "set": "add", "dict": "store"}
ADD_ALL = {"list": "extend", "set": "update", "dict": "update"}
JOIN = {"list": "{0}.extend({1})", "set": "{0}.update({1})", "dict": "{0}.update({1})", "count": "{0} += {1}"}


def body_loop(context: Context, shape: BodyLoop) -> Rewrite:
    """Write the body as a local coroutine function, and gather it over the items."""
    if shape.refusal is not None:
        raise RefusedError(shape.refusal)
    context.require_alone(shape.node)
    if any(is_bare_super(inner) for inner in ast.walk(shape.node)):
        raise RefusedError("super() without arguments means something else inside a local function")
    name = context.names.fresh(*function_names(shape.target), "process_one")
    element = f"{name}({', '.join(shape.parameters)})"
    patch = Patch(context)
    _define(patch, shape, f"async def {element}:")
    joined = _entered(patch, shape, element) if shape.entries else _joined(context, shape, element)
    code = [*_returned(shape), Code(""), *joined]
    patch.insert_after(context.end_of(shape.node), code, context.indent(shape.node.lineno))
    return patch.finish(summary_of(joined))


def _define(patch: Patch, shape: BodyLoop, header: str) -> None:
    """Turn the loop's header into that of a function, and its `continue`s into `return`s."""
    context = patch.context
    span = context.logical_line(shape.node)
    patch.replace_header(span, [Code(header)])
    if shape.entries:
        hand_back(patch, shape)
        return
    if shape.collected:
        code = [Code(f"{item.name} = {EMPTY[item.kind]}") for item in shape.collected]
        patch.insert_after(span.end_line, code, context.indent(shape.node.body[0].lineno))
    names = _result(shape.collected)
    patch.edits += [Edit(Span.of(node), f"return {names}".rstrip()) for node in shape.continues]
    separate(patch, shape.function, shape.node)


def _result(collected: tuple[Collected, ...]) -> str:
    return ", ".join(item.name for item in collected)


def _returned(shape: BodyLoop) -> list[Code]:
    """Return what each run ends with, unless it never reaches its end."""
    if not shape.collected or shape.entries or isinstance(shape.node.body[-1], LEAVES):
        return []
    return [Code(f"return {_result(shape.collected)}", 1)]


def _entered(patch: Patch, shape: BodyLoop, element: str) -> list[Code]:
    """Run the function for all items; what it returns are the collection's entries."""
    context, collection = patch.context, shape.collected[0]
    gathered = gather_each(
        context, element, clauses_text(context, [Clause(shape.target, shape.iterable)]), [shape.target]
    )
    creation = plain_creation(context, shape.creation, KINDS[collection.kind])
    if creation is None:
        separate(patch, shape.function, shape.node)
        entries = Code(f"{collection.name}.{ADD_ALL[collection.kind]}({gathered.argument})")
        return [*gathered.prelude, entries]
    context.require_alone(creation)
    drop_creation(patch, shape, creation)
    whole = {"list": gathered.results, "set": gathered.unique, "dict": f"dict({gathered.argument})"}
    return [*gathered.prelude, Code(f"{assigned(context, creation)} = {whole[collection.kind]}")]


def _joined(context: Context, shape: BodyLoop, element: str) -> list[Code]:
    """Run the function for all items; join what the runs collected, in order."""
    clause = Clause(shape.target, shape.iterable)
    if not shape.collected and context.options.style == "taskgroup":
        return start_each(context, element, [clause])
    gathered = gather_each(context, element, clauses_text(context, [clause]), [shape.target])
    if not shape.collected:
        return [*gathered.prelude, Code(gathered.results)]
    kinds = shape.collected
    parts = [
        context.names.fresh("part" if len(kinds) == 1 else f"part_{item.name}", f"{item.name}_part") for item in kinds
    ]
    joins = [Code(JOIN[item.kind].format(item.name, part), 1) for item, part in zip(kinds, parts, strict=True)]
    header = "for {row} in {results}:"
    return [*gathered.prelude, *over_results(context, shape.node.lineno, parts, gathered, header), *joins]
