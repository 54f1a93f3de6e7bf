"""Peeling loops: nested `for`s, the conditions around a body, and the statements inside."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import target_names
from flake8_gather.analysis.walking import walk
from flake8_gather.shapes import Clause

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Nest:
    """A loop peeled down to what it repeats: its clauses, and the statements in the innermost one."""

    node: ast.For
    clauses: tuple[Clause, ...]
    core: tuple[ast.stmt, ...]
    guards: tuple[ast.stmt, ...] = ()
    wrapper: ast.If | None = None

    @property
    def targets(self) -> frozenset[str]:
        """The loop variables of all clauses."""
        return frozenset(name for clause in self.clauses for name in target_names(clause.target))


def peel(node: ast.For) -> Nest:
    """Take off nested `for`s, `if`s around everything and leading `if …: continue`."""
    clauses: list[Clause] = []
    current: ast.For | None = node
    core: Sequence[ast.stmt] = ()
    while current is not None:
        core, conditions, guards, wrapper = _conditions(current.body)
        clauses.append(Clause(current.target, current.iter, tuple(conditions)))
        inner = core[0] if len(core) == 1 else None
        plain = isinstance(inner, ast.For) and not inner.orelse and not has_await(inner.iter)
        current = inner if plain and isinstance(inner, ast.For) else None
    return Nest(node, tuple(clauses), tuple(core), tuple(guards), wrapper)


def _conditions(
    body: Sequence[ast.stmt],
) -> tuple[Sequence[ast.stmt], list[tuple[ast.expr, bool]], list[ast.stmt], ast.If | None]:
    conditions: list[tuple[ast.expr, bool]] = []
    guards: list[ast.stmt] = []
    wrapper: ast.If | None = None
    while body:
        match body[0]:
            case ast.If(test=test, body=[ast.Continue()], orelse=[]) if (
                len(body) > 1 and wrapper is None and _is_plain(test)
            ):
                conditions.append((test, True))
                guards.append(body[0])
                body = body[1:]
            case ast.If(test=test, body=inner, orelse=[]) if len(body) == 1 and _is_plain(test):
                conditions.append((test, False))
                wrapper = body[0]
                body = inner
            case _:
                break
    return body, conditions, guards, wrapper


def _is_plain(test: ast.expr) -> bool:
    return not any(isinstance(node, ast.Await | ast.NamedExpr) for node in walk(test))


def has_await(node: ast.AST) -> bool:
    """Tell whether something is awaited in a node, nested functions included."""
    return any(isinstance(child, ast.Await) for child in walk(node))
