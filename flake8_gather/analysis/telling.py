"""Loops that tell of each item on their way: a progress bar moves, a callback hears, a cancellation is looked for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.output import is_logging
from flake8_gather.analysis.walking import own_nodes
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext

TELLING = frozenset({"progress", "callback", "callbacks", "cb", "pbar", "progressbar"})
CANCELLED = frozenset({"cancelled", "canceled", "cancellation"})
REGISTERING = frozenset({"add", "append", "register", "remove", "set", "unregister"})


def telling(context: FunctionContext, body: Sequence[ast.stmt]) -> Found | None:
    """Return the call in a loop's body with which someone hears of each item in turn, and may stop the loop.

    Gathered, all waits would be over before the first call, or the calls would come in any order.
    """
    heard = _parameters(context)
    for node in own_nodes(*body):
        match node:
            case ast.Expr(value=(ast.Call() as call) | ast.Await(value=ast.Call() as call)) if not is_logging(call):
                name = _told(call, heard)
            case ast.Call() as call if CANCELLED & set(vocabulary.words(callee_name(call.func))):
                name = callee_name(call.func)
            case _:
                continue
        if name is not None:
            return Barrier.ORDERED, Reason(f"`{name}` tells of progress after each item", call.lineno)
    return None


def _told(call: ast.Call, heard: frozenset[str]) -> str | None:
    """Return the name of what is told of an item, if a call does that."""
    name = callee_name(call.func)
    match call.func:
        case ast.Name() if name in heard:
            return name
        case ast.Attribute(value=ast.Name(id=receiver) | ast.Attribute(attr=receiver)):
            if TELLING & set(vocabulary.words(receiver)) and not REGISTERING & set(vocabulary.words(name)[:1]):
                return f"{receiver}.{name}"
    parts = vocabulary.words(name)
    return name if TELLING.intersection(parts) and not REGISTERING.intersection(parts[:1]) else None


def _parameters(context: FunctionContext) -> frozenset[str]:
    """Return the parameters of the function and of those around it."""
    functions = (context.function.node, *context.scope.outer)
    return frozenset(
        argument.arg for function in functions for argument in ast.walk(function.args) if isinstance(argument, ast.arg)
    )
