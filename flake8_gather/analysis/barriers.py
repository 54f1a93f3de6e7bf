"""Barriers that code shows by its own syntax, and those that surround it.

Each function looks for one barrier and returns it with its reason, or None. Those that need
knowledge about callees stand in `judge`.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.body import BodySummary
from flake8_gather.analysis.effects import callee_name, effects_of, names_in, target_names
from flake8_gather.analysis.flow import enclosing
from flake8_gather.analysis.naming import TRANSACTIONS
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.walking import Nested, children, own_nodes, walk
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path

Found = tuple[Barrier, Reason]

PAUSES = frozenset({"sleep", "delay", "throttle", "backoff", "pause"})
LIMITS = frozenset({"ratelimit", "ratelimited", "throttled", "throttling", "quota"})
TASK_GROUPS = frozenset({"TaskGroup", "create_task_group", "open_nursery"})
TEST_MODULES = frozenset({"pytest", "unittest", "pytest_asyncio", "anyio", "aiounittest", "asynctest", "nose"})
TEST_CODE = frozenset({"tests", "_tests"})
NEAR = 5  # folders further up say where a checkout lies, not what is in it
TEST_FOLDERS = frozenset({"test", "tests", "_tests", "testing"})
MIGRATIONS = frozenset({"migrations", "alembic"})
MIGRATING = frozenset({"migrate", "migration", "migrations"})
COOKBOOKS = frozenset({"cookbook", "cookbooks"})
EXAMPLES = frozenset({"examples", "example", "demos", "demo", "samples", "tutorials", "playground"})


def early_exit(body: Sequence[ast.stmt]) -> Found | None:
    """`break`, `return`, a `raise` that is no re-raise, an assertion: later items may not run."""
    for node, depth, handling in _walk_body(body):
        match node:
            case ast.Break() if depth == 0:
                text = "`break` leaves the loop"
            case ast.Return():
                text = "`return` leaves the loop"
            case ast.Raise() if not handling:
                text = "`raise` leaves the loop"
            case ast.Assert():
                text = "an assertion may leave the loop"
            case ast.Call(func=ast.Attribute(value=ast.Name(id="sys"), attr="exit")):
                text = "`sys.exit` leaves the loop"
            case _:
                continue
        return Barrier.EARLY_EXIT, Reason(text, node.lineno)
    return None


def _walk_body(
    body: Iterable[ast.AST], depth: int = 0, *, handling: bool = False
) -> Iterator[tuple[ast.AST, int, bool]]:
    """Walk a loop's body without nested functions: (node, loops around it, inside an except handler)."""
    stack = [(node, depth, handling) for node in reversed(list(body))]
    while stack:
        node, depth, handling = stack.pop()
        if isinstance(node, Nested):
            continue
        yield node, depth, handling
        inner = depth + isinstance(node, ast.For | ast.While | ast.AsyncFor)
        handled = handling or isinstance(node, ast.ExceptHandler)
        stack.extend((child, inner, handled) for child in reversed(children(node)))


def streaming(body: Sequence[ast.stmt]) -> Found | None:
    """`yield` hands each result on before the next one is asked for."""
    for node in own_nodes(*body):
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return Barrier.STREAMING, Reason("`yield` hands on each result before the next is asked for", node.lineno)
    return None


def paced(body: Iterable[ast.AST]) -> Found | None:
    """A pause in the body itself is there on purpose."""
    for node in own_nodes(*body):
        if isinstance(node, ast.Call):
            name = callee_name(node.func)
            if PAUSES & set(vocabulary.words(name)):
                return Barrier.PACED, Reason(f"`{name}` pauses between the items on purpose", node.lineno)
    return None


def paced_around(context: FunctionContext, node: ast.stmt) -> Found | None:
    """The loop around the code pauses on purpose."""
    loops = [
        one for one in enclosing(context.function.node, node) if isinstance(one, ast.For | ast.While | ast.AsyncFor)
    ]
    return paced(loops[-1].body) if loops else None


def limited(context: FunctionContext, node: ast.stmt) -> Found | None:
    """The code is there for when a rate limit was hit."""
    for outer in enclosing(context.function.node, node):
        match outer:
            case ast.If(test=asked) | ast.ExceptHandler(type=ast.expr() as asked):
                said = vocabulary.words(ast.unparse(asked))
                if ("rate", "limit") in pairwise(said) or LIMITS.intersection(said):
                    return Barrier.PACED, Reason(f"`{ast.unparse(asked)}` tells of a rate limit", outer.lineno)
    return None


def polling(body: Sequence[ast.stmt]) -> Found | None:
    """A `while` that awaits inside the body polls or retries."""
    for node in own_nodes(*body):
        if isinstance(node, ast.While) and any(isinstance(child, ast.Await) for child in walk(node)):
            return Barrier.CARRIED, Reason("a `while` in the body waits again and again", node.lineno)
    return None


def task_groups(body: Sequence[ast.stmt]) -> Found | None:
    """A task group in the body runs one batch per item already."""
    for node in own_nodes(*body):
        for item in node.items if isinstance(node, ast.AsyncWith) else ():
            if isinstance(item.context_expr, ast.Call) and callee_name(item.context_expr.func) in TASK_GROUPS:
                text = f"`{ast.unparse(item.context_expr)}` runs one batch at a time already"
                return Barrier.ALREADY_CONCURRENT, Reason(text, item.context_expr.lineno)
    return None


