"""GTH101, GTH102, GTH104, GTH105: the shapes of `for` loops that await per item."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import barriers
from flake8_gather.analysis.closures import captures
from flake8_gather.analysis.effects import effects_of, names_in, path_of, root_of
from flake8_gather.analysis.flow import aliases, read_afterwards, resolved
from flake8_gather.analysis.group import Group, kept
from flake8_gather.analysis.judge import judge_iterations
from flake8_gather.analysis.telling import telling
from flake8_gather.analysis.values import is_reiterable
from flake8_gather.analysis.walking import own_nodes, walk
from flake8_gather.confidence import Confidence
from flake8_gather.finders.bodies import find_body, unshaped
from flake8_gather.finders.hoists import find_hoist
from flake8_gather.finders.nests import has_await, peel
from flake8_gather.finders.sinks import creation_of, sink_of
from flake8_gather.finders.splits import find_split, has_entries, is_neat, is_written
from flake8_gather.opportunity import Barrier, Opportunity, Reason, Span
from flake8_gather.shapes import CallLoop, CollectLoop, Sink

if TYPE_CHECKING:
    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.finders.nests import Nest
    from flake8_gather.opportunity import Verdict
    from flake8_gather.shapes import Shape


# What gathers one batch per run of the loop around it.
BATCHES = frozenset({"GTH101", "GTH102", "GTH103", "GTH104", "GTH105"})


def find_loop(context: FunctionContext, node: ast.For, inside: list[Opportunity]) -> Opportunity | None:
    """Consider one loop; `inside` are the groups already found in its body."""
    awaits = body_awaits(node)
    if not awaits:
        return None
    barrier = _syntax(node)
    if barrier is not None:
        return _opportunity("GTH105", node, awaits, kept(*barrier), unshaped(context, node))
    nest = peel(node)
    simple = find_simple(context, nest)
    if simple is not None:
        return simple
    threshold = min(Confidence.MEDIUM, context.file.options.min_confidence)
    bounded = next((one for one in inside if one.reported(threshold) and one.code in BATCHES), None)
    if bounded is not None:
        reason = Reason("what is inside is gathered already, one batch at a time", bounded.span.line)
        return _opportunity("GTH105", node, awaits, kept(Barrier.ALREADY_CONCURRENT, reason), unshaped(context, node))
    found = find_hoist(context, nest)
    if found is None or found.verdict.barrier is not None:
        found = _best(found, find_split(context, nest), find_body(context, node))
    told = telling(context, node.body) if found.verdict.barrier is None else None
    return found if told is None else replace(found, verdict=kept(*told))


def _best(hoist: Opportunity | None, split: Opportunity | None, body: Opportunity) -> Opportunity:
    """Return the reading of a loop that is surest; among equals the one that leaves most of it alone."""
    if split is not None and is_written(body) and (has_entries(body) or not is_neat(split)):
        split = None
    candidates = [one for one in (hoist, split, body) if one is not None]
    return max(candidates, key=lambda one: one.verdict.confidence or 0)


def body_awaits(node: ast.For) -> tuple[ast.Await, ...]:
    """Return the awaits that run once per item: in the body, not in nested functions."""
    return tuple(child for child in own_nodes(*node.body) if isinstance(child, ast.Await))


def _syntax(node: ast.For) -> Found | None:
    if any(isinstance(part, ast.Attribute | ast.Subscript) for part in walk(node.target)):
        return Barrier.CARRIED, Reason("the loop's variable is part of an object", node.lineno)
    return (
        barriers.streaming(node.body)
        or barriers.early_exit(node.body)
        or barriers.paced(node.body)
        or barriers.polling(node.body)
        or barriers.task_groups(node.body)
    )


def find_simple(context: FunctionContext, nest: Nest) -> Opportunity | None:
    """GTH101 and GTH102: nothing but one awaited call, or one whose result is collected."""
    found = _simple_core(nest)
    if found is None:
        return None
    node, sink, name = found
    if sink is not None and root_of(sink.target) in nest.targets:
        return None  # each item gets its own result: the statement stays in the loop
    if captures(node.value, nest.targets) or (nest.node.orelse and any(has_await(one) for one in nest.node.orelse)):
        return None
    function = context.function.node
    bound = set(nest.targets) | ({name} if name else set())
    collected = frozenset({sink.target.id}) if sink is not None and isinstance(sink.target, ast.Name) else frozenset()
    later = read_afterwards(function, nest.node, bound)
    conditions = tuple(test for clause in nest.clauses for test, _ in clause.conditions)
    read = (node, *conditions, *(clause.iterable for clause in nest.clauses))
    if sink is not None and _reads_sink(nest.node, function, sink.target, read):
        reason = Reason("the loop reads what it collects", nest.node.lineno)
        return _opportunity("GTH102", nest.node, (node,), kept(Barrier.CARRIED, reason), unshaped(context, nest.node))
    group = Group(
        nest.node,
        nest.node,
        (node,),
        nest.targets,
        tuple(clause.iterable for clause in nest.clauses),
        inside=conditions,
        after=_filling(nest, sink),
        discarded=frozenset({node}) if sink is None else frozenset(),
        collected=collected,
    )
    if sink is None:
        shape: Shape = CallLoop(function, nest.node, nest.clauses, node.value)
        code = "GTH101"
    else:
        creation = creation_of(function, nest.node, sink)
        walks_twice = is_reiterable(nest.clauses[0].iterable, context)
        shape = CollectLoop(function, nest.node, nest.clauses, node.value, sink, creation, walks_twice)
        code = "GTH102"
    if later or nest.node.orelse:
        return None if not nest.node.orelse and len(nest.clauses) == 1 else _read_later(context, nest, node, later)
    return _opportunity(code, nest.node, (node,), judge_iterations(context, group), shape)


def _filling(nest: Nest, sink: Sink | None) -> tuple[ast.AST, ...]:
    """Return the code that stays behind: what fills an object, for which others may have names, changes it."""
    if sink is None:
        return ()
    if not isinstance(sink.target, ast.Name):
        return nest.core[-1:]
    return (sink.target,) if sink.key is None else (sink.key, sink.target)


def _read_later(context: FunctionContext, nest: Nest, node: ast.Await, later: set[str]) -> Opportunity:
    text = f"`{min(later)}` is read after the loop" if later else "the loop has an `else`"
    return _opportunity(
        "GTH101",
        nest.node,
        (node,),
        kept(Barrier.CARRIED, Reason(text, nest.node.lineno)),
        unshaped(context, nest.node),
    )


def _simple_core(nest: Nest) -> tuple[ast.Await, Sink | None, str | None] | None:
    match nest.core:
        case (ast.Expr(value=ast.Await() as node),):
            return node, None, None
        case (statement,):
            found = sink_of(statement)
            if found is not None and isinstance(found[1], ast.Await) and not _awaits_twice(statement):
                return found[1], found[0], None
        case (ast.Assign(targets=[ast.Name(id=name)], value=ast.Await() as node), statement):
            found = sink_of(statement)
            if (
                found is not None
                and isinstance(found[1], ast.Name)
                and found[1].id == name
                and not _names(found[0], name)
            ):
                return node, found[0], name
    return None


def _names(sink: Sink, name: str) -> bool:
    return name in names_in(sink.target) | (names_in(sink.key) if sink.key else set())


def _awaits_twice(statement: ast.stmt) -> bool:
    return sum(isinstance(child, ast.Await) for child in walk(statement)) > 1


def _reads_sink(loop: ast.For, function: ast.AsyncFunctionDef, target: ast.expr, nodes: tuple[ast.AST, ...]) -> bool:
    """Tell whether what is collected is read on the way, also under another name."""
    names = aliases(function, loop)
    path = path_of(target)
    if path is None:
        return True
    reads = effects_of(*nodes).reads
    paths = {path, resolved(path, names)}
    return any(read[: len(one)] == one for one in paths for read in reads | {resolved(read, names) for read in reads})


def _opportunity(
    code: str, node: ast.For, awaits: tuple[ast.Await, ...], verdict: Verdict, shape: Shape
) -> Opportunity:
    return Opportunity(code, Span.of(node), tuple(Span.of(one) for one in awaits), verdict, shape)
