"""One import, added once and in the place where isort and ruff would put it."""

from __future__ import annotations

import ast
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.source import Source

Import = ast.Import | ast.ImportFrom
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def import_edit(source: Source, module: str, name: str | None = None) -> Edit:
    """Return the edit that adds `import module`, or `from module import name`."""
    existing = _same_module(source, module) if name is not None else None
    if existing is not None and name is not None:
        return _one_more(source, existing, name)
    statement = f"import {module}" if name is None else f"from {module} import {name}"
    place = _Place(source)
    blocks = _blocks(source)
    home = next((block for block in blocks if _is_home(block, module)), None)
    if home is not None:
        return place.into(home, module, statement, is_from=name is not None)
    rest = [block for block in blocks if not _is_future(block[0])]
    if rest and module in sys.stdlib_module_names:
        return place.before(_first_line(source, rest[0][0]), statement, blanks_after=1, after_future=blocks)
    if rest:
        return place.below(_leading(source, rest)[-1][-1], statement)
    return place.at_top(statement)


def _blocks(source: Source) -> list[list[Import]]:
    """Return the imports at module level, in runs without a blank line or another statement in between."""
    blocks: list[list[Import]] = []
    previous: ast.stmt | None = None
    for node in source.tree.body:
        if isinstance(node, Import):
            joined = isinstance(previous, Import) and not _has_blank(source, previous, node)
            if joined and _is_future(node) == _is_future(previous):
                blocks[-1].append(node)
            else:
                blocks.append([node])
        previous = node
    return blocks


def _has_blank(source: Source, first: ast.stmt, second: ast.stmt) -> bool:
    between = source.lines[first.end_lineno or first.lineno : second.lineno - 1]
    return any(not line.strip() for line in between)


def _is_future(node: ast.stmt | None) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _leading(source: Source, blocks: Sequence[list[Import]]) -> Sequence[list[Import]]:
    """Return the blocks in front of all other code and without relative imports, or else the first one."""
    others = [node for node in source.tree.body if not isinstance(node, Import) and not _is_docstring(node)]
    end = others[0].lineno if others else sys.maxsize
    leading = [block for block in blocks if block[0].lineno < end]
    absolute = [block for block in leading if not (isinstance(block[0], ast.ImportFrom) and block[0].level)]
    return absolute or leading or blocks[:1]


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _root(node: Import) -> str:
    name = node.names[0].name if isinstance(node, ast.Import) else "." * node.level + (node.module or "")
    return name.partition(".")[0] if not name.startswith(".") else "."


def _is_home(block: Sequence[Import], module: str) -> bool:
    """Tell whether the module belongs into this block."""
    if _is_future(block[0]):
        return False
    root = module.partition(".")[0]
    if root in sys.stdlib_module_names:
        return _root(block[0]) in sys.stdlib_module_names
    return any(_root(node) == root for node in block)


def _same_module(source: Source, module: str) -> ast.ImportFrom | None:
    """Return an import from the same module, to which one more name can be added."""
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == module and not node.level and node.names[0].name != "*":
            return node
    return None


def _one_more(source: Source, node: ast.ImportFrom, name: str) -> Edit:
    """Add a name to the names of an import, in their order."""
    lower = [alias for alias in node.names if _rank(alias.name) < _rank(name)]
    lines = {alias.lineno for alias in node.names}
    one_per_line = len(lines) == len(node.names) and node.names[0].lineno > node.lineno
    first = source.lines[node.names[0].lineno - 1]
    gap = _newline(source) + first[: len(first) - len(first.lstrip())] if one_per_line else " "
    if lower:
        line, column = lower[-1].end_lineno or node.lineno, lower[-1].end_col_offset or 0
        return Edit(Span(line, column, line, column), f",{gap}{name}")
    line, column = node.names[0].lineno, node.names[0].col_offset
    return Edit(Span(line, column, line, column), f"{name},{gap}")


def _rank(name: str) -> tuple[int, str]:
    """Order names as isort does: constants, classes, everything else."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name


def _key(node: Import) -> tuple[int, str]:
    """Order imports as isort does: `import a` comes before `from a import b`."""
    name = node.names[0].name if isinstance(node, ast.Import) else "." * node.level + (node.module or "")
    return int(isinstance(node, ast.ImportFrom)), name.lower()


def _newline(source: Source) -> str:
    first = source.lines[0] if source.lines else "\n"
    return first[len(first.rstrip("\r\n")) :] or "\n"


def _first_line(source: Source, node: ast.stmt) -> int:
    """Return the line where a statement starts, its decorators and the comments above it included."""
    decorators = node.decorator_list if isinstance(node, DEFINITIONS) else []
    line = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    top = line
    while top > 1 and source.lines[top - 2].startswith("#"):
        top -= 1
    return line if top == 1 else top


class _Place:
    """Where the new line goes."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.newline = _newline(source)

    def into(self, block: Sequence[Import], module: str, statement: str, *, is_from: bool) -> Edit:
        """Put the import between others of its block."""
        mixed = any(isinstance(a, ast.ImportFrom) and isinstance(b, ast.Import) for a, b in pairwise(block))
        key = (int(is_from), module.lower())
        lower = [node for node in block if (_key(node)[1:] < key[1:] if mixed else _key(node) < key)]
        if lower:
            return self._insert_below(lower[-1].end_lineno or 0, statement)
        line = _first_line(self.source, block[0])
        return self._insert_above(line, statement + self.newline)

    def before(self, line: int, statement: str, *, blanks_after: int, after_future: Sequence[list[Import]]) -> Edit:
        """Put the import in a block of its own above a line."""
        text = statement + self.newline * (1 + blanks_after)
        touches = any(_is_future(block[0]) and block[-1].end_lineno == line - 1 for block in after_future)
        return self._insert_above(line, self.newline + text if touches else text)

    def below(self, node: Import, statement: str) -> Edit:
        """Put the import in a block of its own below another."""
        return self._insert_below(node.end_lineno or 0, self.newline + statement)

    def at_top(self, statement: str) -> Edit:
        """Put the import below the docstring and the future, or where the code starts."""
        head = [
            node
            for index, node in enumerate(self.source.tree.body)
            if _is_future(node) or (not index and _is_docstring(node))
        ]
        rest = self.source.tree.body[len(head) :]
        blanks = 2 if rest and isinstance(rest[0], DEFINITIONS) else 1
        if not head:
            return self.before(_first_line(self.source, rest[0]), statement, blanks_after=blanks, after_future=())
        last = head[-1].end_lineno or 0
        there = 0
        while last + there < len(self.source.lines) and not self.source.lines[last + there].strip():
            there += 1
        missing = max(blanks - there, 0) if rest else 0
        return self._insert_below(last, self.newline + statement + self.newline * missing)

    def _insert_above(self, line: int, text: str) -> Edit:
        return Edit(Span(line, 0, line, 0), text)

    def _insert_below(self, line: int, text: str) -> Edit:
        """Insert below a line; comments behind its statement stay on it."""
        column = len(self.source.lines[line - 1].rstrip("\r\n").encode("utf-8", "surrogatepass"))
        return Edit(Span(line, column, line, column), self.newline + text)
