"""Who implements an abstract method: the subclasses nearest to it in the project's folders."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather.analysis.definitions import decorator_name
from flake8_gather.analysis.imports import source_root
from flake8_gather.analysis.modules import MAX_BYTES, read_module
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol, class_body
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILES = 300
MAX_IMPLEMENTERS = 8
MAX_GENERATIONS = 3
CLASS = re.compile(r"^class\s+(\w+)\s*\(([^)]*)\)", re.MULTILINE)
NAME = re.compile(r"\w+")
DOUBLES = frozenset({"dummy", "fake", "mock", "stub"})  # words in the names of classes that only tests use


def implementers(symbol: FunctionSymbol) -> list[FunctionSymbol]:
    """Return the methods that implement an abstract method, from the nearest folder that has any."""
    if symbol.owner is None:
        return []
    if any(decorator_name(base) == "Protocol" for base in symbol.owner.node.bases):
        return list(_look_alikes(symbol, symbol.owner))[:MAX_IMPLEMENTERS]
    path = Path(symbol.source.path)
    top = source_root(path)
    for folder in path.parents:
        if folder == top or top not in folder.parents:
            break
        found = list(_within(str(folder), symbol))
        if found:
            return found[:MAX_IMPLEMENTERS]
    return []


def _look_alikes(symbol: FunctionSymbol, protocol: ClassSymbol) -> Iterator[FunctionSymbol]:
    """Yield the methods of the classes beside a protocol that have all that it asks for."""
    asked = {name for name, node in class_body(protocol).items() if isinstance(node, FunctionNode)}
    for node in symbol.source.definitions.values():
        if isinstance(node, ast.ClassDef) and node is not protocol.node and not DOUBLES.intersection(words(node.name)):
            owner = ClassSymbol(symbol.source, node)
            method = class_body(owner).get(symbol.node.name)
            if asked <= class_body(owner).keys() and isinstance(method, FunctionNode):
                yield FunctionSymbol(symbol.source, method, owner)


def _within(folder: str, symbol: FunctionSymbol) -> Iterator[FunctionSymbol]:
    assert symbol.owner is not None
    index = _subclasses(folder)
    names, seen = [symbol.owner.node.name], set()
    for _ in range(MAX_GENERATIONS):
        children = [child for name in names for child in index.get(name, ())]
        names = []
        for path, name in children:
            if (path, name) in seen:
                continue
            seen.add((path, name))
            names.append(name)
            source = read_module(str(path))
            node = source.definition(name) if source is not None else None
            if source is None or node is None or isinstance(node, FunctionNode) or not hasattr(node, "bases"):
                continue
            owner = ClassSymbol(source, node)  # type: ignore[arg-type]
            method = class_body(owner).get(symbol.node.name)
            if isinstance(method, FunctionNode) and method is not symbol.node:
                yield FunctionSymbol(source, method, owner)


@lru_cache(maxsize=64)
def _subclasses(folder: str) -> dict[str, list[tuple[Path, str]]]:
    """Return the direct subclasses by base name in a folder, by text; empty where it is too large."""
    found: dict[str, list[tuple[Path, str]]] = {}
    paths = list(islice(Path(folder).rglob("*.py"), MAX_FILES + 1))
    for path in sorted(paths, key=attrgetter("parts")) if len(paths) <= MAX_FILES else ():
        for name, bases in _classes(path):
            for base in NAME.findall(bases) if not DOUBLES.intersection(words(name)) else ():
                found.setdefault(base, []).append((path, name))
    return found


@lru_cache(maxsize=MAX_FILES * 10)
def _classes(path: Path) -> list[tuple[str, str]]:
    """Return the classes of a file with the text of their bases: several folders ask for the same files."""
    try:
        return CLASS.findall(path.read_text("utf-8", errors="replace")) if path.stat().st_size <= MAX_BYTES else []
    except OSError:
        return []
