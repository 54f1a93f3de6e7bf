"""What the modules in sight define under the name of a method whose object nobody knows.

`layer.count()` is named like a query, and queries wait. Where each `count` of the classes that the file
defines or imports from answers from memory, the name means that here.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.needs import Kind
from flake8_gather.analysis.outline import read_module
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol, class_body
from flake8_gather.analysis.stubs import is_abstract
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Answer, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.context import FileContext
    from flake8_gather.analysis.definitions import Module
    from flake8_gather.analysis.knowledge import Heard
    from flake8_gather.analysis.project import Project

MAX_NAMESAKES = 6


def silent_namesakes(heard: frozenset[Heard], file: FileContext) -> Reason | None:
    """Return where methods that are known by name never wait, if all in sight that do the work are like that."""
    found = [_silent(name, path, file) for name, path in sorted(heard)]
    return None if None in found else next(iter(found), None)


def _silent(name: str, path: str, file: FileContext) -> Reason | None:
    calling = file.source if path == file.source.path else read_module(path)
    file.needs.note(file.source.path, Kind.TEXT, path, (path,))
    if not name or calling is None or file.callees.summaries is None:
        return None
    found = [one for one in _methods(name, calling, file.project) if not _hands_on(one)]
    if not found or len(found) > MAX_NAMESAKES:
        return None
    if any(file.callees.summaries.summary(one).waits is not Answer.NO for one in found):
        return None
    first = found[0]
    where = first.source.path if first.source is not file.source else None
    return Reason(f"`{name}` never really waits where it is in sight", first.node.lineno, where)


def _methods(name: str, calling: Module, project: Project) -> Iterator[FunctionSymbol]:
    for source in _modules(name, calling, project):
        for node in source.definitions.values():
            if isinstance(node, ast.ClassDef):
                owner = ClassSymbol(source, node)
                method = class_body(owner).get(name)
                if isinstance(method, ast.AsyncFunctionDef):
                    yield FunctionSymbol(source, method, owner)


def _modules(name: str, calling: Module, project: Project) -> Iterator[Module]:
    """Yield a module and those of the project that it imports whose text holds a definition of the name."""
    yield calling
    words = frozenset({f"async def {name}("})
    for dotted in sorted({*calling.imports.modules, *calling.imports.names.values()}):
        source = project.module(dotted, calling) if project.mentions(dotted, words, calling) else None
        if source is not None and source is not calling:
            yield source


def _hands_on(symbol: FunctionSymbol) -> bool:
    """Tell whether a method asks another one of its name, or leaves it to subclasses to say what it does."""
    name = symbol.node.name
    return is_abstract(symbol.node) or any(
        isinstance(node, ast.Await) and isinstance(node.value, ast.Call) and callee_name(node.value.func) == name
        for node in walk(symbol.node)
    )
