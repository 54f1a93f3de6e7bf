"""GTH301: an inner await makes a gather, or a task, wait before anything is started."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.body import returned_values
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.group import kept
from flake8_gather.analysis.project import External, FunctionSymbol
from flake8_gather.analysis.purity import PURE
from flake8_gather.analysis.receivers import AWAITABLE_TYPES
from flake8_gather.analysis.starting import TASKS
from flake8_gather.analysis.walking import Nested, child_statements, children, walk
from flake8_gather.catalogue import Kind
from flake8_gather.opportunity import Answer, Barrier, Opportunity, Reason, Span, Verdict
from flake8_gather.shapes import DefeatedGather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.analysis.context import FunctionContext


def find_defeated(context: FunctionContext, statement: ast.stmt) -> Iterator[Opportunity]:
    """Consider the gathers and task creations in a statement's own expressions."""
    inner = {id(child) for child in child_statements(statement)}
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        if id(node) in inner or isinstance(node, Nested):
            continue
        if isinstance(node, ast.Call) and (awaits := _inner_awaits(node)) and _starts(context, node):
            yield _opportunity(context, node, awaits)
            continue
        stack.extend(children(node))


def _gives_value(context: FunctionContext, node: ast.expr) -> bool:
    """Tell whether an awaited call is known to give something that cannot be awaited again."""
    if not isinstance(node, ast.Call):
        return False
    target = context.file.callees.target(node.func, context.scope)
    if not isinstance(target, FunctionSymbol) or not isinstance(target.node, ast.AsyncFunctionDef):
        return isinstance(target, External) and context.file.catalogue.function(target.dotted) is not None
    if target.node.returns is not None:
        found = context.file.receivers.returned(target)
        return found is None or found.name not in AWAITABLE_TYPES
    return not any(isinstance(value, ast.Call) for value in returned_values(target.node) if _may_be_awaitable(value))


def _may_be_awaitable(node: ast.expr) -> bool:
    """Tell whether a returned call may give a coroutine: that of a method of a value surely does not."""
    return isinstance(node, ast.Call) and not (isinstance(node.func, ast.Attribute) and node.func.attr in PURE)


def _starts(context: FunctionContext, call: ast.Call) -> bool:
    name = callee_name(call.func)
    if name in TASKS:
        return len(call.args) > 0
    dotted = context.file.source.imports.dotted(call.func)
    fact = context.file.catalogue.function(dotted) if dotted else None
    return fact is not None and fact.kind is Kind.GATHER


def _inner_awaits(call: ast.Call) -> tuple[ast.Await, ...]:
    """Return the awaits that stand where an awaitable belongs, if all positional arguments are such."""
    name = callee_name(call.func)
    if name == "wait":
        return ()  # takes tasks only
    arguments: Sequence[ast.expr] = call.args[:1] if name in TASKS else call.args
    if name == "as_completed":
        arguments = [ast.Starred(argument) for argument in arguments[:1]]
    found: list[ast.Await] = []
    for argument in arguments:
        match argument:
            case ast.Await():
                found.append(argument)
            case ast.Starred(value=ast.ListComp(elt=ast.Await() as node, generators=[generator])) if (
                not generator.is_async
                and not any(isinstance(child, ast.Await) for test in generator.ifs for child in walk(test))
            ):
                found.append(node)
            case ast.Starred(value=ast.List(elts=elements) | ast.Tuple(elts=elements)) if elements:
                if not all(isinstance(element, ast.Await) for element in elements):
                    return ()
                found += (element for element in elements if isinstance(element, ast.Await))
            case _:
                return ()
    return tuple(found)


def _opportunity(context: FunctionContext, call: ast.Call, awaits: tuple[ast.Await, ...]) -> Opportunity:
    """Nobody writes this for its order; but what the await gives may be meant: a task, a coroutine."""
    reason = Reason("the inner await finishes before anything is started", call.lineno)
    verdict = Verdict(Answer.YES, Answer.YES, Answer.YES, None, (reason,), coroutines=True)
    for node in awaits:
        if not _gives_value(context, node.value):
            doubt = Reason("what the inner await gives may be an awaitable itself", node.lineno)
            verdict = kept(Barrier.UNKNOWN, doubt)
    shape = DefeatedGather(context.function.node, call, awaits)
    return Opportunity("GTH301", Span.of(call), tuple(Span.of(node) for node in awaits), verdict, shape)
