"""Which attributes of an object are one container for all objects of its class."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING

from flake8_gather.analysis.bindings import self_attributes
from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.project import ClassSymbol, class_body
from flake8_gather.analysis.source import FunctionNode

if TYPE_CHECKING:
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.project import FunctionSymbol, Project

CONTAINERS = frozenset("bytearray Counter defaultdict deque dict list OrderedDict set WeakSet".split())


def classwide(path: Path, method: FunctionSymbol, project: Project) -> Path | None:
    """Return `self.items` as `Class.items` where the class made it and no object gets its own, else None."""
    arguments = (*method.node.args.posonlyargs, *method.node.args.args)
    if method.owner is None or len(path) < 2 or not arguments or path[0] != arguments[0].arg:
        return None
    classes = [found for found in project.bases(method.owner) if isinstance(found, ClassSymbol)]
    if any(path[1] in _own_attributes(found) for found in classes):
        return None
    for found in classes:
        node = class_body(found).get(path[1])
        if node is not None:
            shared = isinstance(node, ast.Assign) and _is_container(node.value)
            return (found.node.name, *path[1:]) if shared else None
    return None


@lru_cache(maxsize=256)
def _own_attributes(symbol: ClassSymbol) -> frozenset[str]:
    methods = (node for node in class_body(symbol).values() if isinstance(node, FunctionNode))
    return frozenset(name for method in methods for name in self_attributes(method))


def _is_container(value: ast.expr) -> bool:
    """A bare annotation decides nothing: data classes and models copy their defaults."""
    if isinstance(value, ast.Call):
        return callee_name(value.func) in CONTAINERS
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)
