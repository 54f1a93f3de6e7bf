"""Concurrency that an inner await defeats: GTH301."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_gather.replacement.patch import Patch
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.restate import bare_span, require_exact, restate, statement_of, without_await

if TYPE_CHECKING:
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement.context import Context
    from flake8_gather.shapes import DefeatedGather


def defeated_gather(context: Context, shape: DefeatedGather) -> Rewrite:
    """Drop the inner awaits."""
    require_exact(context, shape.call)
    statement = statement_of(context.function.body, shape.call)
    context.require_alone(statement)
    changes = []
    for node in shape.awaits:
        place = bare_span(context, node)
        whole = (place, context.source.segment(node.value))
        changes += (
            [whole] if context.source.segment(place) != context.source.segment(node) else without_await(context, node)
        )
    patch = Patch(context)
    summary = restate(patch, statement, changes)
    if patch.moved:
        raise RefusedError("a comment stands between await and what is awaited")
    return patch.finish(summary)
