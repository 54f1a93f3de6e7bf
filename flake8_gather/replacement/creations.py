"""The statement that creates an empty collection, when it becomes one with the gather that fills it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_gather.replacement.context import Context

EMPTY = {"append": {"[]", "list()"}, "add": {"set()"}, "store": {"{}", "dict()"}}


def plain_creation(context: Context, node: ast.stmt | None, kind: str) -> ast.Assign | ast.AnnAssign | None:
    """Return the statement that creates the collection, if what it creates is a plain empty one."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return None
    return node if context.text(node.value) in EMPTY[kind] else None


def assigned(context: Context, creation: ast.Assign | ast.AnnAssign) -> str:
    """Return the left side of the creating assignment, with its annotation."""
    if isinstance(creation, ast.AnnAssign):
        return f"{context.text(creation.target)}: {context.text(creation.annotation)}"
    return " = ".join(context.text(target) for target in creation.targets)
