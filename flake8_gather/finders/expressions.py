"""GTH202: awaits beside each other inside one expression."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.dependence import path_text
from flake8_gather.analysis.effects import callee_name, effects_of
from flake8_gather.analysis.evaluation import evaluated
from flake8_gather.analysis.group import kept
from flake8_gather.analysis.purity import PURE
from flake8_gather.analysis.siblings import Sibling, Siblings
from flake8_gather.analysis.walking import FunctionLike, children, walk
from flake8_gather.finders.tasks import as_tasks
from flake8_gather.opportunity import Barrier, Opportunity, Reason, Span
from flake8_gather.shapes import SiblingAwaits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.opportunity import Verdict

SIMPLE = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def find_siblings(context: FunctionContext, statement: ast.stmt) -> Iterator[Opportunity]:
    """Consider the awaits of one simple statement, if there are several side by side."""
    if not isinstance(statement, SIMPLE) or context.file.source.count_awaits(statement) < 2:
        return
    always, sometimes = _awaits(statement)
    if len(always) + len(sometimes) < 2:
        return
    span = Span.of(statement)
    shape = SiblingAwaits(context.function.node, statement, tuple(always), _spread(statement, always))
    if len(always) < 2:
        one = sometimes[0]
        reason = Reason("whether it is awaited depends on what comes before", one.lineno)
        awaits = tuple(
            Span.of(node) for node in sorted((*always, *sometimes), key=lambda node: (node.lineno, node.col_offset))
        )
        yield Opportunity("GTH202", span, awaits, kept(Barrier.EARLY_EXIT, reason), shape)
        return
    found = _targets_later(statement, always) or _between(statement, always) or _binds(statement, always)
    verdict = kept(*found) if found is not None else _verdict(context, statement, always)
    yield as_tasks(Opportunity("GTH202", span, tuple(Span.of(node) for node in always), verdict, shape), always)


def _awaits(statement: ast.stmt) -> tuple[list[ast.Await], list[ast.Await]]:
    """Return the outermost awaits of a statement: those that always run, and those that may not."""
    always: list[ast.Await] = []
    sometimes: list[ast.Await] = []
    stack: list[tuple[ast.AST, bool]] = [(statement, False)]
    while stack:
        node, doubtful = stack.pop()
        match node:
            case ast.Await():
                (sometimes if doubtful else always).append(node)
                continue
            case ast.BoolOp(values=[first, *rest]):
                stack += [(first, doubtful), *((child, True) for child in rest)]
                continue
            case ast.IfExp(test=test, body=body, orelse=orelse):
                stack += [(test, doubtful), (body, True), (orelse, True)]
                continue
            case ast.Compare(left=left, comparators=[first, *rest]):
                stack += [(left, doubtful), (first, doubtful), *((child, True) for child in rest)]
                continue
        if not isinstance(node, FunctionLike | COMPREHENSIONS):
            stack += [(child, doubtful) for child in children(node)]
    return sorted(always, key=_place), sorted(sometimes, key=_place)


def _place(node: ast.Await) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _spread(statement: ast.stmt, awaits: list[ast.Await]) -> ast.Call | ast.List | ast.Tuple | ast.Set | None:
    """Return the call or display that consists of exactly these awaits."""
    for node in walk(statement):
        match node:
            case ast.Call(args=parts, keywords=[]) | ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                if len(parts) == len(awaits) and all(one is other for one, other in zip(parts, awaits, strict=True)):
                    return node
    return None


def _targets_later(statement: ast.stmt, awaits: list[ast.Await]) -> tuple[Barrier, Reason] | None:
    """What is assigned is awaited before what stands in front of the `=`."""
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return None
    if not _place(awaits[0]) < (statement.value.lineno, statement.value.col_offset) <= _place(awaits[-1]):
        return None
    return Barrier.ORDERED, Reason("the value is awaited before the place it goes to", awaits[0].lineno)


def _binds(statement: ast.stmt, awaits: list[ast.Await]) -> tuple[Barrier, Reason] | None:
    """A name that the expression binds itself is not bound yet where all awaits start."""
    bound = {node.target.id for node in walk(statement) if isinstance(node, ast.NamedExpr)}
    for one in awaits if bound else ():
        read = bound & {path[0] for path in effects_of(one).reads}
        if read:
            return Barrier.CARRIED, Reason(f"`{min(read)}` is bound in the same expression", one.lineno)
    return None


def _before_the_end(statement: ast.stmt, awaits: list[ast.Await]) -> list[ast.expr]:
    """Return what a statement evaluates until its last await, that one included."""
    parts = list(evaluated(statement, frozenset(awaits)))
    last = max(index for index, part in enumerate(parts) if part in awaits)
    return parts[: last + 1]


def _between(statement: ast.stmt, awaits: list[ast.Await]) -> tuple[Barrier, Reason] | None:
    """A plain call that runs before the last await would come after all of them."""
    inside = {child for one in awaits for child in walk(one)}
    for part in _before_the_end(statement, awaits):
        for node in walk(part):
            if isinstance(node, ast.Call) and node not in inside:
                name = callee_name(node.func)
                if name not in PURE and not name[:1].isupper():
                    return Barrier.ORDERED, Reason(f"`{name}` runs between the awaits", node.lineno)
    return None


def _read_before(judge: Siblings, statement: ast.stmt, awaits: list[ast.Await]) -> tuple[Barrier, Reason] | None:
    """A plain part that is read before an await whose callee changes it would be read behind it."""
    read: list[ast.expr] = [statement.target] if isinstance(statement, ast.AugAssign) else []
    for part in _before_the_end(statement, awaits):
        if part not in awaits:
            read += [] if any(child in awaits for child in walk(part)) else [part]
            continue
        path = judge.changes(Sibling(part), read)
        if path is not None:
            text = f"the callee changes `{path_text(path)}`, which the expression reads before"
            return Barrier.CARRIED, Reason(text, part.lineno)
    return None


def _verdict(context: FunctionContext, statement: ast.stmt, awaits: list[ast.Await]) -> Verdict:
    judge = Siblings(context, statement)
    siblings = [Sibling(node) for node in awaits]
    found = _read_before(judge, statement, awaits)
    if found is not None:
        return kept(*found)
    for index, sibling in enumerate(siblings):
        for earlier in siblings[:index]:
            found = judge.dependence(earlier, sibling)
            if found is not None:
                return kept(*found)
    return judge.verdict(siblings)
