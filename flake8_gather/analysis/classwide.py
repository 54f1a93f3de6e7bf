"""Which attributes of an object are one container for all objects of its class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.bindings import self_attributes
from flake8_gather.analysis.definitions import defined_in
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.project import ClassSymbol, class_body
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.source import FunctionNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.receivers import Receivers
    from flake8_gather.analysis.types import Scope

CONTAINERS = frozenset("bytearray Counter defaultdict deque dict list OrderedDict set WeakSet".split())


def classwide(paths: Iterable[Path], scope: Scope, receivers: Receivers) -> frozenset[Path]:
    """Return what objects of a class have in common of all that, by the name of the class that made it.

    `self.items`, `box.items` and `Box.items` are one container where no object gets its own.
    """
    return frozenset(found for path in paths if (found := _classwide(path, scope, receivers)) is not None)


def _classwide(path: Path, scope: Scope, receivers: Receivers) -> Path | None:
    owner = receivers.class_of(path[0], scope) if len(path) > 1 and not path[1].startswith("[") else None
    if owner is None:
        return None
    classes = [found for found in receivers.project.bases(owner) if isinstance(found, ClassSymbol)]
    if any(path[1] in _own_attributes(found.node) for found in classes):
        return None
    for found in classes:
        node = class_body(found).get(path[1])
        if node is not None:
            shared = isinstance(node, ast.Assign) and _is_container(node.value)
            return (found.node.name, *path[1:]) if shared else None
    return None


@per_file()
def _own_attributes(node: ast.ClassDef) -> frozenset[str]:
    methods = (one for one in defined_in(node.body).values() if isinstance(one, FunctionNode))
    return frozenset(name for method in methods for name in self_attributes(method))


def _is_container(value: ast.expr) -> bool:
    """A bare annotation decides nothing: data classes and models copy their defaults."""
    if isinstance(value, ast.Call):
        return callee_name(value.func) in CONTAINERS
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
