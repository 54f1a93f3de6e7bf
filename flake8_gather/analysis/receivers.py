"""The light type inference: which class an expression's value most likely has.

Sources of a type: annotations, constructors, factories the catalogue knows, return annotations,
`async with … as`, attributes set in `__init__` or annotated in the class, loop variables over
annotated containers. No types are guessed from names here.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.annotations import Annotations
from flake8_gather.analysis.bindings import bindings, own_returns, self_attributes
from flake8_gather.analysis.definitions import decorator_name
from flake8_gather.analysis.project import (
    ClassSymbol,
    External,
    FunctionSymbol,
    ModuleSymbol,
    Project,
    Symbol,
    VariableSymbol,
    class_body,
)
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.types import ELEMENT_LAST, Scope, Type, element, scope_of

if TYPE_CHECKING:
    from flake8_gather.analysis.definitions import Module
    from flake8_gather.catalogue import Catalogue

MAX_DEPTH = 24
MAX_RETURNS = 3
PRODUCERS = frozenset({"AsyncIterator", "AsyncGenerator", "Iterator", "Generator", "AsyncIterable", "Iterable"})
CONTEXT_TYPES = frozenset({"AsyncContextManager", "AbstractAsyncContextManager", "ContextManager"})
AWAITABLE_TYPES = frozenset({"Awaitable", "Coroutine", "Task", "Future"})


class Receivers:
    """Infers the classes of expressions; one per analysed file."""

    def __init__(self, project: Project, catalogue: Catalogue) -> None:
        """Take where classes are looked up, and what is known of libraries."""
        self.project = project
        self.catalogue = catalogue
        self.annotations = Annotations(project, catalogue)
        self._types: dict[ast.expr, Type | None] = {}
        self._names: dict[tuple[FunctionNode, str], Type | None] = {}
        self._attributes: dict[tuple[ast.ClassDef, str], Type | None] = {}

    # -- symbols ---------------------------------------------------------------------------------

    def symbol(self, node: ast.expr, scope: Scope) -> Symbol | None:
        """Return what a name or dotted expression stands for: local function, import, definition."""
        if isinstance(node, ast.Name):
            local: Scope | None = scope
            while local is not None and local.function is not None:
                bindings = self.bindings(local.function).get(node.id)
                if bindings:
                    last = bindings[-1]
                    if isinstance(last, FunctionNode):
                        return FunctionSymbol(local.source, last, local.owner, (*local.outer, local.function))
                    if isinstance(last, ast.alias):
                        return self._imported(node.id, local.source)
                    return None
                local = local.enclosing()
            if node.id == "cls" and scope.owner is not None:
                return scope.owner
            return self.project.member(scope.source, node.id) or self._imported(node.id, scope.source)
        if isinstance(node, ast.Attribute):
            base = self.symbol(node.value, scope)
            match base:
                case ModuleSymbol(source):
                    return self.project.member(source, node.attr)
                case External(dotted):
                    return External(f"{dotted}.{node.attr}")
                case ClassSymbol():
                    found = self.project.method(base, node.attr)
                    return found if isinstance(found, FunctionSymbol) else None
        return None

    def _imported(self, name: str, source: Module) -> Symbol | None:
        dotted = source.imports.names.get(name)
        return self.project.resolve(dotted, source) if dotted else None

    # -- bindings --------------------------------------------------------------------------------

    def bindings(self, function: FunctionNode) -> dict[str, list[ast.AST]]:
        """Return the nodes that bind each local name of a function, in source order."""
        return bindings(function)

    def class_of(self, name: str, scope: Scope) -> ClassSymbol | None:
        """Return the class in sight that a name stands for, or that its object has."""
        found = self._name(name, scope, 0)
        symbol = found.symbol if found is not None else self.symbol(ast.Name(name, ast.Load()), scope)
        return symbol if isinstance(symbol, ClassSymbol) else None

    # -- types -----------------------------------------------------------------------------------

    def infer(self, node: ast.expr, scope: Scope, depth: int = 0) -> Type | None:
        """Return the class an expression's value most likely has, None where unknown."""
        if depth > MAX_DEPTH:
            return None
        if node not in self._types:
            self._types[node] = None  # a name that is defined by itself has no class that way
            self._types[node] = self._infer(node, scope, depth + 1)
        return self._types[node]

    def _infer(self, node: ast.expr, scope: Scope, depth: int) -> Type | None:
        match node:
            case ast.Await(value=value):
                return self._awaited(self.infer(value, scope, depth))
            case ast.Name(id=name):
                return self._name(name, scope, depth)
            case ast.Attribute(value=value, attr=attr):
                return self._attribute(value, attr, scope, depth)
            case ast.Call():
                return self._call(node, scope, depth)
            case ast.Subscript(value=value):
                return element(self.infer(value, scope, depth))
            case ast.BoolOp(values=values):
                return next((found for value in values if (found := self.infer(value, scope, depth))), None)
            case ast.IfExp(body=body, orelse=orelse):
                return self.infer(body, scope, depth) or self.infer(orelse, scope, depth)
            case ast.NamedExpr(value=value):
                return self.infer(value, scope, depth)
            case ast.ListComp(elt=item) | ast.List(elts=[item, *_]) | ast.SetComp(elt=item):
                return Type(External("builtins.list"), (self.infer(item, scope, depth),))
        return None

    @staticmethod
    def _awaited(found: Type | None) -> Type | None:
        if found is not None and found.name in AWAITABLE_TYPES:
            return found.args[-1] if found.args else None
        return found

    def _name(self, name: str, scope: Scope, depth: int) -> Type | None:
        local: Scope | None = scope
        while local is not None and local.function is not None:
            nodes = self.bindings(local.function).get(name)
            if nodes:
                key = (local.function, name)
                if key not in self._names:
                    self._names[key] = None
                    found = (self._bound(name, node, local, depth) for node in nodes)
                    self._names[key] = next((one for one in found if one is not None), None)
                return self._names[key]
            local = local.enclosing()
        symbol = self.project.member(scope.source, name)
        return self._variable(symbol, depth) if isinstance(symbol, VariableSymbol) else None

    def _variable(self, symbol: VariableSymbol, depth: int) -> Type | None:
        if isinstance(symbol.node, ast.AnnAssign):
            return self.annotations.read(symbol.node.annotation, symbol.source)
        return self.infer(symbol.node.value, Scope(symbol.source), depth)

    def _bound(self, name: str, node: ast.AST, scope: Scope, depth: int) -> Type | None:
        match node:
            case ast.arg(annotation=annotation):
                if annotation is not None:
                    return self.annotations.read(annotation, scope.source)
                return Type(scope.owner) if scope.owner is not None and _is_self(node, scope) else None
            case ast.AnnAssign(annotation=annotation):
                return self.annotations.read(annotation, scope.source)
            case ast.Assign(targets=[ast.Name()], value=value):
                return self.infer(value, scope, depth)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=value):
                return self._unpacked(name, targets, value, scope, depth)
            case ast.NamedExpr(value=value):
                return self.infer(value, scope, depth)
            case ast.withitem(context_expr=value):
                return self.entered(self.infer(value, scope, depth))
            case ast.For(target=target, iter=iterable) | ast.comprehension(target=target, iter=iterable):
                return self._iterated(name, target, iterable, scope, depth)
            case ast.AsyncFor(target=ast.Name(), iter=iterable):
                return element(self.infer(iterable, scope, depth))
        return None

    def _unpacked(self, name: str, targets: list[ast.expr], value: ast.expr, scope: Scope, depth: int) -> Type | None:
        whole = self.infer(value, scope, depth)
        for index, target in enumerate(targets):
            if isinstance(target, ast.Name) and target.id == name:
                if isinstance(value, ast.Tuple) and index < len(value.elts):
                    return self.infer(value.elts[index], scope, depth)
                if whole is not None and whole.name in ("tuple", "Tuple") and index < len(whole.args):
                    return whole.args[index]
        return None

    def entered(self, found: Type | None) -> Type | None:
        """Return the class that `async with` binds for a context manager of this class."""
        if found is None:
            return None
        if found.name in CONTEXT_TYPES or found.name in PRODUCERS:
            return found.args[0] if found.args else None
        if isinstance(found.symbol, ClassSymbol):
            for name in ("__aenter__", "__enter__"):
                method = self.project.method(found.symbol, name)
                if isinstance(method, FunctionSymbol) and method.node.returns is not None:
                    return self.returned(method, found)
        return found

    def _iterated(self, name: str, target: ast.expr, iterable: ast.expr, scope: Scope, depth: int) -> Type | None:
        match target, iterable:
            case ast.Tuple(elts=[_, value]), ast.Call(func=ast.Attribute(value=mapping, attr="items")):
                return element(self.infer(mapping, scope, depth)) if _binds(value, name) else None
            case ast.Tuple(elts=[_, value]), ast.Call(func=ast.Name(id="enumerate"), args=[inner, *_]):
                return element(self.infer(inner, scope, depth)) if _binds(value, name) else None
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name(id="zip"), args=args):
                for one, inner in zip(targets, args, strict=False):
                    if _binds(one, name):
                        return element(self.infer(inner, scope, depth))
                return None
            case ast.Name(), ast.Call(func=ast.Attribute(value=mapping, attr="values"), args=[]):
                return element(self.infer(mapping, scope, depth))
            case ast.Name(), ast.Call(
                func=ast.Name(id="list" | "sorted" | "reversed" | "set" | "tuple"), args=[inner, *_]
            ):
                return element(self.infer(inner, scope, depth))
            case ast.Name(), ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]):
                return self.infer(first, scope, depth)
            case ast.Name(), _:
                return element(self.infer(iterable, scope, depth))
        return None

    def _attribute(self, value: ast.expr, attr: str, scope: Scope, depth: int) -> Type | None:
        owner = self.infer(value, scope, depth)
        if owner is not None:
            return self.attribute(owner, attr, depth)
        symbol = self.symbol(value, scope)
        if isinstance(symbol, ModuleSymbol):
            member = self.project.member(symbol.source, attr)
            return self._variable(member, depth) if isinstance(member, VariableSymbol) else None
        return self.attribute(Type(symbol), attr, depth) if isinstance(symbol, ClassSymbol) else None

    def attribute(self, owner: Type, attr: str, depth: int = 0) -> Type | None:
        """Return the class of an attribute of an instance."""
        if isinstance(owner.symbol, External):
            name = self.catalogue.class_of_attribute(owner.symbol.dotted, attr)
            return Type(External(name)) if name else None
        for base in self.project.bases(owner.symbol):
            if isinstance(base, External):
                name = self.catalogue.class_of_attribute(base.dotted, attr)
                if name:
                    return Type(External(name))
                continue
            key = (base.node, attr)
            if key not in self._attributes:
                self._attributes[key] = None
                self._attributes[key] = self._class_attribute(base, attr, depth)
            if self._attributes[key] is not None:
                return self._attributes[key]
        return None

    def _class_attribute(self, owner: ClassSymbol, attr: str, depth: int) -> Type | None:
        node = class_body(owner).get(attr)
        if isinstance(node, ast.AnnAssign):
            return self.annotations.read(node.annotation, owner.source)
        if isinstance(node, ast.Assign):
            return self.infer(node.value, Scope(owner.source), depth)
        if isinstance(node, FunctionNode) and any(
            decorator_name(decorator) in ("property", "cached_property") for decorator in node.decorator_list
        ):
            return self.returned(FunctionSymbol(owner.source, node, owner), Type(owner), depth)
        for name, method in class_body(owner).items():
            if isinstance(method, FunctionNode) and (name == "__init__" or attr in self_attributes(method)):
                found = self._assigned(owner, method, attr, depth)
                if found is not None:
                    return found
        return None

    def _assigned(self, owner: ClassSymbol, method: FunctionNode, attr: str, depth: int) -> Type | None:
        scope = Scope(owner.source, method, owner)
        for statement in self_attributes(method).get(attr, ()):
            if isinstance(statement, ast.AnnAssign):
                found = self.annotations.read(statement.annotation, owner.source)
            else:
                found = self.infer(statement.value, scope, depth)
            if found is not None:
                return found
        return None

    def _call(self, node: ast.Call, scope: Scope, depth: int) -> Type | None:
        if isinstance(node.func, ast.Name) and node.func.id in ("list", "sorted", "tuple", "set", "iter", "reversed"):
            return self.infer(node.args[0], scope, depth) if node.args else None
        if isinstance(node.func, ast.Name) and node.func.id == "super" and scope.owner is not None:
            return None
        symbol = self.symbol(node.func, scope)
        match symbol:
            case ClassSymbol():
                return Type(symbol)
            case External(dotted):
                name = self.catalogue.class_of_call(dotted)
                if name:
                    return Type(External(name))
                return Type(External(dotted)) if dotted.rpartition(".")[2][:1].isupper() else None
            case FunctionSymbol():
                owner = self.infer(node.func.value, scope, depth) if isinstance(node.func, ast.Attribute) else None
                return self.returned(symbol, owner, depth)
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in ("get", "pop", "setdefault") and node.args:
                container = self.infer(node.func.value, scope, depth)
                if container is not None and container.name in ELEMENT_LAST:
                    return element(container)
            owner = self.infer(node.func.value, scope, depth)
            return self._method_result(owner, node.func.attr, depth) if owner is not None else None
        called = self.infer(node.func, scope, depth)
        if called is not None and isinstance(called.symbol, External):
            name = self.catalogue.class_of_call(called.symbol.dotted) or self.catalogue.class_of_method(
                called.symbol.dotted, "__call__"
            )
            return Type(External(name)) if name else (called.args[0] if called.args else None)
        return None

    def _method_result(self, owner: Type, method: str, depth: int) -> Type | None:
        if isinstance(owner.symbol, ClassSymbol):
            found = self.project.method(owner.symbol, method)
            if isinstance(found, FunctionSymbol):
                return self.returned(found, owner, depth)
            if found is None:
                return None
            owner = Type(found)
        assert isinstance(owner.symbol, External)
        name = self.catalogue.class_of_method(owner.symbol.dotted, method)
        return Type(External(name)) if name else None

    def returned(self, symbol: FunctionSymbol, owner: Type | None = None, depth: int = 0) -> Type | None:
        """Return the class a function's (awaited) result has, by its annotation or its one return."""
        annotation = symbol.node.returns
        if annotation is not None:
            name = annotation.value if isinstance(annotation, ast.Constant) else None
            text = annotation.id if isinstance(annotation, ast.Name) else name
            if text == "Self":
                return owner or (Type(symbol.owner) if symbol.owner else None)
            return self.annotations.read(annotation, symbol.source)
        if depth > MAX_DEPTH // 2:
            return None
        returns = [node.value for node in own_returns(symbol.node) if node.value is not None]
        scope = scope_of(symbol)
        return next((found for value in returns[:MAX_RETURNS] if (found := self.infer(value, scope, depth + 2))), None)


def _binds(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def _is_self(node: ast.arg, scope: Scope) -> bool:
    function = scope.function
    if function is None or any(decorator_name(decorator) == "staticmethod" for decorator in function.decorator_list):
        return False
    positional = (*function.args.posonlyargs, *function.args.args)
    return bool(positional) and positional[0] is node and not scope.outer
