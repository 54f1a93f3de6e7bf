"""Bodies that say nothing of what is really done: abstract methods, and stubs that only pretend."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.bindings import parameters
from flake8_gather.analysis.definitions import decorator_name
from flake8_gather.analysis.knowledge import Knowledge, barred
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.analysis.walking import own_nodes
from flake8_gather.opportunity import Answer, Barrier, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.project import FunctionSymbol
    from flake8_gather.analysis.source import FunctionNode

ABSTRACT = frozenset({"abstractmethod", "overload"})
IO_VERBS = frozenset({Verb.QUERY, Verb.EFFECT})


def _meaningful(body: list[ast.stmt]) -> list[ast.stmt]:
    """Leave out docstrings, `pass`, `...`, prints and logging."""
    found = []
    for node in body:
        if isinstance(node, ast.Pass):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            func = node.value.func
            if isinstance(func, ast.Name) and func.id == "print":
                continue
        found.append(node)
    return found


def is_abstract(node: FunctionNode) -> bool:
    """Tell whether a method leaves it to subclasses to say what it does."""
    if any(decorator_name(decorator) in ABSTRACT for decorator in node.decorator_list):
        return True
    body = _meaningful(node.body)
    if len(body) == 1 and isinstance(body[0], ast.Raise):
        raised = body[0].exc
        name = raised.func if isinstance(raised, ast.Call) else raised
        return isinstance(name, ast.Name) and name.id == "NotImplementedError"
    return not body and any(
        isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant) and child.value.value is ...
        for child in node.body
    )


def is_stub(node: FunctionNode) -> bool:
    """Tell whether a body only pretends: it returns a value made of constants and arguments."""
    body = _meaningful(node.body)
    if not body:
        return True
    if len(body) > 1 or not isinstance(body[0], ast.Return):
        return False
    value = body[0].value
    if value is None:
        return True
    own = set(parameters(node))
    return not isinstance(value, ast.Name) and all(
        not isinstance(child, ast.Call | ast.Await | ast.Attribute | ast.Subscript)
        and (not isinstance(child, ast.Name) or child.id in own)
        for child in own_nodes(value)
    )


def stub(symbol: FunctionSymbol) -> Knowledge:
    """A stub's body says nothing about the real thing, so an I/O-like name decides."""
    node = symbol.node
    verb, reliable = vocabulary.verb(node.name)
    if symbol.owner is None and verb in IO_VERBS and (reliable or verb is Verb.QUERY):
        reason = Reason(f"`{node.name}` is a stub, named like something that waits", node.lineno)
        return Knowledge(Answer.LIKELY, Answer.YES, seen=True, stub=True, coroutine=True, query=True, reasons=(reason,))
    return barred(Barrier.NO_WAIT, f"`{node.name}` never really waits", node.lineno)
