"""What is known about plain values: where a name is created, and what may be walked twice."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.walking import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.source import FunctionNode

REITERABLE_CALLS = frozenset({"range", "list", "tuple", "sorted", "set", "frozenset", "dict"})
REITERABLE_TYPES = frozenset(
    "list List tuple Tuple set Set frozenset FrozenSet dict Dict Sequence Mapping MutableSequence Collection str bytes "
    "range".split()
)
OF_COLLECTIONS = frozenset({"add", "append", "extend", "index", "insert", "items", "keys", "remove", "sort", "values"})
VIEWS = frozenset({"items", "keys", "values", "split", "splitlines", "copy"})


def creations(function: ast.AsyncFunctionDef, name: str, loop: ast.stmt) -> list[ast.expr | None]:
    """Return the values a name is assigned in a function outside a loop; None for what is no assignment."""
    return _creations(function, loop).get(name, [])


@per_file()
def _creations(function: ast.AsyncFunctionDef, loop: ast.stmt) -> dict[str, list[ast.expr | None]]:
    found: dict[str, list[ast.expr | None]] = {}
    for name, value in _outside(function, loop):
        found.setdefault(name, []).append(value)
    return found


def _outside(function: ast.AsyncFunctionDef, loop: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    for argument in walk(function.args):
        if isinstance(argument, ast.arg):
            yield argument.arg, None
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if node is loop:
            continue
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
            ):
                yield name, value
                continue
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(
                values
            ):
                pairs = zip(targets, values, strict=True)
                yield from ((target.id, value) for target, value in pairs if isinstance(target, ast.Name))
                continue
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, None
        stack.extend(children(node))


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_reiterable(iterable: ast.expr, context: FunctionContext) -> bool:
    """Tell whether walking an iterable twice gives the same items both times, at no cost.

    What others hold, too, may change while everybody waits: attributes do not, unless they are constants.
    """
    match iterable:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Constant():
            return not any(isinstance(node, ast.Call | ast.Await) for node in walk(iterable))
        case ast.Call(func=ast.Name(id="range"), args=args):
            return all(isinstance(argument, ast.Name | ast.Constant) for argument in args)
        case ast.Call(func=ast.Name(id="enumerate" | "zip" | "reversed"), args=args, keywords=[]):
            return all(is_reiterable(argument, context) for argument in args)
        case ast.Call(func=ast.Attribute(value=value, attr="items" | "keys" | "values"), args=[]):
            return is_reiterable(value, context) or isinstance(value, ast.Name)
        case ast.Name(id=name):
            return _name_is_reiterable(name, context)
        case ast.Attribute(attr=name) if name.isupper():
            found = context.file.receivers.infer(iterable, context.scope)
            return found is not None and found.name in REITERABLE_TYPES
    return False


def _name_is_reiterable(name: str, context: FunctionContext) -> bool:
    nodes = context.file.receivers.bindings(context.function.node).get(name, [])
    if not nodes:
        return name.isupper() and _is_constant(name, context.file.source.tree)
    return all(_binds_collection(node, context) for node in nodes) or (
        len(nodes) == 1 and name in _collections(context.function.node)
    )


def _is_constant(name: str, module: ast.Module) -> bool:
    """Tell whether a module binds a name once, to a collection."""
    values = [value for node in module.body for target, value in _assigned(node) if _is_name(target, name)]
    return len(values) == 1 and values[0] is not None and _builds_collection(values[0])


def _assigned(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=value):
            yield target, value


def _binds_collection(node: ast.AST, context: FunctionContext) -> bool:
    match node:
        case ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
            found = context.file.receivers.annotations.read(annotation, context.file.source)
            return found is not None and found.name in REITERABLE_TYPES
        case ast.Assign(targets=[ast.Name()], value=value):
            found = context.file.receivers.infer(value, context.scope)
            return _builds_collection(value) or (found is not None and found.name in REITERABLE_TYPES)
    return False


@per_file()
def _collections(function: FunctionNode) -> frozenset[str]:
    """Return the names with which a function does what no iterator can do: asks the length, subscripts, sorts."""
    found: set[str] = set()
    for node in walk(function):
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]) | ast.Subscript(value=ast.Name(id=name)):
                found.add(name)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in OF_COLLECTIONS:
                found.add(name)
    return frozenset(found)


def _builds_collection(value: ast.expr) -> bool:
    match value:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in REITERABLE_CALLS
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in VIEWS
        case ast.Subscript(slice=ast.Slice()):
            return True
        case ast.Await(value=ast.Call(func=ast.Attribute(attr="gather"))):
            return True
    return False
