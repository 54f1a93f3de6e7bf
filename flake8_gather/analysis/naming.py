"""What is taken for known because of a name alone."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import MUTATORS, callee_name, effects_of
from flake8_gather.analysis.knowledge import Knowledge
from flake8_gather.analysis.project import External
from flake8_gather.analysis.purity import ANYBODYS, PURE
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.analysis.walking import own_nodes
from flake8_gather.opportunity import Answer, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.receivers import Receivers
    from flake8_gather.analysis.source import FunctionNode
    from flake8_gather.analysis.types import Scope, Type

COMMAND = re.compile(
    r"\s*(?:(?-i:MATCH)\b.*?(?-i:\b(?=DETACH|DELETE|SET|MERGE|CREATE|REMOVE)))?"
    r"(ALTER|DROP|CREATE|TRUNCATE|INSERT|UPDATE|DELETE|MERGE|REPLACE|DETACH|SET|REMOVE)\b",
    re.IGNORECASE | re.DOTALL,
)
# What changes the schema, or whatever hangs on what it names.
DEFINITIONS = frozenset({"ALTER", "DROP", "CREATE", "TRUNCATE", "DETACH"})
TRANSACTIONS = frozenset({"transaction", "tx", "txn", "cursor", "savepoint"})


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
    effectful = verb is not Verb.OPAQUE
    return Knowledge(
        unknown, unknown, named=True, effectful=effectful, reasons=(Reason(f"nothing is known about `{name}`", line),)
    )


def computes(function: FunctionNode) -> bool:
    """Tell whether a function in sight computes, by its name or by the calls in it, none of which asks anybody."""
    if vocabulary.verb(function.name)[0] is Verb.PURE:
        return True
    called = effects_of(*function.body).calls
    names = {callee_name(call.func) for call in called}
    if names and names <= (PURE | MUTATORS) - ANYBODYS:
        return True
    verbs = {vocabulary.verb(name)[0] for name in names - PURE}
    return Verb.PURE in verbs and not verbs & {Verb.QUERY, Verb.EFFECT, Verb.ORDERED}


def asks(function: FunctionNode) -> bool:
    """Tell whether a coroutine function in sight only asks: all that it awaits is named like a query."""
    awaited = [node.value for node in own_nodes(*function.body) if isinstance(node, ast.Await)]
    names = [callee_name(value.func) if isinstance(value, ast.Call) else "" for value in awaited]
    return bool(names) and all(vocabulary.verb(name)[0] is Verb.QUERY for name in names)


def commands(call: ast.Call, receivers: Receivers, scope: Scope) -> str | None:
    """Return the first word of a statement in a database language that changes something, if one is passed."""
    for argument in (*call.args[:2], *(keyword.value for keyword in call.keywords[:2])):
        found = COMMAND.match(_text(argument, receivers, scope))
        if found is not None:
            return found[1].upper()
    return None


def _text(node: ast.expr | None, receivers: Receivers, scope: Scope) -> str:
    """Return a text, or how it begins, as far as the function spells it out."""
    seen: set[str] = set()
    while True:
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.JoinedStr(values=values):
                return "".join(str(value.value) if isinstance(value, ast.Constant) else "…" for value in values)
            case ast.BinOp(left=left):
                node = left
            case ast.Name(id=name) if scope.function is not None and name not in seen:
                seen.add(name)  # `text = text + more` is spelled out elsewhere, if at all
                assigned = (
                    one for one in receivers.bindings(scope.function).get(name, ()) if isinstance(one, ast.Assign)
                )
                node = next((one.value for one in assigned if not isinstance(one.value, ast.Name)), None)
            case _:
                return ""


def names_exclusive(found: Type | None, path: Path) -> bool:
    """Tell whether an argument of unknown class is named like a connection or session, or its class is."""
    if found is None:
        return vocabulary.is_named("exclusive", path[-1])
    return isinstance(found.symbol, External) and (vocabulary.is_named("exclusive", found.name) or is_line(found))


def is_line(found: Type) -> bool:
    """Tell whether a class stands for one line by its name, wherever it is defined: `SerialDevice`."""
    return any(vocabulary.is_named("lines", word) for word in vocabulary.words(found.name))


def is_transaction(found: Type | None) -> bool:
    """Tell whether a class is a transaction or cursor by its name, wherever it is defined."""
    return found is not None and bool(TRANSACTIONS.intersection(vocabulary.words(found.name)[-1:]))
