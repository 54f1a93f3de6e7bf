"""One parsed file: its lines, its tree and the async functions in which something is awaited.

Walking a whole tree in Python costs more than parsing it in C did. So the text says which lines
hold the word `await`, and only the statements around those lines are ever looked at.
"""

from __future__ import annotations

import ast
import re
import tokenize
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_gather.analysis.definitions import Module, defined_in
from flake8_gather.analysis.imports import Imports
from flake8_gather.analysis.walking import child_statements, on_lines
from flake8_gather.opportunity import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flake8_gather.analysis.definitions import Definition

AWAIT = re.compile(r"\bawait\b")
LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Around = FunctionNode | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Function:
    """An async function that awaits, with the classes and functions around it, outermost first."""

    node: ast.AsyncFunctionDef
    outer: tuple[Around, ...]

    @property
    def owner(self) -> ast.ClassDef | None:
        """The class whose method this is (a function nested in a method has the method's class)."""
        return next((node for node in reversed(self.outer) if isinstance(node, ast.ClassDef)), None)

    @property
    def qualified_name(self) -> str:
        """The dotted name inside the module."""
        return ".".join(node.name for node in (*self.outer, self.node))


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, with its `#`: line from 1, column in UTF-8 bytes."""

    text: str
    line: int
    column: int


class Source(Module):
    """A file as text and tree. Facts are read off lazily and once; the tree is never changed."""

    def __init__(self, lines: Sequence[str], tree: ast.Module, path: str) -> None:
        """Take the physical lines with their ends, the tree parsed from them, and the path."""
        super().__init__(lines, path)
        self.tree = tree

    @classmethod
    def parse(cls, text: str, path: str) -> Source:
        """Parse decoded text (without BOM). Raises what `ast.parse` raises."""
        return cls(LINE.findall(text), ast.parse(text, path), path)

    @cached_property
    def imports(self) -> Imports:
        """What the module's names mean by its imports, those in functions included."""
        return Imports(self.tree.body, self.lines, self.path)

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """What the module defines at its top, also under `if` and `try`."""
        return defined_in(self.tree.body)

    def definition(self, name: str) -> Definition | None:
        """Return what one of the names at the top is defined as."""
        return self.definitions.get(name)

    @cached_property
    def await_lines(self) -> list[int]:
        """The lines that hold the word `await`, sorted, once for each time; a superset of those that await."""
        return [number for number, line in enumerate(self.lines, 1) if "await" in line for _ in AWAIT.findall(line)]

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """All async functions around lines that hold the word `await`, in source order."""
        return tuple(self._functions())

    def count_awaits(self, node: ast.stmt) -> int:
        """Count the words `await` on the lines of a statement: at least as many as it awaits."""
        lines = self.await_lines
        return bisect_right(lines, node.end_lineno or node.lineno) - bisect_left(lines, node.lineno)

    def awaits_only(self, node: ast.stmt) -> bool:
        """Tell whether a statement does nothing with its one await but keep what it gives."""
        return isinstance(getattr(node, "value", None), ast.Await) and self.count_awaits(node) == 1

    def awaits_outside(self, node: ast.stmt, inner: Sequence[ast.stmt]) -> bool:
        """Tell whether a statement may await outside the statements inside it."""
        awaiting = self.awaiting(inner)
        if any(self.lines[one.lineno - 1][: one.col_offset].strip() for one in awaiting):
            return True  # two statements share a line, and its words
        return self.count_awaits(node) > sum(map(self.count_awaits, awaiting))

    def awaiting(self, block: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Return those statements of a block on whose lines the word `await` stands."""
        return on_lines(block, self.await_lines)

    def _functions(self) -> Iterator[Function]:
        stack: list[tuple[ast.stmt, tuple[Around, ...]]]
        stack = [(node, ()) for node in reversed(self.awaiting(self.tree.body))]
        while stack:
            node, around = stack.pop()
            if isinstance(node, ast.AsyncFunctionDef):
                yield Function(node, around)
            inside = (*around, node) if isinstance(node, Around) else around
            stack.extend((child, inside) for child in reversed(self.awaiting(child_statements(node))))

    def comments(self, first: int, last: int) -> list[Comment]:
        """Return the comments on a range of lines; a statement begins on the first one."""
        found = []
        try:
            for token in tokenize.generate_tokens(iter(self.lines[first - 1 : last]).__next__):
                if token.type == tokenize.COMMENT:
                    number = first + token.start[0] - 1
                    column = len(self.lines[number - 1][: token.start[1]].encode("utf-8", "surrogatepass"))
                    found.append(Comment(token.string, number, column))
        except (tokenize.TokenError, SyntaxError):
            pass  # the range ends inside a statement
        return found

    def offset(self, line: int, column: int) -> int:
        """Turn a line and a column in UTF-8 bytes into an index into that line's text."""
        text = self.lines[line - 1]
        if text.isascii():
            return column
        return len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))

    def segment(self, place: ast.expr | ast.stmt | Span) -> str:
        """Return the exact text of a node or span (parentheses around an expression excluded)."""
        span = place if isinstance(place, Span) else Span.of(place)
        start = self.offset(span.line, span.column)
        end = self.offset(span.end_line, span.end_column)
        if span.line == span.end_line:
            return self.lines[span.line - 1][start:end]
        middle = self.lines[span.line : span.end_line - 1]
        return "".join((self.lines[span.line - 1][start:], *middle, self.lines[span.end_line - 1][:end]))

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.lines)
