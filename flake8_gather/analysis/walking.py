"""Walking trees: the nodes directly inside a node, all those below it, and those of its own function.

As `ast.walk` and `ast.iter_child_nodes`, but without operators and contexts, which nobody asks for
and which are half of all nodes.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from typing import TYPE_CHECKING

from flake8_gather.analysis.remembering import per_file

if TYPE_CHECKING:
    from collections.abc import Sequence

FunctionLike = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Nested = FunctionLike | ast.ClassDef

# Fields that hold no nodes, or none that are worth a visit.
_IDLE = frozenset(
    "arg asname attr conversion ctx id is_async kind kwd_attrs level module op ops rest simple tag type_comment "
    "type_ignores".split()
)
_LEAVES = (ast.Constant, ast.Global, ast.Nonlocal)
_FIELDS = {
    kind: tuple(name for name in kind._fields if name not in _IDLE) if kind not in _LEAVES else ()
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}

# Where statements stand in statements, and in parts of them (handlers and cases).
_PARTS = ("handlers", "cases")
_BLOCKS = {
    kind: tuple(name for name in ("body", "handlers", "cases", "orelse", "finalbody") if name in fields)
    for kind, fields in _FIELDS.items()
}


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes directly inside a node, in source order."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += filter(None, value)  # a key or a default may be missing
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


@per_file(most=512)
def walk(node: ast.AST) -> tuple[ast.AST, ...]:
    """Return a node and all nodes below it, the outer ones first."""
    found = [node]
    for one in found:
        found += children(one)
    return tuple(found)


@per_file(most=512)
def own_nodes(*roots: ast.AST) -> tuple[ast.AST, ...]:
    """Return nodes in source order without entering nested functions, lambdas and classes."""
    found: list[ast.AST] = []
    entered = set(roots)
    stack = list(reversed(roots))
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, Nested) or node in entered:
            stack += reversed(children(node))
    return tuple(found)


def blocks(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> list[list[ast.stmt]]:
    """Return the blocks of a compound statement, in source order: of those of an `if`, only one runs."""
    found: list[list[ast.stmt]] = []
    for name in _BLOCKS[type(node)]:
        block = getattr(node, name)
        found += [part.body for part in block] if name in _PARTS else [block]
    return found


def child_statements(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> list[ast.stmt]:
    """Return the statements directly inside a compound statement, in source order."""
    return [statement for block in blocks(node) for statement in block]


def on_lines(block: Sequence[ast.stmt], lines: Sequence[int]) -> list[ast.stmt]:
    """Return the statements of a block that one of the lines goes through; both stand in source order."""
    found: list[ast.stmt] = []
    index = 0
    for statement in block:
        index = bisect_left(lines, statement.lineno, index)
        if index == len(lines):
            break
        if lines[index] <= (statement.end_lineno or 0):
            found.append(statement)
    return found
