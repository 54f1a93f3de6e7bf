"""The finders: each knows the shapes of one rule family, and asks the judge about what it finds.

`considered` is the one entry: linter, codemod and command line all call it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.context import FileContext
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.walking import blocks, child_statements
from flake8_gather.confidence import Confidence
from flake8_gather.finders.comprehensions import find_comprehensions
from flake8_gather.finders.defeated import find_defeated
from flake8_gather.finders.expressions import find_siblings
from flake8_gather.finders.loops import body_awaits, find_loop
from flake8_gather.finders.statements import find_runs
from flake8_gather.finders.tasks import as_tasks
from flake8_gather.opportunity import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.needs import Need
    from flake8_gather.analysis.source import Source
    from flake8_gather.opportunity import Opportunity
    from flake8_gather.options import Options


@dataclass(frozen=True, slots=True)
class Considered:
    """The groups of awaits that were considered in a file, reported or kept, in source order.

    `needs` is what that rests on besides the file itself.
    """

    found: tuple[Opportunity, ...]
    needs: frozenset[Need]


def analyse(source: Source, options: Options, *, reported_only: bool = False) -> tuple[Opportunity, ...]:
    """Return the groups of awaits that `considered` considers."""
    return considered(source, options, reported_only=reported_only).found


def considered(source: Source, options: Options, *, reported_only: bool = False) -> Considered:
    """Consider every group of awaits in a file.

    With `reported_only`, what cannot be reported is passed over as soon as that shows.
    """
    file = FileContext(source, options, reported_only=reported_only)
    found: list[Opportunity] = []
    for function in source.functions:
        found += _Walk(file.function(function)).block(function.node.body)
    file.close()
    ordered = tuple(sorted(found, key=lambda one: (one.span.line, one.span.column, one.code)))
    return Considered(ordered, file.needs.of(source.path))


class _Walk:
    """One pass over a function's own statements."""

    def __init__(self, context: FunctionContext) -> None:
        self.context = context
        self.source = context.file.source
        self.threshold = min(Confidence.MEDIUM, context.file.options.min_confidence)

    def block(self, body: Sequence[ast.stmt]) -> Iterator[Opportunity]:
        awaiting = self.source.awaiting(body)
        for statement in awaiting:
            if not isinstance(statement, FunctionNode | ast.ClassDef) and not self.source.awaits_only(statement):
                yield from self.statement(statement)
        if len(awaiting) > 1 and not self.context.passed_over:
            yield from find_runs(self.context, body, awaiting)

    def statement(self, node: ast.stmt) -> Iterator[Opportunity]:
        inside = [found for block in blocks(node) for found in self.block(block)]
        if self.source.awaits_outside(node, child_statements(node)):
            yield from self.expressions(node)
        if isinstance(node, ast.For) and not self.context.passed_over and not _is_defeated(node, inside):
            loop = find_loop(self.context, node, inside)
            if loop is not None:
                loop = as_tasks(loop, body_awaits(node))
                if loop.reported(self.threshold):
                    inside = [other for other in inside if not _claims(loop, other)]
                yield loop
        yield from inside

    def expressions(self, node: ast.stmt) -> Iterator[Opportunity]:
        """Consider the expressions of a statement, without the statements inside it."""
        defeated = list(find_defeated(self.context, node))
        yield from defeated
        if self.context.passed_over:
            return
        for found in (*find_comprehensions(self.context, node), *find_siblings(self.context, node)):
            if not any(_claims(other, found) for other in defeated):
                yield found


def _is_defeated(node: ast.For, inside: list[Opportunity]) -> bool:
    """Tell whether all that a loop awaits is awaited where it should be started."""
    defeated = {span for one in inside if one.code == "GTH301" and one.barrier is None for span in one.awaits}
    return bool(defeated) and all(Span.of(child) in defeated for child in body_awaits(node))


def _claims(one: Opportunity, other: Opportunity) -> bool:
    """Two findings about the same await would be one too many: the outer one speaks."""
    return bool(set(one.awaits) & set(other.awaits))
