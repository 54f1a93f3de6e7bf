"""The definitions of the project's modules: what dotted names stand for, through re-exports.

What cannot be found, read or parsed is an `External`: the answer is "unknown", never an error.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather.analysis.modules import MAX_MODULES, mentions, module_file, read_module, roots
from flake8_gather.analysis.source import FunctionNode, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_HOPS = 12


@dataclass(frozen=True, slots=True)
class ModuleSymbol:
    """A module of the project."""

    source: Source


@dataclass(frozen=True, slots=True)
class ClassSymbol:
    """A class defined in the project."""

    source: Source
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class FunctionSymbol:
    """A function or method defined in the project; `owner` is its class."""

    source: Source
    node: FunctionNode
    owner: ClassSymbol | None = None
    outer: tuple[FunctionNode, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableSymbol:
    """A module-level variable."""

    source: Source
    node: ast.Assign | ast.AnnAssign


@dataclass(frozen=True, slots=True)
class External:
    """Something outside the project, by its dotted name."""

    dotted: str


Symbol = ModuleSymbol | ClassSymbol | FunctionSymbol | VariableSymbol | External


class Project:
    """Looks up dotted names for the file under analysis."""

    def __init__(self, source: Source, *, follow: bool) -> None:
        """`follow` False keeps to the one file."""
        self.source = source
        self.follow = follow
        self._paths: dict[str, str | None] = {}
        self._symbols: dict[str, Symbol] = {}
        self._roots = roots(Path(source.path)) if follow else ()

    def module(self, dotted: str) -> Source | None:
        """Return a module of the project by its dotted name."""
        if dotted == self.source.imports.module:
            return self.source
        path = self._path(dotted)
        return read_module(path) if path is not None else None

    def mentions(self, dotted: str, words: frozenset[str]) -> bool:
        """Tell whether one of the words stands in the text of another module of the project."""
        path = self._path(dotted) if dotted != self.source.imports.module else None
        return path is not None and mentions(path, words)

    def _path(self, dotted: str) -> str | None:
        if dotted not in self._paths:
            self._paths[dotted] = module_file(self._roots, dotted)
        return self._paths[dotted]

    def resolve(self, dotted: str, hops: int = 0) -> Symbol:
        """Follow a dotted name through modules and re-exports to what it stands for."""
        known = self._symbols.get(dotted)
        if known is None:
            known = self._resolve(dotted, hops)
            if hops == 0:
                self._symbols[dotted] = known
        return known

    def _resolve(self, dotted: str, hops: int) -> Symbol:
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            source = self.module(".".join(parts[:length]))
            if source is not None:
                return self._walk(ModuleSymbol(source), parts[length:], dotted, hops)
        return External(dotted)

    def _walk(self, symbol: Symbol, rest: list[str], dotted: str, hops: int) -> Symbol:
        for name in rest:
            found: Symbol | None = None
            if isinstance(symbol, ModuleSymbol):
                found = self.member(symbol.source, name, hops)
            elif isinstance(symbol, ClassSymbol):
                node = class_body(symbol).get(name)
                if isinstance(node, FunctionNode):
                    found = FunctionSymbol(symbol.source, node, symbol)
                elif isinstance(node, ast.ClassDef):
                    found = ClassSymbol(symbol.source, node)
            if found is None:
                return External(dotted)
            symbol = found
        return symbol

    def member(self, source: Source, name: str, hops: int = 0) -> Symbol | None:
        """Return what a name stands for at the top of a module."""
        node = definitions(source).get(name)
        if isinstance(node, ast.ClassDef):
            return ClassSymbol(source, node)
        if isinstance(node, FunctionNode):
            return FunctionSymbol(source, node)
        if node is not None:
            return VariableSymbol(source, node)
        if hops > MAX_HOPS:
            return None
        dotted = source.imports.names.get(name)
        if dotted is not None:
            return self.resolve(dotted, hops + 1)
        for module in source.imports.stars:
            starred = self.module(module)
            if starred is not None and starred is not source:
                found = self.member(starred, name, hops + 1)
                if found is not None:
                    return found
        return None

    def bases(self, symbol: ClassSymbol) -> Iterator[ClassSymbol | External]:
        """Yield a class and its bases, left to right and depth first, each once."""
        seen: set[ast.ClassDef | str] = set()
        stack: list[ClassSymbol | External] = [symbol]
        while stack and len(seen) < MAX_HOPS * 4:
            current = stack.pop(0)
            key = current.node if isinstance(current, ClassSymbol) else current.dotted
            if key in seen:
                continue
            seen.add(key)
            yield current
            if isinstance(current, ClassSymbol):
                stack[:0] = list(self._direct_bases(current))

    def _direct_bases(self, symbol: ClassSymbol) -> Iterator[ClassSymbol | External]:
        for base in symbol.node.bases:
            node = base.value if isinstance(base, ast.Subscript) else base
            found = self.named(node, symbol.source)
            if isinstance(found, ClassSymbol | External):
                yield found

    def named(self, node: ast.expr, source: Source) -> Symbol | None:
        """Return what a name or dotted expression stands for at the top of a module."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        symbol = self.member(source, node.id)
        if symbol is None:
            dotted = source.imports.names.get(node.id)
            return External(".".join((dotted, *reversed(parts)))) if dotted else None
        if isinstance(symbol, External):
            return External(".".join((symbol.dotted, *reversed(parts))))
        return self._walk(symbol, parts[::-1], "", 0) if parts else symbol

    def method(self, symbol: ClassSymbol, name: str, *, after: bool = False) -> FunctionSymbol | External | None:
        """Find a method along the bases (`after`: in the bases only, as `super()` does).

        An `External` base that comes before the definition is returned instead: who knows.
        """
        for current in self.bases(symbol):
            if after and isinstance(current, ClassSymbol) and current.node is symbol.node:
                continue
            if isinstance(current, External):
                if current.dotted.rpartition(".")[2] in ("Generic", "ABC", "Protocol", "object", "BaseModel"):
                    continue
                return current
            node = class_body(current).get(name)
            if isinstance(node, FunctionNode):
                return FunctionSymbol(current.source, node, current)
        return None


