"""GTH201 and GTH203: sibling statements whose awaits can wait together, directly or in rounds."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import effects_of
from flake8_gather.analysis.group import kept
from flake8_gather.analysis.siblings import Sibling, Siblings, asks
from flake8_gather.analysis.walking import child_statements
from flake8_gather.finders.reordering import Piece, Place, overtaken, pieces, pieces_of
from flake8_gather.finders.steps import behind, is_plain, stays_plain, step_of, written_by
from flake8_gather.finders.tasks import as_tasks
from flake8_gather.opportunity import Opportunity, Span
from flake8_gather.shapes import AwaitRounds, StatementRun, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.opportunity import Verdict

# Each await is compared with all others of its run; nobody reads a gather of more.
LONGEST_RUN = 32


def find_runs(
    context: FunctionContext, body: Sequence[ast.stmt], awaiting: Sequence[ast.stmt]
) -> Iterator[Opportunity]:
    """Consider the runs of statements with awaits in one block; `awaiting` are those that may await."""
    if context.file.reported_only and not any(_may_ask(one) and _may_ask(other) for one, other in pairwise(awaiting)):
        return
    steps = {statement: step for statement in awaiting if (step := step_of(statement)) is not None}
    for run in _runs(body, steps) if len(steps) > 1 else ():
        yield from _Run(context, run, steps).opportunities()


def _may_ask(statement: ast.stmt) -> bool:
    """Tell whether a statement may be there for what it asks: no other is reported in a run."""
    match statement:
        case ast.Expr(value=ast.Await() as node) | ast.Assign(value=ast.Await() as node):
            return asks(Sibling(node, discarded=isinstance(statement, ast.Expr)))
    return not child_statements(statement)


def _runs(body: Sequence[ast.stmt], steps: Mapping[ast.stmt, Step]) -> Iterator[list[ast.stmt]]:
    """Cut a block into stretches of awaiting and plain statements that begin and end with an await."""
    run: list[ast.stmt] = []
    for statement in (*body, None):
        step = None if statement is None else steps.get(statement)
        if statement is not None and (step is not None or (run and is_plain(statement))):
            run.append(statement)
            if not isinstance(statement, ast.Return) and (step is None or _goes_on(step, run)):
                continue
        while run and run[-1] not in steps:
            run.pop()
        if sum(one in steps for one in run) > 1:
            yield run
        run = []


def _goes_on(step: Step, run: list[ast.stmt]) -> bool:
    """Tell whether a run that ends with a step may become longer."""
    return (not step.part or stays_plain(step)) and sum(step_of(one) is not None for one in run) < LONGEST_RUN


def _is_discarded(step: Step) -> bool:
    """Tell whether nobody looks at a result: there is no target, or one that says so (`_`)."""
    return not step.returns and all(isinstance(one, ast.Name) and one.id == "_" for one in step.targets)


class _Run:
    """One stretch of statements with at least two awaits."""

    def __init__(self, context: FunctionContext, statements: list[ast.stmt], steps: Mapping[ast.stmt, Step]) -> None:
        self.context = context
        self.statements = statements
        self.steps = [steps[statement] for statement in statements if statement in steps]
        self.judge = Siblings(context, statements[0])
        self.siblings = [Sibling(step.node, written_by(step), discarded=_is_discarded(step)) for step in self.steps]

    def opportunities(self) -> Iterator[Opportunity]:
        groups, obstacle = self.groups()
        together = [group for group in groups if len(group) > 1]
        rounds = self.rounds()
        if together and (rounds is None or len(rounds) >= len(groups)):
            for group in together:
                yield self.group_opportunity(group)
        elif rounds is not None and len(rounds) < len(self.steps):
            yield self.rounds_opportunity(rounds)
        elif obstacle is not None:
            yield self.opportunity(
                "GTH201", self.steps, obstacle, StatementRun(self.context.function.node, tuple(self.steps))
            )

    def groups(self) -> tuple[list[list[int]], Verdict | None]:
        """Return stretches of steps that can wait together, and what keeps the first pair apart."""
        groups: list[list[int]] = [[0]]
        obstacle: Verdict | None = None
        for index in range(1, len(self.steps)):
            found = self.apart(groups[-1], index)
            if found is None:
                groups[-1].append(index)
            else:
                obstacle = obstacle or found
                groups.append([index])
        return groups, obstacle

    def apart(self, group: list[int], index: int) -> Verdict | None:
        """Return the verdict that keeps a step out of a group, None where it may join."""
        for one in group:
            found = self.judge.dependence(self.siblings[one], self.siblings[index])
            if found is not None:
                return kept(*found)
        verdict = self.judge.verdict([self.siblings[one] for one in (*group, index)])
        if verdict.barrier is not None:
            return verdict
        found = overtaken(self.judge, self.pieces([*group, index]))
        return None if found is None else kept(*found)

    def pieces(self, group: list[int]) -> Iterator[Piece]:
        """Return what is done by the statements of a group, and by those between them."""
        first, last = (self.statements.index(self.steps[index].statement) for index in (group[0], group[-1]))
        steps = {self.steps[index].statement: self.steps[index] for index in group}
        return pieces(self.judge, self.statements[first : last + 1], steps, self.placed(group)[0])

    def placed(self, group: list[int]) -> tuple[list[ast.stmt], list[ast.stmt]]:
        """Sort the plain statements inside a group into those before and behind the gather."""
        first, last = (self.statements.index(self.steps[index].statement) for index in (group[0], group[-1]))
        inside = {self.steps[index].statement: self.steps[index] for index in group}
        before: list[ast.stmt] = []
        after: list[ast.stmt] = []
        held = effects_of()  # what happens behind the gather: targets, and statements that need its results
        for statement in self.statements[first : last + 1]:
            step = inside.get(statement)
            if step is not None:
                held |= self.judge.completed(behind(step))
                continue
            effects = self.judge.effects(statement)
            if self.judge.clash(held, effects) is None:
                before.append(statement)
            else:
                after.append(statement)
                held |= effects
        return before, after

    def group_opportunity(self, group: list[int]) -> Opportunity:
        placed = self.placed(group)
        steps = [self.steps[index] for index in group]
        shape = StatementRun(self.context.function.node, tuple(steps), tuple(placed[0]), tuple(placed[1]))
        return self.opportunity("GTH201", steps, self.judge.verdict([self.siblings[index] for index in group]), shape)

    def rounds(self) -> list[list[int]] | None:
        """Return the steps as rounds by their longest chain of dependences, if all have evidence."""
        if len(self.steps) < 3 or any(self.judge.evidence(sibling) for sibling in self.siblings):
            return None
        if len(self.steps) < len(self.statements) or self.steps[-1].returns:
            return None
        if any(step.part for step in self.steps):
            return None
        levels: list[int] = []
        for index, sibling in enumerate(self.siblings):
            earlier = [
                levels[other]
                for other in range(index)
                if self.judge.dependence(self.siblings[other], sibling) is not None
            ]
            if any(self.judge.conflict(self.siblings[other], sibling) for other in range(index)):
                return None
            levels.append(1 + max(earlier, default=-1))
        run = (
            piece
            for step, level in zip(self.steps, levels, strict=True)
            for piece in pieces_of(self.judge, step, level * len(Place))
        )
        if overtaken(self.judge, run) is not None:
            return None
        found: list[list[int]] = [[] for _ in range(max(levels) + 1)]
        for index, level in enumerate(levels):
            found[level].append(index)
        return found

    def rounds_opportunity(self, rounds: list[list[int]]) -> Opportunity:
        steps = tuple(tuple(self.steps[index] for index in one) for one in rounds)
        order = tuple(one[0].statement for one in steps)
        shape = AwaitRounds(self.context.function.node, tuple(self.statements), steps, order)
        widest = max(rounds, key=len)
        verdict = self.judge.verdict([self.siblings[index] for index in widest])
        return self.opportunity("GTH203", self.steps, verdict, shape)

    def opportunity(
        self, code: str, steps: Sequence[Step], verdict: Verdict, shape: StatementRun | AwaitRounds
    ) -> Opportunity:
        first, last = Span.of(steps[0].statement), Span.of(steps[-1].statement)
        span = Span(first.line, first.column, last.end_line, last.end_column)
        awaits = [step.node for step in steps]
        return as_tasks(Opportunity(code, span, tuple(Span.of(node) for node in awaits), verdict, shape), awaits)
