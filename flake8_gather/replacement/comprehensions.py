"""Comprehensions that await per item: GTH103."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Span
from flake8_gather.replacement.awaited import clauses_text, gather_calls, has_await, names_in, needs_list
from flake8_gather.replacement.conditions import split_conditions
from flake8_gather.replacement.names import noun, target_names
from flake8_gather.replacement.patch import Code, Patch
from flake8_gather.replacement.positions import (
    always_runs,
    is_evaluated_first,
    needs_parentheses,
)
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.restate import (
    bare_span,
    changed,
    require_exact,
    require_room_above,
    restate,
    statement_of,
    without_await,
)
from flake8_gather.replacement.tokens import flatten
from flake8_gather.replacement.walks import walk_of, zipped
from flake8_gather.shapes import Clause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.awaited import Gathered
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import AwaitComprehension

Changes = list[tuple[Span, str]]


def await_comprehension(context: Context, shape: AwaitComprehension) -> Rewrite:
    """Write the awaits of a comprehension as one gather."""
    node = shape.node
    statement = statement_of(context.function.body, node)
    _check(context, shape, statement)
    plain = context.options.style == "gather" and context.options.limit is None
    prelude: Sequence[Code] = ()
    if plain and isinstance(node, ast.ListComp) and shape.awaits == (node.elt,):
        changes = _in_place(context, node, shape.awaits[0], statement)
    else:
        prelude, text = _rewritten(context, shape)
        if prelude or _has_room(statement, node):
            prelude, text = _named(context, statement, node, prelude, text)
        changes = [(Span.of(node), text)]
    if prelude:
        require_room_above(context, statement)
        if not is_evaluated_first(statement, node):
            raise RefusedError("something else of the statement runs before the comprehension")
    patch = Patch(context)
    summary = restate(patch, statement, changes)
    if prelude or patch.moved:
        patch.insert_before(statement.lineno, prelude)
    return patch.finish(summary)


def _named(
    context: Context, statement: ast.stmt, node: ast.expr, prelude: Sequence[Code], text: str
) -> tuple[Sequence[Code], str]:
    """Give the results a name where the expression would not fit on a line and statements come before it anyway."""
    whole = flatten(changed(context, context.logical_line(statement), [(Span.of(node), text)]))
    awaits = [inner for inner in walk(ast.parse(text)) if isinstance(inner, ast.Await)]
    if context.is_short(whole, statement.lineno) or len(awaits) != 1:
        return prelude, text
    results = ast.get_source_segment(text, awaits[0]) or text
    name = context.names.fresh("results", "gathered")
    return [*prelude, Code(f"{name} = {results}")], text.replace(results, name, 1)


def _has_room(statement: ast.stmt, node: ast.expr) -> bool:
    """Tell whether statements may come before the comprehension's."""
    return isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr) and is_evaluated_first(
        statement, node
    )


def _check(context: Context, shape: AwaitComprehension, statement: ast.stmt) -> None:
    context.require_alone(statement)
    require_exact(context, shape.node)
    if isinstance(shape.node, ast.GeneratorExp):
        raise RefusedError("an asynchronous generator is consumed item by item")
    if any(generator.is_async for generator in shape.node.generators):
        raise RefusedError("the items arrive one by one")
    if any(has_await(node.value) for node in shape.awaits):
        raise RefusedError("one await needs the result of another")
    context.text(shape.node)


def _in_place(context: Context, node: ast.ListComp, element: ast.Await, statement: ast.stmt) -> Changes:
    """Leave the brackets: `[await f(x) for x in xs]` becomes `await asyncio.gather(*[f(x) for x in xs])`."""
    span = Span.of(node)
    left, right = ("(", ")") if needs_parentheses(statement, node) else ("", "")
    match node.generators, element.value:
        case [ast.comprehension(target=ast.Name(id=name), iter=calls, ifs=[])], ast.Name(id=item) if name == item:
            return [(span, f"{left}await {context.spelling.gather()}(*{context.operand(calls)}){right}")]
    return [
        (Span(span.line, span.column, span.line, span.column + 1), f"{left}await {context.spelling.gather()}(*["),
        *without_await(context, element),
        (Span(span.end_line, span.end_column - 1, span.end_line, span.end_column), f"]){right}"),
    ]


