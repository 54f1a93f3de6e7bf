"""GTH103: comprehensions that await per item."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.closures import captures
from flake8_gather.analysis.effects import comprehension_targets
from flake8_gather.analysis.group import Group, kept
from flake8_gather.analysis.judge import judge_iterations
from flake8_gather.analysis.values import is_reiterable
from flake8_gather.analysis.walking import Nested, child_statements, children, own_nodes, walk
from flake8_gather.finders.tasks import as_tasks
from flake8_gather.opportunity import Barrier, Opportunity, Reason, Span
from flake8_gather.shapes import AwaitComprehension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.opportunity import Verdict

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
CONSUMERS = frozenset("sum any all max min sorted list set tuple dict frozenset len enumerate join".split())


def find_comprehensions(context: FunctionContext, statement: ast.stmt) -> Iterator[Opportunity]:
    """Consider the comprehensions in a statement's own expressions (not in statements inside it)."""
    inside = child_statements(statement)
    end = inside[0].lineno if inside else statement.end_lineno
    if not any("for" in line for line in context.file.source.lines[statement.lineno - 1 : end]):
        return
    inner = set(inside)
    stack: list[tuple[ast.AST, ast.Call | None]] = [(statement, None)]
    while stack:
        node, consumer = stack.pop()
        if node in inner or (isinstance(node, Nested) and node is not statement):
            continue
        if isinstance(node, Comprehension):
            found = _consider(context, statement, node, consumer)
            if found is not None:
                yield found
                if found.verdict.confidence is not None:
                    continue
        call = node if isinstance(node, ast.Call) and _consumes(node) else None
        stack.extend((child, call) for child in children(node))


def _consumes(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name in CONSUMERS and len(call.args) >= 1 and isinstance(call.args[0], Comprehension)


def _consider(
    context: FunctionContext, statement: ast.stmt, node: Comprehension, consumer: ast.Call | None
) -> Opportunity | None:
    awaits = _item_awaits(node)
    if not awaits or any(generator.is_async for generator in node.generators):
        return None
    reiterable = is_reiterable(node.generators[0].iter, context)
    shape = AwaitComprehension(context.function.node, node, awaits, reiterable, consumer)
    verdict = _verdict(context, statement, node, awaits)
    return as_tasks(Opportunity("GTH103", Span.of(node), tuple(Span.of(one) for one in awaits), verdict, shape), awaits)


def _item_awaits(node: Comprehension) -> tuple[ast.Await, ...]:
    """Return the awaits that run per item: not those in the first iterable, nor an inner comprehension's."""
    first = {id(child) for child in walk(node.generators[0].iter)}
    parts = [child for child in walk(node) if isinstance(child, Comprehension) and child is not node]
    inner = {id(child) for part in parts for child in _item_awaits(part)}
    found = [one for one in own_nodes(node) if isinstance(one, ast.Await) and id(one) not in first | inner]
    return tuple(sorted(found, key=lambda one: (one.lineno, one.col_offset)))


def _verdict(
    context: FunctionContext, statement: ast.stmt, node: Comprehension, awaits: tuple[ast.Await, ...]
) -> Verdict:
    targets = frozenset(comprehension_targets(node))
    found = _syntax(node, awaits, targets)
    if found is not None:
        return kept(*found)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    conditions = [test for generator in node.generators for test in generator.ifs]
    group = Group(
        node,
        statement,
        awaits,
        targets,
        tuple(generator.iter for generator in node.generators),
        inside=tuple(part for part in (*parts, *conditions) if not isinstance(part, ast.Await)),
    )
    return judge_iterations(context, group)


def _syntax(
    node: Comprehension, awaits: tuple[ast.Await, ...], targets: frozenset[str]
) -> tuple[Barrier, Reason] | None:
    if any(isinstance(child, ast.NamedExpr) for child in walk(node)):
        return Barrier.CARRIED, Reason("a name is bound inside the comprehension", node.lineno)
    for one in awaits:
        if _chained(one, awaits):
            return Barrier.CARRIED, Reason("one await of an item feeds the next", one.lineno)
        if captures(one, targets):
            return Barrier.CARRIED, Reason(
                "a function inside the call reads the loop variable when it runs", one.lineno
            )
    for test in (part for generator in node.generators for one in generator.ifs for part in _parts(one)):
        if any(isinstance(child, ast.BoolOp | ast.IfExp) and _holds(child, awaits) for child in walk(test)):
            return Barrier.EARLY_EXIT, Reason("whether it is awaited depends on the condition before", test.lineno)
    if [generator for generator in node.generators for test in generator.ifs if _holds(test, awaits)] and len(
        awaits
    ) > 1:
        return Barrier.EARLY_EXIT, Reason("the element is awaited only where the awaited condition holds", node.lineno)
    return None


def _parts(test: ast.expr) -> list[ast.expr]:
    """Return the conditions that `and` joins: they are as good as an `if` each."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _chained(one: ast.Await, awaits: tuple[ast.Await, ...]) -> bool:
    return any(other is not one and other in set(walk(one)) for other in awaits)


def _holds(node: ast.AST, awaits: tuple[ast.Await, ...]) -> bool:
    return any(child in awaits for child in walk(node) if isinstance(child, ast.Await))
