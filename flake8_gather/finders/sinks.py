"""Where loops put their results: the statements that fill a collection, and the one that creates it."""

from __future__ import annotations

import ast

from flake8_gather.analysis.effects import conflicts, effects_of, path_of
from flake8_gather.analysis.flow import siblings
from flake8_gather.analysis.walking import own_nodes, walk
from flake8_gather.shapes import Sink

KINDS = {"append": "list", "add": "set", "store": "dict"}


def sink_of(statement: ast.stmt) -> tuple[Sink, ast.expr] | None:
    """Return the sink a statement fills and the value it puts there."""
    match statement:
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=target, attr="append" | "add" as kind), args=[value], keywords=[])
        ):
            if path_of(target) is not None and not isinstance(value, ast.Starred):
                return Sink(kind, target), value
        case ast.Assign(targets=[ast.Subscript(value=target, slice=key)], value=value):
            if path_of(target) is not None and not isinstance(key, ast.Slice):
                return Sink("store", target, key), value
    return None


def created_kind(value: ast.expr | None) -> str | None:
    """Return which empty collection, or zero, an expression creates: list, set, dict or count."""
    match value:
        case ast.List(elts=[]):
            return "list"
        case ast.Dict(keys=[]):
            return "dict"
        case ast.Call(func=ast.Name(id="list" | "set" | "dict" as name), args=[], keywords=[]):
            return name
        case ast.Constant(value=0) if not isinstance(value.value, bool):
            return "count"
    return None


def creation_of(function: ast.AsyncFunctionDef, loop: ast.For, sink: Sink) -> ast.stmt | None:
    """Return the sibling statement before a loop that creates its sink, empty and not yet used."""
    if not isinstance(sink.target, ast.Name):
        return None
    name = sink.target.id
    block, index = siblings(function, loop)
    for statement in reversed(block[:index]):
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=other)], value=value)
                | ast.AnnAssign(target=ast.Name(id=other), value=value)
            ):
                if other == name:
                    return statement if created_kind(value) == KINDS[sink.kind] else None
        effects = effects_of(statement)
        if conflicts({(name,)}, effects.reads | effects.writes) or not _goes_on(function, statement):
            return None
    return None


def _goes_on(function: ast.AsyncFunctionDef, statement: ast.stmt) -> bool:
    """Tell whether a statement leads to the next one, or out of the function for good."""
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Import | ast.ImportFrom):
        return True
    if any(isinstance(node, ast.Break | ast.Continue | ast.Match | ast.Delete) for node in walk(statement)):
        return False
    return not any(
        isinstance(outer, ast.Try | ast.TryStar) and any(statement is inner for inner in walk(outer))
        for outer in own_nodes(*function.body)
    )
