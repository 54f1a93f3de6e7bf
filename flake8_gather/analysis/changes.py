"""Changes of lasting objects in one body that two runs at once would mix up."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import (
    COMMUTATIVE,
    MUTATORS,
    attribute_set,
    effects_of,
    item_names,
    path_of,
    stored_by,
    touch,
)
from flake8_gather.analysis.knowledge import Use
from flake8_gather.analysis.output import is_logger
from flake8_gather.analysis.walking import child_statements, children, walk
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.body import BodySummary
    from flake8_gather.analysis.effects import Path

CLOCKS = frozenset(
    {"time.time", "time.monotonic", "time.perf_counter", "datetime.datetime.now", "datetime.datetime.utcnow"}
)

# Mutators after which it shows who came first, wherever in an expression they stand.
ORDERED_CHANGES = frozenset("append appendleft clear extend extendleft insert pop popitem popleft remove".split())
# What lies deeper in an object than this is seldom its own: a configuration, a client.
OWN = 3


def _assignment(statement: ast.stmt) -> ast.stmt:
    """Return `setattr(x, "name", value)` as the assignment it is, other statements as they are."""
    match statement:
        case ast.Expr(value=ast.Call(args=[_, _, value]) as call) if (stored := stored_by(call)) is not None:
            return ast.copy_location(ast.Assign([stored], value), statement)
    return statement


class Changes:
    """Finds what one body changes, in its own names."""

    def __init__(self, body: BodySummary) -> None:
        """Take the body, its statements and its names."""
        self.body = body
        self.symbol = body.symbol
        self.statements = [_assignment(statement) for statement in body.statements]

    def uses(self) -> Iterator[Use]:
        """Yield the changes of lasting objects that two runs at once would mix up."""
        for statement in self.statements:
            for path, reason in self._changed(statement):
                moved = self.body.outlives(path)
                if moved is not None:
                    plain = isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Attribute)
                    faint = (plain or moved[0] in self.body.parameters) and not self._restores(path)
                    yield Use(Barrier.SHARED_STATE, moved, Reason(reason, statement.lineno), faint)

    def put_back(self) -> Reason | None:
        """Say that the body sets something deep in an object, waits and puts it back: others that read it see it."""
        for statement in self.statements:
            for target in statement.targets if isinstance(statement, ast.Assign) else ():
                path = path_of(target)
                if path is not None and len(path) > OWN and self._restores(path):
                    text = f"`{self.symbol.node.name}` sets `{ast.unparse(target)}`, waits and puts it back"
                    return Reason(text, statement.lineno)
        return None

    def _changed(self, statement: ast.stmt) -> Iterator[tuple[Path, str]]:
        match statement:
            case ast.Assign(targets=targets, value=value):
                yield from self._changed_on_the_way(statement)
                for target in targets:
                    path = path_of(target)
                    if path is not None and self._matters(path, statement, value):
                        yield self._entry(path, statement), f"`{self.symbol.node.name}` sets `{ast.unparse(target)}`"
            case ast.Expr(value=value) if (path := attribute_set(value)) is not None:
                yield path, f"`{self.symbol.node.name}` sets an attribute of `{'.'.join(path[:-1])}`"
            case ast.AugAssign(target=target, value=value):
                path = path_of(target)
                if path is not None and (len(path) > 1 or self._is_global(path)) and self._spans_wait(path, statement):
                    yield path, f"`{self.symbol.node.name}` changes `{ast.unparse(target)}` and reads it"
            case ast.Delete(targets=targets):
                for target in targets:
                    path = path_of(target)
                    if path is not None and len(path) > 1 and not item_names(path):
                        yield path, f"`{self.symbol.node.name}` deletes `{ast.unparse(target)}`"
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=receiver, attr=method))) if method in MUTATORS:
                path = path_of(receiver)
                if (
                    path is not None
                    and self._is_lasting_container(path)
                    and (method not in COMMUTATIVE or self._reads_elsewhere(path, statement))
                ):
                    yield path, f"`{self.symbol.node.name}` changes `{ast.unparse(receiver)}`"
            case _:
                yield from self._changed_on_the_way(statement)

    def _changed_on_the_way(self, statement: ast.stmt) -> Iterator[tuple[Path, str]]:
        """Yield what the expressions of a statement change besides: `return log.append(x)`, `if items.pop():`."""
        stack = [child for child in children(statement) if isinstance(child, ast.expr)]
        while stack:
            node = stack.pop()
            match node:
                case ast.Lambda():
                    continue
                case ast.Await(value=ast.Call(args=given, keywords=named)):
                    stack += [*given, *(one.value for one in named)]
                    continue
                case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in ORDERED_CHANGES:
                    path = path_of(receiver)
                    if path is not None and self._is_lasting_container(path):
                        yield path, f"`{self.symbol.node.name}` changes `{ast.unparse(receiver)}`"
            stack += [child for child in children(node) if isinstance(child, ast.expr)]

    def _restores(self, path: Path) -> bool:
        """Set, wait, set again: two at once would restore each other's value."""
        lines = [
            statement.lineno
            for statement in self.statements
            if isinstance(statement, ast.Assign) and path in {path_of(target) for target in statement.targets}
        ]
        waits = (node.lineno for node in self.body.own if isinstance(node, ast.Await))
        return len(lines) > 1 and any(min(lines) < line <= max(lines) for line in waits)

    def _is_lasting_container(self, path: Path) -> bool:
        moved = self.body.outlives(path)
        if moved is None:
            return False
        return len(moved) > 1 or moved[0] in self.body.parameters or moved[0] not in self.body.bindings

    def _is_global(self, path: Path) -> bool:
        return path[0] in self.body.shared

    def _matters(self, path: Path, statement: ast.stmt, value: ast.expr) -> bool:
        if len(path) == 1 and not self._is_global(path):
            return False
        dotted = self.symbol.source.imports.dotted(value.func) if isinstance(value, ast.Call) else None
        if dotted in CLOCKS or is_logger(path[-1]):
            return False
        if path[-1].startswith("["):
            return not item_names(path) or self._reads_elsewhere(path[:-1], statement)
        return not self._sync_initialisation(path, statement)

    def _entry(self, path: Path, statement: ast.stmt) -> Path:
        """Return what an item is set in: its container, or the entry alone where only that is read."""
        if not path[-1].startswith("["):
            return path
        container = path[:-1]
        reads = (read for other in self.statements if other is not statement for read in effects_of(other).reads)
        alone = all(read[: len(path)] == path for read in reads if read[: len(container)] == container)
        return path if alone and item_names(path) else container

    def _sync_initialisation(self, path: Path, statement: ast.stmt) -> bool:
        """`if self.x is None: self.x = make()` without a wait in between happens once, whoever comes first.

        So does `self.x = self.x or make()`.
        """
        match statement:
            case ast.Assign(value=ast.BoolOp(op=ast.Or(), values=[first, *rest])) if path_of(first) == path:
                return not any(isinstance(node, ast.Await) for value in rest for node in walk(value))
        for guard in self.statements:
            if isinstance(guard, ast.If) and any(statement is node for child in guard.body for node in walk(child)):
                reads = effects_of(guard.test).reads
                tested = any(touch(path, read) and (len(read) > 1 or self._is_global(path)) for read in reads)
                waits = any(isinstance(node, ast.Await) for child in guard.body for node in walk(child))
                return tested and (not waits or self._in_lock(guard))
        return False

    def _in_lock(self, inner: ast.stmt) -> bool:
        """Tell whether a statement runs while a lock is held."""
        return any(
            isinstance(outer, ast.AsyncWith)
            and self.body.takes_locks(outer)
            and any(inner is node for child in outer.body for node in walk(child))
            for outer in self.statements
        )

    def lazily_made(self) -> frozenset[Path]:
        """Return the attributes that are only ever set where they are missing, by whoever comes first."""
        made: dict[Path, bool] = {}
        for statement in self.statements:
            for target in statement.targets if isinstance(statement, ast.Assign) else ():
                path = path_of(target)
                if path is not None:
                    made[path] = made.get(path, True) and self._sync_initialisation(path, statement)
        return frozenset(path for path, always in made.items() if always)

    def _reads_elsewhere(self, path: Path, statement: ast.stmt) -> bool:
        """Tell whether another statement of the function reads what this one changes."""
        for other in self.statements:
            if other is statement:
                continue
            inner = child_statements(other)
            tested = [getattr(other, name) for name in ("test", "iter", "subject") if hasattr(other, name)]
            effects = effects_of(*tested) if inner else effects_of(other)
            if any(
                touch(path, read) and (len(read) > 1 or read[0] not in self.body.parameters) for read in effects.reads
            ):
                return True
        return False

    def _spans_wait(self, path: Path, statement: ast.AugAssign) -> bool:
        awaits = any(isinstance(node, ast.Await) for node in walk(statement.value))
        return awaits or self._reads_elsewhere(path, statement)
