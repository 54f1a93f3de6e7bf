"""What the modules in sight define under the name of a method whose object nobody knows.

`layer.count()` is named like a query, and queries wait. Where each `count` of the classes that the file
defines or imports from answers from memory, the name means that here.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.definitions import Module
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol, class_body
from flake8_gather.analysis.starting import meant_call
from flake8_gather.analysis.summaries import is_abstract
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Answer, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.context import FileContext

MAX_NAMESAKES = 6


def silent_namesake(awaited: ast.expr, file: FileContext) -> Reason | None:
    """Return where a method of the same name never waits, if all in sight that do the work are like that."""
    call = meant_call(awaited)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or file.callees.summaries is None:
        return None
    found = [one for one in _methods(call.func.attr, file) if not _hands_on(one)]
    if not found or len(found) > MAX_NAMESAKES:
        return None
    if any(file.callees.summaries.summary(one).waits is not Answer.NO for one in found):
        return None
    first = found[0]
    path = first.source.path if first.source is not file.source else None
    return Reason(f"`{call.func.attr}` never really waits where it is in sight", first.node.lineno, path)


def _methods(name: str, file: FileContext) -> Iterator[FunctionSymbol]:
    for source in _modules(name, file):
        for node in source.definitions.values():
            if isinstance(node, ast.ClassDef):
                owner = ClassSymbol(source, node)
                method = class_body(owner).get(name)
                if isinstance(method, ast.AsyncFunctionDef):
                    yield FunctionSymbol(source, method, owner)


def _modules(name: str, file: FileContext) -> Iterator[Module]:
    """Yield the file and those modules of the project that it imports whose text holds a definition of the name."""
    yield file.source
    imports, project = file.source.imports, file.project
    words = frozenset({f"async def {name}("})
    dotted = {*imports.modules, *imports.names.values()}
    for module in sorted(dotted):
        source = project.module(module) if project.mentions(module, words) else None
        if source is not None and source is not file.source:
            yield source


def _hands_on(symbol: FunctionSymbol) -> bool:
    """Tell whether a method asks another one of its name, or leaves it to subclasses to say what it does."""
    name = symbol.node.name
    return is_abstract(symbol.node) or any(
        isinstance(node, ast.Await) and isinstance(node.value, ast.Call) and callee_name(node.value.func) == name
        for node in walk(symbol.node)
    )
