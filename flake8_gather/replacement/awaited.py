"""One coroutine per item: how many of them are started, bounded and waited for."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import walk
from flake8_gather.replacement.names import target_names
from flake8_gather.replacement.patch import Code
from flake8_gather.replacement.refusing import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import Clause

INVERSE = {ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in", ast.Eq: "!=", ast.NotEq: "=="}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Statements that have to run first, and the results: as list, to walk over, as only argument, as set.

    `tasks` are the names of the list of tasks and of one task in it, where a task group runs them.
    """

    prelude: tuple[Code, ...]
    results: str
    iterated: str
    argument: str
    unique: str
    tasks: tuple[str, str] | None = None


def condition_text(context: Context, condition: ast.expr, *, negated: bool) -> str:
    """Return a condition, negated where the loop skips the items for which it holds."""
    text = context.operand(condition)
    if not negated:
        return text
    if isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        return context.operand(condition.operand)
    if isinstance(condition, ast.Compare) and len(condition.ops) == 1 and type(condition.ops[0]) in INVERSE:
        left, right = condition.left, condition.comparators[0]
        if not any(isinstance(side, ast.Compare | ast.BoolOp | ast.UnaryOp) for side in (left, right)):
            return f"{context.operand(left)} {INVERSE[type(condition.ops[0])]} {context.operand(right)}"
    return f"not ({text})" if isinstance(condition, ast.BoolOp) else f"not {text}"


def conditions_text(context: Context, conditions: Sequence[tuple[ast.expr, bool]]) -> str:
    """Return conditions that must all hold as one."""
    texts = []
    for condition, negated in conditions:
        text = condition_text(context, condition, negated=negated)
        loose = isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.Or) and not negated
        texts.append(f"({text})" if loose and len(conditions) > 1 else text)
    return " and ".join(texts)


def clauses_text(context: Context, clauses: Iterable[Clause], *, still: bool = False) -> str:
    """Return the clauses of a comprehension; `still` says that nothing runs while it goes through the items."""
    parts = []
    for clause in clauses:
        iterable = _without_copy(clause) if still else clause.iterable
        parts.append(f"for {context.text(clause.target)} in {context.operand(iterable)}")
        if clause.conditions:
            parts.append(f"if {conditions_text(context, clause.conditions)}")
    return " ".join(parts)


def _without_copy(clause: Clause) -> ast.expr:
    """Return what to go through without the copy that kept it safe from what the loop's body did."""
    if any(isinstance(node, ast.Call | ast.Await) for test, _ in clause.conditions for node in walk(test)):
        return clause.iterable
    match clause.iterable:
        case ast.Call(func=ast.Name(id="list" | "tuple"), args=[ast.Name() | ast.Attribute() as items], keywords=[]):
            return items
        case ast.Call(
            func=ast.Name(id="list" | "tuple"),
            args=[ast.Call(func=ast.Attribute(attr="items" | "keys" | "values"), args=[], keywords=[]) as items],
            keywords=[],
        ):
            return items
    return clause.iterable


def has_await(*nodes: ast.AST) -> bool:
    """Tell whether something is awaited in nodes (nested functions are not entered by expressions)."""
    return any(isinstance(inner, ast.Await) for node in nodes for inner in walk(node))


