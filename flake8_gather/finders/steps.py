"""Statements as single awaits: what is awaited, what becomes of the result, what may stand in between."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import Effects, effects_of, path_of
from flake8_gather.analysis.evaluation import evaluated
from flake8_gather.analysis.output import is_logging
from flake8_gather.analysis.purity import PURE
from flake8_gather.analysis.walking import children, walk
from flake8_gather.shapes import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

# Expressions in which a part may not run at all, or runs more than once, or later.
SOMETIMES = (
    ast.BoolOp
    | ast.IfExp
    | ast.Compare
    | ast.Lambda
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
    | ast.NamedExpr
)


def step_of(statement: ast.stmt) -> Step | None:
    """Return a statement as one await with its targets, None where it is something else."""
    if sum(isinstance(node, ast.Await) for node in walk(statement)) != 1:
        return None
    match statement:
        case ast.Assign(targets=targets, value=ast.Await() as node):
            return Step(statement, node, tuple(targets))
        case ast.AnnAssign(target=target, annotation=annotation, value=ast.Await() as node):
            return Step(statement, node, (target,), annotation)
        case ast.Expr(value=ast.Await() as node):
            return Step(statement, node)
        case ast.Return(value=ast.Await() as node):
            return Step(statement, node, returns=True)
        case ast.Assign(targets=targets, value=value):
            return _part(statement, value, tuple(targets))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return _part(statement, value, (target,))
        case ast.Return(value=ast.expr() as value):
            return _part(statement, value, (), returns=True)
    return None


def _part(statement: ast.stmt, value: ast.expr, targets: tuple[ast.expr, ...], *, returns: bool = False) -> Step | None:
    """Return a statement whose value contains an await that may run before all the rest of it."""
    node = _always_awaited(value)
    if node is None:
        return None
    inside = set(walk(node))
    for other in walk(value):
        if other in inside or not _stands_before(other, node):
            continue
        if isinstance(other, ast.Call) and not _is_pure(other):
            return None
        if isinstance(other, ast.NamedExpr):
            return None  # the await may need what it binds
        if isinstance(other, ast.Attribute | ast.Subscript) and (path_of(other) or ("self",))[0] in ("self", "cls"):
            return None  # the callee might change it
    return Step(statement, node, targets, returns=returns, part=True)


def _always_awaited(value: ast.expr) -> ast.Await | None:
    stack: list[ast.AST] = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Await):
            return node
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            stack.append(node.generators[0].iter)
        elif not isinstance(node, SOMETIMES):
            stack.extend(children(node))
    return None


def _stands_before(node: ast.AST, wanted: ast.Await) -> bool:
    end = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    return isinstance(node, ast.expr) and end <= (wanted.lineno, wanted.col_offset)


def behind(step: Step) -> Effects:
    """Return what a statement does besides the call that it awaits."""
    whole = effects_of(step.statement)
    inner = effects_of(step.node.value)
    inside = set(walk(step.node))
    calls = tuple(call for call in whole.calls if call not in inside)
    names = {
        path
        for node in _outside(step)
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and (path := path_of(node)) is not None
    }
    return Effects(whole.reads & names, whole.mutations - inner.mutations, whole.bindings, calls)


def _outside(step: Step) -> Iterator[ast.AST]:
    inside = set(walk(step.node))
    return (node for node in walk(step.statement) if node not in inside)


def stays_plain(step: Step) -> bool:
    """Tell whether what a statement does with its result may wait for the other awaits."""
    effects = behind(step)
    changed = effects.mutations - effects_of(*step.targets).mutations
    return not changed and all(_is_pure(call) for call in effects.calls)


def read_first(step: Step) -> list[ast.expr]:
    """Return what a statement evaluates before its await."""
    parts = list(evaluated(step.statement, {step.node}))
    return parts[: parts.index(step.node)]


def written_by(step: Step) -> tuple[ast.AST, ...]:
    """Return the nodes whose effects show what a step changes with its result."""
    return (step.statement,) if step.part else step.targets


def is_plain(statement: ast.stmt) -> bool:
    """Tell whether a statement between awaits may move: it binds names from what changes nothing, or logs."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.Expr):
        return False
    if any(isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr) for node in walk(statement)):
        return False
    effects = effects_of(statement)
    return not effects.mutations and all(is_logging(call) or _is_pure(call) for call in effects.calls)


def _is_pure(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in PURE or name[:1].isupper()
