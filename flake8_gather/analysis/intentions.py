"""What the author of some code says or shows: that it is sequential on purpose.

Each function looks for one such sign and returns the barrier with its reason, or None.
"""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import callee_name, names_in
from flake8_gather.analysis.flow import enclosing
from flake8_gather.analysis.walking import own_nodes
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext

PART = 4  # a docstring speaks of code that is at least this part of its function
ABOVE = 24  # lines that a comment may stand above what it speaks of, where nothing else is awaited
BELOW = 3  # lines of comments behind a loop's body that still belong to it
CONCURRENT = frozenset(
    {"parallel", "concurrent", "concurrently", "concurrency", "parallelism", "sequential", "sequentially"}
)
# What says by itself that something is sequential on purpose, and what does so right beside the code only.
SEQUENTIAL = (
    r"\bsequential(ly)?\b|\bsequenced\b|\bserially\b|\bone[ -](at a time|by one)\b"
    r"|(?<!avoid )(?<!avoids )(?<!of )\bn ?\+ ?1\b"
    r"|\bnever\b[^.]*\bat (once|the same time)\b|\bnot? (in )?(parallel|concurren)\w*|\bavoid (race|overload|flood)\w*"
)
BEGINNING = re.compile(r"\s*\w+(: [^=]+)? = (\[\]|\{\}|\d+|None|False|True|set\(\)|list\(\)|dict\(\))\s*")
DOCUMENTED = re.compile(SEQUENTIAL, re.IGNORECASE)
DELIBERATE = re.compile(
    SEQUENTIAL + r"|\bserial(ised|ized|ise|ize)?\b|\bin (the )?(correct |right |same |strict )?order\b"
    r"|\border(ing)? (matters|is important)|\brate[ -]?limit\w*|\bthrottl\w*|\bcpu[ -](bound|heavy|intensive)\b"
    r"|\bimmediately\b",
    re.IGNORECASE,
)
# The concurrent variant, taken back: `# tasks.append(fetch(url))`.
TAKEN_BACK = re.compile(
    r"#\s*(\w+ = )?(await )?([\w.]+\.)?(gather|create_task|ensure_future|(tasks|coros|futures)\.append)\("
)
BY_NAME = frozenset({"sequential", "sequentially", "serially"})
BATCHES = frozenset({"batch", "batched", "batches", "bulk", "many"})
BROAD = frozenset({"Exception", "BaseException"})


def deliberate(context: FunctionContext, node: ast.expr | ast.stmt) -> Found | None:
    """A comment in or right around the code, or the line before it, says that it is sequential on purpose."""
    source, last = context.file.source, node.end_lineno or node.lineno
    function = context.function.node
    if BY_NAME.intersection(vocabulary.words(function.name)):
        return Barrier.ORDERED, Reason(f"`{function.name}` says so by its name", function.lineno)
    documented = DOCUMENTED.search(ast.get_docstring(function) or "")
    spans = (last - node.lineno + 1) * PART >= (function.end_lineno or last) - function.lineno + 1
    if documented is not None and spans:
        text = f"the docstring says “{documented[0]}”"
        return _deliberate(documented[0]), Reason(text, function.lineno)
    first = node.lineno
    while first > 1 and _leads_over(source.lines[first - 2]):
        first -= 1
    before = first - 1
    said = DELIBERATE.search(source.lines[before - 1]) if before else None
    if said is not None and "(" in source.lines[before - 1]:
        return Barrier.ORDERED, Reason(f"the line before says “{said[0]}”", before)
    introduced = _introduced(context, node)
    if introduced is not None:
        return introduced
    near = source.lines[first - 1 : last + BELOW]
    if not any("#" in line and (DELIBERATE.search(line) or TAKEN_BACK.search(line)) for line in near):
        return None  # to tell comments from strings costs more than to look for the words first
    for comment in source.comments(function.lineno, last + BELOW):
        above = _is_comment_block(context, comment.line, node.lineno)
        below = comment.column > node.col_offset and _is_comment_block(context, last + 1, comment.line)
        inside = node.lineno <= comment.line <= last
        if not (inside or above or below):
            continue
        if said := DELIBERATE.search(comment.text):
            return _deliberate(said[0]), Reason(f"a comment says “{said[0]}”", comment.line)
        if TAKEN_BACK.match(comment.text):
            return Barrier.ORDERED, Reason("the concurrent variant has been commented out", comment.line)
    return None


def _introduced(context: FunctionContext, node: ast.expr | ast.stmt) -> Found | None:
    """A comment further up speaks of the next await: nothing is awaited between them."""
    source, function = context.file.source, context.function.node
    before = [line for line in source.await_lines if function.lineno <= line < node.lineno]
    first = max(before[-1] + 1 if before else function.lineno, node.lineno - ABOVE)
    if not any("#" in line and DOCUMENTED.search(line) for line in source.lines[first - 1 : node.lineno - 1]):
        return None
    for comment in source.comments(function.lineno, node.lineno):
        said = DOCUMENTED.search(comment.text)
        alone = source.lines[comment.line - 1].lstrip().startswith("#")
        if said is not None and alone and comment.line >= first:
            return _deliberate(said[0]), Reason(f"a comment says “{said[0]}”", comment.line)
    return None


def _deliberate(said: str) -> Barrier:
    if re.match("cpu", said, re.IGNORECASE):
        return Barrier.NO_WAIT
    return Barrier.PACED if re.match("rate|throttl|avoid", said, re.IGNORECASE) else Barrier.ORDERED


def _is_comment_block(context: FunctionContext, line: int, below: int) -> bool:
    """Tell whether all lines from one up to (not including) another are comments, or begin a collection."""
    lines = context.file.source.lines
    return line <= below and all(_leads_over(text) for text in lines[line - 1 : below - 1])


def _leads_over(line: str) -> bool:
    return line.lstrip().startswith("#") or BEGINNING.fullmatch(line) is not None


def other_branch(context: FunctionContext, node: ast.stmt) -> Found | None:
    """The other branch of an `if` gathers: this one is the sequential variant, by choice."""
    chain = [*enclosing(context.function.node, node), node]
    for outer, inner in pairwise(chain):
        if not isinstance(outer, ast.If):
            continue
        branch = outer.orelse if inner in outer.body else outer.body
        asked = set(vocabulary.words(ast.unparse(outer.test)))
        if branch and CONCURRENT & asked:
            text = f"`{ast.unparse(outer.test)}` decides whether it is concurrent"
            return Barrier.ALREADY_CONCURRENT, Reason(text, outer.lineno)
        for child in own_nodes(*branch):
            if isinstance(child, ast.Call) and "gather" in vocabulary.words(callee_name(child.func)):
                return Barrier.ALREADY_CONCURRENT, Reason(
                    "the other branch gathers, this one is sequential by choice", child.lineno
                )
    return None


def after_failed_batch(context: FunctionContext, node: ast.stmt) -> Found | None:
    """A handler of whatever may happen to a batch does it one by one: many at once are what has just failed."""
    for outer, handler in pairwise(enclosing(context.function.node, node)):
        if not isinstance(outer, ast.Try) or not isinstance(handler, ast.ExceptHandler):
            continue
        if handler.type is not None and not BROAD & names_in(handler.type):
            continue
        tried = [child for child in own_nodes(*outer.body) if isinstance(child, ast.Name | ast.Attribute)]
        names = map(callee_name, tried)
        failed = next((name for name in names if BATCHES.intersection(vocabulary.words(name))), None)
        if failed is not None:
            return Barrier.PACED, Reason(f"it is done one by one after `{failed}` has failed", handler.lineno)
    return None
