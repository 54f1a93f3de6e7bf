"""Synchronous functions that are called in threads: real waits; what they touch must bear company."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import callee_name, path_of, root_of
from flake8_gather.analysis.knowledge import Knowledge, Use, barred, said
from flake8_gather.analysis.naming import computes
from flake8_gather.analysis.output import is_asking
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.opportunity import Answer, Barrier, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.callees import Callees
    from flake8_gather.analysis.types import Scope
    from flake8_gather.catalogue import Fact

# Which argument is the function.
THREAD_FUNCTIONS = {"asyncio.to_thread": 0, "starlette.concurrency.run_in_threadpool": 0, "anyio.to_thread.run_sync": 0}
THREAD_WRAPPERS = frozenset({"asyncify", "make_async"})


def in_thread(callees: Callees, node: ast.Call, index: int, scope: Scope, fact: Fact) -> Knowledge:
    """Return what a call does that has the function at `index` of its arguments run in a thread."""
    known = Knowledge(Answer.YES, Answer.LIKELY, reasons=(said(fact, node),), coroutine=fact.returns == "coroutine")
    if index >= len(node.args):
        return known
    function = _called(callees, node.args[index], scope)
    if is_asking(function):
        return barred(Barrier.ORDERED, "someone is asked at the terminal, where one answers at a time", node.lineno)
    target = callees.target(function, scope)
    if isinstance(target, FunctionSymbol):
        assert callees.summaries is not None
        inside = callees.summaries.of_reference(function, target, scope)
        if computes(target.node):
            known = replace(known, waits=Answer.UNKNOWN)
        return replace(
            known,
            uses=inside.uses,
            reads=inside.reads,
            writes=inside.writes,
            barrier=inside.barrier,
            reasons=known.reasons if inside.barrier is None else inside.reasons,
            seen=True,
        )
    call = ast.Call(func=function, args=node.args[index + 1 :], keywords=node.keywords)
    ast.copy_location(call, node)
    named = callees.by_name(call, scope)
    verb, reliable = vocabulary.verb(callee_name(function))
    uses = named.uses
    if verb is Verb.EFFECT and not reliable and isinstance(function, ast.Attribute):
        # Objects of synchronous libraries rarely bear threads that change them side by side.
        path = path_of(function.value)
        reason = Reason(f"`{ast.unparse(function.value)}` would be changed by several threads", node.lineno)
        uses = (*uses, Use(Barrier.SAME_RECEIVER, path, reason)) if path is not None else uses
    doubtful = named.effectful or (verb is Verb.OPAQUE and _is_given(callees, function, scope))
    permitted = min(known.permitted, Answer.UNKNOWN) if doubtful else known.permitted
    waits = Answer.UNKNOWN if verb is Verb.PURE else known.waits  # threads do not share out a computation
    return replace(known, uses=uses, permitted=permitted, effectful=named.effectful, waits=waits)


def _called(callees: Callees, function: ast.expr, scope: Scope) -> ast.expr:
    """Return the function behind a partial, one with a name of its own too, or a lambda that only calls it."""
    if isinstance(function, ast.Name) and scope.function is not None:
        match callees.receivers.bindings(scope.function).get(function.id):
            case [ast.Assign(value=ast.Call() as value)] if callees.is_partial(value, scope):
                function = value
    if isinstance(function, ast.Call) and callees.is_partial(function, scope) and function.args:
        return function.args[0]
    if isinstance(function, ast.Lambda) and isinstance(function.body, ast.Call):
        return function.body.func
    return function


def _is_given(callees: Callees, function: ast.expr, scope: Scope) -> bool:
    """Tell whether it is for the caller of this one to say what runs: `to_thread(job)`, `to_thread(component.run)`."""
    root = root_of(function)
    if root is None or root in ("self", "cls") or scope.function is None:
        return False
    nodes = callees.receivers.bindings(scope.function).get(root, ())
    found = callees.receivers.infer(function, scope)
    return any(isinstance(node, ast.arg) for node in nodes) and (found is None or found.name == "Callable")
