"""GTH105: loops whose beginning runs once per item at the same time, the rest staying a plain loop."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import conflicts, effects_of
from flake8_gather.analysis.flow import bound_after, exposed_reads, read_afterwards
from flake8_gather.analysis.judge import judge_iterations
from flake8_gather.analysis.nullness import never_none
from flake8_gather.analysis.output import is_logging
from flake8_gather.analysis.values import is_reiterable
from flake8_gather.analysis.walking import own_nodes, walk
from flake8_gather.finders.bodies import Body, unshaped
from flake8_gather.finders.sinks import creation_of, sink_of
from flake8_gather.opportunity import Opportunity, Span
from flake8_gather.shapes import BodyLoop, Clause, SplitLoop

if TYPE_CHECKING:
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.finders.nests import Nest


def find_split(context: FunctionContext, nest: Nest) -> Opportunity | None:
    """Return the loop as one whose body is split behind its last await, None where that is not possible."""
    if len(nest.clauses) != 1 or nest.node.orelse:
        return None
    if nest.clauses[0].conditions and not _conditions_hold(context, nest):
        node = nest.node
        nest = replace(nest, clauses=(Clause(node.target, node.iter),), core=tuple(node.body), guards=(), wrapper=None)
    return _Split(context, nest).opportunity()


def _conditions_hold(context: FunctionContext, nest: Nest) -> bool:
    """Tell whether asking for all conditions beforehand gives the same answers."""
    tests = [test for test, _ in nest.clauses[0].conditions]
    if read_afterwards(context.function.node, nest.node, nest.targets):
        return False  # the loop's last item is not the last one that passed
    return conflicts(effects_of(*nest.core).writes, effects_of(*tests).reads) is None


class _Split:
    """One loop body, cut behind the last statement that awaits."""

    def __init__(self, context: FunctionContext, nest: Nest) -> None:
        self.context = context
        self.nest = nest
        self.function = context.function.node
        self.clause = nest.clauses[0]
        cut = max((number for number, one in enumerate(nest.core, 1) if _waits(one)), default=0)
        self.head, self.rest = nest.core[:cut], nest.core[cut:]
        self.body = Body(context, nest.node, self.head)

    def opportunity(self) -> Opportunity | None:
        if not self.rest or _only_logs(self.rest):
            return None
        results = self.results()
        if results is None:
            return None
        head, targets = self.body, self.nest.targets
        if head.printing() or head.changing(frozenset()) or head.refusal(frozenset()):
            return None
        conditions = tuple(test for test, _ in self.clause.conditions)
        group = replace(head.group(frozenset()), inside=(*self.head, *conditions), after=self.rest)
        span, spans = Span.of(self.nest.node), tuple(Span.of(node) for node in head.awaits)
        verdict = judge_iterations(self.context, group)
        if verdict.confidence is None:
            return Opportunity("GTH105", span, spans, verdict, unshaped(self.context, self.nest.node))
        reads = {node.id for one in self.rest for node in walk(one) if isinstance(node, ast.Name)}
        later = read_afterwards(self.function, self.nest.node, targets)
        shape = SplitLoop(
            self.function,
            self.nest.node,
            self.clause,
            self.head,
            self.rest,
            head.parameters(frozenset()),
            results,
            head.continues(),
            skips_none=self.skips_none(results),
            keeps_target=bool((reads - set(results)) & targets or later),
            reiterable=is_reiterable(self.clause.iterable, self.context),
            guards=self.nest.guards,
            wrapper=self.nest.wrapper,
            creation=self.creation(results),
        )
        return Opportunity("GTH105", span, spans, verdict, shape)

    def creation(self, results: tuple[str, ...]) -> ast.stmt | None:
        """Return the statement that creates the collection to which the rest does nothing but add the result."""
        found = sink_of(self.rest[0]) if len(self.rest) == 1 else None
        if found is None or not isinstance(found[1], ast.Name) or (found[1].id,) != results:
            return None
        return creation_of(self.function, self.nest.node, found[0])

    def results(self) -> tuple[str, ...] | None:
        """Return the names that the rest reads from the head, None where names flow in any other way."""
        made = effects_of(*self.head).bindings
        everything = made | effects_of(*self.rest).bindings
        if exposed_reads(self.head, self.nest.targets) & everything or self.body.takes_over():
            return None
        live = exposed_reads(self.rest, self.nest.targets - made) & made
        if not live <= bound_after(self.head, self.nest.targets):
            return None
        if read_afterwards(self.function, self.nest.node, made) or made & self.nest.targets:
            return None
        places = self.places()
        return tuple(sorted(live, key=places.__getitem__)) if live <= places.keys() else None

    def places(self) -> dict[str, int]:
        """Return the order in which the head assigns its names; functions and imports are not handed back."""
        nodes = [node for node in own_nodes(*self.head) if isinstance(node, ast.Name)]
        names = dict.fromkeys(node.id for node in nodes if isinstance(node.ctx, ast.Store))
        return {name: number for number, name in enumerate(names)}

    def skips_none(self, results: tuple[str, ...]) -> bool:
        """Tell whether None can stand for an item that goes no further.

        The rest leaves out None itself at once, or the result is never None.
        """
        if len(results) != 1:
            return len(results) > 1
        return _leaves_out(self.rest[0], results[0]) or never_none(self.context, self.head, results[0])


def _waits(statement: ast.stmt) -> bool:
    return any(
        isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor)
        or (isinstance(node, ast.comprehension) and node.is_async)
        for node in own_nodes(statement)
    )


def _only_logs(statements: tuple[ast.stmt, ...]) -> bool:
    """Tell whether statements do nothing but log: they stay where the wait is over."""
    return all(
        isinstance(one, ast.Pass | ast.Continue)
        or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Call) and is_logging(one.value))
        for one in statements
    )


def _leaves_out(statement: ast.stmt, name: str) -> bool:
    """Tell whether a statement does nothing but go on with the next item where a name is None."""
    match statement:
        case ast.If(test=test, body=[ast.Continue()], orelse=[]):
            pass
        case _:
            return False
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=other)):
            return other == name
        case ast.Compare(left=ast.Name(id=other), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return other == name
    return False


def is_neat(found: Opportunity) -> bool:
    """Tell whether nothing but the results themselves has to be handed back."""
    shape = found.shape
    return not isinstance(shape, SplitLoop) or shape.skips_none or not (shape.continues and shape.results)


def is_written(found: Opportunity) -> bool:
    """Tell whether a body is reported and can be written as one function."""
    return found.verdict.confidence is not None and isinstance(found.shape, BodyLoop) and found.shape.refusal is None


def has_entries(found: Opportunity) -> bool:
    """Tell whether a body does nothing but make one entry of a collection."""
    return isinstance(found.shape, BodyLoop) and found.shape.entries != () and not found.shape.absence
