"""Shapes made by hand from source text, and drafts applied to it."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_gather.analysis.source import Source
from flake8_gather.opportunity import Refusal, Rewrite
from flake8_gather.options import Options
from flake8_gather.replacement import draft
from flake8_gather.replacement.names import target_names, used_names
from flake8_gather.replacement.patch import apply_edits
from flake8_gather.shapes import (
    AwaitComprehension,
    AwaitRounds,
    BodyLoop,
    CallLoop,
    Clause,
    Collected,
    CollectLoop,
    DefeatedGather,
    Hoisted,
    HoistLoop,
    SiblingAwaits,
    Sink,
    StatementRun,
    Step,
    TaskLoop,
    TaskRun,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flake8_gather.shapes import Shape

HEAD = "import asyncio\n\n\nasync def run(urls, keys, api):\n"
COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def source_of(text: str) -> Source:
    return Source.parse(text, "sample.py")


def function_of(source: Source) -> ast.AsyncFunctionDef:
    return next(node for node in ast.walk(source.tree) if isinstance(node, ast.AsyncFunctionDef))


def loop_of(function: ast.AsyncFunctionDef) -> ast.For:
    return next(node for node in ast.walk(function) if isinstance(node, ast.For))


def awaits_of(*nodes: ast.AST) -> tuple[ast.Await, ...]:
    found = [inner for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Await)]
    return tuple(sorted(found, key=lambda node: (node.lineno, node.col_offset)))


def guard_of(node: ast.stmt) -> ast.If | None:
    is_guard = isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], ast.Continue)
    return node if is_guard and isinstance(node, ast.If) else None


def negation(test: ast.expr) -> tuple[ast.expr, bool]:
    return (test, True)


def clauses_of(loop: ast.For) -> tuple[tuple[Clause, ...], ast.stmt]:
    """Read nested loops, `if`s and guards down to the one statement inside."""
    conditions: list[tuple[ast.expr, bool]] = []
    body = list(loop.body)
    while guard := guard_of(body[0]):
        conditions.append(negation(guard.test))
        body.pop(0)
    while isinstance(body[0], ast.If):
        conditions.append((body[0].test, False))
        body = body[0].body
    clause = Clause(loop.target, loop.iter, tuple(conditions))
    if isinstance(body[0], ast.For):
        inner, statement = clauses_of(body[0])
        return (clause, *inner), statement
    return (clause,), body[0]


def operand(node: ast.AST) -> ast.expr:
    return awaits_of(node)[0].value


def call_loop(function: ast.AsyncFunctionDef) -> CallLoop:
    loop = loop_of(function)
    clauses, statement = clauses_of(loop)
    return CallLoop(function, loop, clauses, operand(statement))


def collect_loop(*, created: bool = False, reiterable: bool = True) -> Callable[[ast.AsyncFunctionDef], CollectLoop]:
    def make(function: ast.AsyncFunctionDef) -> CollectLoop:
        loop = loop_of(function)
        clauses, statement = clauses_of(loop)
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
            assert isinstance(target, ast.Subscript)
            sink = Sink("store", target.value, target.slice)
        else:
            assert isinstance(statement, ast.Expr)
            assert isinstance(statement.value, ast.Call)
            assert isinstance(statement.value.func, ast.Attribute)
            sink = Sink(statement.value.func.attr, statement.value.func.value)
        creation = function.body[0] if created else None
        return CollectLoop(function, loop, clauses, operand(statement), sink, creation, reiterable)

    return make


def hoist_loop(
    *, keeps_target: bool = True, reiterable: bool = True, count: int = 1
) -> Callable[[ast.AsyncFunctionDef], HoistLoop]:
    def make(function: ast.AsyncFunctionDef) -> HoistLoop:
        loop = loop_of(function)
        body = list(loop.body)
        guards = []
        while guard := guard_of(body[0]):
            guards.append(guard)
            body.pop(0)
        wrapper = None
        conditions = tuple(negation(guard.test) for guard in guards)
        if isinstance(body[0], ast.If) and len(body) == 1:
            wrapper = body[0]
            conditions = ((wrapper.test, False),)
            body = wrapper.body
        hoisted = tuple(_hoisted(body, node) for node in awaits_of(*body)[:count])
        clause = Clause(loop.target, loop.iter, conditions)
        return HoistLoop(function, loop, clause, hoisted, tuple(body), keeps_target, reiterable, tuple(guards), wrapper)

    return make


def _hoisted(body: Sequence[ast.stmt], node: ast.Await) -> Hoisted:
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is node:
            target = statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
            assert isinstance(target, ast.Name)
            return Hoisted(node, statement, target.id)
    return Hoisted(node)


def body_loop(*collected: tuple[str, str], refusal: str | None = None) -> Callable[[ast.AsyncFunctionDef], BodyLoop]:
    def make(function: ast.AsyncFunctionDef) -> BodyLoop:
        loop = loop_of(function)
        read = set().union(*map(used_names, loop.body))
        parameters = tuple(name for name in target_names(loop.target) if name in read)
        found = tuple(Collected(kind, name) for kind, name in collected)
        inner = [node for statement in loop.body for node in ast.walk(statement)]
        continues = tuple(node for node in inner if isinstance(node, ast.Continue))
        return BodyLoop(function, loop, loop.target, loop.iter, parameters, found, continues, refusal)

    return make


def comprehension(*, reiterable: bool = True) -> Callable[[ast.AsyncFunctionDef], AwaitComprehension]:
    def make(function: ast.AsyncFunctionDef) -> AwaitComprehension:
        nodes = [node for node in ast.walk(function) if isinstance(node, COMPREHENSION)]
        node = next(node for node in nodes if awaits_of(node))
        return AwaitComprehension(function, node, awaits_of(node), reiterable)

    return make


def step_of(statement: ast.stmt) -> Step:
    node = awaits_of(statement)[0]
    if isinstance(statement, ast.Assign):
        return Step(statement, node, tuple(statement.targets))
    if isinstance(statement, ast.AnnAssign):
        return Step(statement, node, (statement.target,), statement.annotation)
    return Step(statement, node, returns=isinstance(statement, ast.Return))


def statement_run(*, before: int = 0, after: int = 0) -> Callable[[ast.AsyncFunctionDef], StatementRun]:
    """Take the statements that await; of the others in between the first are `before`, the last `after`."""

    def make(function: ast.AsyncFunctionDef) -> StatementRun:
        steps = tuple(step_of(node) for node in function.body if awaits_of(node))
        first, last = steps[0].statement, steps[-1].statement
        region = function.body[function.body.index(first) : function.body.index(last) + 1]
        others = [node for node in region if not awaits_of(node)]
        assert len(others) == before + after
        return StatementRun(function, steps, tuple(others[:before]), tuple(others[before:]))

    return make


def siblings(spread: type[ast.expr] | None = None) -> Callable[[ast.AsyncFunctionDef], SiblingAwaits]:
    def make(function: ast.AsyncFunctionDef) -> SiblingAwaits:
        statement = next(node for node in function.body if awaits_of(node))
        found = [
            node for node in ast.walk(statement) if spread is not None and isinstance(node, spread) and awaits_of(node)
        ]
        display = next((node for node in found if isinstance(node, ast.Call | ast.List | ast.Tuple | ast.Set)), None)
        header = statement.test if isinstance(statement, ast.If | ast.While) else statement
        return SiblingAwaits(function, statement, awaits_of(header), display)

    return make


def rounds(*groups: Sequence[int], order: Sequence[int] | None) -> Callable[[ast.AsyncFunctionDef], AwaitRounds]:
    """Make rounds of the numbers of statements in the function's body."""

    def make(function: ast.AsyncFunctionDef) -> AwaitRounds:
        body = function.body
        steps = tuple(tuple(step_of(body[number]) for number in group) for group in groups)
        last = max(number for group in groups for number in group)
        sequence = None if order is None else tuple(body[number] for number in order)
        return AwaitRounds(function, tuple(body[: last + 1]), steps, sequence)

    return make


