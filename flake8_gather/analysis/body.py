"""The body of one function in sight: what it awaits, which objects it reads, changes and holds."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.atomicity import interrupted
from flake8_gather.analysis.changes import Changes
from flake8_gather.analysis.classwide import classwide
from flake8_gather.analysis.effects import ITEM, base_path, conflicts, container, effects_of, path_of, paths_of
from flake8_gather.analysis.guards import guards, is_missing, readiness
from flake8_gather.analysis.knowledge import Knowledge, Once, Use, encouraged, entered_twice, merged, without_faint
from flake8_gather.analysis.output import is_logger, is_logging, is_print, is_question
from flake8_gather.analysis.project import External, FunctionSymbol
from flake8_gather.analysis.properties import written_by_setters
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.types import scope_of
from flake8_gather.analysis.walking import Nested, child_statements, children, walk
from flake8_gather.opportunity import Answer, Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.callees import Callees
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.summaries import Summaries

MAX_ALIASES = 6


class BodySummary:
    """Summarises one function's body in the function's own names."""

    def __init__(self, symbol: FunctionSymbol, callees: Callees, summaries: Summaries) -> None:
        """Take the function and what answers for the calls in it."""
        self.symbol = symbol
        self.callees = callees
        self.summaries = summaries
        self.scope = scope_of(symbol)
        self.bindings = callees.receivers.bindings(symbol.node)
        self.own = _own(symbol.node)
        declared = (node for node in self.own if isinstance(node, ast.Global | ast.Nonlocal))
        self.shared = {name for node in declared for name in node.names}
        self.statements = list(_statements(symbol.node.body))
        self.parameters = {argument.arg for argument in walk(symbol.node.args) if isinstance(argument, ast.arg)}

    def knowledge(self) -> Knowledge:
        """Return the summary: awaits, contexts, calls on the way, and changes of lasting objects."""
        receivers, changes = self.callees.receivers, Changes(self)
        effects = effects_of(*self.symbol.node.body)
        rebound = frozenset((name,) for name in effects.bindings & self.shared)
        written = self._outliving(effects.mutations | rebound)
        written |= written_by_setters({path for path in written if path[0] == "self"}, self.scope, self.callees)
        written |= classwide(written, self.scope, receivers)
        writes = written - self._outliving(changes.lazily_made())
        reads = self._outliving(effects.reads)
        reads |= frozenset(path for read in sorted(reads) for path in self._property_reads(read))
        reads |= classwide(reads, self.scope, receivers)
        found = (*self._awaits(written), *self._contexts(written), *self._iterations(), *self._plain_calls())
        parts = tuple(without_faint(part, reads) for part in found)
        awaited = merged(parts)
        if (
            awaited.permitted is Answer.UNKNOWN
            and not awaited.effectful
            and any(part.waits is Answer.YES and part.permitted >= Answer.LIKELY for part in parts)
        ):
            # It reaches a wait that many may share, and nothing in sight speaks against the rest.
            awaited = replace(awaited, permitted=Answer.LIKELY)
        awaited = (encouraged(awaited) if awaited.bounded else awaited).moved(self.outlives)
        mixed = [*changes.uses(), *interrupted(self)]
        mixed += [replace(use, path=path) for use in mixed for path in classwide({use.path}, self.scope, receivers)]
        uses = (*awaited.uses, *mixed, *self._crossing(awaited, reads, writes))
        prints = any(map(is_print, effects.calls))
        known = replace(awaited, uses=tuple(dict.fromkeys(uses)), prints=awaited.prints or prints)
        back = changes.put_back()
        if back is not None:
            known = replace(known, barrier=Barrier.SHARED_STATE, permitted=Answer.NO, reasons=(back, *known.reasons))
        return replace(known, reads=known.reads | reads, writes=known.writes | writes)

    def _crossing(self, inner: Knowledge, reads: frozenset[Path], writes: frozenset[Path]) -> Iterator[Use]:
        """Yield what the body reads and a callee changes, or the other way round: two runs would mix it up."""
        here = self.symbol.source is self.callees.receivers.project.source
        for changed, asked in ((inner.writes, reads), (writes, inner.reads)):
            for path in sorted(changed):
                if (here or path[0] not in self.parameters) and conflicts({path}, asked) is not None:
                    whole = container(path)  # who counts the entries sees that of every run
                    met = whole if asked & {whole, (*whole, ITEM)} else path
                    text = f"`{self.symbol.node.name}` and what it calls use `{'.'.join(met)}`, and one changes it"
                    yield Use(Barrier.SHARED_STATE, met, Reason(text, self.symbol.node.lineno))

    # -- paths -----------------------------------------------------------------------------------

    def outlives(self, path: Path) -> Path | None:
        """Return a path in terms of parameters, globals and closures; None for what is made here."""
        for _ in range(MAX_ALIASES):
            root = path[0]
            local = root in self.bindings and root not in self.parameters and root not in self.shared
            if not local or ":" in root:
                return path
            base = self._alias(root)
            if base is None:
                return None
            path = (*base, *path[1:])
        return None

    def _property_reads(self, path: Path) -> frozenset[Path]:
        """Return what a property of `self` reads."""
        if len(path) < 2 or path[0] != "self" or self.symbol.owner is None:
            return frozenset()
        method = self.callees.receivers.project.method(self.symbol.owner, path[1])
        if not isinstance(method, FunctionSymbol) or isinstance(method.node, ast.AsyncFunctionDef):
            return frozenset()
        return self.summaries.summary(method).reads if method.node.decorator_list else frozenset()

    def _alias(self, name: str) -> Path | None:
        nodes = self.bindings[name]
        for node in nodes:
            match node:
                case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value) | ast.NamedExpr(value=value):
                    base = path_of(value)
                case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable) | ast.comprehension(iter=iterable):
                    if isinstance(iterable, ast.Tuple | ast.List) and iterable.elts:
                        return path_of(iterable.elts[0])
                    base = path_of(iterable)
                    base = (*base, "[]") if base is not None else None
                case ast.withitem(context_expr=value):
                    base = path_of(value)
                case _:
                    base = None
            if base is not None and base[0] != name:
                return base
        return None

    def _outliving(self, paths: frozenset[Path]) -> frozenset[Path]:
        """Return the paths of what is there before and after: attributes and items, globals, closures."""
        return frozenset(
            moved
            for path in paths
            if (len(path) > 1 or path[0] not in self.parameters)
            and not is_logger(path[-1])
            and (moved := self.outlives(path)) is not None
        )

    # -- awaits ----------------------------------------------------------------------------------

    def _awaits(self, writes: frozenset[Path]) -> Iterator[Knowledge]:
        for node in self.own:
            if isinstance(node, ast.Await):
                known = self.callees.know(node.value, self.scope, inner=True)
                known = self._on_own(node.value, self._weakened(known))
                guard = self._memo(node, writes) if known.waits is not Answer.NO else None
                if guard is not None:
                    text = ".".join(guard)
                    reason = Reason(f"`{self.symbol.node.name}` waits only until `{text}` is set", node.lineno)
                    once = (Once(guard, known.waits, reason), *known.once)
                    supposed = guard in self._filled(node, frozenset({guard})) - known.writes - writes
                    permitted = known.permitted if supposed else Answer.YES
                    known = replace(known, waits=Answer.NO, permitted=permitted, once=once, reasons=(reason,))
                yield known

    def _on_own(self, node: ast.expr, known: Knowledge) -> Knowledge:
        """What is opened here (a session, a connection) may be used here as one likes."""
        if not known.named or not isinstance(node, ast.Call):
            return known
        path = base_path(node.func)
        opened = path is not None and any(isinstance(one, ast.withitem) for one in self.bindings.get(path[0], ()))
        if path is None or not opened or self.outlives(path) is not None:
            return known
        waits = Answer.LIKELY if vocabulary.is_named("exclusive", path[0]) else known.waits
        permitted = max(known.permitted, Answer.LIKELY)
        waits = max(known.waits, waits)
        return replace(known, waits=waits, permitted=permitted, named=False, effectful=False, heard=frozenset())

    @staticmethod
    def _weakened(known: Knowledge) -> Knowledge:
        """Inside a callee, what never waits is harmless, and a batch or a task is a wait like others."""
        if known.barrier is Barrier.NO_WAIT:
            return replace(known, barrier=None, permitted=Answer.YES)
        if known.barrier is not Barrier.ALREADY_CONCURRENT:
            return known
        return replace(known, barrier=None, waits=Answer.UNKNOWN, permitted=Answer.UNKNOWN, seen=False)

    def _memo(self, node: ast.Await, writes: frozenset[Path]) -> Path | None:
        """Return the attribute whose being set makes this await happen only once, if there is one."""
        for statement in guards(self.statements, node):
            ready = readiness(statement.test)
            if ready is not None:
                return ready
            asked = effects_of(statement.test).reads
            filled = writes | self._filled(node, asked) if is_missing(statement, node) else writes
            kept = {path for path in filled if not path[-1].startswith("[")}
            tested = self._outliving(asked) | {path for path in asked if len(path) == 1 and path in kept}
            if kept & tested:
                return min(kept & tested)
        return None

    def _filled(self, node: ast.Await, missing: frozenset[Path]) -> frozenset[Path]:
        """Return what an await sets; a method out of sight is taken to set what is missing on its object."""
        known = self.callees.know(node.value, self.scope, inner=True)
        method = path_of(node.value.func) if isinstance(node.value, ast.Call) else None
        if known.seen or method is None:
            return known.writes
        return known.writes | {path for path in missing if len(path) > 1 and path[:-1] == method[:-1]}

    # -- context managers, iterations, plain calls --------------------------------------------------

    def _contexts(self, writes: frozenset[Path]) -> Iterator[Knowledge]:
        for statement in self.statements:
            if isinstance(statement, ast.With) and isinstance(self.symbol.node, ast.FunctionDef):
                # In a thread a plain lock makes the others wait.
                locks = (self.callees.locks.taken_by(item.context_expr, self.scope) for item in statement.items)
                yield Knowledge(Answer.NO, Answer.YES, uses=tuple(lock for lock in locks if lock), seen=True)
            if isinstance(statement, ast.AsyncWith) and not self._guards_a_beginning(statement, writes):
                for item in statement.items:
                    held = self._weakened(self.entered(item.context_expr))
                    yield held
                    yield from self._entered_again(statement, held)

    def _entered_again(self, statement: ast.AsyncWith, held: Knowledge) -> Iterator[Knowledge]:
        inside = [node for child in statement.body for node in walk(child)] if held.semaphores else ()
        for node in inside:
            if isinstance(node, ast.Await):
                again = entered_twice(held, self.callees.know(node.value, self.scope, inner=True))
                if again is not None:
                    again = replace(again, reason=replace(again.reason, line=node.lineno))
                    yield Knowledge(Answer.NO, Answer.YES, uses=(again,), seen=True)

    def takes_locks(self, statement: ast.AsyncWith) -> bool:
        """Tell whether a block is entered by taking locks, and nothing else."""
        return all(self.callees.locks.taken_by(item.context_expr, self.scope) for item in statement.items)

    def _guards_a_beginning(self, statement: ast.AsyncWith, writes: frozenset[Path]) -> bool:
        """Tell whether a lock is only held until something is set, or over nothing that waits."""
        inside = [node for child in statement.body for node in walk(child)]
        waits = (node for node in inside if isinstance(node, ast.Await))
        more = any(isinstance(node, ast.AsyncWith | ast.AsyncFor) for node in inside)
        return self.takes_locks(statement) and not more and all(self._memo(node, writes) is not None for node in waits)

    def entered(self, node: ast.expr) -> Knowledge:
        """Return what entering a context manager does."""
        if isinstance(node, ast.IfExp) and not self.callees.locks.bounds(node, self.scope):
            return merged([self.entered(node.body), self.entered(node.orelse)])
        lock = self.callees.locks.taken_by(node, self.scope)
        if lock is not None:
            return Knowledge(Answer.NO, Answer.YES, uses=(lock,), seen=True)
        if self.callees.locks.bounds(node, self.scope):
            return Knowledge(Answer.NO, Answer.YES, seen=True, bounded=True, semaphores=frozenset(paths_of(node)))
        if not isinstance(node, ast.Call):
            return merged(self._managing(node))
        target = self.callees.target(node.func, self.scope)
        if isinstance(target, FunctionSymbol):
            return self.summaries.of_entering(node, target, self.scope)
        known = self.callees.know(node, self.scope, inner=True)
        if known.barrier is Barrier.ORDERED:
            return Knowledge(Answer.NO, Answer.YES, seen=True)  # a timeout: it bounds, and does not wait
        if known.named or known.barrier is Barrier.ALREADY_CONCURRENT:
            # An unknown context manager usually opens something of its own.
            return Knowledge(Answer.UNKNOWN, Answer.LIKELY, reasons=known.reasons)
        return known

    def _managing(self, node: ast.expr) -> Iterator[Knowledge]:
        """What an object of a class in sight does when it is entered and left."""
        for name in ("__aenter__", "__aexit__"):
            method = ast.copy_location(ast.Attribute(node, name, ast.Load()), node)
            target = self.callees.target(method, self.scope)
            if isinstance(target, FunctionSymbol):
                yield self._weakened(self.summaries.of_reference(method, target, self.scope))

    def _iterations(self) -> Iterator[Knowledge]:
        for statement in self.statements:
            if isinstance(statement, ast.AsyncFor) and isinstance(statement.iter, ast.Call):
                yield self._weakened(self.callees.know(statement.iter, self.scope, inner=True))

    def _plain_calls(self) -> Iterator[Knowledge]:
        awaited = {node.value for node in self.own if isinstance(node, ast.Await)}
        for node in self.own:
            if isinstance(node, ast.Call) and node not in awaited and not is_logging(node):
                known = self._plain_call(node)
                if known is not None:
                    yield known

    def _plain_call(self, node: ast.Call) -> Knowledge | None:
        target = self.callees.target(node.func, self.scope)
        if isinstance(target, External) and target.dotted == "asyncio.current_task":
            return _context(f"`{self.symbol.node.name}` depends on the current task", node.lineno)
        if is_question(node):
            reason = Reason(f"`{self.symbol.node.name}` asks at the terminal, where one answers at a time", node.lineno)
            return Knowledge(Answer.NO, Answer.NO, Barrier.ORDERED, reasons=(reason,), seen=True)
        variable = self.callees.context_set(node, self.scope)
        if variable is not None:
            return _context(f"`{self.symbol.node.name}` sets the context variable `{variable}`", node.lineno)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "with_for_update":
            reason = Reason(f"`{self.symbol.node.name}` locks rows, perhaps the same for several calls", node.lineno)
            return Knowledge(Answer.NO, Answer.UNKNOWN, effectful=True, seen=True, reasons=(reason,))
        use = self.callees.uses.of_plain_call(node, self.scope)
        if use is not None:
            return Knowledge(Answer.NO, Answer.YES, uses=(use,), seen=True)
        if not isinstance(target, FunctionSymbol):
            return None
        known = self.summaries.of_call(node, target, self.scope)
        if isinstance(target.node, ast.AsyncFunctionDef):  # awaited by whoever gets it: a task, a group
            return Knowledge(Answer.NO, Answer.YES, uses=known.uses, reads=known.reads, writes=known.writes, seen=True)
        # A lock that is taken and given back without a wait in between keeps nobody out.
        uses = tuple(use for use in known.uses if use.barrier is not Barrier.LOCKED)
        return replace(known, uses=uses, waits=Answer.NO, permitted=Answer.YES, reasons=(), seen=True)


def _own(function: FunctionNode) -> list[ast.AST]:
    """Return the nodes of a function's body that are not in nested functions or classes."""
    found: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, Nested):
            stack.extend(reversed(children(node)))
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if not isinstance(node, FunctionNode | ast.ClassDef):
            yield from _statements(child_statements(node))


def returned_values(function: FunctionNode) -> list[ast.expr]:
    """Return the expressions a function returns."""
    return [node.value for node in _own(function) if isinstance(node, ast.Return) and node.value is not None]


def _context(text: str, line: int) -> Knowledge:
    return Knowledge(Answer.NO, Answer.NO, Barrier.CONTEXT, reasons=(Reason(text, line),), seen=True)
