"""Locks: what lets one in at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import base_path, callee_name, names_in, path_of
from flake8_gather.analysis.knowledge import Use
from flake8_gather.analysis.project import ClassSymbol, VariableSymbol, class_body
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.receivers import Receivers
    from flake8_gather.analysis.types import Scope

TABLES = frozenset({"locks", "mutexes"})
BOUNDS = frozenset({"max_workers", "value"})


class Locks:
    """Recognises locks by class and by name; one per analysed file."""

    def __init__(self, receivers: Receivers) -> None:
        """Take the type inference."""
        self.receivers = receivers

    def taken_by(self, node: ast.expr, scope: Scope) -> Use | None:
        """Return the lock that an `async with` takes, if its context manager is one."""
        if isinstance(node, ast.IfExp):
            return self.taken_by(node.body, scope) or self.taken_by(node.orelse, scope)
        if isinstance(node, ast.Name) and scope.function is not None:
            match self.receivers.bindings(scope.function).get(node.id):
                case [ast.Assign(value=ast.IfExp() as either)]:
                    return self.taken_by(either, scope)
        path = path_of(node) or (base_path(node.func) if isinstance(node, ast.Call) else None)
        if path is None:
            return None
        entry = self._entry(node, scope)
        if entry is not None:
            table, key = entry
            text = f"`{'.'.join(table)}` may hold one lock for several, by `{ast.unparse(key)}`"
            item = f"[{','.join(sorted(names_in(key)))}]"
            return Use(Barrier.LOCKED, (*table, item), Reason(text, node.lineno))
        found = self.receivers.infer(node, scope)
        name = found.name if found is not None else ""
        text = ast.unparse(node)
        if name in ("Semaphore", "BoundedSemaphore"):
            if self.is_single(node, scope):
                return Use(Barrier.LOCKED, path, Reason(f"`{text}` lets one in at a time", node.lineno))
            return None
        last = callee_name(node.func) if isinstance(node, ast.Call) else path[-1]
        if name in ("Lock", "Condition") or (found is None and vocabulary.is_named("locks", last)):
            return Use(Barrier.LOCKED, path, Reason(f"`{text}` lets one in at a time", node.lineno))
        return None

    def _entry(self, node: ast.expr, scope: Scope) -> tuple[Path, ast.expr] | None:
        """Return the table that a lock is looked up in, and its key there: `lock = self._locks.get(bucket)`."""
        bound = self._bound(node.id, scope) if isinstance(node, ast.Name) else ()
        for value in (node, *(one.value for one in bound if isinstance(one, ast.Assign))):
            match value:
                case (
                    ast.Subscript(value=table, slice=key)
                    | ast.Call(func=ast.Attribute(value=table, attr="get" | "setdefault"), args=[key, *_])
                ):
                    path = path_of(table)
                    if path is not None and len(path) > 1 and TABLES & set(vocabulary.words(path[-1])):
                        return path, key
        return None

    def bounds(self, node: ast.expr, scope: Scope) -> bool:
        """Tell whether an `async with` enters a semaphore of more than one: company is expected."""
        if isinstance(node, ast.IfExp):
            return self.bounds(node.body, scope) or self.bounds(node.orelse, scope)
        path = path_of(node)
        found = self.receivers.infer(node, scope)
        if path is None or self.is_single(node, scope):
            return False
        if found is not None:
            return found.name in ("Semaphore", "BoundedSemaphore", "AsyncLimiter", "CapacityLimiter")
        return vocabulary.is_named("semaphores", path[-1])

    def is_single(self, node: ast.expr | None, scope: Scope) -> bool:
        """Tell whether an object is created with the bound 1 (or a constant that is 1): a semaphore, an executor."""
        created = self._created(node, scope)
        if not isinstance(created, ast.Call):
            return False
        bounds = [*created.args[:1], *(one.value for one in created.keywords if one.arg in BOUNDS)]
        return any(self._constant(bound, node, scope) == 1 for bound in bounds)

    def single_thread(self, executor: ast.expr, scope: Scope) -> Use | None:
        """Return the use of an executor that has one worker: what it runs, it runs one after another."""
        path = path_of(executor)
        found = self.receivers.infer(executor, scope)
        if path is None or found is None or not found.name.endswith("PoolExecutor"):
            return None
        if not self.is_single(executor, scope):
            return None
        return Use(Barrier.EXCLUSIVE, path, Reason(f"`{ast.unparse(executor)}` has one worker", executor.lineno))

    def _created(self, node: ast.expr | None, scope: Scope) -> ast.expr | None:
        """Return the expression that creates what a name or an attribute stands for."""
        if isinstance(node, ast.Name):
            match self._bound(node.id, scope):
                case [ast.Assign(value=value)] | [ast.withitem(context_expr=value)]:
                    return value
                case []:
                    symbol = self.receivers.project.member(scope.source, node.id)
                    return symbol.node.value if isinstance(symbol, VariableSymbol) else None
        owner = self._owner(node, scope)
        if owner is None or not isinstance(node, ast.Attribute):
            return None
        for definition in class_body(owner).values():
            for child in walk(definition):
                match child:
                    case (
                        ast.Assign(targets=[ast.Attribute(attr=name) | ast.Name(id=name)], value=ast.Call() as value)
                        | ast.AnnAssign(target=ast.Attribute(attr=name) | ast.Name(id=name), value=ast.Call() as value)
                    ) if name == node.attr:
                        return value
        return None

    def _bound(self, name: str, scope: Scope) -> Sequence[ast.AST]:
        """Return what binds a name in the innermost of the functions around that does; none do for a global one."""
        local: Scope | None = scope
        while local is not None and local.function is not None:
            found = self.receivers.bindings(local.function).get(name)
            if found:
                return found
            local = local.enclosing()
        return ()

    def _owner(self, node: ast.expr | None, scope: Scope) -> ClassSymbol | None:
        found = self.receivers.infer(node.value, scope) if isinstance(node, ast.Attribute) else None
        return found.symbol if found is not None and isinstance(found.symbol, ClassSymbol) else None

    def _constant(self, node: ast.expr, created: ast.expr | None, scope: Scope) -> object:
        """Return the value of an argument of what creates the object under a name or an attribute."""
        if isinstance(node, ast.Constant):
            return node.value
        owner = self._owner(created, scope)
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        found = class_body(owner).get(name) if owner is not None else None
        if found is None:
            symbol = self.receivers.project.named(node, owner.source if owner is not None else scope.source)
            found = symbol.node if isinstance(symbol, VariableSymbol) else None
        value = getattr(found, "value", None)
        return value.value if isinstance(value, ast.Constant) else None
