"""A counter-example without the lines that it does not need."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from tests.differential.comparing import Comparison, compare
from tests.differential.frame import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.differential.programs import Program


def shrunk(program: Program) -> Comparison:
    """Leave out lines, and what is indented below them, as long as the two versions still differ."""
    comparison = compare(program)
    while True:
        smaller = next(_differing(program), None)
        if smaller is None:
            return comparison
        program, comparison = smaller


def _differing(program: Program) -> Iterator[tuple[Program, Comparison]]:
    lines = program.text.removeprefix(HEAD).splitlines(keepends=True)
    for start, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        end = start + 1
        while line.strip() and end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > depth:
            end += 1
        left = dataclasses.replace(program, text=HEAD + "".join(lines[:start] + lines[end:]))
        try:
            comparison = compare(left)
        except (SyntaxError, KeyError):  # not a program any more: a block is empty, `main` or `boxes` is gone
            continue
        if comparison.differences:
            yield left, comparison
