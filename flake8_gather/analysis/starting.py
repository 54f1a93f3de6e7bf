"""Which calls a gather, a task or something like them starts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.walking import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


TASKS = frozenset({"create_task", "ensure_future"})


def task_of(node: ast.expr) -> ast.Call | None:
    """Return the coroutine call that a task is made of: `f(x)` for `create_task(f(x))`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[ast.Call() as inner, *_]) if (
            name in TASKS
        ):
            return inner
    return None


def task_of_item(loop: ast.AST, awaited: ast.expr) -> ast.Call | None:
    """Return the task creation behind a name that an item of a loop binds only to await it."""
    if not isinstance(awaited, ast.Name):
        return None
    mentions = [node for node in walk(loop) if isinstance(node, ast.Name) and node.id == awaited.id]
    if len(mentions) != 2:
        return None
    for node in walk(loop):
        match node:
            case ast.Assign(targets=[target], value=ast.Call() as call) if target in mentions:
                return call if task_of(call) is not None else None
    return None


def stored_call(function: ast.AST, bindings: Sequence[ast.AST], name: str) -> ast.Call | None:
    """Return the one call that fills a list: in a comprehension, or by `append` to an empty one."""
    match bindings:
        case [ast.Assign(value=ast.ListComp(elt=ast.Call() as call))]:
            return call
        case [ast.Assign(value=ast.List(elts=[])) | ast.AnnAssign(value=ast.List(elts=[]))]:
            pass
        case _:
            return None
    appended = []
    mentions = 0
    for node in walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr="append"), args=[value]) if other == name:
                appended.append(value)
            case ast.Name(id=other) if other == name:
                mentions += 1
    # The list is made, filled in one place and gone through.
    only = appended[0] if len(appended) == 1 and mentions == 3 else None
    return only if isinstance(only, ast.Call) else None


def meant_call(node: ast.expr) -> ast.expr:
    """Return the call that tasks and timeouts are wrapped around: `f(x)` for `wait_for(f(x), 10)`."""
    while isinstance(node, ast.Call) and node.args:
        if callee_name(node.func) in (*TASKS, "wait_for", "shield"):
            node = node.args[0]
        elif (handed := handed_task(node)) is not None:
            node = handed
        else:
            break
    return node


def handed_task(node: ast.Call) -> ast.Call | None:
    """Return the one call that is started in an argument: `f(x)` for `token.link(create_task(f(x)))`."""
    started = [inner for argument in node.args if (inner := task_of(argument)) is not None]
    return started[0] if len(started) == 1 else None


def started_calls(node: ast.Call) -> Iterator[ast.Call]:
    """Yield the calls handed over unawaited: single ones, those in displays and per item of a comprehension."""
    for argument in node.args:
        yield from _unawaited(argument)


def _unawaited(node: ast.expr) -> Iterator[ast.Call]:
    match node:
        case ast.Call():
            yield node
        case ast.Starred(value=value):
            yield from _unawaited(value)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            for element in elements:
                yield from _unawaited(element)
        case ast.ListComp(elt=element) | ast.GeneratorExp(elt=element) | ast.SetComp(elt=element):
            yield from _unawaited(element)


def is_gather_like(node: ast.Call) -> bool:
    """Tell whether a call is named like a gather and is given several awaitables."""
    if "gather" not in vocabulary.words(callee_name(node.func)):
        return False
    many = len(node.args) > 1 or any(isinstance(argument, ast.Starred) for argument in node.args)
    return many or any(
        isinstance(argument, ast.List | ast.ListComp | ast.GeneratorExp | ast.Call) for argument in node.args
    )
