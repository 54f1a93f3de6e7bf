"""Precedent: the same callee is gathered, or started as a task, elsewhere in the file."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING, TypeGuard

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import callee_name, names_in
from flake8_gather.analysis.starting import started_calls
from flake8_gather.analysis.walking import child_statements, walk
from flake8_gather.opportunity import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from flake8_gather.analysis.source import Source

STARTERS = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe"})
THREADS = frozenset({"to_thread", "run_in_executor", "run_sync", "run_in_threadpool"})
MENTIONED = re.compile(r"gather|create_task|ensure_future")
LOOPS = (ast.For, ast.AsyncFor)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Names too common to say that two calls mean the same thing when the receivers differ.
COMMON = frozenset(
    "get run call execute send put close start stop load save process handle invoke wait join read write delete "
    "update".split()
)


class Precedents:
    """The calls of one file that are gathered or started as tasks, by the callee's last name."""

    def __init__(self, source: Source) -> None:
        """Read the file, unless its text mentions no gather at all."""
        self.calls: dict[str, list[ast.Call]] = {}
        self.alike: set[ast.Call] = set()
        self.bound: dict[ast.Call, frozenset[str]] = {}
        lines = [number for number, line in enumerate(source.lines, 1) if MENTIONED.search(line)]
        for statement in _outermost(source.tree.body, lines):
            bound = frozenset(node.id for node in walk(statement) if _is_bound(node))
            for call, alike in _started(statement):
                self.bound[call] = bound
                self.calls.setdefault(callee_name(call.func), []).append(call)
                self.alike |= {call} if alike else set()

    def find(self, call: ast.Call, function: ast.AsyncFunctionDef, varying: Collection[str] | None) -> Reason | None:
        """Return where the same callee runs concurrently, outside the function in question.

        Who gathers some calls and awaits others one by one, in the same function, means it. `varying` are the names
        that differ between the calls in question, if these are calls of the same: then only those count that run
        beside themselves, and differ in one of the same places.
        """
        name = callee_name(call.func)
        for other in self.calls.get(name, ()):
            if varying is not None and not (other in self.alike and self._differs_alike(call, varying, other)):
                continue
            inside = function.lineno <= other.lineno <= (function.end_lineno or function.lineno)
            if not inside and self._same(call, other):
                return Reason(f"`{name}` is gathered elsewhere in this file", other.lineno)
        return None

    def _differs_alike(self, call: ast.Call, varying: Collection[str], other: ast.Call) -> bool:
        """Tell whether a call may differ from its likes where another one does: in an argument, or the receiver."""
        keywords = {keyword.arg: keyword.value for keyword in other.keywords}
        places = [*zip(call.args, other.args, strict=False), (call.func, other.func)]
        places += [(one.value, keywords[one.arg]) for one in call.keywords if one.arg in keywords]
        here = [names_in(one) for one, there in places if names_in(there) & self.bound[other]]
        return not here or any(names & set(varying) for names in here)

    @staticmethod
    def _same(call: ast.Call, other: ast.Call) -> bool:
        if isinstance(call.func, ast.Attribute) != isinstance(other.func, ast.Attribute):
            return False
        name = callee_name(call.func)
        if name in THREADS:  # what matters is the function that runs there
            return _threaded(call) == _threaded(other) != ""
        if ast.dump(call.func) == ast.dump(other.func):
            return True
        return name not in COMMON and len(vocabulary.words(name)) > 1


def _is_bound(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _threaded(call: ast.Call) -> str:
    """Return the function that a call runs in a thread, as text."""
    index = 1 if callee_name(call.func) == "run_in_executor" else 0
    return ast.dump(call.args[index]) if index < len(call.args) else ""


def _outermost(body: Sequence[ast.stmt], lines: Sequence[int]) -> Iterator[ast.stmt]:
    """Yield the loops and simple statements that hold one of the lines, without what is inside them."""
    for statement in body if lines else ():
        inside = [line for line in lines if statement.lineno <= line <= (statement.end_lineno or statement.lineno)]
        inner = child_statements(statement)
        if inside and (not inner or isinstance(statement, ast.For | ast.AsyncFor)):
            yield statement
        elif inside:
            yield from _outermost(inner, inside)


def _started(tree: ast.stmt) -> Iterator[tuple[ast.Call, bool]]:
    """Yield the calls handed, unawaited, to something that starts them side by side, and whether with their like.

    A task counts where many are started, and not awaited at once: one alone runs beside its creator, not beside its
    like.
    """
    nodes = [node for node in walk(tree) if isinstance(node, ast.Call)]
    at_once = {node.value for node in walk(tree) if isinstance(node, ast.Await)}
    many = _calls_below(tree, (ast.List, *LOOPS, *COMPREHENSIONS)) - at_once
    tasks = {node for node in nodes if callee_name(node.func) in STARTERS and node in many}
    gathers = {node for node in nodes if "gather" in vocabulary.words(callee_name(node.func))}
    started = [(call, node) for node in nodes if node in tasks | gathers for call in started_calls(node)]
    names = Counter(callee_name(call.func) for call, _ in started)
    again = _calls_below(tree, (*LOOPS, *COMPREHENSIONS))
    for call, node in started:
        each = again if node in tasks else _calls_below(node, COMPREHENSIONS)
        yield call, call in each or names[callee_name(call.func)] > 1


def _calls_below(tree: ast.AST, kinds: tuple[type[ast.AST], ...]) -> set[ast.expr]:
    """Return the calls below nodes of some kinds."""
    return {
        child for node in walk(tree) if isinstance(node, kinds) for child in walk(node) if isinstance(child, ast.Call)
    }
