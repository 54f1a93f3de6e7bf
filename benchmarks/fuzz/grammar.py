"""Programs from Python's grammar, whose functions are made async and whose calls are awaited."""

from __future__ import annotations

import ast
import itertools
import time
import warnings
from typing import TYPE_CHECKING

import hypothesmith
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from benchmarks.fuzz.checking import Examiner

ROUND = 50  # programs per seed


class _Awaiting(ast.NodeTransformer):
    """Awaits calls and names by chance, and makes functions and comprehensions that do async."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def chance(self) -> bool:
        return self.data.draw(st.integers(0, 2)) == 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if any(isinstance(child, ast.YieldFrom) for child in ast.walk(node)):
            return node
        return ast.copy_location(ast.AsyncFunctionDef(**dict(ast.iter_fields(node))), node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return ast.Await(node) if not self.chance() else node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        loaded = isinstance(node.ctx, ast.Load)
        return ast.Await(ast.Call(node, [], [])) if loaded and self.chance() else node


def awaiting(text: str, data: st.DataObject) -> str:
    """Return a program as the body of an async function that awaits what the program calls."""
    tree = ast.parse(text)
    body = [node for node in tree.body if not _only_at_the_top(node)]
    tree.body = [*ast.parse("async def whole(): pass").body]
    function = tree.body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    function.body = [_Awaiting(data).visit(node) for node in body] or function.body
    if data.draw(st.booleans()):
        loop = ast.For(ast.Name("item", ast.Store()), ast.Name("items", ast.Load()), function.body, [])
        function.body = [loop]
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _only_at_the_top(node: ast.stmt) -> bool:
    future = isinstance(node, ast.ImportFrom) and (node.module == "__future__" or node.names[0].name == "*")
    return future or any(isinstance(child, ast.YieldFrom) for child in ast.walk(node))


def fuzz(examiner: Examiner, seconds: float) -> None:
    """Try programs as they are drawn, and with awaits, until the time is over."""
    until = time.monotonic() + seconds
    warnings.simplefilter("ignore")

    def attempt(text: str, data: st.DataObject) -> None:
        if time.monotonic() > until:
            return
        examiner.examine(text.encode("utf-8", "surrogatepass"))
        changed = awaiting(text, data)
        examiner.examine(changed.encode("utf-8", "surrogatepass"))

    fast = settings(
        max_examples=ROUND,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    texts = hypothesmith.from_node() | hypothesmith.from_grammar()
    for number in itertools.count():
        if time.monotonic() > until:
            return
        seed(number)(fast(given(text=texts, data=st.data())(attempt)))()