@lru_cache(maxsize=MAX_MODULES)
def definitions(source: Source) -> dict[str, ast.ClassDef | FunctionNode | ast.Assign | ast.AnnAssign]:
    """Return what a module defines at its top, also under `if` and `try`; the first one wins."""
    return _body_names(source.tree.body)


def class_body(symbol: ClassSymbol) -> dict[str, ast.ClassDef | FunctionNode | ast.Assign | ast.AnnAssign]:
    """Return what a class defines; of overloads and setters the implementation or getter."""
    return _class_names(symbol.node)


@lru_cache(maxsize=MAX_MODULES * 2)
def _class_names(node: ast.ClassDef) -> dict[str, ast.ClassDef | FunctionNode | ast.Assign | ast.AnnAssign]:
    """Return what a class defines: the cache keeps the class alive, not all of its file."""
    return _body_names(node.body)


def _body_names(body: list[ast.stmt]) -> dict[str, ast.ClassDef | FunctionNode | ast.Assign | ast.AnnAssign]:
    found: dict[str, ast.ClassDef | FunctionNode | ast.Assign | ast.AnnAssign] = {}
    stack = list(reversed(body))
    while stack:
        node = stack.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                if name not in found or _is_overload(found[name]):
                    found[name] = node
            case ast.ClassDef(name=name):
                found.setdefault(name, node)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.setdefault(name, node)
            case ast.If() | ast.Try() | ast.With():
                handlers = getattr(node, "handlers", [])
                inner = [
                    *node.body,
                    *getattr(node, "orelse", []),
                    *(child for handler in handlers for child in handler.body),
                ]
                stack.extend(reversed(inner))
    return found


def _is_overload(node: ast.stmt) -> bool:
    return isinstance(node, FunctionNode) and any(
        decorator_name(decorator) == "overload" for decorator in node.decorator_list
    )


def decorator_name(node: ast.expr) -> str:
    """Return the last name of a decorator: `overload` for `@typing.overload(…)`."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
