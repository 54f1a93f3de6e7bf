"""A module that is read on the side: parsed piece by piece, as its definitions are asked for.

Who asks a module usually wants one class or function of it. To parse all the rest would take most of the
time that following imports costs, and nearly all of its memory.
"""

from __future__ import annotations

import ast
import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from flake8_gather.analysis.definitions import Module, defined_in
from flake8_gather.analysis.imports import Import, Imports
from flake8_gather.analysis.texts import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flake8_gather.analysis.definitions import Definition

STRING_OR_COMMENT = re.compile(
    r'"""(?:[^"\\]+|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]+|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\n]+|\\.)*+"'
    r"|'(?:[^'\\\n]+|\\.)*+'"
    r"|\#[^\n]*",
    re.DOTALL,
)
# What begins a statement at the top of a module: a decorator, a definition with its name, or something else.
# A closing bracket there belongs to what is above it.
BEGINNING = re.compile(r"^(?:(@)|(?:async[ \t]+def|def|class)[ \t]+(\w+)|[^\s)\]}])", re.MULTILINE)
IMPORT = re.compile(r"import\b")  # without a look at what is before it: a literal beginning is found fastest
INNER_IMPORT = re.compile(r"[ \t]+((?:from[ \t]+[.\w]+[ \t]+)?import\b(?:[ \t]*\([^)]*\)|(?:[^\n(;\\]|\\\n)+))")
MAX_MODULES = 160
MAX_PIECES = 256
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


class _Piece(NamedTuple):
    """A class or function at the top of a module, with its decorators: lines from 0, the last one excluded.

    `start` and `end` are where it stands in the text without strings and comments.
    """

    name: str
    first: int
    last: int
    start: int
    end: int


class Outline(Module):
    """A module that is parsed as a whole only where its pieces cannot be told apart."""

    def __init__(self, text: str, path: str) -> None:
        """Take the decoded text (without BOM). Raises what `ast.parse` raises."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        super().__init__(text.split("\n"), path)
        # What follows a string does not begin its line, whatever stood before it.
        bare = STRING_OR_COMMENT.sub(lambda found: "\n" * found[0].count("\n") + " ", text)
        pieces = list(_pieces(bare))
        try:
            self._rest = ast.parse(self._without(pieces), path).body
        except SyntaxError:
            self._rest, pieces = ast.parse(text, path).body, []
        self._pieces: dict[str, list[_Piece]] = {}
        for piece in pieces:
            self._pieces.setdefault(piece.name, []).append(piece)
        self._inner = _inner_imports(bare, pieces)

    def _without(self, pieces: Sequence[_Piece]) -> str:
        """Return the text with the lines of the pieces left empty."""
        lines = list(self.lines)
        for piece in pieces:
            lines[piece.first : piece.last] = [""] * (piece.last - piece.first)
        return "\n".join(lines)

    @cached_property
    def imports(self) -> Imports:
        """What the module's names mean by its imports, those in functions included."""
        inner = self._inner
        if inner is None:
            nodes = (node for piece in self._all_pieces() for one in _parse(self, piece) for node in ast.walk(one))
            inner = [node for node in nodes if isinstance(node, Import)]
        return Imports(self._rest, self.lines, self.path, inner)

    @cached_property
    def definitions(self) -> Mapping[str, Definition]:
        """What the module defines at its top, also under `if` and `try`."""
        return {name: found for name in (*self._others, *self._pieces) if (found := self.definition(name)) is not None}

    def definition(self, name: str) -> Definition | None:
        """Return what one of the names at the top is defined as; None, too, where that cannot be parsed."""
        other = self._others.get(name)
        pieces = self._pieces.get(name)
        if pieces is None:
            return other
        nodes: list[ast.stmt] = [node for piece in pieces for node in _parse(self, piece)]
        if other is not None:
            nodes = sorted((*nodes, other), key=lambda node: node.lineno)
        return defined_in(nodes).get(name)

    @cached_property
    def _others(self) -> dict[str, Definition]:
        """What is defined outside the pieces."""
        return defined_in(self._rest)

    def _all_pieces(self) -> list[_Piece]:
        return [piece for pieces in self._pieces.values() for piece in pieces]


@lru_cache(maxsize=MAX_MODULES)
def read_module(path: str) -> Outline | None:
    """Return a module's outline, None where it is too large or cannot be read, decoded or parsed."""
    text = read(path)
    try:
        return Outline(text, path) if text is not None else None
    except UNREADABLE:
        return None


@lru_cache(maxsize=MAX_PIECES)
def _parse(module: Outline, piece: _Piece) -> list[ast.stmt]:
    """Parse a piece where it stands; one that is none on its own is looked up in the whole."""
    text = "\n".join(module.lines[piece.first : piece.last])
    try:
        return ast.parse("\n" * piece.first + text, module.path).body
    except UNREADABLE:
        pass
    try:
        whole = ast.parse("\n".join(module.lines), module.path).body
    except UNREADABLE:
        return []
    return [node for node in whole if piece.first < node.lineno <= piece.last]


def _pieces(bare: str) -> Iterator[_Piece]:
    """Yield the definitions that begin at the start of a line, of a text without strings and comments."""
    begun: tuple[int, int] | None = None
    name: str | None = None
    line = position = 0
    for found in BEGINNING.finditer(bare):
        line += bare.count("\n", position, found.start())
        position = found.start()
        decorator, defined = found.groups()
        begins = bool(decorator or defined)
        if begun is not None and (name is not None or not begins):
            if name is not None:
                yield _Piece(name, begun[0], line, begun[1], position)
            begun = name = None
        if begins:
            begun, name = begun or (line, position), defined
    if begun is not None and name is not None:
        yield _Piece(name, begun[0], line + bare.count("\n", position) + 1, begun[1], len(bare))


def _inner_imports(bare: str, pieces: Sequence[_Piece]) -> list[Import] | None:
    """Return the imports inside the pieces of a text without strings and comments; None where they do not show."""
    statements = []
    for piece in pieces:
        for word in IMPORT.finditer(bare, piece.start, piece.end):
            if bare[word.start() - 1].isidentifier():
                continue  # the end of another name
            found = INNER_IMPORT.match(bare, bare.rfind("\n", 0, word.start()) + 1)
            if found is None or not found.start(1) <= word.start() < found.end(1):
                return None
            statements.append(found[1])
    try:
        nodes = ast.parse("\n".join(statements)).body
    except SyntaxError:
        return None
    return [node for node in nodes if isinstance(node, Import)]
