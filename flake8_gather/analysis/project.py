"""The definitions of the project's modules: what dotted names stand for, through re-exports.

What cannot be found, read or parsed is an `External`: the answer is "unknown", never an error.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.definitions import Definition, Module, defined_in
from flake8_gather.analysis.modules import module_file
from flake8_gather.analysis.needs import Kind
from flake8_gather.analysis.outline import read_module
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.texts import mentions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.needs import Needs

MAX_HOPS = 12


@dataclass(frozen=True, slots=True)
class ModuleSymbol:
    """A module of the project."""

    source: Module


@dataclass(frozen=True, slots=True)
class ClassSymbol:
    """A class defined in the project."""

    source: Module
    node: ast.ClassDef


@dataclass(frozen=True, slots=True)
class FunctionSymbol:
    """A function or method defined in the project; `owner` is its class."""

    source: Module
    node: FunctionNode
    owner: ClassSymbol | None = None
    outer: tuple[FunctionNode, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableSymbol:
    """A module-level variable."""

    source: Module
    node: ast.Assign | ast.AnnAssign


@dataclass(frozen=True, slots=True)
class External:
    """Something outside the project, by its dotted name."""

    dotted: str


Symbol = ModuleSymbol | ClassSymbol | FunctionSymbol | VariableSymbol | External


class Project:
    """Looks up dotted names: for the file under analysis, or (without one) for the modules around it.

    Whatever is looked up, some module's code asks for it: what was read then is noted among its needs.
    """

    def __init__(self, source: Module | None, folders: tuple[str, ...], needs: Needs) -> None:
        """Take the folders that imports start from; none: nothing is followed, the file is judged alone."""
        self.source = source
        self.folders = folders
        self.needs = needs
        self._symbols: dict[tuple[str, str], Symbol] = {}

    @property
    def follow(self) -> bool:
        """Whether other modules are looked into."""
        return bool(self.folders)

    def module(self, dotted: str, asker: Module) -> Module | None:
        """Return a module of the project by its dotted name."""
        if self._is_own(dotted):
            return self.source
        if not self.folders:
            return None
        path = module_file(self.folders, dotted)
        self.needs.note(asker.path, Kind.MODULE, dotted, (path,) if path is not None else ())
        return read_module(path) if path is not None else None

    def mentions(self, dotted: str, words: frozenset[str], asker: Module) -> bool:
        """Tell whether one of the words stands in the text of another module of the project."""
        if not self.folders or self._is_own(dotted):
            return False
        path = module_file(self.folders, dotted)
        self.needs.note(asker.path, Kind.MODULE, dotted)
        if path is None:
            return False
        self.needs.note(asker.path, Kind.TEXT, path)
        return mentions(path, words)

    def _is_own(self, dotted: str) -> bool:
        return self.source is not None and dotted == self.source.imports.module

    def resolve(self, dotted: str, asker: Module, hops: int = 0) -> Symbol:
        """Follow a dotted name through modules and re-exports to what it stands for."""
        key = (dotted, asker.path)
        known = self._symbols.get(key)
        if known is None:
            known = self._resolve(dotted, asker, hops)
            if hops == 0:
                self._symbols[key] = known
        return known

    def _resolve(self, dotted: str, asker: Module, hops: int) -> Symbol:
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            source = self.module(".".join(parts[:length]), asker)
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

    def member(self, source: Module, name: str, hops: int = 0) -> Symbol | None:
        """Return what a name stands for at the top of a module."""
        node = source.definition(name)
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
            return self.resolve(dotted, source, hops + 1)
        for module in source.imports.stars:
            starred = self.module(module, source)
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

    def named(self, node: ast.expr, source: Module) -> Symbol | None:
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


def class_body(symbol: ClassSymbol) -> dict[str, Definition]:
    """Return what a class defines; of overloads and setters the implementation or getter."""
    return _class_names(symbol.node)


@per_file()
def _class_names(node: ast.ClassDef) -> dict[str, Definition]:
    """Return what a class defines: the cache keeps the class alive, not all of its file."""
    return defined_in(node.body)
