"""What properties in sight read, and what their setters write, in the names of those who use them."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis.classwide import classwide
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeGuard

    from flake8_gather.analysis.callees import Callees
    from flake8_gather.analysis.effects import Effects, Path
    from flake8_gather.analysis.knowledge import Knowledge
    from flake8_gather.analysis.types import Scope


def completed(effects: Effects, scope: Scope, callees: Callees) -> Effects:
    """Add to effects what properties in sight read and write, and containers by the class that made them."""
    receivers = callees.receivers
    reads = effects.reads | read_by_getters(effects.reads, scope, callees)
    mutations = effects.mutations | written_by_setters(effects.mutations, scope, callees)
    return replace(
        effects,
        reads=reads | classwide(reads, scope, receivers),
        mutations=mutations | classwide(mutations, scope, receivers),
    )


def read_by_getters(paths: Iterable[Path], scope: Scope, callees: Callees) -> frozenset[Path]:
    """Return what the properties among attributes that are read look at."""
    return frozenset(
        (path[0], *read[1:])
        for path in paths
        for known in _accessors(path, scope, callees, setter=False)
        for read in known.reads
        if read[0] == "self"
    )


def written_by_setters(paths: Iterable[Path], scope: Scope, callees: Callees) -> frozenset[Path]:
    """Return what the setters of the properties among attributes that are set change."""
    return frozenset(
        (path[0], *written[1:])
        for path in paths
        for known in _accessors(path, scope, callees, setter=True)
        for written in known.writes
        if written[0] == "self"
    )


def _accessors(path: Path, scope: Scope, callees: Callees, *, setter: bool) -> Iterator[Knowledge]:
    if len(path) < 2 or path[1].startswith("["):
        return
    owner = callees.receivers.class_of(path[0], scope)
    if owner is None or callees.summaries is None:
        return
    bases = callees.receivers.project.bases(owner)
    for base in (base for base in bases if isinstance(base, ClassSymbol)):
        for node in base.node.body:
            if _is_accessor(node, path[1], setter=setter):
                yield callees.summaries.summary(FunctionSymbol(base.source, node, base))


def _is_accessor(node: ast.stmt, name: str, *, setter: bool) -> TypeGuard[ast.FunctionDef]:
    if not isinstance(node, ast.FunctionDef) or node.name != name or not node.decorator_list:
        return False
    return setter is any(isinstance(one, ast.Attribute) and one.attr == "setter" for one in node.decorator_list)
