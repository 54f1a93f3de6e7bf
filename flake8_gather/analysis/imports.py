"""What a module's names mean by its imports, as dotted names."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_gather.analysis.modules import module_name
from flake8_gather.analysis.walking import child_statements, on_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Import = ast.Import | ast.ImportFrom


class Imports:
    """The names a module binds by import, anywhere in it: local name to dotted name.

    A name imported differently in two places is ambiguous and left out, except that imports at
    module level (also under `if` and `try`) win over those inside functions.
    """

    def __init__(self, body: Sequence[ast.stmt], lines: Sequence[str], path: str, inner: Iterable[Import] = ()) -> None:
        """Read the imports of a module's body, parsed from `lines`; `inner` are those of functions left out of it."""
        self.module = module_name(path)
        self.is_package = path.endswith("__init__.py")
        self.names: dict[str, str] = {}
        self.nodes: list[Import] = []
        self.inner: list[Import] = []
        self._read(body, [number for number, line in enumerate(lines, 1) if "import" in line])
        for node in inner:
            self._bind(node, self.inner)

    def _read(self, body: Sequence[ast.stmt], lines: Sequence[int]) -> None:
        stack: list[ast.stmt] = list(reversed(body))
        functions: list[ast.stmt] = []
        while stack:
            node = stack.pop()
            if isinstance(node, Import):
                self._bind(node, self.nodes)
            elif isinstance(node, ast.If | ast.With):
                stack.extend(reversed(node.body + getattr(node, "orelse", [])))
            elif isinstance(node, ast.Try):
                handled = [statement for handler in node.handlers for statement in handler.body]
                stack.extend(reversed(node.body + handled + node.orelse + node.finalbody))
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                functions.append(node)
        for node in on_lines(functions, lines):
            self._read_inner(node, lines)

    def _read_inner(self, function: ast.stmt, lines: Sequence[int]) -> None:
        stack = [function]
        while stack:
            node = stack.pop()
            if isinstance(node, Import):
                self._bind(node, self.inner)
            stack += reversed(on_lines(child_statements(node), lines))

    def _bind(self, node: Import, among: list[Import]) -> None:
        among.append(node)
        for name, dotted in self.bindings(node):
            self.names.setdefault(name, dotted)

    def bindings(self, node: Import) -> list[tuple[str, str]]:
        """Return the (name, dotted name) pairs that one import binds; stars bind nothing."""
        if isinstance(node, ast.Import):
            return [(a.asname, a.name) if a.asname else (a.name.partition(".")[0],) * 2 for a in node.names]
        base = self.absolute(node.module or "", node.level)
        return [(a.asname or a.name, f"{base}.{a.name}" if base else a.name) for a in node.names if a.name != "*"]

    def absolute(self, module: str, level: int) -> str:
        """Resolve a relative import's module against this module's package."""
        if not level:
            return module
        parts = self.module.split(".")
        parts = parts[: len(parts) - level + self.is_package]
        return ".".join((*parts, module) if module else parts)

    @cached_property
    def locals(self) -> dict[str, str]:
        """The local name of each dotted name that is imported."""
        return {dotted: name for name, dotted in self.names.items()}

    @cached_property
    def stars(self) -> list[str]:
        """The modules imported with `*` at module level."""
        return [
            self.absolute(node.module or "", node.level)
            for node in self.nodes
            if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        ]

    @cached_property
    def modules(self) -> set[str]:
        """The dotted modules named in import statements at module level."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found.update(alias.name for alias in node.names)
            else:
                found.add(self.absolute(node.module or "", node.level))
        return found

    def dotted(self, node: ast.expr) -> str | None:
        """Return the dotted name an expression has through imports (`aio.gather`), else None."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        root = self.names.get(node.id)
        if root is None:
            return None
        return ".".join((root, *reversed(parts)))
