"""Functions made on the way, which look at names when they are called: `lambda: x` sees the last `x` of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import MUTATORS, effects_of, names_in
from flake8_gather.analysis.walking import FunctionLike, own_nodes, walk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet


def captures(node: ast.AST, names: AbstractSet[str]) -> bool:
    """Tell whether a function inside reads names when it is called (defaults are read before: `lambda x=x: x`)."""
    for child in walk(node):
        if isinstance(child, FunctionLike):
            inside = effects_of(*([child.body] if isinstance(child, ast.Lambda) else child.body))
            own = {argument.arg for argument in walk(child.args) if isinstance(argument, ast.arg)} | inside.bindings
            if not isinstance(child, ast.Lambda):
                own.add(child.name)
            if {path[0] for path in inside.reads} & (names - own):
                return True
    return False


def keeps_function(statements: Sequence[ast.stmt], names: AbstractSet[str]) -> bool:
    """Tell whether statements put a function somewhere that reads names when it is called."""
    nodes = own_nodes(*statements)
    late = {name for node in nodes if (name := _made(node)) is not None and captures(node, names)}
    return any(captures(kept, names) or names_in(kept) & late for node in nodes for kept in _put_somewhere(node))


def _made(node: ast.AST) -> str | None:
    """Return the name under which a function is made, or a display that may hold one."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() | ast.List() | ast.Tuple() | ast.Dict()):
            return name
    return None


def _put_somewhere(node: ast.AST) -> list[ast.expr]:
    """Return what a statement keeps for later: `calls.append(lambda: x)`, `calls[x] = lambda: x`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=method), args=kept) if method in MUTATORS:
            return kept
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()], value=value):
            return [value]
        case ast.AugAssign(value=ast.List() | ast.Tuple() | ast.Set() | ast.Dict() as value):
            return [value]
    return []
