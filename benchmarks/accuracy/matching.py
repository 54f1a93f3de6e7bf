"""Whether a linter reports a judged place."""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.accuracy.labels import Label
    from benchmarks.accuracy.linters import Finding

LOOPS = ("GTH101", "GTH102", "GTH104", "GTH105", "GTH302", "WPS476")
COMPREHENSIONS = ("GTH103", "GTH301", "WPS476")


def reported(label: Label, findings: Iterable[Finding], tree: ast.Module) -> bool:
    """Tell whether one of the findings of a file belongs to a place in it."""
    inside = [finding for finding in findings if label.line <= finding.line <= label.end]
    if label.kind == "loop":
        return any(finding.code in LOOPS and label.line in loops_at(tree, finding.line) for finding in inside)
    if label.kind == "comp":
        return any(finding.code in COMPREHENSIONS for finding in inside)
    return any(finding.code not in {*LOOPS, *COMPREHENSIONS} for finding in inside)


def loops_at(tree: ast.Module, line: int) -> list[int]:
    """Return the lines of the loops a finding means: the innermost around it, and loops that hold nothing else."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.For) and node.end_lineno is not None and node.lineno <= line <= node.end_lineno
    ]
    around.sort(key=lambda node: node.lineno, reverse=True)
    meant = around[:1]
    for inner, outer in pairwise(around):
        if outer.body != [inner]:
            break
        meant.append(outer)
    return [node.lineno for node in meant]
