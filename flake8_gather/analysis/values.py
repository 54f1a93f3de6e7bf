"""What is known about plain values: where a name is created, and what may be walked twice."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.walking import children, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.context import FunctionContext

REITERABLE_CALLS = frozenset({"range", "list", "tuple", "sorted", "set", "frozenset", "dict"})
REITERABLE_TYPES = frozenset(
    "list List tuple Tuple set Set frozenset FrozenSet dict Dict Sequence Mapping MutableSequence Collection str bytes "
    "range".split()
)
VIEWS = frozenset({"items", "keys", "values", "split", "splitlines", "copy"})


def creations(function: ast.AsyncFunctionDef, name: str, loop: ast.stmt) -> Iterator[ast.expr | None]:
    """Yield the values a name is assigned in a function outside a loop; None for what is no assignment."""
    arguments = function.args
    if name in {argument.arg for argument in walk(arguments) if isinstance(argument, ast.arg)}:
        yield None
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        if node is loop:
            continue
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=other)], value=value)
                | ast.AnnAssign(target=ast.Name(id=other), value=value)
            ):
                if other == name:
                    yield value
                continue
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(targets) == len(
                values
            ):
                yield from (value for target, value in zip(targets, values, strict=True) if _is_name(target, name))
                continue
            case ast.Name(id=other, ctx=ast.Store()) if other == name:
                yield None
        stack.extend(children(node))


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_reiterable(iterable: ast.expr, context: FunctionContext) -> bool:
    """Tell whether walking an iterable twice gives the same items both times, at no cost."""
    match iterable:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Constant():
            return not any(isinstance(node, ast.Call | ast.Await) for node in walk(iterable))
        case ast.Call(func=ast.Name(id="range"), args=args):
            return all(isinstance(argument, ast.Name | ast.Constant) for argument in args)
        case ast.Call(func=ast.Name(id="enumerate" | "zip" | "reversed"), args=args, keywords=[]):
            return all(is_reiterable(argument, context) for argument in args)
        case ast.Call(func=ast.Attribute(value=value, attr="items" | "keys" | "values"), args=[]):
            return is_reiterable(value, context) or isinstance(value, ast.Name | ast.Attribute)
        case ast.Name(id=name):
            return _name_is_reiterable(name, context)
        case ast.Attribute():
            found = context.file.receivers.infer(iterable, context.scope)
            return found is not None and found.name in REITERABLE_TYPES
    return False


def _name_is_reiterable(name: str, context: FunctionContext) -> bool:
    nodes = context.file.receivers.bindings(context.function.node).get(name, [])
    if not nodes:
        return False
    for node in nodes:
        match node:
            case ast.arg(annotation=ast.expr() as annotation) | ast.AnnAssign(annotation=annotation):
                found = context.file.receivers.annotations.read(annotation, context.file.source)
                if found is None or found.name not in REITERABLE_TYPES:
                    return False
            case ast.Assign(targets=[ast.Name()], value=value):
                if not _builds_collection(value):
                    return False
            case _:
                return False
    return True


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
