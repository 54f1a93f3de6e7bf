"""The plain loop that stays behind a gather: over the items, their results, or both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_gather.replacement.awaited import Gathered, clauses_text, gather_each
from flake8_gather.replacement.lines import width
from flake8_gather.replacement.names import plural
from flake8_gather.replacement.patch import Code
from flake8_gather.replacement.walks import walk_of, zipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import HoistLoop, SplitLoop


def rows(
    context: Context,
    shape: HoistLoop | SplitLoop,
    names: Sequence[str],
    element: str,
    *,
    keeps_target: bool,
    brackets: str = "()",
) -> list[Code]:
    """Start `element` for every item; return that and the header of the loop which binds the results to `names`."""
    targets = [shape.clause.target]
    row = ", ".join(names)
    if not names:
        walk = walk_of(context, [shape.clause], reiterable=shape.reiterable)
        gathered = gather_each(context, element, walk.narrowed(element), targets, brackets=brackets)
        start = [] if context.options.style == "taskgroup" else [Code(gathered.results)]
        return [*walk.prelude, *gathered.prelude, *start, Code(f"for {walk.target} in {walk.iterable}:")]
    if not keeps_target:
        gathered = gather_each(context, element, clauses_text(context, [shape.clause]), targets, brackets=brackets)
        return [*gathered.prelude, *over_results(context, shape.node.lineno, names, gathered, f"for {row} in {{}}:")]
    walk = walk_of(context, [shape.clause], reiterable=shape.reiterable)
    gathered = gather_each(context, element, walk.narrowed(element), targets, brackets=brackets)
    target = row if len(names) == 1 else f"({row})"
    header = f"for {walk.item}, {target} in {zipped(context, walk.iterable, '{}')}:"
    return [*walk.prelude, *gathered.prelude, *over_results(context, shape.node.lineno, names, gathered, header)]


def over_results(context: Context, line: int, names: Sequence[str], gathered: Gathered, header: str) -> list[Code]:
    """Return a loop's header with the results in its place `{}`; they get a name where it would be too long."""
    before, after = header.split("{}")
    whole = f"{before}{gathered.iterated}{after}"
    page = context.page(context.indent(line))
    if page.indent + width(whole) <= page.width:
        return [Code(whole)]
    name = context.names.fresh("results", plural(names[0]), "gathered")
    return [Code(f"{name} = {gathered.results}"), Code(f"{before}{name}{after}")]