def _rewritten(context: Context, shape: AwaitComprehension) -> tuple[Sequence[Code], str]:
    """Return what must run first and the new expression."""
    node = shape.node
    elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    clauses = [_clause(generator) for generator in node.generators]
    if not has_await(*elements):
        return _per_condition(context, shape, elements, clauses)
    if has_await(*(test for clause in clauses for test, _ in clause.conditions)):
        raise RefusedError("an await in the condition decides about the other one")
    return _per_element(context, shape, elements, clauses)


def _clause(generator: ast.comprehension) -> Clause:
    return Clause(generator.target, generator.iter, tuple((test, False) for test in generator.ifs))


def _per_element(
    context: Context, shape: AwaitComprehension, elements: list[ast.expr], clauses: list[Clause]
) -> tuple[Sequence[Code], str]:
    """Gather the awaits of the element, key or value, and build the elements from the results."""
    for node in shape.awaits:
        if not any(always_runs(element, node) for element in elements):
            raise RefusedError("the await runs only under a condition")
    calls = [node.value for node in shape.awaits]
    direct = elements == list(shape.awaits)
    if direct:
        gathered = _gather(context, calls, clauses_text(context, clauses), clauses)
        if isinstance(shape.node, ast.DictComp):
            return gathered.prelude, f"dict({gathered.argument})"
        return gathered.prelude, gathered.unique if isinstance(shape.node, ast.SetComp) else gathered.results
    names = [context.names.fresh(noun(call), "result") for call in calls]
    places = [(bare_span(context, node), name) for node, name in zip(shape.awaits, names, strict=True)]
    texts = [_with_names(context, element, places) for element in elements]
    result = row = ", ".join(names)
    if len(names) > 1:
        result = f"({row})"
    if not names_in(" ".join(texts), target_names(*(clause.target for clause in clauses))):
        gathered = _gather(context, calls, clauses_text(context, clauses), clauses)
        inner = f"for {row} in {gathered.iterated}"
        return gathered.prelude, _display(shape.node, texts, inner)
    walk = walk_of(context, clauses, reiterable=shape.reiterable)
    gathered = _gather(context, calls, walk.narrowed(*map(context.text, calls)), clauses)
    prelude = (*walk.prelude, *gathered.prelude)
    if isinstance(shape.node, ast.DictComp) and texts == [walk.target, result]:
        return prelude, f"dict({zipped(context, walk.iterable, gathered.iterated)})"
    inner = f"for {walk.item}, {result} in {zipped(context, walk.iterable, gathered.iterated)}"
    return prelude, _display(shape.node, texts, inner)


def _per_condition(
    context: Context, shape: AwaitComprehension, elements: list[ast.expr], clauses: list[Clause]
) -> tuple[Sequence[Code], str]:
    """Gather the awaited condition, then keep the items for which it holds."""
    if any(has_await(clause.iterable) for clause in clauses[1:]):
        return _per_batch(context, shape, elements, clauses)
    if len(clauses) > 1 or len(shape.awaits) != 1:
        raise RefusedError("the awaited condition stands among several loops or awaits")
    node, clause = shape.awaits[0], clauses[0]
    conditions = split_conditions([test for test, _ in clause.conditions])
    if not always_runs(conditions.awaited, node):
        raise RefusedError("the await runs only under a condition")
    name, test = _kept(context, shape, conditions.awaited, node)
    tests = [test, *(context.operand(after) for after in conditions.after)]
    before = [Clause(clause.target, clause.iterable, tuple((other, False) for other in conditions.before))]
    texts = [context.text(element) for element in elements]
    chosen = " if ".join(tests)
    if not names_in(" ".join((*texts, *tests)), target_names(clause.target)):
        gathered = _gather(context, [node.value], clauses_text(context, before), before)
        return gathered.prelude, _display(shape.node, texts, f"for {name} in {gathered.iterated} if {chosen}")
    walk = walk_of(context, before, reiterable=shape.reiterable)
    gathered = _gather(context, [node.value], walk.narrowed(context.text(node.value)), before)
    inner = f"for {walk.item}, {name} in {zipped(context, walk.iterable, gathered.iterated)} if {chosen}"
    return (*walk.prelude, *gathered.prelude), _display(shape.node, texts, inner)


