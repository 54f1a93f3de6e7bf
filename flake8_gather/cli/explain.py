"""`flake8-gather explain`: every group of awaits considered, reported or kept, and why."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.source import Source
from flake8_gather.cli import picture, work
from flake8_gather.cli.rewritten import barrier
from flake8_gather.cli.setup import prepare, say
from flake8_gather.files import FileError
from flake8_gather.finders import analyse
from flake8_gather.opportunity import Refusal
from flake8_gather.replacement import draft
from flake8_gather.waits import Wait, waits

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from flake8_gather.files import Content
    from flake8_gather.opportunity import Opportunity
    from flake8_gather.options import Options


@dataclass(frozen=True, slots=True)
class Task:
    """One file to explain, at the lines asked for (none: all of it)."""

    path: str
    lines: frozenset[int]
    options: Options


@dataclass(frozen=True, slots=True)
class Group:
    """One group of awaits, ready to print; lines and columns count from 1, columns in characters."""

    path: str
    line: int
    column: int
    end_line: int
    code: str | None
    reported: bool
    confidence: str | None
    barrier: str | None
    rewritable: bool
    awaits: tuple[int, ...]
    reasons: tuple[str, ...]
    waits: tuple[Wait, ...]

    def json(self) -> dict[str, object]:
        """Return what the JSON form says of it: everything but the picture."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "waits"}


def run(arguments: argparse.Namespace) -> int:
    """Print the groups; return 2 after an error, 1 where something is reported, else 0."""
    places = [place(path) for path in arguments.paths]
    setup = prepare(arguments, [path for path, _ in places], quiet=False)
    if setup is None:
        return 2
    tasks = [Task(path, lines_at(path, places), setup.configuration.options) for path in setup.paths]
    errors, groups = setup.errors, []
    for answer in work.each(groups_of, tasks, arguments.jobs):
        if isinstance(answer, FileError):
            say(str(answer))
            errors += 1
        else:
            groups.extend(answer)
    if arguments.format == "json":
        print(json.dumps([group.json() for group in groups], indent=2))
    else:
        print_pictures(groups)
    return 2 if errors else int(any(group.reported for group in groups))


def place(path: str) -> tuple[str, int | None]:
    """Split `PATH:LINE`; a file whose name ends like that is taken as it is."""
    name, _, line = path.rpartition(":")
    if name and line.isdecimal() and not os.path.lexists(path):
        return name, int(line)
    return path, None


def lines_at(path: str, places: Sequence[tuple[str, int | None]]) -> frozenset[int]:
    """Return the lines asked for in a file; none when the file, or a folder around it, was named as a whole."""
    lines = {line for name, line in places if name == path}
    return frozenset(line for line in lines if line is not None) if None not in lines else frozenset()


def groups_of(task: Task) -> list[Group] | FileError:
    """Return the groups of one file."""
    return work.guarded(task.path, lambda content: _groups(content, task))


def _groups(content: Content, task: Task) -> list[Group]:
    source = Source.parse(content.text, content.name)
    return [
        group(found, source, task.options)
        for found in analyse(source, task.options)
        if not task.lines or any(found.span.line <= line <= found.span.end_line for line in task.lines)
    ]


def group(found: Opportunity, source: Source, options: Options) -> Group:
    """Return what is said of one group; a reported one that is not rewritten says why."""
    reported = found.reported(options.min_confidence)
    confidence = found.verdict.confidence
    reasons = [str(reason) for reason in found.verdict.reasons]
    replacement = draft(found.shape, source, options, coroutines=found.verdict.coroutines) if reported else None
    if isinstance(replacement, Refusal):
        reasons.append(f"not rewritten: {replacement.reason}")
    return Group(
        path=source.path,
        line=found.span.line,
        column=source.offset(found.span.line, found.span.column) + 1,
        end_line=found.span.end_line,
        code=found.code if reported else None,
        reported=reported,
        confidence=confidence.name.lower() if confidence else None,
        barrier=None if reported else barrier(found).value,
        rewritable=reported and not isinstance(replacement, Refusal),
        awaits=tuple(span.line for span in found.awaits),
        reasons=tuple(reasons),
        waits=waits(found),
    )


def print_pictures(groups: Sequence[Group]) -> None:
    """Print the groups as text, in the characters and colours the output can show."""
    try:
        "".join(picture.UNICODE.characters).encode(sys.stdout.encoding)
        pen = picture.UNICODE
    except UnicodeEncodeError:
        pen = picture.ASCII
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for one in groups:
        text = picture.draw(one, pen, colour=colour)
        print(text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding), end="\n\n")
