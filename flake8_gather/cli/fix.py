"""`flake8-gather fix`: rewrite files, or show what would be rewritten."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_gather import files
from flake8_gather.cli import diff, work
from flake8_gather.cli.rewritten import Outcome, Task, outcome
from flake8_gather.cli.setup import count, kept, prepare, say
from flake8_gather.cli.terminal import has_colour, with_progress
from flake8_gather.cli.verify import VerifyError, verified
from flake8_gather.files import STDIN, FileError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable


@dataclass
class Totals:
    """What the summary line and the exit code are made of."""

    errors: int
    thorough: bool = False
    files: int = 0
    gathers: int = 0
    refused: int = 0
    kept: Counter[str] = field(default_factory=Counter)

    def add(self, found: Outcome) -> None:
        """Count one file that was dealt with."""
        self.files += found.changed
        self.gathers += len(found.applied)
        self.refused += len(found.refused)
        self.kept.update(group.barrier for group in found.kept)

    def exit_code(self, dry: bool) -> int:
        """Return 2 after an error, 1 where something is left to do, else 0."""
        return 2 if self.errors else int(self.refused > 0 or (dry and self.files > 0))

    def line(self, dry: bool) -> str:
        """Return the summary."""
        parts = [
            f"{count(self.files, 'file')} {'would be ' if dry else ''}rewritten",
            count(self.gathers, "gather"),
        ]
        if self.thorough:
            parts.append(kept(self.kept))
        if self.refused:
            parts.append(f"{self.refused} reported but not rewritten")
        if self.errors:
            parts.append(count(self.errors, "error"))
        return ", ".join(parts)


def run(arguments: argparse.Namespace) -> int:
    """Rewrite, show or verify as the arguments say; return the exit code."""
    setup = prepare(arguments, arguments.paths, arguments.quiet)
    if setup is None:
        return 2
    configuration = setup.configuration
    tasks = [
        Task(path, setup.name(path), setup.codes(path), configuration.options_for(setup.name(path)), arguments.verbose)
        for path in setup.paths
    ]
    answers: Iterable[Outcome | FileError] = with_progress(
        work.each(outcome, tasks, arguments.jobs), len(tasks), quiet=arguments.quiet
    )
    if arguments.verify:
        try:
            answers = verified(answers, configuration.options_for, arguments)
        except (VerifyError, FileError) as error:
            say(f"flake8-gather: {error}")
            return 2
    totals = Totals(setup.errors, arguments.verbose)
    # Nothing is written before all is judged: who imports a module reads it as it was.
    for answer in list(filter(matters, answers)):
        wrong = answer if isinstance(answer, FileError) else deliver(answer, arguments)
        if wrong is not None:
            say(str(wrong))
            totals.errors += 1
        elif isinstance(answer, Outcome):
            totals.add(answer)
    dry = arguments.diff or arguments.check
    if not arguments.quiet:
        say(totals.line(dry))
    return totals.exit_code(dry)


def matters(answer: Outcome | FileError) -> bool:
    """Tell whether there is anything to say or to do about a file; what it holds is not needed any more where not."""
    if isinstance(answer, FileError) or answer.content.path == STDIN:
        return True
    return answer.changed or bool(answer.refused or answer.kept)


def deliver(found: Outcome, arguments: argparse.Namespace) -> FileError | None:
    """Write, print or mention one file's rewrite; return what went wrong."""
    content = found.content
    if arguments.diff:
        show(found)
    elif content.path == STDIN and not arguments.check:
        sys.stdout.buffer.write(found.new)
    elif found.changed and not arguments.check and not arguments.verify:
        try:
            files.replace(content.path, content.data, found.new)
        except FileError as error:
            return error
    if not arguments.quiet:
        mention(found, arguments)
    return None


def show(found: Outcome) -> None:
    """Print the diff: raw bytes, so that it applies, or text in colour for a terminal."""
    text = diff.unified(found.content.name, found.content.data, found.new)
    if sys.stdout.isatty():
        if has_colour(sys.stdout):
            text = diff.coloured(text)
        text = text.decode(found.content.encoding, "replace").encode(sys.stdout.encoding, "replace")
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


def mention(found: Outcome, arguments: argparse.Namespace) -> None:
    """Say on stderr which file was rewritten, what was refused and, when verbose, every group."""
    path = found.content.name
    dry = arguments.diff or arguments.check
    if found.changed and not arguments.diff:
        say(f"{'Would rewrite' if dry else 'Rewriting'} {path}")
    for group in found.refused:
        say(f"{path}:{group.line}: {group.code} not rewritten: {group.why}")
    if arguments.verbose:
        for group in found.applied:
            say(f"{path}:{group.line}: {group.code} {'would be ' if dry else ''}gathered")
        for group in found.kept:
            say(f"{path}:{group.line}: kept, {group.barrier}: {group.why}")
