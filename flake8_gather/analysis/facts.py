"""What a fact of the catalogue says of one call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import base_path, path_of
from flake8_gather.analysis.knowledge import Knowledge, Use, said
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.catalogue import Kind
from flake8_gather.opportunity import Answer, Barrier

if TYPE_CHECKING:
    import ast

    from flake8_gather.catalogue import Fact

KIND_BARRIERS = {
    Kind.EXCLUSIVE: Barrier.EXCLUSIVE,
    Kind.SERIALISED: Barrier.EXCLUSIVE,
    Kind.ORDERED: Barrier.ORDERED,
    Kind.NOT_ASYNCIO: Barrier.NOT_ASYNCIO,
    Kind.GATHER: Barrier.ALREADY_CONCURRENT,
}
# Libraries whose waits are those of the local disk: real, but short.
LOCAL_FILES = frozenset({"aiofiles"})


def from_fact(fact: Fact, node: ast.Call, receiver: ast.expr | None) -> Knowledge:
    """Return what a fact of the catalogue says of a call on a receiver."""
    why = said(fact, node)
    coroutine = fact.returns == "coroutine" if fact.returns else None
    if fact.kind is Kind.CONCURRENT:
        return Knowledge(Answer.YES, Answer.YES, seen=True, fact=True, coroutine=coroutine, reasons=(why,))
    barrier = KIND_BARRIERS.get(fact.kind)
    if barrier is None:
        return Knowledge(reasons=(why,))
    if barrier is Barrier.ORDERED and vocabulary.verb(fact.name.rpartition(".")[2])[0] is Verb.LIFECYCLE:
        barrier = Barrier.LIFE_CYCLE
    path = path_of(receiver) if receiver is not None else None
    if path is None and receiver is not None and barrier in (Barrier.EXCLUSIVE, Barrier.ORDERED, Barrier.LIFE_CYCLE):
        path = base_path(receiver)
    if path is None or barrier in (Barrier.NOT_ASYNCIO, Barrier.ALREADY_CONCURRENT):
        return Knowledge(Answer.YES, Answer.NO, barrier, reasons=(why,), seen=True, coroutine=coroutine)
    if fact.parts and barrier is Barrier.EXCLUSIVE:
        return Knowledge(Answer.YES, Answer.NO, barrier, reasons=(why,), seen=True, coroutine=coroutine)
    permitted = Answer.LIKELY if barrier in (Barrier.ORDERED, Barrier.LIFE_CYCLE) else Answer.YES
    waits = Answer.UNKNOWN if fact.instant else Answer.YES
    return Knowledge(waits, permitted, uses=(Use(barrier, path, why),), reasons=(why,), seen=True, coroutine=coroutine)


def brief(known: Knowledge) -> Knowledge:
    """Mark a wait as one for the local disk: real, but short."""
    return replace(known, waits=min(known.waits, Answer.LIKELY), local=True)
