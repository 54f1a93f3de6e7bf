"""The order in which the parts of one statement are evaluated, which is not always that of the text."""

from __future__ import annotations

import ast
from itertools import chain
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet


def evaluated(statement: ast.stmt, awaits: AbstractSet[ast.Await]) -> Iterator[ast.expr]:
    """Yield a simple statement's awaits and, between them, the largest parts without one.

    A call around an await comes behind its arguments.
    """
    stack: list[tuple[ast.AST, bool]] = [(part, False) for part in reversed(_parts(statement))]
    while stack:
        node, is_over = stack.pop()
        if isinstance(node, ast.expr) and (is_over or node in awaits or not any(one in awaits for one in walk(node))):
            yield node
            continue
        if isinstance(node, ast.Call):
            stack.append((node, True))
        stack += ((part, False) for part in reversed(_parts(node)))


def _parts(node: ast.AST) -> list[ast.AST]:
    """Return what is evaluated for a node, in that order."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [value, *targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [value, target]
        case ast.Dict(keys=keys, values=values):
            return [part for part in chain.from_iterable(zip(keys, values, strict=True)) if part is not None]
    return children(node)