def _kept(context: Context, shape: AwaitComprehension, condition: ast.expr, node: ast.Await) -> tuple[str, str]:
    """Return the name of the awaited condition's result, and the condition that reads it."""
    if isinstance(condition, ast.NamedExpr) and condition.value is node:
        name = condition.target.id
        uses = [inner for inner in walk(context.function) if isinstance(inner, ast.Name) and inner.id == name]
        inside = [inner for inner in walk(shape.node) if isinstance(inner, ast.Name) and inner.id == name]
        if len(uses) > len(inside):
            raise RefusedError(f"{name} is used outside of the comprehension")
        return name, name
    if any(isinstance(inner, ast.NamedExpr) for inner in walk(condition)):
        raise RefusedError("the condition assigns a name")
    name = context.names.fresh("keep", "kept")
    return name, _with_names(context, condition, [(bare_span(context, node), name)])


def _per_batch(
    context: Context, shape: AwaitComprehension, elements: list[ast.expr], clauses: list[Clause]
) -> tuple[Sequence[Code], str]:
    """Gather an awaited inner iterable, then walk over what each of them gave."""
    node = shape.awaits[0]
    index = next((i for i, clause in enumerate(clauses) if clause.iterable is node), 0)
    if not index or len(shape.awaits) > 1:
        raise RefusedError("an inner loop awaits more than its items")
    outer, inner, rest = clauses[:index], clauses[index], clauses[index + 1 :]
    name = context.names.fresh(noun(node.value), "batch")
    tests = "".join(f" if {context.operand(test)}" for test, _ in inner.conditions)
    tail = " ".join(filter(None, (f"for {context.text(inner.target)} in {name}{tests}", clauses_text(context, rest))))
    texts = [context.text(element) for element in elements]
    used = " ".join((*texts, tests, clauses_text(context, rest)))
    if not names_in(used, target_names(*(clause.target for clause in outer))):
        gathered = _gather(context, [node.value], clauses_text(context, outer), outer)
        return gathered.prelude, _display(shape.node, texts, f"for {name} in {gathered.iterated} {tail}")
    walk = walk_of(context, outer, reiterable=shape.reiterable)
    gathered = _gather(context, [node.value], walk.narrowed(context.text(node.value)), outer)
    head = f"for {walk.item}, {name} in {zipped(context, walk.iterable, gathered.iterated)}"
    return (*walk.prelude, *gathered.prelude), _display(shape.node, texts, f"{head} {tail}")


def _gather(context: Context, calls: Sequence[ast.expr], clauses: str, scope: Sequence[Clause]) -> Gathered:
    """Gather one await per item, or all awaits of each item together."""
    brackets = "[]" if any(needs_list(call, scope) for call in calls) else "()"
    texts = [context.operand(call) for call in calls]
    return gather_calls(context, texts, clauses, [clause.target for clause in scope], brackets)


def _with_names(context: Context, node: ast.expr, places: Changes) -> str:
    """Return an expression's code in which names stand for the awaits."""
    span = Span.of(node)
    inside = [(place, name) for place, name in places if _contains(span, place)]
    if any(_contains(place, span) for place, _ in places):
        return next(name for place, name in places if _contains(place, span))
    text = flatten(changed(context, span, inside), compact=True)
    return f"({text})" if context.operand(node) != context.text(node) else text


def _contains(outer: Span, inner: Span) -> bool:
    starts = (outer.line, outer.column) <= (inner.line, inner.column)
    return starts and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)


def _display(node: ast.expr, texts: Sequence[str], inner: str) -> str:
    left, right = "[]" if isinstance(node, ast.ListComp) else "{}"
    return f"{left}{': '.join(texts)} {inner}{right}"
