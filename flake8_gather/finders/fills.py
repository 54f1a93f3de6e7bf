"""How a loop's body fills collections: where, and whether once per item as the last thing it does."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import FILLERS
from flake8_gather.analysis.flow import last_blocks, may_swallow
from flake8_gather.analysis.project import External

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeGuard

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.shapes import Collected


def filled(statement: ast.AST, name: str, kind: str) -> list[ast.Name]:
    """Return the mentions of a collection in a statement that only fills it."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=other) as mention, attr=method))):
            if other == name and method in FILLERS:
                return [mention]
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=other) as mention)]) if (
            kind == "dict" and other == name
        ):
            return [mention]
        case ast.AugAssign(target=ast.Name(id=other) as mention, op=ast.Add()) if other == name and kind in (
            "count",
            "list",
        ):
            return [mention]
    return []


def last_fills(
    context: FunctionContext, block: Sequence[ast.stmt], collection: Collected
) -> tuple[ast.Expr | ast.Assign, ...] | None:
    """Return the statements that put one entry each into a collection, if every run ends with one of them."""
    last = block[-1]
    if isinstance(last, ast.Raise):
        return ()
    if isinstance(last, ast.Continue) and len(block) > 1:
        last = block[-2]
    if is_entry(last, collection):
        return (last,)
    blocks = _ends(context, last)
    if blocks is None:
        return None
    found: list[ast.Expr | ast.Assign] = []
    for one in blocks:
        fills = last_fills(context, one, collection)
        if fills is None:
            return None
        found += fills
    return tuple(found)


def ending_fills(block: Sequence[ast.stmt], collection: Collected) -> tuple[ast.Expr | ast.Assign, ...]:
    """Return the statements that put an entry into a collection, after which a run does nothing more."""
    last = block[-2] if isinstance(block[-1], ast.Continue) and len(block) > 1 else block[-1]
    if is_entry(last, collection):
        return (last,)
    return tuple(found for one in last_blocks(last) for found in ending_fills(one, collection))


def entered(statement: ast.Expr | ast.Assign) -> ast.expr | None:
    """Return the one value that an entry puts into a list or a set, None for an entry of a dictionary."""
    match statement:
        case ast.Expr(value=ast.Call(args=[value])):
            return value
    return None


def _ends(context: FunctionContext, node: ast.stmt) -> list[list[ast.stmt]] | None:
    """Return the blocks one of which a compound statement ends with, None where it may end otherwise."""
    match node:
        case ast.If(body=body, orelse=[_, *_] as orelse):
            return [body, orelse]
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=[]):
            return [orelse or body, *(handler.body for handler in handlers)]
        case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
            if all(_raises_on(context, item.context_expr) for item in items):
                return [body]
    return None


def _raises_on(context: FunctionContext, node: ast.expr) -> bool:
    """Tell whether a context manager is a library's that hands exceptions on."""
    if may_swallow(node):
        return False
    func = node.func if isinstance(node, ast.Call) else node
    if isinstance(func, ast.Name) and func.id == "open":
        return True
    if isinstance(context.file.callees.target(func, context.scope), External):
        return True
    receiver = func.value if isinstance(func, ast.Attribute) and isinstance(node, ast.Call) else node
    found = context.file.receivers.infer(receiver, context.scope)
    return found is not None and isinstance(found.symbol, External)


def is_entry(statement: ast.stmt, collection: Collected) -> TypeGuard[ast.Expr | ast.Assign]:
    """Tell whether a statement puts one entry into a collection."""
    name = collection.name
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr=method), args=[value])):
            wanted = {"list": "append", "set": "add"}.get(collection.kind)
            return other == name and method == wanted and not isinstance(value, ast.Starred)
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=other), slice=key)]):
            return other == name and collection.kind == "dict" and not isinstance(key, ast.Slice)
    return False
