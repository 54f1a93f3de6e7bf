"""What binds the names of a function, and the attributes of an instance."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import target_names
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.walking import child_statements, children

if TYPE_CHECKING:
    from collections.abc import Iterator


@per_file()
def bindings(function: FunctionNode) -> dict[str, list[ast.AST]]:
    """Return the nodes that bind each local name of a function, in source order.

    Variadic parameters come with an `ast.Pass`: they have no class of their own.
    """
    found: dict[str, list[ast.AST]] = {}
    for name, node in _bindings(function):
        found.setdefault(name, []).append(node)
    return found


def _bindings(function: FunctionNode) -> Iterator[tuple[str, ast.AST]]:
    arguments = function.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg, argument
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            yield extra.arg, ast.Pass()
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
                continue
            case ast.Lambda():
                continue
            case ast.Assign(targets=targets):
                yield from ((name, node) for target in targets for name in target_names(target))
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
                yield name, node
            case ast.NamedExpr(target=ast.Name(id=name)):
                yield name, node
            case ast.For(target=target) | ast.AsyncFor(target=target) | ast.comprehension(target=target):
                yield from ((name, node) for name in target_names(target))
            case ast.withitem(optional_vars=ast.expr() as target):
                yield from ((name, node) for name in target_names(target))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from ((alias.asname or alias.name.partition(".")[0], alias) for alias in names)
            case ast.ExceptHandler(name=str(name)):
                yield name, node
        stack.extend(reversed(children(node)))


@per_file()
def self_attributes(method: FunctionNode) -> dict[str, list[ast.Assign | ast.AnnAssign]]:
    """Return the statements of a method that assign attributes of its first parameter."""
    positional = (*method.args.posonlyargs, *method.args.args)
    if not positional:
        return {}
    found: dict[str, list[ast.Assign | ast.AnnAssign]] = {}
    stack: list[ast.stmt] = list(method.body)
    while stack:
        node = stack.pop(0)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                match target:
                    case ast.Attribute(value=ast.Name(id=name), attr=attr) if name == positional[0].arg:
                        found.setdefault(attr, []).append(node)
        stack.extend(child_statements(node))
    return found


def own_returns(function: FunctionNode) -> Iterator[ast.Return]:
    """Yield a function's own `return` statements."""
    stack: list[ast.stmt] = list(function.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Return):
            yield node
        elif not isinstance(node, FunctionNode | ast.ClassDef):
            stack.extend(child_statements(node))


def parameters(function: FunctionNode) -> list[str]:
    """Return the names of a function's parameters, positional ones first."""
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return names + [extra.arg for extra in (arguments.vararg, arguments.kwarg) if extra is not None]


def defaults_of(function: FunctionNode) -> dict[str, ast.expr]:
    """Return the defaults of a function's parameters."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(reversed(positional), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {parameter.arg: value for parameter, value in pairs if value is not None}


def bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds itself, without what is inside it."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name.partition(".")[0]
        case (
            ast.ExceptHandler(name=str(name))
            | ast.MatchAs(name=str(name))
            | ast.MatchStar(name=str(name))
            | ast.FunctionDef(name=name)
            | ast.AsyncFunctionDef(name=name)
            | ast.ClassDef(name=name)
        ):
            yield name
