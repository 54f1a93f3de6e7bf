"""Which names certainly hold something else than None."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import target_names
from flake8_gather.analysis.project import ClassSymbol, External, FunctionSymbol
from flake8_gather.analysis.walking import own_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.definitions import Module

BUILDERS = frozenset(
    "abs bool bytes dict enumerate float frozenset int len list range repr reversed round set sorted str sum "
    "tuple zip".split()
)
CONTAINERS = frozenset("dict Dict frozenset FrozenSet list List Mapping Sequence set Set tuple Tuple".split())
MAKERS = frozenset(
    "datetime.datetime.now json.dumps os.path.abspath os.path.basename os.path.dirname os.path.join pathlib.Path "
    "time.time uuid.uuid4".split()
)
PLAIN = frozenset("bool bytes dict float frozenset int list set str tuple".split())
DISPLAYS = (
    ast.List
    | ast.Tuple
    | ast.Set
    | ast.Dict
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.JoinedStr
    | ast.Compare
    | ast.BinOp
)


def never_none(context: FunctionContext, statements: Sequence[ast.stmt], name: str) -> bool:
    """Tell whether everything that statements bind a name to is known to be no None."""
    found = False
    for node in own_nodes(*statements):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=other)], value=value)
                | ast.AnnAssign(target=ast.Name(id=other), value=ast.expr() as value)
            ) if other == name:
                if not is_something(context, value):
                    return False
                found = True
            case ast.Assign(targets=targets) if any(name in target_names(target) for target in targets):
                return False
            case ast.For(target=target) | ast.AsyncFor(target=target) if name in target_names(target):
                return False
            case ast.withitem(optional_vars=ast.expr() as target) if name in target_names(target):
                return False
            case ast.NamedExpr(target=ast.Name(id=other)) if other == name:
                return False
            case ast.ExceptHandler(name=other) if other == name:
                found = True
    return found


def is_something(context: FunctionContext, value: ast.expr) -> bool:
    """Tell whether an expression is known to give no None."""
    match value:
        case ast.Constant(value=constant):
            return constant is not None
        case ast.Await(value=ast.Call() as call):
            return _gives_something(context, call)
        case ast.Call(func=ast.Name(id=name)) if name in BUILDERS:
            return True
        case ast.Call(func=ast.Name() | ast.Attribute() as made):
            found = context.file.project.named(made, context.file.source)
            return isinstance(found, ClassSymbol) or (isinstance(found, External) and found.dotted in MAKERS)
    return isinstance(value, DISPLAYS)


def _gives_something(context: FunctionContext, call: ast.Call) -> bool:
    """Tell whether an awaited call is declared to give something, or the catalogue knows what it gives."""
    target = context.file.callees.target(call.func, context.scope)
    if isinstance(target, FunctionSymbol):
        declared = isinstance(target.node, ast.AsyncFunctionDef) and target.node.returns
        return bool(declared) and _is_plain(context, target.node.returns, target.source)
    found = context.file.receivers.infer(call, context.scope)
    return found is not None and isinstance(found.symbol, External)


def holds_something(context: FunctionContext, annotation: ast.expr | None) -> bool:
    """Tell whether an annotation is one of a collection whose entries are declared to be something."""
    match annotation:
        case ast.Subscript(value=ast.Name(id=name), slice=entry) if name in CONTAINERS and not isinstance(
            entry, ast.Tuple
        ):
            return _is_plain(context, entry, context.file.source)
    return False


def is_tested(test: ast.expr, name: str) -> bool:
    """Tell whether a condition that holds says that a name stands for something."""
    match test:
        case ast.Name(id=other) | ast.NamedExpr(target=ast.Name(id=other)):
            return other == name
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return is_tested(left, name)
        case ast.BoolOp(op=ast.And(), values=values):
            return any(is_tested(value, name) for value in values)
    return False


def _is_plain(context: FunctionContext, annotation: ast.expr | None, source: Module) -> bool:
    """Tell whether an annotation names one class: no union, no Optional, no type variable."""
    match annotation:
        case ast.Constant(value=str(text)):
            try:
                return _is_plain(context, ast.parse(text.strip(), mode="eval").body, source)
            except (SyntaxError, ValueError, RecursionError):
                return False
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in CONTAINERS
        case ast.Name(id=name) if name in PLAIN:
            return True
        case ast.Name() | ast.Attribute():
            return isinstance(context.file.project.named(annotation, source), ClassSymbol)
    return False
