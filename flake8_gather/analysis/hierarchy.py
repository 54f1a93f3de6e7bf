"""Who implements an abstract method: the subclasses nearest to it in the project's folders."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.definitions import decorator_name
from flake8_gather.analysis.modules import packages
from flake8_gather.analysis.needs import Kind
from flake8_gather.analysis.outline import read_module
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol, class_body
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.subclasses import DOUBLES, subclasses
from flake8_gather.analysis.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.needs import Needs

MAX_IMPLEMENTERS = 8
MAX_GENERATIONS = 3


def implementers(symbol: FunctionSymbol, needs: Needs) -> list[FunctionSymbol]:
    """Return the methods that implement an abstract method, from the nearest folder that has any.

    What is read for it is noted among the needs.
    """
    if symbol.owner is None:
        return []
    if any(decorator_name(base) == "Protocol" for base in symbol.owner.node.bases):
        return list(_look_alikes(symbol, symbol.owner))[:MAX_IMPLEMENTERS]
    found = (list(_within(folder, symbol, needs)) for folder in packages(symbol.source.path))
    return next(filter(None, found), list(_in_module(symbol, symbol.owner)))[:MAX_IMPLEMENTERS]


def _look_alikes(symbol: FunctionSymbol, protocol: ClassSymbol) -> Iterator[FunctionSymbol]:
    """Yield the methods of the classes beside a protocol that have all that it asks for."""
    asked = {name for name, node in class_body(protocol).items() if isinstance(node, FunctionNode)}
    classes = [node for node in symbol.source.definitions.values() if isinstance(node, ast.ClassDef)]
    for node in classes:
        # Nodes may have been parsed anew since: names say which is which.
        if node.name != protocol.node.name and not DOUBLES.intersection(words(node.name)):
            owner = ClassSymbol(symbol.source, node)
            method = class_body(owner).get(symbol.node.name)
            if asked <= class_body(owner).keys() and isinstance(method, FunctionNode):
                yield FunctionSymbol(symbol.source, method, owner)


def _in_module(symbol: FunctionSymbol, owner: ClassSymbol) -> Iterator[FunctionSymbol]:
    """Yield the methods of the subclasses in a method's own module, which may belong to no package."""
    classes = [node for node in symbol.source.definitions.values() if isinstance(node, ast.ClassDef)]
    names = {owner.node.name}
    for _ in range(MAX_GENERATIONS):
        for node in classes:
            bases = {decorator_name(base.value if isinstance(base, ast.Subscript) else base) for base in node.bases}
            if bases & names and node.name not in names:
                names.add(node.name)
                child = ClassSymbol(symbol.source, node)
                method = class_body(child).get(symbol.node.name)
                if isinstance(method, FunctionNode):
                    yield FunctionSymbol(symbol.source, method, child)


def _within(folder: str, symbol: FunctionSymbol, needs: Needs) -> Iterator[FunctionSymbol]:
    assert symbol.owner is not None
    index = subclasses(folder)
    needs.note(symbol.source.path, Kind.SUBCLASSES, folder)
    names, seen = [symbol.owner.node.name], set()
    for _ in range(MAX_GENERATIONS):
        children = [child for name in names for child in index.get(name, ())]
        names = []
        for path, name in children:
            if (path, name) in seen:
                continue
            seen.add((path, name))
            names.append(name)
            source = read_module(path)
            needs.note(symbol.source.path, Kind.TEXT, path, (path,))
            node = source.definition(name) if source is not None else None
            if source is None or node is None or isinstance(node, FunctionNode) or not hasattr(node, "bases"):
                continue
            owner = ClassSymbol(source, node)  # type: ignore[arg-type]
            method = class_body(owner).get(symbol.node.name)
            if isinstance(method, FunctionNode) and (path, method.lineno) != (symbol.source.path, symbol.node.lineno):
                yield FunctionSymbol(source, method, owner)
