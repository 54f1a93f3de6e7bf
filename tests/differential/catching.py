"""Whether random programs notice a wrong analysis, and which fixtures do."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
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

MOST = 1000  # programs that are tried for one mutant


@dataclass(frozen=True, slots=True)
class Caught:
    """Who notices one wrong analysis."""

    name: str
    reached: int
    """Programs for which the check is asked at all."""
    tried: int
    """How many of them were tried: all, or as many as it took."""
    otherwise: int
    """How many of those became other programs, whatever they do."""
    difference: str | None
    """What the last one does otherwise than before, if it does."""
    fixtures: tuple[str, ...]

    @property
    def who(self) -> str:
        """Name who notices it, in a word."""
        noticed = [name for name, found in (("programs", self.difference), ("fixtures", self.fixtures)) if found]
        return "+".join(noticed) or "nobody"

    def __str__(self) -> str:
        programs = f"after {self.tried}" if self.difference else f"{self.otherwise} of {self.tried} rewritten otherwise"
        more = f" and {len(self.fixtures) - 1} more" if len(self.fixtures) > 1 else ""
        return f"{self.name} | {programs} | {self.fixtures[0] if self.fixtures else 'none'}{more}"


class Corpus:
    """Programs and fixtures, with what the right analysis makes of them, and which checks they pass by."""

    def __init__(self, seeds: Iterable[int], mutants: Sequence[Mutant], paths: Iterable[Path] = ()) -> None:
        """Run the right analysis on the programs of the seeds, and on the fixtures at the paths."""
        watch = _Watch(mutants)
        self.programs = [_known(written(Thrown(Random(seed))), watch) for seed in seeds]
        self.fixtures = []
        for fixture in map(fixtures.read, paths):
            _, reached = watch.during(functools.partial(_is_right, fixture))
            self.fixtures.append((fixture, reached))

    def catch(self, mutant: Mutant) -> Caught:
        """Return who notices a mutant, and by what."""
        here = mutant.function.__code__, mutant.line
        reached = [(program, right) for program, right, lines in self.programs if here in lines]
        tried = otherwise = 0
        difference = None
        with mutant.applied():
            for program, right in reached[:MOST]:
                tried += 1
                text, difference = _tried(program, right)
                otherwise += text != right
                if difference:
                    break
            noticed = [fixture for fixture, lines in self.fixtures if here in lines and not _is_right(fixture)]
        names = tuple(fixtures.name_of(fixture.path) for fixture in noticed)
        return Caught(mutant.name, len(reached), tried, otherwise, difference, names)


def _tried(program: Program, right: str) -> tuple[str | None, str | None]:
    """Return what a wrong analysis makes of a program, and how that runs otherwise than the program."""
    try:
        result = rewrite(program.text, PATH, program.options)
    except Exception as error:  # noqa: BLE001 - an analysis that breaks down is noticed as well
        return None, f"{type(error).__name__} in the analysis"
    if result.text == right:
        return right, None
    rules = tuple(found.code for found in result.applied)
    return result.text, next(iter(compared(program, result.text, rules).differences), None)


def _known(program: Program, watch: _Watch) -> tuple[Program, str, set[tuple[CodeType, int]]]:
    result, reached = watch.during(lambda: rewrite(program.text, PATH, program.options))
    return program, result.text, reached


def _is_right(fixture: fixtures.Fixture) -> bool:
    try:
        found, kept = fixtures.findings(fixture.before, fixture), fixtures.kept(fixture.before, fixture)
        text = rewrite(fixture.before, str(fixture.path), fixture.options).text
    except Exception:  # noqa: BLE001 - an analysis that breaks down is noticed as well
        return False
    return found == fixture.findings and fixture.kept <= kept and text == fixture.expected


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
