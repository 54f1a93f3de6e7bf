"""One file through the codemod: what was found in it, and its bytes before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.source import Source
from flake8_gather.cache import Question, opened
from flake8_gather.cli import work
from flake8_gather.finders import analyse
from flake8_gather.opportunity import Barrier, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.files import Content, FileError
    from flake8_gather.opportunity import Opportunity
    from flake8_gather.options import Options


NOTHING: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One file to rewrite, with the rules and settings that hold for it.

    `thorough`: what is kept is wanted, too, which takes more judging than all the rest.
    """

    path: str
    name: str
    codes: frozenset[str]
    options: Options
    thorough: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What is said of one group: where its finding stands, why it was refused or kept, its barrier."""

    span: Span
    line: int
    code: str
    why: str = ""
    barrier: str = ""

    @classmethod
    def of(cls, found: Opportunity, why: str = "", barrier: str = "") -> Group:
        """Return what is said of an opportunity."""
        return cls(found.span, found.awaits[0].line, found.code, why, barrier)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in one file, and its bytes before and after."""

    content: Content
    new: bytes
    applied: tuple[Group, ...] = ()
    refused: tuple[Group, ...] = ()
    kept: tuple[Group, ...] = ()

    @property
    def changed(self) -> bool:
        """Tell whether the file is to be rewritten."""
        return self.new != self.content.data


def outcome(task: Task) -> Outcome | FileError:
    """Rewrite one file in memory."""
    return work.guarded(task.path, task.name, lambda content: _outcome(content, task))


def rewritten_only(found: Outcome, groups: frozenset[Group], options: Options) -> bytes:
    """Return a file's bytes with only some of its applied rewrites. Raises `FileError`."""
    if len(groups) in (0, len(found.applied)):
        return found.new if groups else found.content.data
    from flake8_gather.codemod.rewriting import rewrite

    codes = frozenset(group.code for group in groups)
    only = frozenset(group.span for group in groups)
    return found.content.encode(rewrite(found.content.text, found.content.name, options, codes, only=only).text)


def _outcome(content: Content, task: Task) -> Outcome:
    cache = opened() if not task.thorough else None
    question = _question(content, task)
    if cache is not None and cache.find(question) is not None:
        return Outcome(content, content.data)
    from flake8_gather.codemod.rewriting import rewrite

    result = rewrite(content.text, content.name, task.options, task.codes)
    if cache is not None and not result.applied and not result.refused:
        cache.keep(question, NOTHING, result.needs)
    return Outcome(
        content,
        content.encode(result.text),
        applied=tuple(Group.of(found) for found in result.applied),
        refused=tuple(Group.of(found, refusal.reason) for found, refusal in result.refused),
        kept=tuple(_kept(content, task.options)) if task.thorough else (),
    )


def _question(content: Content, task: Task) -> Question:
    """Return what is kept of a file: that there is nothing to do, as in nearly all."""
    settings = f"{sorted(task.codes)} {task.options!r}"
    return Question("fix", content.name, content.text, settings, task.options.follow_imports)


def barrier(found: Opportunity) -> Barrier:
    """Return why a group is not reported; too little confidence counts as too little knowledge."""
    return found.barrier or Barrier.UNKNOWN


def _kept(content: Content, options: Options) -> Iterator[Group]:
    for found in analyse(Source.parse(content.text, content.name), options):
        if not found.reported(options.min_confidence):
            why = "; ".join(map(str, found.verdict.reasons)) or "not confident enough"
            yield Group.of(found, why, barrier(found).value)
