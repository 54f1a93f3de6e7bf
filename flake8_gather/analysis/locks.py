"""Locks: what lets one in at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import base_path, callee_name, path_of
from flake8_gather.analysis.knowledge import Use
from flake8_gather.analysis.project import ClassSymbol, VariableSymbol, class_body
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.receivers import Receivers
    from flake8_gather.analysis.types import Scope


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
        """Tell whether a semaphore is created with the bound 1 (or a constant that is 1)."""
        if isinstance(node, ast.Name):
            symbol = self.receivers.project.member(scope.source, node.id)
            value = symbol.node.value if isinstance(symbol, VariableSymbol) else None
            bound = value.args[0] if isinstance(value, ast.Call) and value.args else None
            return isinstance(bound, ast.Constant) and bound.value == 1
        if not isinstance(node, ast.Attribute):
            return False
        owner = self.receivers.infer(node.value, scope)
        if owner is None or not isinstance(owner.symbol, ClassSymbol):
            return False
        for method in class_body(owner.symbol).values():
            for child in walk(method):
                match child:
                    case ast.Assign(targets=[ast.Attribute(attr=attr)], value=ast.Call(args=[bound])) if (
                        attr == node.attr
                    ):
                        return self._constant(bound, owner.symbol) == 1
        return False

    def _constant(self, node: ast.expr, owner: ClassSymbol) -> object:
        if isinstance(node, ast.Constant):
            return node.value
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        found = class_body(owner).get(name)
        if found is None:
            symbol = self.receivers.project.named(node, owner.source)
            found = symbol.node if isinstance(symbol, VariableSymbol) else None
        value = getattr(found, "value", None)
        return value.value if isinstance(value, ast.Constant) else None
