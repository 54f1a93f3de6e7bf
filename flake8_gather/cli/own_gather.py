"""Which gather function of the project's own a file knows: `--gather-function` can take it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import callee_name
from flake8_gather.analysis.modules import folders_of
from flake8_gather.analysis.needs import Needs
from flake8_gather.analysis.project import FunctionSymbol, Project
from flake8_gather.cli.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.source import Source
    from flake8_gather.options import Options


def own_gather(source: Source, options: Options) -> Iterator[Evidence]:
    """Yield a hint at the function that the file defines or imports, unless one is set already."""
    if options.gather_function is not None or options.style != "gather":
        return
    project = Project(source, folders_of(source.path, follow=options.follow_imports), Needs())
    defined = (node.name for node in source.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    for name in (*defined, *source.imports.names):
        found = project.member(source, name) if "gather" in name else None
        if isinstance(found, FunctionSymbol) and _gathers(found.node):
            dotted = f"{found.source.imports.module}.{found.node.name}"
            yield Evidence(f"`{name}` gathers, too: --gather-function {dotted} writes it")
            return


def _gathers(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether a function hands any number of awaitables to a gather."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return function.args.vararg is not None and any(callee_name(call.func) == "gather" for call in calls)