def needs_list(call: ast.expr, clauses: Sequence[Clause]) -> bool:
    """Tell whether a generator would become an asynchronous one, which cannot be unpacked."""
    later = [clause.iterable for clause in clauses[1:]]
    conditions = [condition for clause in clauses for condition, _ in clause.conditions]
    return has_await(call, *later, *conditions)


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Return those of some names that occur in a code, in their order."""
    words = set(re.findall(r"\w+", text))
    return [name for name in dict.fromkeys(names) if name in words]


def gather_calls(
    context: Context, texts: Sequence[str], clauses: str, targets: Sequence[ast.expr], brackets: str
) -> Gathered:
    """Start what is awaited for one item, several calls side by side; a limit counts the calls."""
    if len(texts) == 1:
        return gather_each(context, texts[0], clauses, targets, brackets=brackets)
    if context.options.limit is not None:
        prelude, limited = bounded_awaitables(context)
        texts = [f"{limited}({text})" for text in texts]
    elif context.options.style == "taskgroup":
        raise RefusedError("several awaits per item have no TaskGroup form")
    else:
        prelude = []
    element = f"{context.spelling.gather()}({', '.join(texts)})"
    return _gathered(context, prelude, element, clauses, brackets)


def gather_each(
    context: Context, element: str, clauses: str, targets: Sequence[ast.expr], *, brackets: str = "()"
) -> Gathered:
    """Start one coroutine per item and wait for all, in the way the options ask for."""
    prelude, element = bounded(context, element, target_names(*targets))
    if context.options.style == "taskgroup":
        return task_group(context, element, clauses, prelude)
    return _gathered(context, prelude, element, clauses, brackets)


def _gathered(context: Context, prelude: Sequence[Code], element: str, clauses: str, brackets: str) -> Gathered:
    themselves = re.fullmatch(rf"for {re.escape(element)} in ([\w.]+)", clauses)
    each = themselves[1] if themselves else f"{brackets[0]}{element} {clauses}{brackets[1]}"
    results = f"await {context.spelling.gather()}(*{each})"
    return Gathered(tuple(prelude), results, results, results, f"set({results})")


def task_group(context: Context, element: str, clauses: str, prelude: Sequence[Code]) -> Gathered:
    """Start the coroutines in a task group."""
    group, tasks, task = (context.names.fresh(name) for name in ("tg", "tasks", "task"))
    lines = (
        *prelude,
        Code(f"async with {context.spelling.asyncio('TaskGroup')}() as {group}:"),
        Code(f"{tasks} = [{group}.create_task({element}) {clauses}]", 1),
    )
    each = f"{task}.result() for {task} in {tasks}"
    return Gathered(lines, f"[{each}]", f"({each})", each, f"{{{each}}}", (tasks, task))


def bounded(context: Context, element: str, names: Sequence[str]) -> tuple[list[Code], str]:
    """Return the statements that bound an element's concurrency, and what stands for the element."""
    if context.options.limit is None:
        return [], element
    words = {node.id for node in walk(ast.parse(element)) if isinstance(node, ast.Name)}
    used = ", ".join(name for name in dict.fromkeys([*names, *context.loop_names]) if name in words)
    semaphore = context.names.fresh("semaphore")
    function = context.names.fresh("limited", "limited_call")
    code = [
        Code(f"{semaphore} = {context.spelling.asyncio('Semaphore')}({context.options.limit})"),
        Code(""),
        Code(f"async def {function}({used}):"),
        Code(f"async with {semaphore}:", 1),
        Code(f"return await {element}", 2),
        Code(""),
    ]
    return code, f"{function}({used})"


def bounded_awaitables(context: Context) -> tuple[list[Code], str]:
    """Return the statements that make a function which bounds how many awaitables run, and its name."""
    semaphore = context.names.fresh("semaphore")
    function = context.names.fresh("limited", "limited_call")
    call = context.names.fresh("call", "awaitable")
    code = [
        Code(f"{semaphore} = {context.spelling.asyncio('Semaphore')}({context.options.limit})"),
        Code(""),
        Code(f"async def {function}({call}):"),
        Code(f"async with {semaphore}:", 1),
        Code(f"return await {call}", 2),
        Code(""),
    ]
    return code, function


def start_each(context: Context, element: str, clauses: Sequence[Clause]) -> list[Code]:
    """Start one coroutine per item in a task group, when nobody reads the results."""
    code, element = bounded(context, element, target_names(*(clause.target for clause in clauses)))
    group = context.names.fresh("tg")
    code.append(Code(f"async with {context.spelling.asyncio('TaskGroup')}() as {group}:"))
    depth = 1
    for clause in clauses:
        code.append(Code(f"for {context.text(clause.target)} in {context.text(clause.iterable)}:", depth))
        depth += 1
        if clause.conditions:
            code.append(Code(f"if {conditions_text(context, clause.conditions)}:", depth))
            depth += 1
    return [*code, Code(f"{group}.create_task({element})", depth)]
