"""The plain loop that stays behind a gather: over the items, their results, or both."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.flow import read_afterwards
from flake8_gather.analysis.walking import walk
from flake8_gather.replacement.awaited import Gathered, clauses_text, gather_calls, names_in
from flake8_gather.replacement.names import many, target_names
from flake8_gather.replacement.patch import Code
from flake8_gather.replacement.walks import Counting, Walk, numbered, walk_of, zipped
from flake8_gather.shapes import SplitLoop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import HoistLoop


def rows(
    context: Context,
    shape: HoistLoop | SplitLoop,
    names: Sequence[str],
    calls: Sequence[str],
    *,
    keeps_target: bool,
    brackets: str = "()",
) -> list[Code]:
    """Start `calls` for every item; return that and the header of the loop which binds the results to `names`."""
    targets = [shape.clause.target]
    if not names:
        walk = walk_of(context, [shape.clause], reiterable=shape.reiterable)
        gathered = gather_calls(context, calls, walk.narrowed(*calls), targets, brackets)
        start = [] if context.options.style == "taskgroup" else [Code(gathered.results)]
        return [*walk.prelude, *gathered.prelude, *start, Code(f"for {walk.target} in {walk.iterable}:")]
    if not keeps_target:
        gathered = gather_calls(context, calls, clauses_text(context, [shape.clause]), targets, brackets)
        header = "for {row} in {results}:"
        return [*gathered.prelude, *over_results(context, shape.node.lineno, names, gathered, header)]
    counting = numbered(context, shape.clause)
    if counting is not None and not names_in(" ".join(calls), [counting.number]) and _counts_only(shape, counting):
        gathered = gather_calls(context, calls, counting.clause, targets, brackets)
        header = f"for {counting.number}, {{row}} in enumerate({{results}}{counting.start}):"
        return [*gathered.prelude, *over_results(context, shape.node.lineno, names, gathered, header, is_row=True)]
    walk = walk_of(context, [shape.clause], reiterable=shape.reiterable)
    gathered = gather_calls(context, calls, walk.narrowed(*calls), targets, brackets)
    header = in_zip(context, walk)
    loop = over_results(context, shape.node.lineno, names, gathered, header, is_row=True)
    return [*walk.prelude, *gathered.prelude, *loop]


def _counts_only(shape: HoistLoop | SplitLoop, counting: Counting) -> bool:
    """Tell whether nothing but the number of an item is read behind its await."""
    if isinstance(shape, SplitLoop):
        rest, gone = shape.rest, []
    else:
        rest, gone = shape.body, [one.node for one in shape.hoisted]
    inside = {id(node) for one in gone for node in walk(one)}
    nodes = (node for one in rest for node in walk(one) if id(node) not in inside)
    read = {node.id for node in nodes if isinstance(node, ast.Name)}
    items = set(target_names(counting.item))
    return not items & read and not read_afterwards(shape.function, shape.node, items)


def in_zip(context: Context, walk: Walk) -> str:
    """Return the header of a loop over items beside their results, for `over_results`."""
    braces = str.maketrans({"{": "{{", "}": "}}"})
    items = zipped(context, walk.iterable.translate(braces), "{results}")
    return f"for {walk.item.translate(braces)}, {{row}} in {items}:"


def over_results(
    context: Context, line: int, names: Sequence[str], gathered: Gathered, header: str, *, is_row: bool = False
) -> list[Code]:
    """Return a loop over results: `header` with `{row}` for their names and `{results}` for where they come from.

    Results get a name where the header would be too long; tasks are asked for theirs inside the loop.
    """
    row = ", ".join(f"({name})" if "," in name and len(names) > 1 else name for name in names)
    if gathered.tasks is not None:
        tasks, task = gathered.tasks
        return [Code(header.format(row=task, results=tasks)), Code(f"{row} = {task}.result()", 1)]
    if is_row and "," in row:
        row = f"({row})"
    whole = header.format(row=row, results=gathered.iterated)
    if context.fits(whole, line):
        return [Code(whole)]
    natural = many(names[0]) if len(names) == 1 and names[0].isidentifier() else ""
    name = context.names.fresh(natural, "results", "gathered")
    return [Code(f"{name} = {gathered.results}"), Code(header.format(row=row, results=name))]
