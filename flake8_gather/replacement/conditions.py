"""Which conditions of a comprehension run before, with and after its awaited one."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.replacement.awaited import has_await
from flake8_gather.replacement.refusing import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Conditions:
    """The conditions of one clause, split at the awaited one."""

    before: tuple[ast.expr, ...]
    awaited: ast.expr
    after: tuple[ast.expr, ...]


def split_conditions(tests: Sequence[ast.expr]) -> Conditions:
    """Split conditions that must all hold, those joined with `and` taken apart, at the one that awaits."""
    flat: list[ast.expr] = []
    for test in tests:
        flat += test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]
    awaiting = [index for index, test in enumerate(flat) if has_await(test)]
    if len(awaiting) != 1:
        raise RefusedError("one awaited condition decides about the next")
    index = awaiting[0]
    return Conditions(tuple(flat[:index]), flat[index], tuple(flat[index + 1 :]))
