"""Walking the same items twice: once to start the coroutines, once beside their results."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.replacement.awaited import clauses_text, names_in
from flake8_gather.replacement.names import callee, plural, target_names
from flake8_gather.replacement.patch import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import Clause


@dataclass(frozen=True, slots=True)
class Walk:
    """Items that may be walked over repeatedly: their name or expression, and their target.

    `inner` is the plain clause behind an `enumerate`, for coroutines that need no number.
    """

    prelude: tuple[Code, ...]
    target: str
    iterable: str
    targets: tuple[ast.expr, ...]
    inner: tuple[str, str] | None = None

    @property
    def item(self) -> str:
        """The target as one of several in a row."""
        is_name = self.target.replace(".", "").isidentifier() or self.target.startswith("(")
        return self.target if is_name else f"({self.target})"

    def narrowed(self, *texts: str) -> str:
        """Return the clause that the coroutines in `texts` need."""
        if self.inner is not None:
            number, rest = self.inner
            if not names_in(" ".join(texts), [number]):
                return rest
        return f"for {self.target} in {self.iterable}"


def walk_of(context: Context, clauses: Sequence[Clause], *, reiterable: bool) -> Walk:
    """Return what to walk over; items that cannot be walked over twice are put in a list first."""
    targets = tuple(clause.target for clause in clauses)
    only = clauses[0]
    if len(clauses) == 1 and not only.conditions:
        target, iterable = context.text(only.target), context.operand(only.iterable)
        if reiterable:
            return Walk((), target, iterable, targets, _without_number(context, only))
        name = context.names.fresh(*_plurals(only.target), "items")
        return Walk((Code(f"{name} = list({context.text(only.iterable)})"),), target, name, targets)
    if len(clauses) == 1:
        name = context.names.fresh("wanted", "wanted_items")
        return _listed(context, name, context.text(only.target), clauses, targets)
    names = list(dict.fromkeys(target_names(*targets)))
    return _listed(
        context, context.names.fresh("pairs" if len(names) == 2 else "items"), ", ".join(names), clauses, targets
    )


def _listed(context: Context, name: str, target: str, clauses: Sequence[Clause], targets: tuple[ast.expr, ...]) -> Walk:
    walk = Walk((), target, name, targets)
    code = Code(f"{name} = [{walk.item} {clauses_text(context, clauses)}]")
    return Walk((code,), target, name, targets)


def _plurals(target: ast.expr) -> list[str]:
    return [plural(target.id)] if isinstance(target, ast.Name) and len(target.id) > 2 else []


def _without_number(context: Context, clause: Clause) -> tuple[str, str] | None:
    """Return the number's name and the plain clause of `for n, x in enumerate(xs)`."""
    target, call = clause.target, clause.iterable
    if not (isinstance(target, ast.Tuple) and len(target.elts) == 2 and isinstance(target.elts[0], ast.Name)):
        return None
    if not (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and callee(call) == "enumerate" and call.args
    ):
        return None
    return target.elts[0].id, f"for {context.text(target.elts[1])} in {context.operand(call.args[0])}"
