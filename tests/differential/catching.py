"""Whether random programs notice a wrong analysis, or else the fixtures."""

from __future__ import annotations

import functools
import sys
from random import Random
from typing import TYPE_CHECKING, Any

from flake8_gather.codemod.rewriting import rewrite
from tests.differential.comparing import PATH, compared
from tests.differential.dice import Thrown
from tests.differential.programs import Program, written
from tests.support import fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path
    from types import CodeType, FrameType

    from tests.differential.mutants import Mutant

MOST = 100  # programs that are tried for one mutant


class Corpus:
    """Programs and fixtures, with what the right analysis makes of them, and which checks they pass by."""

    def __init__(self, seeds: Iterable[int], mutants: Sequence[Mutant], paths: Iterable[Path] = ()) -> None:
        """Run the right analysis on the programs of the seeds, and on the fixtures at the paths."""
        watch = _Watch(mutants)
        self.programs = [_known(written(Thrown(Random(seed))), watch) for seed in seeds]
        self.fixtures = []
        for fixture in map(fixtures.read, paths):
            _, reached = watch.during(functools.partial(fixtures.considered, fixture.before, fixture))
            self.fixtures.append((fixture, reached))

    def catch(self, mutant: Mutant) -> tuple[str, str]:
        """Return who notices a mutant, and by what."""
        here = mutant.function.__code__, mutant.line
        with mutant.applied():
            reached = [(program, right) for program, right, lines in self.programs if here in lines]
            others = 0
            for number, (program, right) in enumerate(reached[:MOST], 1):
                result = rewrite(program.text, PATH, program.options)
                if result.text == right:
                    continue
                others += 1
                rules = tuple(found.code for found in result.applied)
                differences = compared(program, result.text, rules).differences
                if differences:
                    return "program", f"{number} of {len(reached)}, {differences[0]}"
            for fixture, lines in self.fixtures:
                if here in lines and not _is_right(fixture):
                    return "fixture", fixtures.name_of(fixture.path)
        return "nobody", f"{others} of {len(reached)} programs rewritten otherwise"


def _known(program: Program, watch: _Watch) -> tuple[Program, str, set[tuple[CodeType, int]]]:
    result, reached = watch.during(lambda: rewrite(program.text, PATH, program.options))
    return program, result.text, reached


def _is_right(fixture: fixtures.Fixture) -> bool:
    considered = fixtures.considered(fixture.before, fixture)
    threshold = fixture.options.min_confidence
    found = {(group.awaits[0].line, group.code) for group in considered if group.reported(threshold)}
    kept = {(group.awaits[0].line, f"keep: {group.barrier or 'unknown'}") for group in considered}
    return found == fixture.findings and fixture.kept <= kept


class _Watch:
    """Notes which of the checks that mutants drop are reached."""

    def __init__(self, mutants: Sequence[Mutant]) -> None:
        self.lines: dict[CodeType, set[int]] = {}
        for mutant in mutants:
            self.lines.setdefault(mutant.function.__code__, set()).add(mutant.line)
        self.reached: set[tuple[CodeType, int]] = set()

    def during(self, action: Callable[[], Any]) -> tuple[Any, set[tuple[CodeType, int]]]:
        self.reached = set()
        sys.settrace(self._entering)
        try:
            return action(), self.reached
        finally:
            sys.settrace(None)

    def _entering(self, frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        return self._running if frame.f_code in self.lines else None

    def _running(self, frame: FrameType, _event: str, _argument: object) -> Callable[..., Any]:
        code = frame.f_code
        self.reached.update((code, line) for line in (frame.f_lineno, code.co_firstlineno) if line in self.lines[code])
        return self._running
