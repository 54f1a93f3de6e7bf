"""What is taken for known because of a name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.knowledge import Knowledge
from flake8_gather.analysis.project import External
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.opportunity import Answer, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.types import Type

TRANSACTIONS = frozenset({"transaction", "cursor", "savepoint"})


def named_knowledge(name: str, verb: Verb, line: int) -> Knowledge:
    """Return what a name alone suggests."""
    likely, unknown = Answer.LIKELY, Answer.UNKNOWN
    match verb:
        case Verb.QUERY:
            reason = Reason(f"`{name}` is named like a query", line)
            return Knowledge(likely, likely, query=True, named=True, reasons=(reason,), seen=False)
        case Verb.EFFECT:
            return Knowledge(
                likely, unknown, named=True, reasons=(Reason(f"what `{name}` changes is not in sight", line),)
            )
        case Verb.PURE:
            return Knowledge(
                unknown, likely, named=True, reasons=(Reason(f"`{name}` is named like a computation", line),)
            )
    return Knowledge(unknown, unknown, named=True, reasons=(Reason(f"nothing is known about `{name}`", line),))


def names_exclusive(found: Type | None, path: Path) -> bool:
    """Tell whether an argument of unknown class is named like a connection or session, or its class is."""
    if found is None:
        return vocabulary.is_named("exclusive", path[-1])
    return isinstance(found.symbol, External) and vocabulary.is_named("exclusive", found.name)


def is_transaction(found: Type | None) -> bool:
    """Tell whether a class is a transaction or cursor by its name, wherever it is defined."""
    return found is not None and bool(TRANSACTIONS.intersection(vocabulary.words(found.name)[-1:]))
