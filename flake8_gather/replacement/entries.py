"""Bodies that end with one entry for a collection: the entry is what the local function returns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.flow import last_blocks, siblings
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.restate import restate
from flake8_gather.replacement.routine import leave as leave_without
from flake8_gather.replacement.routine import lower, separate, span_of_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.replacement.context import Context
    from flake8_gather.replacement.patch import Patch
    from flake8_gather.shapes import BodyLoop, SplitLoop


def hand_back(patch: Patch, shape: BodyLoop) -> None:
    """Return each entry where it was put into the collection."""
    behind = {id(node): _leaves_behind(patch.context, node) for node in shape.entries}
    others = [node for node in shape.continues if not any(node is one for one in behind.values())]
    leave_without(patch, others, shape.node.body, f"return {shape.absence}")
    for node in shape.entries:
        patch.context.require_alone(node)
        leave = behind[id(node)]
        boxed = shape.absence == "[]"
        before = None if boxed else _assigned_before(patch.context, shape, node)
        target = span_of_target(patch, before) if before is not None else None
        if before is not None and target is not None:
            restate(patch, before, [(target, "return ")])
            _delete_below(patch, before, leave or node)
        else:
            _return_entry(patch, node, "[{0}]" if boxed else "{0}")
            if leave is not None:
                _delete_below(patch, node, leave)


def ends_without(block: Sequence[ast.stmt], entries: Sequence[ast.stmt]) -> bool:
    """Tell whether a run may reach the end of a block without having returned an entry.

    A context manager may swallow an exception, and so lead there.
    """
    last = block[-1]
    if isinstance(last, ast.Continue) and len(block) > 1:
        return ends_without(block[:-1], entries)
    if isinstance(last, ast.Continue | ast.Raise) or any(last is entry for entry in entries):
        return False
    blocks = last_blocks(last)
    open_ended = (
        not blocks or isinstance(last, ast.With | ast.AsyncWith) or (isinstance(last, ast.If) and not last.orelse)
    )
    return open_ended or any(ends_without(one, entries) for one in blocks)


def _leaves_behind(context: Context, node: ast.stmt) -> ast.stmt | None:
    """Return the `continue` right behind an entry."""
    block, index = siblings(context.function, node)
    behind = block[index + 1] if index + 1 < len(block) else None
    return behind if isinstance(behind, ast.Continue) else None


def _delete_below(patch: Patch, before: ast.stmt, node: ast.stmt) -> None:
    """Delete what stands between one statement and the end of another one below it."""
    context, above, last = patch.context, before.end_lineno or 0, node.end_lineno or 0
    patch.moved += context.comments(above + 1, last)
    patch.edits.append(Edit(Span(above, context.line_end(above), last, context.line_end(last)), ""))


def _assigned_before(context: Context, shape: BodyLoop, node: ast.Expr | ast.Assign) -> ast.Assign | None:
    """Return the statement right before an entry that assigns it to a name which nothing else reads."""
    match node:
        case ast.Expr(value=ast.Call(args=[ast.Name(id=name)])):
            pass
        case _:
            return None
    block, index = siblings(context.function, node)
    match block[index - 1] if index else None:
        case ast.Assign(targets=[ast.Name(id=other)]) as before if other == name:
            mentions = [one for one in walk(shape.node) if isinstance(one, ast.Name) and one.id == name]
            near = (before.end_lineno or 0) + 1 == node.lineno
            return before if len(mentions) == 2 and near else None
    return None


def _return_entry(patch: Patch, node: ast.Expr | ast.Assign, form: str) -> None:
    """Write `return entry` over a statement, as `key, value` for a dictionary; `form` is what is made of others."""
    context = patch.context
    if isinstance(node, ast.Assign):
        assert isinstance(node.targets[0], ast.Subscript)
        key, value = node.targets[0].slice, node.value
        text = f"return {context.operand(key)}, {context.operand(value)}"
        restate(patch, node, [(Span.of(node), text)])
        return
    assert isinstance(node.value, ast.Call)
    value = node.value.args[0]
    restate(patch, node, [(Span.of(node), f"return {form.format(context.operand(value))}")])


def drop_creation(patch: Patch, shape: BodyLoop | SplitLoop, creation: ast.Assign | ast.AnnAssign) -> None:
    """Delete the statement that creates the collection; a blank line stays above the function.

    The comments above it, where it stood right above the loop, go with the results.
    """
    context, lines = patch.context, patch.context.source.lines
    last = creation.end_lineno or 0
    between = [line.strip() for line in lines[last : shape.node.lineno - 1]]
    if any(line and not line.startswith("#") for line in between):
        patch.delete(creation.lineno, last)
        separate(patch, shape.function, shape.node)
        return
    first = creation.lineno
    patch.moved += context.comments(first, last)
    opens = shape.function.body[0] is creation
    while last < len(lines) and not lines[last].strip():
        last += 1
    above = lines[first - 2 - lower(patch, creation)].strip()
    blank = context.newline if above and not opens else ""
    patch.edits.append(Edit(Span(first, 0, last + 1, 0), blank))