def defeated(function: ast.AsyncFunctionDef) -> DefeatedGather:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    names = {"gather", "create_task"}
    call = next(node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in names)
    return DefeatedGather(function, call, awaits_of(call))


def task_loop(make: Callable[[ast.AsyncFunctionDef], Shape]) -> Callable[[ast.AsyncFunctionDef], TaskLoop]:
    def wrapped(function: ast.AsyncFunctionDef) -> TaskLoop:
        inner = make(function)
        assert isinstance(inner, CallLoop | CollectLoop | HoistLoop | BodyLoop | AwaitComprehension)
        return TaskLoop(inner, _tasks(function))

    return wrapped


def task_run(function: ast.AsyncFunctionDef) -> TaskRun:
    return TaskRun(statement_run()(function), _tasks(function))


def _tasks(function: ast.AsyncFunctionDef) -> tuple[ast.Call, ...]:
    values = [node.value for node in awaits_of(function)]
    return tuple(value for value in values if isinstance(value, ast.Call) and "create_task" in ast.unparse(value.func))


def drafted(
    text: str, make: Callable[[ast.AsyncFunctionDef], Shape], options: Options | None = None, *, coroutines: bool = True
) -> Rewrite | Refusal:
    source = source_of(text)
    return draft(make(function_of(source)), source, options or Options(), coroutines=coroutines)


def rewritten(
    text: str, make: Callable[[ast.AsyncFunctionDef], Shape], options: Options | None = None, *, coroutines: bool = True
) -> str:
    """Return the text after the draft; the result must compile."""
    found = drafted(text, make, options, coroutines=coroutines)
    assert isinstance(found, Rewrite), found
    result = apply_edits(source_of(text), found.edits)
    compile(result, "sample.py", "exec", dont_inherit=True)
    return result


def refused(text: str, make: Callable[[ast.AsyncFunctionDef], Shape], options: Options | None = None) -> str:
    found = drafted(text, make, options)
    assert isinstance(found, Refusal), found
    return found.reason


@dataclass(frozen=True)
class Case:
    """The body of a function before and after, or why it stays as it is."""

    title: str
    make: Callable[[ast.AsyncFunctionDef], Shape]
    before: str
    after: str = ""
    refusal: str = ""
    options: Options = field(default_factory=Options)

    def __str__(self) -> str:
        return self.title


def in_function(body: str) -> str:
    return HEAD + textwrap.indent(textwrap.dedent(body).strip("\n"), "    ").rstrip() + "\n"


def run_case(case: Case) -> None:
    """Check a draft in all the ways that hold for each."""
    text = in_function(case.before)
    if case.refusal:
        assert refused(text, case.make, case.options) == case.refusal
        return
    result = rewritten(text, case.make, case.options)
    assert without_blank_space(result) == without_blank_space(in_function(case.after))
    crlf = text.replace("\n", "\r\n")
    found = drafted(crlf, case.make, case.options)
    assert isinstance(found, Rewrite)
    assert apply_edits(source_of(crlf), found.edits) == result.replace("\n", "\r\n")
    assert "\n" not in found.summary or '"""' in text or "'''" in text
    length = case.options.line_length or 88
    if formatted(text, length) == text:
        assert formatted(result, length) == result


def without_blank_space(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines())


def formatted(text: str, line_length: int) -> str:
    """Return the text as black formats it; the very text if it is not installed."""
    try:
        import black
    except ImportError:
        return text
    return black.format_str(text, mode=black.Mode(line_length=line_length))
