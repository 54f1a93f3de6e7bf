"""The local coroutine function that a loop's body becomes: its name, its place, what it returns."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_gather.analysis.flow import last_blocks
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.comments import is_directive
from flake8_gather.replacement.context import is_bare_super
from flake8_gather.replacement.patch import Code
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.restate import restate
from flake8_gather.shapes import Clause

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.replacement.patch import Patch

LEAVES = (ast.Return, ast.Raise, ast.Continue)


def function_names(clause: Clause) -> list[str]:
    """Return names for a function that handles what a loop's target stands for, a number beside it left out."""
    target = clause.target
    match clause:
        case Clause(target=ast.Tuple(elts=[_, item]), iterable=ast.Call(func=ast.Name(id="enumerate"))):
            target = item
    if isinstance(target, ast.Name) and len(target.id) > 2:
        return [f"process_{target.id.strip('_')}"]
    return []


def require_closure(context: Context, *statements: ast.stmt) -> None:
    """Refuse what a local function cannot say, or what checkers take for a mistake there."""
    nodes = [node for statement in statements for node in walk(statement)]
    if any(map(is_bare_super, nodes)):
        raise RefusedError("super() without arguments means something else inside a local function")
    deleted = {target for node in walk(context.function) if isinstance(node, ast.Delete) for target in node.targets}
    gone = {target.id for target in deleted if isinstance(target, ast.Name)}
    name = next((node.id for node in nodes if isinstance(node, ast.Name) and node.id in gone), None)
    if name is not None:
        raise RefusedError(f"{name} is deleted, so no local function should read it")


def separate(patch: Patch, function: ast.AsyncFunctionDef, node: ast.For) -> None:
    """Put a blank line above the function, as formatters do, unless it opens a function."""
    if function.body[0] is node:
        return
    context, lines = patch.context, patch.context.source.lines
    indent = context.indent(node.lineno)
    first = node.lineno
    while first > 1 and lines[first - 2].strip().startswith("#") and context.indent(first - 1) == indent:
        first -= 1
    if lines[first - 2].strip():
        column = context.line_end(first - 1)
        patch.edits.append(Edit(Span(first - 1, column, first - 1, column), context.newline))


def lower(patch: Patch, node: ast.stmt) -> int:
    """Take the comments directly above a loop, for the code that goes through its items now; return their number."""
    context, lines = patch.context, patch.context.source.lines
    indent = context.indent(node.lineno)
    first = node.lineno
    while first > 1 and lines[first - 2].strip().startswith("#") and context.indent(first - 1) == indent:
        first -= 1
    comments = context.comments(first, node.lineno - 1)
    if not comments or any(map(is_directive, comments)):
        return 0
    patch.edits.append(Edit(Span(first, 0, node.lineno, 0), ""))
    patch.lowered += comments
    return len(comments)


def lowered(patch: Patch) -> list[Code]:
    """Return the comments that were taken from above a loop, in their order."""
    return [Code(comment.text) for comment in sorted(patch.lowered, key=lambda comment: comment.line)]


def leave(patch: Patch, continues: Sequence[ast.Continue], block: Sequence[ast.stmt], statement: str) -> None:
    """Turn jumps to the next item into `return`s; where nothing would follow, they are not needed."""
    context = patch.context
    idle = {id(node): before.end_lineno or 0 for before, node in idle_jumps(block)}
    for node in continues:
        above = idle.get(id(node), node.lineno)
        if above < node.lineno and not context.comments(above + 1, node.lineno):
            patch.edits.append(
                Edit(Span(above, context.line_end(above), node.lineno, context.line_end(node.lineno)), "")
            )
        else:
            text = patch.render([Code(statement)], context.indent(node.lineno))
            patch.edits.append(Edit(Span.of(node), text))


def idle_jumps(block: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, ast.Continue]]:
    """Yield the jumps to the next item that stand where a block ends anyway, and the statements before them."""
    last = block[-1]
    if isinstance(last, ast.Continue) and len(block) > 1:
        yield block[-2], last
    for inner in last_blocks(last):
        yield from idle_jumps(inner)


def returned(patch: Patch, block: Sequence[ast.stmt], results: str) -> list[Code]:
    """Let a function's body return `results`: in place where all it does last is to assign them."""
    if not results:
        return []
    ends = _row(block[-1], results) if "," in results else _ends(block, results) or []
    targets = [span_of_target(patch, node) for node in ends]
    if not ends or None in targets:
        return [Code(f"return {results}", 1)]
    for node, target in zip(ends, targets, strict=True):
        assert target is not None
        restate(patch, node, [(target, "return ")])
    return []


def _row(last: ast.stmt, names: str) -> list[ast.Assign]:
    """Return a last statement that takes a result apart just as the caller will do."""
    match last:
        case ast.Assign(targets=[ast.Tuple() as target]) if ast.unparse(target).strip("()") == names:
            return [last]
    return []


def _ends(block: Sequence[ast.stmt], name: str) -> list[ast.Assign] | None:
    """Return the assignments of a name with which a block ends in every case, None where it ends otherwise."""
    match block[-1]:
        case ast.Assign(targets=[ast.Name(id=other)]) as node if other == name:
            return [node]
        case ast.If(body=body, orelse=[_, *_] as orelse):
            blocks = [body, orelse]
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=[]):
            blocks = [orelse or body, *(handler.body for handler in handlers)]
        case ast.With(body=body) | ast.AsyncWith(body=body):
            blocks = [body]
        case ast.Raise() | ast.Continue():
            return []
        case _:
            return None
    found: list[ast.Assign] = []
    for one in blocks:
        ends = _ends(one, name)
        if ends is None:
            return None
        found += ends
    return found


def span_of_target(patch: Patch, node: ast.Assign) -> Span | None:
    """Return the span of `name = ` or `a, b = `, if no comment stands in it."""
    context, target, value = patch.context, node.targets[0], Span.of(node.value)
    left = Span.of(target)
    gap = context.source.segment(Span(left.end_line, left.end_column, value.line, value.column))
    if not re.fullmatch(r"[ \t]*=[ \t]*", gap) or context.comments(left.line, left.end_line - 1):
        return None
    return Span(left.line, left.column, value.line, value.column)
