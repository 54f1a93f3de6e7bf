"""Parameters that switch waits on and off: a function as it is for a call that passes them as constants.

`load(url, download=False)` waits for nothing where all that `load` awaits stands below `if download:`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from flake8_gather.analysis.bindings import bound_by, defaults_of
from flake8_gather.analysis.definitions import TRANSPARENT, decorator_name
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.walking import child_statements, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flake8_gather.analysis.source import FunctionNode

Node = TypeVar("Node", bound=ast.AST)
Value = str | bool | None
Constants = tuple[tuple[str, Value], ...]
WAITS = ast.Await | ast.AsyncWith | ast.AsyncFor
LEAVES = ast.Return | ast.Raise | ast.Continue | ast.Break
STATEMENTS = ("body", "orelse", "finalbody")


def constants(
    call: ast.Call, function: FunctionNode, arguments: Mapping[str, ast.expr], *, defaults: bool = True
) -> Constants:
    """Return the switches of a function that a call sets to a constant, or leaves at a default that is one."""
    if callee_name(call.func) != function.name or not all(
        decorator_name(one) in TRANSPARENT for one in function.decorator_list
    ):
        return ()  # something stands in between, which may give other arguments
    whole = all(one.arg for one in call.keywords) and not any(isinstance(one, ast.Starred) for one in call.args)
    given = {**defaults_of(function), **arguments} if whole and defaults else arguments
    values: dict[str, Value] = {}
    for name, node in given.items():
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str | bool)):
            values[name] = node.value
    switches = {name for name in values if name in _tested(function)}
    on_and_off = {name for name, value in values.items() if isinstance(value, bool)} - switches
    switches |= {name for name in on_and_off if name in _handed_on(function)}
    return tuple((name, values[name]) for name in sorted(switches) if name not in _bound_anew(function))


def switched(function: FunctionNode, values: Constants) -> FunctionNode:
    """Return a function without the branches that are never taken with these values."""
    return type(function)(**{**vars(function), "body": _Copy(dict(values)).block(function.body)})


def off_by_default(function: FunctionNode) -> frozenset[str]:
    """Return the parameters that are False unless somebody asks for more."""
    given = defaults_of(function).items()
    return frozenset(name for name, value in given if isinstance(value, ast.Constant) and value.value is False)


@per_file()
def _tested(function: FunctionNode) -> frozenset[str]:
    """Return the names by which a branch is chosen that waits or leaves the function."""
    conditions = (statement.test for statement in _conditions(function) if _matters(statement))
    return frozenset(node.id for test in conditions for node in ast.walk(test) if isinstance(node, ast.Name))


@per_file()
def _handed_on(function: FunctionNode) -> frozenset[str]:
    """Return the names that are given to something awaited: they may be switches there."""
    calls = [node.value for node in _nodes(function) if isinstance(node, ast.Await)]
    given = (
        one
        for call in calls
        if isinstance(call, ast.Call)
        for one in (*call.args, *(keyword.value for keyword in call.keywords))
    )
    return frozenset(one.id for one in given if isinstance(one, ast.Name))


@per_file()
def _bound_anew(function: FunctionNode) -> frozenset[str]:
    """Return the names that are bound anywhere in a function's body."""
    return frozenset(name for node in _nodes(function) for name in bound_by(node))


def _nodes(function: FunctionNode) -> Iterator[ast.AST]:
    return (node for statement in function.body for node in walk(statement))


def _conditions(function: FunctionNode) -> Iterator[ast.If]:
    stack: list[ast.stmt] = [*function.body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.If):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stack += child_statements(node)


def _matters(statement: ast.If) -> bool:
    ends = [block[-1] for block in (statement.body, statement.orelse) if block]
    return any(isinstance(end, ast.Return) for end in ends) or any(isinstance(node, WAITS) for node in walk(statement))


class _Copy:
    """A copy of statements with names replaced by their values; nothing of it is shared with the original."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values

    def block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            chosen = self.decided(statement.test) if isinstance(statement, ast.If) else None
            if isinstance(statement, ast.If) and chosen is not None:
                taken = statement.body if chosen else statement.orelse
                found += self.block(taken) if taken else []
            else:
                found.append(self.copied(statement))
            if found and isinstance(found[-1], LEAVES):
                break
        return found or [ast.copy_location(ast.Pass(), body[0])]

    def copied(self, node: Node) -> Node:
        return type(node)(**{name: self._field(name, value) for name, value in vars(node).items()})

    def _field(self, name: str, value: object) -> object:
        if isinstance(value, list):
            if name in STATEMENTS and value and isinstance(value[0], ast.stmt):
                return self.block(value)
            return [self._part(one) for one in value]
        return self._part(value)

    def _part(self, value: object) -> object:
        if isinstance(value, ast.Name) and value.id in self.values:
            return ast.copy_location(ast.Constant(self.values[value.id]), value)
        if isinstance(value, ast.IfExp) and (chosen := self.decided(value.test)) is not None:
            return self._part(value.body if chosen else value.orelse)
        return self.copied(value) if isinstance(value, ast.AST) else value

    def decided(self, test: ast.expr) -> bool | None:
        """Return whether a condition holds with the values, None where that is open."""
        match test:
            case ast.Name(id=name) if name in self.values:
                return bool(self.values[name])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self.decided(operand)
                return None if inner is None else not inner
            case ast.Compare(left=ast.Name(id=name), ops=[operator], comparators=[ast.Constant(value=other)]) if (
                name in self.values
            ):
                return _compared(self.values[name], operator, other)
            case ast.BoolOp(op=operator, values=parts):
                decisive = isinstance(operator, ast.Or)
                for part in parts:  # what is not decided runs, with all that it does
                    known = self.decided(part)
                    if known is None or known is decisive:
                        return known
                return not decisive
        return None


def _compared(value: Value, operator: ast.cmpop, other: object) -> bool | None:
    match operator:
        case ast.Is() if other is None or isinstance(other, bool):
            return value is other
        case ast.IsNot() if other is None or isinstance(other, bool):
            return value is not other
        case ast.Eq():
            return value == other
        case ast.NotEq():
            return value != other
    return None
