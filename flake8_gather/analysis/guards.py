"""Guards in the body of a callee: conditions under which it waits, only once perhaps."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.analysis.effects import Path

READY = frozenset("ready initialized initialised loaded cached connected started open opened setup prepared".split())


def guards(statements: Sequence[ast.stmt], node: ast.Await) -> Iterator[ast.If]:
    """Yield those of a body's statements that decide whether an await is reached."""
    for statement in statements:
        if isinstance(statement, ast.If):
            leaves = isinstance(statement.body[-1], ast.Return) and (statement.end_lineno or 0) < node.lineno
            if leaves or _is_inside(node, statement):
                yield statement


def _is_inside(node: ast.Await, statement: ast.If) -> bool:
    return statement.body[0].lineno <= node.lineno <= (statement.end_lineno or 0)


def is_missing(statement: ast.If, node: ast.Await) -> bool:
    """Tell whether an await is only reached where something is missing: `if self.x is None: await self.fetch()`."""
    match statement.test:
        case ast.UnaryOp(op=ast.Not()) | ast.Compare(ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return _is_inside(node, statement)
        case ast.Name() | ast.Attribute() | ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return not _is_inside(node, statement)
    return False


def readiness(test: ast.expr) -> Path | None:
    """Return the object that a guard asks whether it is ready: `if not self.ready():`, `if not self._loaded:`."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=asked):
            path = path_of(asked.func if isinstance(asked, ast.Call) else asked)
            if path is not None and len(path) > 1 and READY & set(vocabulary.words(path[-1])):
                return path[:-1]
    return None
