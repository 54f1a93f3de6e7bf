"""`fix --verify COMMAND`: keep the largest set found of rewrites under which the command passes.

The files are changed in place while the command runs. However this ends (Ctrl-C, a full disk),
either the originals are back, or the files hold a set of rewrites under which the command passed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather import files
from flake8_gather.cli.rewritten import Group, Outcome, rewritten_only
from flake8_gather.cli.setup import say
from flake8_gather.files import FileError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from flake8_gather.options import Options

TAIL = 20


class VerifyError(Exception):
    """Why nothing could be verified, said in one line; all files are as they were."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One rewrite that can be kept or dropped."""

    path: str
    group: Group

    def __str__(self) -> str:
        """Return how the user knows it."""
        return f"{self.path}:{self.group.line}: {self.group.code}"


def verified(
    answers: Iterable[Outcome | FileError], options: Callable[[str], Options], arguments: argparse.Namespace
) -> list[Outcome | FileError]:
    """Rewrite the files on disk and return what came of each; a dropped rewrite counts as refused.

    `options` are those of a file. Raises `VerifyError` or `FileError` with all files as they were.
    """
    found = list(answers)
    changed = [one for one in found if isinstance(one, Outcome) and one.changed]
    if not changed:
        return found
    trial = Trial(changed, options, arguments.verify, talk=not arguments.quiet, show=arguments.verbose)
    dropped = frozenset(trial.search())
    return [
        _without(one, dropped, trial.current[one.content.path]) if isinstance(one, Outcome) and one.changed else one
        for one in found
    ]


def _without(found: Outcome, dropped: frozenset[Unit], data: bytes) -> Outcome:
    """Return what came of a file whose dropped rewrites were taken back."""
    back = [group for group in found.applied if Unit(found.content.path, group) in dropped]
    why = "the command fails with it"
    return dataclasses.replace(
        found,
        new=data,
        applied=tuple(group for group in found.applied if group not in back),
        refused=(*found.refused, *(dataclasses.replace(group, why=why) for group in back)),
    )


class Trial:
    """The files under test: they hold the originals plus the units applied last."""

    def __init__(
        self,
        outcomes: Sequence[Outcome],
        options: Callable[[str], Options],
        command: str,
        talk: bool,
        show: bool,
    ) -> None:
        """Take the files that would change; `talk` says what is tried, `show` lets the command speak."""
        self.outcomes = outcomes
        self.options = options
        self.command = command
        self.talk = talk
        self.show = show
        self.current = {found.content.path: found.content.data for found in outcomes}
        self._tail = ""
        self.units = tuple(Unit(found.content.path, group) for found in outcomes for group in found.applied)

    def search(self) -> tuple[Unit, ...]:
        """Leave the files with as many rewrites as pass, and return those that were dropped.

        Raises `VerifyError` or `FileError`, or passes on an interrupt, with the originals back.
        """
        with self._originals_back_on_failure():
            if not self._passes((), "without any rewrite"):
                raise VerifyError(f"{self.command!r} fails already before any rewrite{self._tail}")
            kept: list[Unit] = []
            self._extend(kept, self.units, known_to_fail=False)
            self._apply(kept)
            return tuple(unit for unit in self.units if unit not in kept)

    def _extend(self, kept: list[Unit], units: Sequence[Unit], known_to_fail: bool) -> bool:
        """Add to `kept` what passes together with it; tell whether that was all."""
        if not known_to_fail and self._passes((*kept, *units), f"with {len(kept) + len(units)} of {len(self.units)}"):
            kept.extend(units)
            return True
        if len(units) == 1:
            return False
        half = len(units) // 2
        all_left = self._extend(kept, units[:half], known_to_fail=False)
        self._extend(kept, units[half:], known_to_fail=all_left)
        return False

    def _passes(self, units: Sequence[Unit], which: str) -> bool:
        self._apply(units)
        passed = self._run()
        if self.talk:
            say(f"verify: {self.command!r} {which}: {'passes' if passed else 'fails'}")
        return passed

    def _run(self) -> bool:
        done = subprocess.run(  # noqa: S602 - it is the user's own command line
            self.command,
            shell=True,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=None if self.show else subprocess.PIPE,
            stderr=None if self.show else subprocess.STDOUT,
            # a stale .pyc of the same size and second would hide a rewrite
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        output = (done.stdout or b"").decode("utf-8", "replace").rstrip().splitlines()
        self._tail = "".join(f"\n    {line}" for line in output[-TAIL:])
        return done.returncode == 0

    def _apply(self, units: Sequence[Unit]) -> None:
        """Make the files hold exactly these rewrites."""
        for found in self.outcomes:
            path = found.content.path
            groups = frozenset(unit.group for unit in units if unit.path == path)
            self._write(path, rewritten_only(found, groups, self.options(found.content.name)))

    def _write(self, path: str, data: bytes) -> None:
        if data != self.current[path]:
            files.replace(path, self.current[path], data)
            self.current[path] = data

    @contextlib.contextmanager
    def _originals_back_on_failure(self) -> Iterator[None]:
        before = signal.signal(signal.SIGTERM, _interrupt)
        try:
            yield
        except BaseException:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            for found in self.outcomes:
                try:
                    self._write(found.content.path, found.content.data)
                except FileError as error:
                    say(str(error))
            signal.signal(signal.SIGINT, signal.default_int_handler)
            raise
        finally:
            signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
