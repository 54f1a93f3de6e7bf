"""A call's arguments, and what they make of the names of a callee: paths in the names of its caller."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.bindings import parameters
from flake8_gather.analysis.definitions import decorator_name
from flake8_gather.analysis.effects import names_in, path_of

if TYPE_CHECKING:
    from flake8_gather.analysis.callees import Callees
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.project import FunctionSymbol
    from flake8_gather.analysis.types import Scope


class Move:
    """Moves paths from a callee's names to a caller's."""

    def __init__(self, arguments: dict[str, ast.expr], target: FunctionSymbol, scope: Scope, callees: Callees) -> None:
        """Take the arguments of one call by the callee's parameters, the callee, and where the call stands."""
        self.arguments = arguments
        self.target = target
        self.scope = scope
        self.parameters = set(parameters(target.node))
        self.begins: dict[str, Path | None] = {}
        self.local = callees.receivers.bindings(scope.function) if scope.function is not None else {}

    def __call__(self, path: Path) -> Path | None:
        """Return a callee's path in the caller's names, None where it is fresh there."""
        root = path[0]
        if root not in self.begins:
            self.begins[root] = self._begin(root)
        begin = self.begins[root]
        return (*begin, *self._items(path[1:])) if begin is not None else None

    def _begin(self, root: str) -> Path | None:
        """Return what stands for a name of the callee here."""
        if root in self.parameters:
            argument = self.arguments.get(root)
            return (path_of(argument) or _got(argument)) if argument is not None else None
        if self.scope.function in self.target.outer:
            return (root,)
        if self.target.source is self.scope.source and root not in self.local:
            return (root,)
        return (self._global(root),)

    def _global(self, name: str) -> str:
        """Return the name of a global of another module here: where it is imported from, or as what."""
        imports = self.target.source.imports
        dotted = name.replace(":", ".") if ":" in name else imports.names.get(name, f"{imports.module}.{name}")
        local = self.scope.source.imports.locals.get(dotted)
        if local is not None and local not in self.local:
            return local
        module, _, last = dotted.rpartition(".")
        return f"{module}:{last}"

    def _items(self, parts: Path) -> Path:
        """Name the indexes of items by the arguments they come from."""
        return tuple(self._item(part) if part.startswith("[") else part for part in parts)

    def _item(self, part: str) -> str:
        arguments = (self.arguments.get(name) for name in part[1:-1].split(","))
        return f"[{','.join(sorted(name for one in arguments if one is not None for name in names_in(one)))}]"


def _got(argument: ast.expr) -> Path | None:
    """Return a path for what a getter of sessions gives: `self.get_session(key)` is the same for the same `key`."""
    match argument:
        case ast.Call(func=ast.Attribute(value=owner, attr=name)) if vocabulary.words(name)[:1] == [
            "get"
        ] and vocabulary.is_named("exclusive", name):
            base = path_of(owner)
            names = {one for given in (*argument.args, *argument.keywords) for one in names_in(given)}
            return (*base, name, f"[{','.join(sorted(names))}]") if base is not None else None
    return None


def arguments_of(call: ast.Call, target: FunctionSymbol, receiver: ast.expr | None) -> dict[str, ast.expr]:
    """Return the arguments of a call by the callee's parameters; `receiver` is what a method is called on."""
    positional = [argument.arg for argument in (*target.node.args.posonlyargs, *target.node.args.args)]
    found: dict[str, ast.expr] = {}
    static = any(decorator_name(decorator) == "staticmethod" for decorator in target.node.decorator_list)
    if target.owner is not None and positional and not static and not target.outer:
        if receiver is not None:
            is_super = (
                isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "super"
            )
            found[positional[0]] = ast.copy_location(ast.Name("self", ast.Load()), call) if is_super else receiver
        positional = positional[1:]
    given = call.args[1:] if call.args and call.args[0] is receiver else call.args  # `Base.method(self, x)`
    for name, argument in zip(positional, given, strict=False):
        if isinstance(argument, ast.Starred):
            break
        found[name] = argument
    only = {one.arg for one in target.node.args.posonlyargs}
    found.update({one.arg: one.value for one in call.keywords if one.arg and one.arg not in only})
    return found
