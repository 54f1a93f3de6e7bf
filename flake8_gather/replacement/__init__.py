"""How a group of awaits is rewritten: pure text edits over the source, made from its shape."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Refusal, Rewrite
from flake8_gather.replacement.bodies import body_loop
from flake8_gather.replacement.comprehensions import await_comprehension
from flake8_gather.replacement.context import Context
from flake8_gather.replacement.defeated import defeated_gather
from flake8_gather.replacement.expressions import sibling_awaits
from flake8_gather.replacement.hoist import hoist_loop
from flake8_gather.replacement.loops import call_loop, collect_loop
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.split import split_loop
from flake8_gather.replacement.statements import await_rounds, statement_run
from flake8_gather.shapes import (
    AwaitComprehension,
    AwaitRounds,
    BodyLoop,
    CallLoop,
    CollectLoop,
    DefeatedGather,
    HoistLoop,
    SiblingAwaits,
    SplitLoop,
    StatementRun,
    TaskLoop,
    TaskRun,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_gather.analysis.source import Source
    from flake8_gather.options import Options
    from flake8_gather.shapes import Shape

    Plain = (
        CallLoop
        | CollectLoop
        | HoistLoop
        | BodyLoop
        | SplitLoop
        | AwaitComprehension
        | StatementRun
        | SiblingAwaits
        | AwaitRounds
        | DefeatedGather
    )


def draft(
    shape: Shape, source: Source, options: Options, *, coroutines: bool = True, taken: Iterable[str] = ()
) -> Rewrite | Refusal:
    """Write one group anew, or say why that is not possible.

    `coroutines` tells whether everything that is started is known to be a coroutine, which a task
    group insists on. `taken` are names that other rewrites of the same function bring in.
    """
    inner, tasks = (shape.inner, shape.tasks) if isinstance(shape, TaskLoop | TaskRun) else (shape, ())
    if options.style == "taskgroup" and not coroutines:
        return Refusal("a task group takes coroutines only, and this may be another awaitable")
    if options.style == "taskgroup" and _is_caught(inner):
        return Refusal("an `except` around it would not catch the ExceptionGroup of a task group")
    try:
        context = Context(source, options, inner.function, tasks, taken, _place(inner), coroutines=coroutines)
        return _dispatch(context, inner)
    except RefusedError as error:
        return Refusal(str(error))


def _is_caught(shape: Plain) -> bool:
    """Tell whether a `try` of the function catches what the awaits raise."""
    node = _place(shape)
    return any(
        isinstance(outer, ast.Try) and outer.handlers and any(node in walk(one) for one in outer.body)
        for outer in walk(shape.function)
    )


def _place(shape: Plain) -> ast.stmt | ast.expr:
    match shape:
        case AwaitComprehension() | CallLoop() | CollectLoop() | HoistLoop() | BodyLoop() | SplitLoop():
            return shape.node
        case StatementRun():
            return shape.steps[0].statement
        case AwaitRounds():
            return shape.statements[0]
        case SiblingAwaits():
            return shape.statement
        case DefeatedGather():
            return shape.call


def _dispatch(context: Context, shape: Plain) -> Rewrite:
    match shape:
        case CallLoop():
            return call_loop(context, shape)
        case CollectLoop():
            return collect_loop(context, shape)
        case HoistLoop():
            return hoist_loop(context, shape)
        case BodyLoop():
            return body_loop(context, shape)
        case SplitLoop():
            return split_loop(context, shape)
        case AwaitComprehension():
            return await_comprehension(context, shape)
        case StatementRun():
            return statement_run(context, shape)
        case SiblingAwaits():
            return sibling_awaits(context, shape)
        case AwaitRounds():
            return await_rounds(context, shape)
        case DefeatedGather():
            return defeated_gather(context, shape)
