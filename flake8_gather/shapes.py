"""The shapes a group of awaits can have: what a finder saw, and all a replacement needs to know.

Finders make these values, the judge asks them what runs when, `replacement` turns them into edits.
Nodes are those of the file's one tree and are never changed. "Awaited" expressions are the operand
of an `await`, without the keyword.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One `for target in iterable`, with the conditions that stand between it and what is inside.

    `conditions` hold no await and must all be true; a `True` beside one says it is negated
    (`if not x: continue` is written as the negation of what is tested).
    """

    target: ast.expr
    iterable: ast.expr
    conditions: tuple[tuple[ast.expr, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class CallLoop:
    """GTH101: `for`s (nested ones too) around nothing but one awaited call."""

    function: ast.AsyncFunctionDef
    node: ast.For
    clauses: tuple[Clause, ...]
    call: ast.expr


@dataclass(frozen=True, slots=True)
class Sink:
    """Where a loop puts its results: `target.append(…)`, `target.add(…)` or `target[key] = …`."""

    kind: str  # append | add | store
    target: ast.expr
    key: ast.expr | None = None


@dataclass(frozen=True, slots=True)
class CollectLoop:
    """GTH102: `for`s around one awaited call whose bare result goes into one sink.

    `creation` is the statement that creates the empty collection (`results = []`), when nothing
    between it and the loop uses the collection, so that both may become one assignment; the
    statements between it and the loop stay where they are. `last` is the loop's last line's
    statement list neighbour: nothing else of the function is touched. `reiterable` (for stores)
    says that walking the iterable twice gives the same items, else it is materialised once.
    """

    function: ast.AsyncFunctionDef
    node: ast.For
    clauses: tuple[Clause, ...]
    call: ast.expr
    sink: Sink
    creation: ast.stmt | None = None
    reiterable: bool = False


@dataclass(frozen=True, slots=True)
class Hoisted:
    """One await that moves out of a loop.

    `statement` is the assignment `name = await call` that disappears with it (`name` may be a row of
    names, `a, b`); None where the await stands inside a larger expression, which then reads a new
    name instead.
    """

    node: ast.Await
    statement: ast.stmt | None = None
    name: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the assignment binds."""
        return tuple(self.name.split(", ")) if self.name else ()


@dataclass(frozen=True, slots=True)
class HoistLoop:
    """GTH104: the awaits of a loop's body run before the rest, which stays a plain loop.

    `clause.conditions` guard the awaits: the statements `if c: continue` of the body's beginning
    (`guards`, they disappear), or the tests of an `if` that is the whole body (`wrapper`: the `if`
    whose body is `body`). `body` is what stays, in order, without guards; statements of `hoisted`
    are still in it. `keeps_target` says whether the rest, or code after the loop, reads the loop's
    variables. `reiterable` says that walking the iterable twice gives the same items (a list, a
    tuple, a name bound to one, a range), else it is materialised once.
    """

    function: ast.AsyncFunctionDef
    node: ast.For
    clause: Clause
    hoisted: tuple[Hoisted, ...]
    body: tuple[ast.stmt, ...]
    keeps_target: bool
    reiterable: bool
    guards: tuple[ast.stmt, ...] = ()
    wrapper: ast.If | None = None


@dataclass(frozen=True, slots=True)
class Collected:
    """A local collection or counter that a loop's body only ever fills.

    `kind` is `list`, `set`, `dict` or `count`; `name` the plain name it has in the function.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class BodyLoop:
    """GTH105: the whole body becomes a local coroutine function, run once per item.

    `parameters` are the loop variables the body reads, in the order of the target. `collected`
    are the names that each run fills anew (`x = []` at its beginning) and returns; they are joined
    in the original order afterwards. `continues` are the `continue` statements of this very loop,
    which become `return`s. `refusal` names what stands in the way of a rewrite, if anything does.
    `entries` are the statements that put an item's one entry into the one collection, where each
    run ends with such a statement; `creation` is then the statement that creates the collection, if
    it may become one with the gather (as in `CollectLoop`). `absence` is what a run without an
    entry returns: `` where each run has one, `None` where no entry is None, else `[]`, and the
    others return `[entry]`.
    """

    function: ast.AsyncFunctionDef
    node: ast.For
    target: ast.expr
    iterable: ast.expr
    parameters: tuple[str, ...]
    collected: tuple[Collected, ...] = ()
    continues: tuple[ast.Continue, ...] = ()
    refusal: str | None = None
    entries: tuple[ast.Expr | ast.Assign, ...] = ()
    creation: ast.stmt | None = None
    absence: str = ""


@dataclass(frozen=True, slots=True)
class SplitLoop:
    """GTH105: a body's beginning becomes a local coroutine function, the rest stays a loop over its results.

    `head` is what runs once per item at the same time, up to the last await, `rest` what stays in
    order. `parameters` are the loop variables the head reads, `results` the names the rest reads
    from it, `continues` the head's jumps to the next item. `skips_none` says that None may stand
    for such an item. `clause`, `keeps_target`, `reiterable`, `guards` and `wrapper` are those of a
    `HoistLoop`. `creation` is the statement that creates the collection to which the rest does
    nothing but add the results, if it may become one with the gather (as in `CollectLoop`).
    """

    function: ast.AsyncFunctionDef
    node: ast.For
    clause: Clause
    head: tuple[ast.stmt, ...]
    rest: tuple[ast.stmt, ...]
    parameters: tuple[str, ...]
    results: tuple[str, ...]
    continues: tuple[ast.Continue, ...]
    skips_none: bool
    keeps_target: bool
    reiterable: bool
    guards: tuple[ast.stmt, ...] = ()
    wrapper: ast.If | None = None
    creation: ast.stmt | None = None


@dataclass(frozen=True, slots=True)
class AwaitComprehension:
    """GTH103: a comprehension or generator expression that awaits per item.

    `awaits` are its awaits in source order, all in the element (key, value) or in conditions.
    `consumer` is the call that consumes a generator expression on the spot (`sum(…)`, `set(…)`),
    or wraps the comprehension.
    """

    function: ast.AsyncFunctionDef
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    awaits: tuple[ast.Await, ...]
    reiterable: bool
    consumer: ast.Call | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One statement with one await at its top: `target = await call`, `await call`, `return await call`.

    `targets` is empty for a bare await; a `return` has `returns` set. Where the await is only a
    `part` of the statement, the statement stays behind the gather and reads a new name instead;
    `targets` are then those of the statement.
    """

    statement: ast.stmt
    node: ast.Await
    targets: tuple[ast.expr, ...] = ()
    annotation: ast.expr | None = None
    returns: bool = False
    part: bool = False


@dataclass(frozen=True, slots=True)
class StatementRun:
    """GTH201: sibling statements whose awaits can wait together.

    `before` are plain statements in between that must run before the gather (its arguments read
    what they write), `after` those that stay behind it, each in source order.
    """

    function: ast.AsyncFunctionDef
    steps: tuple[Step, ...]
    before: tuple[ast.stmt, ...] = ()
    after: tuple[ast.stmt, ...] = ()


@dataclass(frozen=True, slots=True)
class SiblingAwaits:
    """GTH202: awaits inside one expression of one statement, all of which always run.

    `statement` is the simple statement, `awaits` are in evaluation order. `spread` is the call or
    display whose complete positional arguments or elements they are, in order
    (`f(*await gather(…))`), else None.
    """

    function: ast.AsyncFunctionDef
    statement: ast.stmt
    awaits: tuple[ast.Await, ...]
    spread: ast.Call | ast.List | ast.Tuple | ast.Set | None = None


@dataclass(frozen=True, slots=True)
class AwaitRounds:
    """GTH203: a block's awaits, as rounds in which everything is independent.

    `statements` are all sibling statements from the first to the last await. `rounds` holds the
    steps of each round; `order` all statements in the order in which they may run, where a round
    is represented by its first step's statement; None where reordering is not known to be safe.
    """

    function: ast.AsyncFunctionDef
    statements: tuple[ast.stmt, ...]
    rounds: tuple[tuple[Step, ...], ...]
    order: tuple[ast.stmt, ...] | None = None


@dataclass(frozen=True, slots=True)
class DefeatedGather:
    """GTH301: awaits standing where an awaitable is expected (`gather(await a(), await b())`).

    `awaits` are the inner awaits to drop; `call` the gather, `create_task` or helper call.
    """

    function: ast.AsyncFunctionDef
    call: ast.Call
    awaits: tuple[ast.Await, ...]


@dataclass(frozen=True, slots=True)
class TaskLoop:
    """GTH302: a comprehension or loop that creates a task and awaits it, one item after another.

    `inner` is the shape of the same code with `create_task(f(x))` read as `f(x)`; `tasks` are the
    `create_task` calls, their first arguments what is to be gathered.
    """

    inner: CallLoop | CollectLoop | HoistLoop | BodyLoop | SplitLoop | AwaitComprehension
    tasks: tuple[ast.Call, ...]


@dataclass(frozen=True, slots=True)
class TaskRun:
    """GTH302: consecutive statements that each create a task and await it on the spot."""

    inner: StatementRun | SiblingAwaits
    tasks: tuple[ast.Call, ...]


Shape = (
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
    | TaskLoop
    | TaskRun
)
