"""The classes that annotations name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.project import ClassSymbol, External, VariableSymbol
from flake8_gather.analysis.types import Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.definitions import Module
    from flake8_gather.analysis.project import Project
    from flake8_gather.catalogue import Catalogue

MAX_DEPTH = 12
TRANSPARENT = frozenset(
    {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "Type", "type", "Mapped"}
)


class Annotations:
    """Reads annotations; one per analysed file."""

    def __init__(self, project: Project, catalogue: Catalogue) -> None:
        """Take where classes are looked up, and what is known of libraries."""
        self.project = project
        self.catalogue = catalogue

    def read(self, node: ast.expr | None, source: Module, depth: int = 0) -> Type | None:
        """Return the class an annotation names; of a union the first class in it."""
        if node is None or depth > MAX_DEPTH:
            return None
        depth += 1
        match node:
            case ast.Constant(value=str(text)):
                try:
                    return self.read(ast.parse(text.strip(), mode="eval").body, source, depth)
                except (SyntaxError, ValueError, RecursionError):
                    return None
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._union((left, right), source, depth)
            case ast.Subscript(value=value, slice=inner):
                return self._generic(value, inner, source, depth)
            case ast.Name() | ast.Attribute():
                return self._named(node, source, depth)
        return None

    def _union(self, parts: Sequence[ast.expr], source: Module, depth: int) -> Type | None:
        """Of a union the first class counts; of `Client | SyncClient`, which a flag decides, the asynchronous one."""
        found = [one for part in parts if (one := self.read(part, source, depth))]
        return next((one for one in found if not one.name.startswith("Sync")), found[0] if found else None)

    def _named(self, node: ast.Name | ast.Attribute, source: Module, depth: int) -> Type | None:
        symbol = self.project.named(node, source)
        match symbol:
            case ClassSymbol():
                return Type(symbol)
            case External(dotted):
                return Type(External(self.catalogue.canonical(dotted)))
            case VariableSymbol(
                source=where, node=ast.Assign(value=ast.Call(func=ast.Name(id="NewType"), args=[_, value]))
            ):
                return self.read(value, where, depth)
            case VariableSymbol(source=where, node=ast.Assign(value=value)) if not isinstance(value, ast.Call):
                return self.read(value, where, depth)
            case VariableSymbol(source=where, node=ast.AnnAssign(value=ast.expr() as value)):
                return self.read(value, where, depth)
        if symbol is None and isinstance(node, ast.Name) and node.id in ("list", "dict", "set", "tuple", "frozenset"):
            return Type(External(f"builtins.{node.id}"))
        return None

    def _generic(self, value: ast.expr, inner: ast.expr, source: Module, depth: int) -> Type | None:
        name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
        inside = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name in TRANSPARENT:
            return self.read(inside[0], source, depth) if inside else None
        if name == "Union":
            return self._union(inside, source, depth)
        args = tuple(self.read(one, source, depth) for one in inside)
        base = self.read(value, source, depth)
        if base is None:
            base = Type(External(f"typing.{name}"))
        return Type(base.symbol, args)