def single(iterable: ast.expr) -> Found | None:
    """One known item is nothing to gather."""
    match iterable:
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            alone = len(elements) < 2 and not any(isinstance(element, ast.Starred) for element in elements)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(count))]):
            alone = count < 2
        case _:
            alone = False
    return (Barrier.SINGLE, Reason("there is only one item", iterable.lineno)) if alone else None


def in_test(context: FunctionContext) -> Found | None:
    """A test or an example tells a story in its order; its waits cost nobody in production."""
    file = context.file
    outermost = (*context.function.outer, context.function.node)
    named = next((node for node in outermost if node.name.startswith(("test_", "Test"))), None)
    name = file.parts[-1]
    is_module = name.startswith("test_") or name.endswith("_test.py") or name == "conftest.py"
    folders = set(file.parts[:-1])
    nearest = set(file.parts[-NEAR:-1])
    if (is_module and folders & TEST_FOLDERS) or nearest & TEST_CODE:
        return Barrier.TEST, Reason("a test reads best in its own order", context.function.node.lineno)
    if (named is not None or is_module) and TEST_MODULES & {
        one.partition(".")[0] for one in file.source.imports.modules
    }:
        return Barrier.TEST, Reason("a test reads best in its own order", context.function.node.lineno)
    if EXAMPLES & nearest or COOKBOOKS & folders:
        return Barrier.TEST, Reason("an example shows its steps in their order", context.function.node.lineno)
    return None


def migration(context: FunctionContext) -> Found | None:
    """Migrations change what is stored step by step."""
    named = vocabulary.words(context.function.node.name)
    if MIGRATIONS & set(context.file.parts[:-1]) or MIGRATING.intersection(named):
        return Barrier.ORDERED, Reason("a migration runs step by step", context.function.node.lineno)
    return None


def guarded(context: FunctionContext, node: ast.stmt) -> Found | None:
    """A `try` around different awaits that catches a specific error: the first one may be the guard."""
    for outer in enclosing(context.function.node, node):
        if isinstance(outer, ast.Try) and any(
            handler.type is not None and names_in(handler.type) - {"Exception", "BaseException"}
            for handler in outer.handlers
        ):
            return Barrier.EARLY_EXIT, Reason(
                "an error of the first await, caught here, keeps the next from running", outer.lineno
            )
    return None


def partial_results(context: FunctionContext, node: ast.stmt, changed: set[Path]) -> Found | None:
    """A `try` around a loop lets the function go on with what the loop has done before an error."""
    function = context.function.node
    for outer in enclosing(function, node):
        if not isinstance(outer, ast.Try) or not any(node is child for one in outer.body for child in walk(one)):
            continue
        goes_on = any(not isinstance(handler.body[-1], ast.Raise) for handler in outer.handlers)
        later = [one for one in own_nodes(*function.body) if isinstance(one, ast.stmt) and _is_behind(one, outer)]
        seen = [*outer.finalbody, *outer.handlers, *(later if goes_on else ())]
        read = {path[0] for path in effects_of(*seen).reads}
        found = sorted(path[0] for path in changed if path[0] in read or (goes_on and path[0] == "self"))
        if found:
            return Barrier.EARLY_EXIT, Reason(f"after an error, `{found[0]}` keeps what came before it", outer.lineno)
    return None


def _is_behind(node: ast.stmt, other: ast.stmt) -> bool:
    return node.lineno > (other.end_lineno or other.lineno)


def held(context: FunctionContext, node: ast.stmt) -> Found | None:
    """A lock held, or a transaction open, around the code."""
    callees = context.file.callees
    for outer in enclosing(context.function.node, node):
        if not isinstance(outer, ast.With | ast.AsyncWith):
            continue
        for item in outer.items:
            lock = callees.locks.taken_by(item.context_expr, context.scope)
            if lock is not None:
                return Barrier.LOCKED, Reason(f"{lock.reason.text}, and it is held here", item.context_expr.lineno)
            found = _transaction(context, item)
            if found is not None:
                return found
    return None


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _transaction(context: FunctionContext, item: ast.withitem) -> Found | None:
    node = item.context_expr
    if not isinstance(node, ast.Call):
        return None
    entered = target_names(item.optional_vars) if item.optional_vars is not None else []
    asked = any("transaction" in (one.arg or "") and _is_true(one.value) for one in node.keywords)
    named = any(name.lower() in TRANSACTIONS for name in entered)
    if asked or named or vocabulary.is_named("transactions", callee_name(node.func)):
        return Barrier.EXCLUSIVE, Reason(f"inside the transaction `{ast.unparse(node)}`", node.lineno)
    callees = context.file.callees
    target = callees.target(node.func, context.scope)
    if isinstance(target, FunctionSymbol) and callees.summaries is not None:
        known = BodySummary(target, callees, callees.summaries).knowledge()
        if known.barrier in (Barrier.CONTEXT, Barrier.UNKNOWN):
            return known.barrier, next(iter(known.reasons), Reason("it changes the context", node.lineno))
    return None
