"""Which places there are to judge: found by syntax alone, with nothing of the analysis in it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path, PurePath

TEST_FOLDERS = {"test", "tests", "testing"}
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
COMPOUND = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match, *SCOPES)


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A place in an async function where awaits come one after another."""

    package: str
    path: str
    line: int
    end: int
    kind: str
    function: str


def candidates(root: Path, package: str) -> list[Candidate]:
    """Return the places of an unpacked package, tests left out, in a fixed order."""
    found = []
    for file in sorted(root.rglob("*.py")):
        path = file.relative_to(root)
        if is_test(path):
            continue
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for function in ast.walk(tree):
            if isinstance(function, ast.AsyncFunctionDef):
                found += [
                    Candidate(package, path.as_posix(), line, end, kind, function.name)
                    for kind, line, end in places(function)
                ]
    return sorted(set(found))


def is_test(path: PurePath) -> bool:
    """Tell whether a file in a package is a test of it."""
    return bool(TEST_FOLDERS & set(path.parts)) or path.name.startswith(("test_", "conftest"))


def places(function: ast.AsyncFunctionDef) -> Iterator[tuple[str, int, int]]:
    """Yield kind, first and last line of each place that belongs to a function itself."""
    yield from runs(function.body)
    for node in own(function):
        if isinstance(node, ast.For) and any(awaits(statement) for statement in node.body):
            yield "loop", node.lineno, node.end_lineno or node.lineno
        elif isinstance(node, COMPREHENSIONS) and repeats(node) and not any(part.is_async for part in node.generators):
            yield "comp", node.lineno, node.end_lineno or node.lineno
        elif (
            isinstance(node, ast.stmt)
            and not isinstance(node, COMPOUND)
            and awaits(node, into_comprehensions=False) > 1
        ):
            yield "expr", node.lineno, node.end_lineno or node.lineno
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from runs(block)


def runs(block: list[ast.stmt]) -> Iterator[tuple[str, int, int]]:
    """Yield the longest runs of two and more simple statements that all await."""
    first = last = None
    for statement in [*block, None]:
        if statement is not None and not isinstance(statement, COMPOUND) and awaits(statement):
            first, last = first or statement, statement
            continue
        if first is not None and last is not None and first is not last:
            yield "seq", first.lineno, last.end_lineno or last.lineno
        first = last = None


def repeats(node: ast.ListComp | ast.SetComp | ast.DictComp) -> bool:
    """Tell whether a comprehension awaits once per item: its first iterable is evaluated only once."""
    return awaits(node) > awaits(node.generators[0].iter)


def awaits(node: ast.AST, *, into_comprehensions: bool = True) -> int:
    """Count the awaits of a node, without those of functions defined in it."""
    return sum(isinstance(inner, ast.Await) for inner in [node, *own(node, into_comprehensions=into_comprehensions)])


def own(node: ast.AST, *, into_comprehensions: bool = True) -> Iterator[ast.AST]:
    """Walk what is below a node and runs in the same function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, SCOPES) or (isinstance(child, COMPREHENSIONS) and not into_comprehensions):
            continue
        yield child
        yield from own(child, into_comprehensions=into_comprehensions)
