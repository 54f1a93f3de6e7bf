"""`flake8-gather explain`: every group of awaits considered, reported or kept, and why."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather.analysis.source import Source
from flake8_gather.cli import work
from flake8_gather.cli.formats import formatted
from flake8_gather.cli.places import place
from flake8_gather.cli.report.figures import About
from flake8_gather.cli.setup import count, kept, prepare, say
from flake8_gather.cli.terminal import with_progress
from flake8_gather.files import FileError, reason
from flake8_gather.finders import analyse

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from flake8_gather.cli.places import Place
    from flake8_gather.files import Content
    from flake8_gather.options import Options


@dataclass(frozen=True, slots=True)
class Task:
    """One file to explain, at the lines asked for (none: all of it)."""

    path: str
    name: str
    lines: frozenset[int]
    options: Options


def run(arguments: argparse.Namespace) -> int:
    """Print the groups; return 2 after an error, 1 where something is reported, else 0."""
    wanted = [path_and_line(path) for path in arguments.paths]
    setup = prepare(arguments, [path for path, _ in wanted], arguments.quiet)
    if setup is None:
        return 2
    configuration = setup.configuration
    tasks = [
        Task(path, name, lines_at(path, wanted), configuration.options_for(name))
        for path, name in ((path, setup.name(path)) for path in setup.paths)
    ]
    errors = setup.errors
    places: list[Place] = []
    answers = work.each(places_of, tasks, arguments.jobs)
    for answer in with_progress(answers, len(tasks), quiet=arguments.quiet):
        if isinstance(answer, FileError):
            say(str(answer))
            errors += 1
        else:
            places.extend(answer)
    about = About(title([setup.name(path) for path, _ in wanted]), len(tasks), configuration.options.min_confidence)
    text = formatted(places, about, arguments.format, sys.stdout if arguments.output is None else None)
    wrong = deliver(text, arguments.output)
    if wrong is not None:
        say(str(wrong))
        errors += 1
    if not arguments.quiet:
        say(summary(places, len(tasks), errors))
    return 2 if errors else int(any(one.reported for one in places))


def path_and_line(path: str) -> tuple[str, int | None]:
    """Split `PATH:LINE`; a file whose name ends like that is taken as it is."""
    name, _, line = path.rpartition(":")
    if name and line.isdecimal() and not os.path.lexists(path):
        return name, int(line)
    return path, None


def lines_at(path: str, wanted: Sequence[tuple[str, int | None]]) -> frozenset[int]:
    """Return the lines asked for in a file; none when the file, or a folder around it, was named as a whole."""
    lines = {line for name, line in wanted if name == path}
    return frozenset(line for line in lines if line is not None) if None not in lines else frozenset()


def places_of(task: Task) -> list[Place] | FileError:
    """Return the groups of one file."""
    return work.guarded(task.path, task.name, lambda content: _places(content, task))


def _places(content: Content, task: Task) -> list[Place]:
    source = Source.parse(content.text, content.name)
    return [
        place(found, source, task.options)
        for found in analyse(source, task.options)
        if not task.lines or any(found.span.line <= line <= found.span.end_line for line in task.lines)
    ]


def summary(places: Sequence[Place], files: int, errors: int) -> str:
    """Return the last line for stderr."""
    barriers = Counter(one.barrier for one in places if one.barrier is not None)
    parts = [count(files, "file"), f"{len(places) - barriers.total()} reported", kept(barriers)]
    if errors:
        parts.append(count(errors, "error"))
    return ", ".join(parts)


def title(paths: Sequence[str]) -> str:
    """Return what a report is about: the folder's or file's name, as the user knows it."""
    return ", ".join(dict.fromkeys(Path(path).resolve().name for path in paths or "."))


def deliver(text: bytes, path: str | None) -> FileError | None:
    """Print the formatted groups, or write them to a file; return what went wrong."""
    if path is None:
        sys.stdout.buffer.write(text)
        return None
    try:
        Path(path).write_bytes(text)
    except OSError as error:
        return FileError(path, f"cannot be written: {reason(error)}")
    return None
