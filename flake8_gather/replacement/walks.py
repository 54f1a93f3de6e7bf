"""Walking the same items twice: once to start the coroutines, once beside their results."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.replacement.awaited import clauses_text, names_in
from flake8_gather.replacement.context import is_enclosed
from flake8_gather.replacement.names import callee, plural, target_names
from flake8_gather.replacement.patch import Code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import Clause


DISPLAYS = ast.List | ast.Tuple | ast.Set | ast.Dict


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
        is_one = self.target.replace(".", "").isidentifier() or is_enclosed(self.target)
        return self.target if is_one else f"({self.target})"

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
        if reiterable and not isinstance(only.iterable, DISPLAYS):
            return Walk((), target, iterable, targets, _without_number(context, only))
        number = _without_number(context, only)
        if number is not None:
            counted = _counted(context, only, number[0])
            if counted is not None:
                return counted
        name = context.names.fresh(*_plurals(only.target), "items")
        items = context.text(only.iterable) if _is_new_list(only.iterable) else f"list({context.text(only.iterable)})"
        return Walk((Code(f"{name} = {items}"),), target, name, targets)
    if len(clauses) == 1:
        name = context.names.fresh(*_plurals(only.target), "wanted", "wanted_items")
        return _listed(context, name, context.text(only.target), clauses, targets)
    names = list(dict.fromkeys(target_names(*targets)))
    return _listed(
        context, context.names.fresh("pairs" if len(names) == 2 else "items"), ", ".join(names), clauses, targets
    )


def _is_new_list(node: ast.expr) -> bool:
    """Tell whether an expression makes a collection of its own already."""
    match node:
        case ast.Call(func=ast.Name(id="list" | "sorted" | "tuple")):
            return True
    return isinstance(node, ast.ListComp | DISPLAYS)


def _listed(context: Context, name: str, target: str, clauses: Sequence[Clause], targets: tuple[ast.expr, ...]) -> Walk:
    walk = Walk((), target, name, targets)
    code = Code(f"{name} = [{walk.item} {clauses_text(context, clauses)}]")
    return Walk((code,), target, name, targets)


def _plurals(target: ast.expr) -> list[str]:
    return [plural(target.id)] if isinstance(target, ast.Name) and len(target.id) > 2 else []


def _counted(context: Context, clause: Clause, number: str) -> Walk | None:
    """Put the items of `for n, x in enumerate(xs)` in a list, without their numbers."""
    assert isinstance(clause.target, ast.Tuple)
    assert isinstance(clause.iterable, ast.Call)
    item, rest = clause.target.elts[1], clause.iterable
    name = context.names.fresh(*_plurals(item), "items")
    call = context.text(rest)
    items = context.text(rest.args[0])
    if call.count(items) != 1:
        return None
    prelude = (Code(f"{name} = list({items})"),)
    inner = f"for {context.text(item)} in {name}"
    return Walk(prelude, context.text(clause.target), call.replace(items, name), (clause.target,), (number, inner))


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


@dataclass(frozen=True, slots=True)
class Counting:
    """`for number, item in enumerate(xs, start)`: `clause` goes through the items alone."""

    number: str
    item: ast.expr
    clause: str
    start: str


def numbered(context: Context, clause: Clause) -> Counting | None:
    """Return a loop over numbered items without conditions as one, None for any other."""
    found = _without_number(context, clause)
    if found is None or clause.conditions:
        return None
    assert isinstance(clause.target, ast.Tuple)
    assert isinstance(clause.iterable, ast.Call)
    more = [context.text(value) for value in clause.iterable.args[1:]]
    more += [f"{one.arg}={context.text(one.value)}" for one in clause.iterable.keywords]
    return Counting(*found[:1], clause.target.elts[1], found[1], "".join(f", {text}" for text in more))


def zipped(context: Context, items: str, results: str) -> str:
    """Return items beside their results, with `strict` where the project wants to see it."""
    strict = ", strict=True" if context.strict_zip else ""
    return f"zip({items}, {results}{strict})"
