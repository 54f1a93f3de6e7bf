"""Loops whose whole body runs once per item at the same time: GTH105."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.awaited import clauses_text, gather_each, start_each
from flake8_gather.replacement.context import is_bare_super
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.shapes import Clause

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import BodyLoop, Collected

EMPTY = {"list": "[]", "set": "set()", "dict": "{}", "count": "0"}
JOIN = {"list": "{0}.extend({1})", "set": "{0}.update({1})", "dict": "{0}.update({1})", "count": "{0} += {1}"}
LEAVES = (ast.Return, ast.Raise, ast.Continue)


def body_loop(context: Context, shape: BodyLoop) -> Rewrite:
    """Write the body as a local coroutine function, and gather it over the items."""
    if shape.refusal is not None:
        raise RefusedError(shape.refusal)
    context.require_alone(shape.node)
    if any(is_bare_super(inner) for inner in ast.walk(shape.node)):
        raise RefusedError("super() without arguments means something else inside a local function")
    name = context.names.fresh(*_function_names(shape), "process_one")
    element = f"{name}({', '.join(shape.parameters)})"
    patch = Patch(context)
    _define(patch, shape, f"async def {element}:")
    joined = _joined(context, shape, element)
    code = [*_returned(shape), Code(""), *joined]
    patch.insert_after(context.end_of(shape.node), code, context.indent(shape.node.lineno))
    return patch.finish(summary_of(joined))


def _function_names(shape: BodyLoop) -> list[str]:
    target = shape.target
    if isinstance(target, ast.Name) and len(target.id) > 2:
        return [f"process_{target.id.strip('_')}"]
    return []


def _define(patch: Patch, shape: BodyLoop, header: str) -> None:
    """Turn the loop's header into that of a function, and its `continue`s into `return`s."""
    context = patch.context
    code = [Code(header), *(Code(f"{item.name} = {EMPTY[item.kind]}", 1) for item in shape.collected)]
    span = context.logical_line(shape.node)
    patch.replace_header(span, code[:1])
    if len(code) > 1:
        inner = context.indent(shape.node.body[0].lineno)
        patch.insert_after(span.end_line, [Code(item.text) for item in code[1:]], inner)
    names = _result(shape.collected)
    patch.edits += [Edit(Span.of(node), f"return {names}".rstrip()) for node in shape.continues]
    _separate(patch, shape)


def _separate(patch: Patch, shape: BodyLoop) -> None:
    """Put a blank line above the function, as formatters do, unless it opens a function."""
    node = shape.node
    if shape.function.body[0] is node:
        return
    context, lines = patch.context, patch.context.source.lines
    indent = context.indent(node.lineno)
    first = node.lineno
    while first > 1 and lines[first - 2].strip().startswith("#") and context.indent(first - 1) == indent:
        first -= 1
    if lines[first - 2].strip():
        column = context.line_end(first - 1)
        patch.edits.append(Edit(Span(first - 1, column, first - 1, column), context.newline))


def _result(collected: tuple[Collected, ...]) -> str:
    return ", ".join(item.name for item in collected)


def _returned(shape: BodyLoop) -> list[Code]:
    """Return what each run ends with, unless it never reaches its end."""
    if not shape.collected or isinstance(shape.node.body[-1], LEAVES):
        return []
    return [Code(f"return {_result(shape.collected)}", 1)]


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
    return [*gathered.prelude, Code(f"for {', '.join(parts)} in {gathered.iterated}:"), *joins]
