"""What a module or a class defines by name, and what one asks of a module of the project."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flake8_gather.analysis.imports import Imports

# Decorators that hand on the arguments as they are.
TRANSPARENT = frozenset({"classmethod", "staticmethod", "override", "abstractmethod", "overload", "final"})

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign | ast.AnnAssign


class Module(ABC):
    """A module of the project: what its names mean by its imports, and what it defines at its top."""

    def __init__(self, lines: Sequence[str], path: str) -> None:
        """Take the physical lines and the path."""
        self.lines = lines
        self.path = path

    @property
    @abstractmethod
    def imports(self) -> Imports:
        """What the module's names mean by its imports, those in functions included."""

    @property
    @abstractmethod
    def definitions(self) -> Mapping[str, Definition]:
        """What the module defines at its top, also under `if` and `try`."""

    @abstractmethod
    def definition(self, name: str) -> Definition | None:
        """Return what one of the names at the top is defined as."""


def defined_in(body: Iterable[ast.stmt]) -> dict[str, Definition]:
    """Return what a body defines, also under `if` and `try`: the first one wins, but of overloads the last."""
    found: dict[str, Definition] = {}
    stack = [*body][::-1]
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
                handled = (child for handler in getattr(node, "handlers", ()) for child in handler.body)
                stack += [*node.body, *getattr(node, "orelse", ()), *handled][::-1]
    return found


def _is_overload(node: Definition) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return any(decorator_name(decorator) == "overload" for decorator in node.decorator_list)


def decorator_name(node: ast.expr) -> str:
    """Return the last name of a decorator: `overload` for `@typing.overload(…)`."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
