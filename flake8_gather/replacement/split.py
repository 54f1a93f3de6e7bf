"""Loops whose beginning becomes a coroutine function, the rest staying a plain loop: GTH105."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Edit, Span
from flake8_gather.replacement.awaited import clauses_text, gather_each, has_await
from flake8_gather.replacement.comments import movable
from flake8_gather.replacement.creations import assigned, plain_creation
from flake8_gather.replacement.entries import drop_creation
from flake8_gather.replacement.patch import Code, Patch, summary_of
from flake8_gather.replacement.reindent import dedent
from flake8_gather.replacement.routine import function_names, lower, lowered, require_closure, returned, separate
from flake8_gather.replacement.rows import rows

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import SplitLoop


def split_loop(context: Context, shape: SplitLoop) -> Rewrite:
    """Write the beginning of a body as a local coroutine function, and the rest as a loop over its results."""
    wrapper = [] if shape.wrapper is None else [shape.wrapper]
    for statement in (shape.node, *shape.guards, *wrapper, *shape.head, *shape.rest):
        context.require_alone(statement)
    require_closure(context, *shape.head)
    patch = Patch(context)
    call = _alone(shape)
    if call is not None:
        code = rows(context, shape, (), [context.operand(call)], keeps_target=True)
        counted = _counted(shape, code[-1].text)
        if counted is None:
            _leave_out_head(patch, shape, code)
        else:
            _count(patch, shape, code[:-1], counted)
        return patch.finish(summary_of(code))
    name = context.names.fresh(*function_names(shape.clause), "process_one")
    element = f"{name}({', '.join(shape.parameters)})"
    collected = _collected(patch, shape, element)
    code = collected or _following(context, shape, element)
    conditions = _define(patch, shape, Code(f"async def {element}:"))
    lower(patch, shape.node)
    _cut(patch, shape, [*lowered(patch), *conditions, *code], keeps_rest=not collected)
    if not collected:
        separate(patch, shape.function, shape.node)
    return patch.finish(summary_of(code))


def _alone(shape: SplitLoop) -> ast.expr | None:
    """Return the call that is all of the head and gives nothing to the rest."""
    match shape.head:
        case (ast.Expr(value=ast.Await(value=call)),) if shape.wrapper is None:
            return call
    return None


def _counted(shape: SplitLoop, header: str) -> str | None:
    """Return the statement that counts all items at once, where the rest does nothing but count them."""
    items = re.fullmatch(r"for .+ in (\w+):", header)
    match shape.rest:
        case (ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=1)),) if items:
            return f"{name} += len({items[1]})"
    return None


def _count(patch: Patch, shape: SplitLoop, code: list[Code], counted: str) -> None:
    """Write the call for all items, and below it, with its comments, the addition."""
    bottom, last = patch.context.end_of(shape.node), shape.head[-1].end_lineno or 0
    comments = [Code(text) for text in movable(patch.context.comments(last + 1, bottom))]
    patch.replace(shape.node.lineno, bottom, [*code, *comments, Code(counted)])
    patch.moved = [comment for comment in patch.moved if comment.line <= last]


def _leave_out_head(patch: Patch, shape: SplitLoop, code: list[Code]) -> None:
    """Write the loop anew, without the guards and the one awaited call in front of the rest."""
    context = patch.context
    last = shape.head[-1].end_lineno or 0
    patch.replace(shape.node.lineno, last + _blanks(context, last), code)
    passed = shape.guards[-1].end_lineno or 0 if shape.guards else shape.node.lineno
    patch.awaited = [comment for comment in patch.moved if comment.line > passed]
    patch.moved = [comment for comment in patch.moved if comment.line <= passed]


def _blanks(context: Context, line: int) -> int:
    """Count the blank lines below a line."""
    lines, count = context.source.lines, 0
    while line + count < len(lines) and not lines[line + count].strip():
        count += 1
    return count


def _define(patch: Patch, shape: SplitLoop, header: Code) -> list[Code]:
    """Put the function's header where the loop's was, and `return` where the head went on with the next item.

    What comments say of the conditions is returned: it goes where they go.
    """
    context = patch.context
    if shape.wrapper is not None:
        patch.replace(shape.node.lineno, context.logical_line(shape.wrapper).end_line, [header])
    elif shape.guards:
        last = shape.guards[-1].end_lineno or 0
        patch.replace(shape.node.lineno, last + _blanks(context, last), [header])
    else:
        patch.replace_header(context.logical_line(shape.node), [header])
    asked = _last_question(context, shape)
    inside = set() if asked is None else {id(asked.body[0])}
    patch.edits += [Edit(Span.of(node), _skipping(shape)) for node in shape.continues if id(node) not in inside]
    if not shape.guards:
        return []
    comments, patch.moved = patch.moved, []
    return [Code(text) for text in movable(comments)]


def _last_question(context: Context, shape: SplitLoop) -> ast.If | None:
    """Return the `if` that ends the head, where its answer is all that the rest has to know."""
    match shape.head[-1]:
        case ast.If(body=[ast.Continue()], orelse=[]) as node if not shape.results:
            return None if context.comments(node.lineno, node.end_lineno or 0) else node
    return None


def _skipping(shape: SplitLoop) -> str:
    """Return the statement with which the function leaves out an item."""
    if not shape.results:
        return "return False"
    return "return None" if shape.skips_none else "return False, None"


def _collected(patch: Patch, shape: SplitLoop, element: str) -> list[Code]:
    """Return what adds all results at once, where that is all that the rest does with each."""
    context = patch.context
    match shape.rest:
        case (
            ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(value=target, attr="append" | "add" as method), args=[ast.Name(id=name)]
                )
            ),
        ) if shape.results == (name,) and not (shape.continues or shape.keeps_target or has_await(target)):
            clauses = clauses_text(context, [shape.clause])
            gathered = gather_each(context, element, clauses, [shape.clause.target])
            creation = plain_creation(context, shape.creation, method)
            if creation is not None:
                context.require_alone(creation)
                drop_creation(patch, shape, creation)
                made = gathered.results if method == "append" else gathered.unique
                return [*gathered.prelude, Code(f"{assigned(context, creation)} = {made}")]
            separate(patch, shape.function, shape.node)
            add_all = "extend" if method == "append" else "update"
            return [*gathered.prelude, Code(f"{context.operand(target)}.{add_all}({gathered.argument})")]
    return []


def _following(context: Context, shape: SplitLoop, element: str) -> list[Code]:
    """Return what starts the function for all items, and the header of the loop over what it returned."""
    results = shape.results
    if not shape.continues:
        return rows(context, shape, results, [element], keeps_target=shape.keeps_target)
    if len(results) == 1 and shape.skips_none:
        code = rows(context, shape, results, [element], keeps_target=shape.keeps_target)
        return code if _leaves_out(shape) else [*code, *_skip(f"{results[0]} is None")]
    if len(results) > 1:
        found = context.names.fresh("found", "returned")
        code = rows(context, shape, (found,), [element], keeps_target=shape.keeps_target)
        return [*code, *_skip(f"{found} is None"), Code(f"{', '.join(results)} = {found}", 1)]
    done = context.names.fresh("done" if _last_question(context, shape) is None else "keep", "is_done")
    code = rows(context, shape, (done, *results), [element], keeps_target=shape.keeps_target)
    return [*code, *_skip(f"not {done}")]


def _skip(test: str) -> list[Code]:
    return [Code(f"if {test}:", 1), Code("continue", 2)]


def _leaves_out(shape: SplitLoop) -> bool:
    """Tell whether the rest itself begins with leaving out None."""
    first, name = shape.rest[0], shape.results[0]
    return (
        isinstance(first, ast.If)
        and isinstance(first.body[0], ast.Continue)
        and ast.unparse(first.test) in (f"not {name}", f"{name} is None")
    )


def _cut(patch: Patch, shape: SplitLoop, code: list[Code], *, keeps_rest: bool) -> None:
    """Put the end of the function and the new loop between head and rest, or in the place of the rest."""
    context = patch.context
    results = ", ".join(shape.results)
    if shape.continues and (not shape.results or not shape.skips_none):
        results = f"True, {results}" if results else "True"
    last = shape.head[-1].end_lineno or 0
    asked = _last_question(context, shape)
    if asked is not None:
        end = []
        patch.swap(asked.lineno, last, [Code(f"return not ({context.text(asked.test)})")])
    elif shape.continues and len(shape.results) > 1:  # taken apart here, where None would be an error
        end = [Code(f"return {results}", 1)]
    else:
        end = returned(patch, shape.head, results)
    blanks = _blanks(context, last)
    bottom = context.end_of(shape.node)
    if shape.wrapper is not None:
        dedent(patch, context.logical_line(shape.wrapper).end_line + 1, last)
    if not keeps_rest:
        blanks = bottom - last
        code = [*(Code(text) for text in movable(context.comments(last + 1, bottom))), *code]
    elif shape.wrapper is not None:
        dedent(patch, last + blanks + 1, bottom)
    patch.insert_after(last, [*end, Code(""), *code], context.indent(shape.node.lineno))
    if blanks:
        column = context.line_end(last)
        patch.edits.append(Edit(Span(last, column, last + blanks, context.line_end(last + blanks)), ""))
