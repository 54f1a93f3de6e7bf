"""How `asyncio.gather` and its neighbours are spelled in one function of one file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.remembering import per_file
from flake8_gather.replacement.names import bound_names, names_bound
from flake8_gather.replacement.refusing import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_gather.analysis.source import Source
    from flake8_gather.options import Options

Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True, slots=True)
class Sight:
    """What a function sees: imported names with their meanings, and names that an import would change."""

    visible: dict[str, str]
    taken: frozenset[str]


@per_file()
def sight_of(source: Source, function: ast.AsyncFunctionDef) -> Sight:
    """Read the imports and bindings around a function, innermost last."""
    visible: dict[str, str] = {}
    at_run_time = [node for node in source.tree.body if not (isinstance(node, ast.If) and _is_type_checking(node.test))]
    taken = set(bound_names(at_run_time))
    for node in _module_imports(source.tree.body):
        visible.update(source.imports.bindings(node))
    for scope in _scopes(source, function):
        inner = names_bound(scope) - set(_outer(scope.body))
        taken |= inner
        for name in inner:
            visible.pop(name, None)
        for statement in scope.body:
            if isinstance(statement, Import):
                visible.update(source.imports.bindings(statement))
    return Sight(visible, frozenset(taken))


class Spelling:
    """The names of asyncio's functions as this function sees them, and the module that must be imported."""

    def __init__(self, source: Source, function: ast.AsyncFunctionDef, options: Options) -> None:
        """Read the imports that reach the function."""
        self.helper = options.gather_function
        self.own_module = source.imports.module
        self.function = function
        self.module: str | None = None
        self.sight = sight_of(source, function)

    def gather(self) -> str:
        """Return the gather function: the project's helper, or asyncio's."""
        if self.helper is None:
            return self.asyncio("gather")
        module, _, name = self.helper.rpartition(".")
        if module == self.own_module:
            if self.function.name == name:
                raise RefusedError(f"{name} would call itself")
            return name
        return self._dotted(self.helper) or self._new(name, module)

    def asyncio(self, name: str) -> str:
        """Return the name of one of asyncio's functions or classes."""
        spelled = self._dotted(f"asyncio.{name}")
        return spelled or f"{self._new('asyncio', 'asyncio')}.{name}"

    def _dotted(self, dotted: str) -> str | None:
        """Return the name under which something is there already."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            prefix = ".".join(parts[:length])
            for name, meaning in self.sight.visible.items():
                if meaning == prefix:
                    return ".".join((name, *parts[length:]))
        return None

    def _new(self, name: str, module: str) -> str:
        """Return a name that an import will bind."""
        if name in self.sight.taken:
            raise RefusedError(f"the name {name} means something else here")
        if self.module not in {None, module}:
            raise RefusedError(f"both {self.module} and {module} would have to be imported")
        self.module = module
        return name


def _scopes(source: Source, function: ast.AsyncFunctionDef) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    outer = next((found.outer for found in source.functions if found.node is function), ())
    return [node for node in outer if not isinstance(node, ast.ClassDef)] + [function]


def _outer(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that a function declares to be those of an outer scope."""
    for statement in body:
        if isinstance(statement, ast.Global | ast.Nonlocal):
            yield from statement.names


def _module_imports(body: Iterable[ast.stmt]) -> Iterator[Import]:
    """Yield the imports that run when the module is imported."""
    for node in body:
        if isinstance(node, Import):
            yield node
        elif isinstance(node, ast.Try) or (isinstance(node, ast.If) and not _is_type_checking(node.test)):
            yield from _module_imports([*node.body, *node.orelse])


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else test.id if isinstance(test, ast.Name) else ""
    return name == "TYPE_CHECKING"
