"""One project, rewritten in one way: its tests before and after, and how many of the rewrites they ran through."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.suites import testing
from benchmarks.suites.projects import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.suites.projects import Checkout

GATHERED = re.compile(r"^(.+):(\d+): (GTH\d+) gathered$", re.MULTILINE)
Texts = frozenset[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One rewrite: where it was, its rule, and whether the tests ran through the new lines."""

    path: str
    line: int
    code: str
    covered: bool

    def __str__(self) -> str:
        """Return the place as a message has it."""
        return f"{self.path}:{self.line}: {self.code}{'' if self.covered else ', not run by the tests'}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tests before and after; `lost` are the tests whose outcome changed, `unstable` changed by themselves."""

    rewrites: tuple[Rewrite, ...]
    before: testing.Run
    after: testing.Run
    lost: tuple[str, ...] = ()
    unstable: tuple[str, ...] = ()

    @property
    def covered(self) -> int:
        """How many of the rewrites the tests ran through."""
        return sum(rewrite.covered for rewrite in self.rewrites)


def compare(
    checkout: Checkout, before: testing.Run, settings: Sequence[str], known: dict[Texts, Comparison]
) -> Comparison:
    """Rewrite the project with these arguments of `flake8-gather fix`, run its tests, put everything back.

    `known` are comparisons made before, by the texts of the rewritten files; the new one is added.
    """
    try:
        said = _fix(checkout, settings)
        places = [(path, int(line), code) for path, line, code in GATHERED.findall(said)]
        texts = frozenset((path, (checkout.root / path).read_bytes()) for path, _, _ in places)
        if texts not in known:
            known[texts] = _tested(checkout, before, places) if places else Comparison((), before, before)
        return known[texts]
    finally:
        checkout.restore()


def _tested(checkout: Checkout, before: testing.Run, places: Sequence[tuple[str, int, str]]) -> Comparison:
    """Run the tests of the rewritten tree, and again what differs, to know what differs by itself."""
    after = testing.run(checkout, sorted({checkout.root / path for path, _, _ in places}))
    rewrites = tuple(Rewrite(*place, _is_covered(checkout, *place[:2], after)) for place in places)
    differing = _differing(before, after)
    unstable: set[str] = set()
    if differing:
        again = testing.run(checkout)
        checkout.restore()
        unstable = _differing(before, testing.run(checkout)) | _differing(after, again)
    lost, shaky = sorted(differing - unstable), sorted(differing & unstable)
    return Comparison(rewrites, before, after, tuple(lost), tuple(shaky))


def _fix(checkout: Checkout, settings: Sequence[str]) -> str:
    command = [sys.executable, "-m", "flake8_gather", "fix", "--verbose", "--jobs=1", *settings, *checkout.project.fix]
    done = subprocess.run(command, cwd=checkout.root, capture_output=True, text=True, check=False)
    if "internal error" in done.stderr or "Traceback" in done.stderr:
        raise SetupError(done.stderr)
    return done.stderr


def _differing(one: testing.Run, other: testing.Run) -> set[str]:
    """Return the tests whose outcomes differ."""
    changed = (one.outcomes - other.outcomes) + (other.outcomes - one.outcomes)
    return {name for name, _ in changed}


def _is_covered(checkout: Checkout, path: str, line: int, after: testing.Run) -> bool:
    """Tell whether a line that came in for the group on an old line was executed."""
    new = checkout.root / path
    old = checkout.pristine / checkout.project.root / path
    executed = after.lines.get(str(new.resolve()), frozenset())
    before, now = (text.read_text("utf-8").splitlines() for text in (old, new))
    start, end = _new_lines(before, now, line)
    return any(number in executed for number in range(start, end))


def _new_lines(before: list[str], now: list[str], line: int) -> tuple[int, int]:
    """Return the new lines that took the place of the change around or nearest to an old line, from 1."""
    changes = [
        (first, last, start, end)
        for tag, first, last, start, end in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
        if tag != "equal" and end > start and not all(not text.strip() or "import" in text for text in now[start:end])
    ]
    first, last, start, end = min(changes, key=lambda change: max(change[0] - line + 1, line - change[1], 0))
    del first, last
    return start + 1, end + 1
