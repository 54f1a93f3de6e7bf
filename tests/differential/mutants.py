"""Known-wrong analyses: one check dropped at a time, to see whether the random programs notice.

Two kinds. Every statement of the analysis and the finders that raises a barrier is dropped once, so
a new barrier has its mutant as soon as it is written. And the checks of `CHECKS`, which raise none
themselves, are answered as if they had seen nothing.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
import pkgutil
import re
import sys
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from flake8_gather import analysis, finders
from flake8_gather.analysis.walking import child_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

# What has seen nothing: the check, and its answer then.
CHECKS: dict[str, Callable[..., object]] = {
    "analysis.body.BodySummary._alias": lambda *_: None,
    "analysis.body.BodySummary._contexts": lambda *_: (yield from ()),
    "analysis.body.BodySummary._crossing": lambda *_: (yield from ()),
    "analysis.body.BodySummary._iterations": lambda *_: (yield from ()),
    "analysis.body.BodySummary._managing": lambda *_: (yield from ()),
    "analysis.body.BodySummary._plain_calls": lambda *_: (yield from ()),
    "analysis.body.BodySummary._property_reads": lambda *_: frozenset(),
    "analysis.changes.Changes.uses": lambda *_: (yield from ()),
    "analysis.closures.captures": lambda *_: False,
    "analysis.dependence.Dependence._callee_dependence": lambda *_: None,
    "analysis.dependence.Dependence.doubt": lambda *_: None,
    "analysis.dependence.Dependence.plain_uses": lambda *_: None,
    "analysis.effects._augmented": lambda *_: None,
    "analysis.effects._comprehension": lambda *_: None,
    "analysis.effects._nested": lambda *_: None,
    "analysis.flow.aliases": lambda *_: {},
    "analysis.flow.exposed_reads": lambda *_, **__: set(),
    "analysis.flow.read_afterwards": lambda *_: set(),
    "analysis.flow.walked": lambda *_: None,
    "analysis.group.Group.shared": lambda *_: False,
    "analysis.locks.Locks.is_single": lambda *_: False,
    "analysis.locks.Locks.taken_by": lambda *_: None,
    "analysis.switches._bound_anew": lambda *_: frozenset(),
    "analysis.switches._Copy.decided": lambda *_: False,
    "analysis.values.is_reiterable": lambda *_: True,
    "finders.bodies.Body.refusal": lambda *_: None,
    "finders.hoists._movable": lambda *_: True,
    "finders.loops._reads_sink": lambda *_: False,
    "finders.statements.is_plain": lambda *_: True,
}
DROPPED = re.compile(r"\bBarrier\.([A-Z_]+)|\b(kept)\(")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A function of the analysis, and the code that it runs without one of its checks."""

    name: str
    function: FunctionType
    code: CodeType
    line: int
    """The line whose being run makes a difference: that of the check, or the function's first."""

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Put the wrong code in the place of the right one, for a while."""
        right = self.function.__code__
        self.function.__code__ = self.code
        _forget()
        try:
            yield
        finally:
            self.function.__code__ = right
            _forget()


def _forget() -> None:
    """Empty the caches: what a wrong analysis thinks of a module is nothing for the next one."""
    for name, module in list(sys.modules.items()):
        if name.startswith("flake8_gather."):
            for value in vars(module).values():
                getattr(value, "cache_clear", int)()


def mutants() -> Iterator[Mutant]:
    """Yield all mutants; those of one function are numbered where they drop the same barrier."""
    for name, answer in CHECKS.items():
        part, module, rest = name.split(".", 2)
        function = live(importlib.import_module(f"flake8_gather.{part}.{module}"), rest)
        assert isinstance(answer, FunctionType)
        yield Mutant(name, function, answer.__code__, function.__code__.co_firstlineno)
    for package in (analysis, finders):
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield from _of_module(importlib.import_module(info.name))


def live(module: ModuleType, qualname: str) -> FunctionType:
    """Return the function that a module runs under a name, whatever it is wrapped in."""
    found: Any = module
    for part in qualname.split("."):
        found = vars(found)[part]
    for name in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, name, found)
    assert isinstance(found, FunctionType)
    return found


def _of_module(module: ModuleType) -> Iterator[Mutant]:
    source = inspect.getsource(module)
    short = module.__name__.partition(".")[2]
    seen: dict[str, int] = {}
    for qualname, node in _functions(ast.parse(source).body):
        for statement in _statements(node.body):
            dropped = _drops(statement, node)
            if dropped is None:
                continue
            name = f"{short}.{qualname}: {dropped}"
            seen[name] = seen.get(name, 0) + 1
            function = live(module, qualname)
            code = _without(source, module, function, statement.lineno)
            yield Mutant(f"{name} {seen[name]}", function, code, statement.lineno)


def _functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            yield f"{prefix}{node.name}", node


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in body:
        yield node
        if not isinstance(node, ast.FunctionDef):
            yield from _statements(child_statements(node))


def _drops(statement: ast.stmt, function: ast.FunctionDef) -> str | None:
    """Return what a statement raises, if the function can do without it."""
    if not isinstance(statement, ast.Return | ast.Expr):
        return None
    if statement is function.body[-1] and not _may_end_without(function):
        return None
    if isinstance(statement, ast.Return) and isinstance(statement.value, ast.Compare | ast.BoolOp):
        return None
    text = ast.unparse(statement)
    found = DROPPED.search(text)
    return None if found is None else (found[1] or found[2]).lower().replace("_", "-")


def _may_end_without(function: ast.FunctionDef) -> bool:
    """Tell whether a function may come to its end with nothing to say, by its annotation."""
    returns = "" if function.returns is None else ast.unparse(function.returns)
    return returns.endswith("| None") or returns.startswith("Iterator[")


class _Dropper(ast.NodeTransformer):
    def __init__(self, line: int) -> None:
        self.line = line

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        return ast.copy_location(ast.Pass(), node) if node.lineno == self.line else node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        if node.lineno != self.line:
            return node
        nothing = ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))  # what was a generator stays one
        left = nothing if isinstance(node.value, ast.Yield | ast.YieldFrom) else ast.Pass()
        return ast.fix_missing_locations(ast.copy_location(left, node))


def _without(source: str, module: ModuleType, function: FunctionType, line: int) -> CodeType:
    """Return a function's code without the statement on a line."""
    tree = ast.parse(source)
    _Dropper(line).visit(tree)
    stack: list[CodeType] = [compile(tree, str(module.__file__), "exec", dont_inherit=True)]
    right = function.__code__
    while stack:
        code = stack.pop()
        if (code.co_qualname, code.co_firstlineno) == (right.co_qualname, right.co_firstlineno):
            return code
        stack += (constant for constant in code.co_consts if isinstance(constant, CodeType))
    raise LookupError(function.__qualname__)
