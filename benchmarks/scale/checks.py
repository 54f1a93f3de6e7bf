"""What must hold for one file: linter, `explain` and codemod say the same, and the rewrite is sound."""

from __future__ import annotations

import argparse
import ast
import io
import logging
import tokenize
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from flake8.processor import FileProcessor
from flake8.violation import Violation

from benchmarks.scale import outside
from flake8_gather import files
from flake8_gather.cli import explain, rewritten
from flake8_gather.files import FileError
from flake8_gather.plugin import GatherPlugin
from flake8_gather.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flake8_gather.cli.places import Place
    from flake8_gather.options import Options

Finding = tuple[int, str]  # the line of the first await, the code
FLAKE8 = argparse.Namespace(
    hang_closing=False, indent_size=4, max_line_length=88, max_doc_length=None, verbose=0, disable_noqa=False
)


@dataclass(frozen=True, slots=True)
class Report:
    """What one file holds and what is wrong: with the tool (`complaints`) or with the file (`error`)."""

    path: Path
    old: bytes
    new: bytes
    complaints: tuple[str, ...] = ()
    error: str | None = None
    considered: int = 0
    reported: int = 0
    rewritten: int = 0
    refused: tuple[str, ...] = ()

    @property
    def is_of_interest(self) -> bool:
        """Tell whether a run on disk has anything to do or to say here."""
        return self.new != self.old or self.error is not None or self.refused != ()


def check(path: Path, options: Options) -> Report:
    """Run linter, `explain` and codemod on one file, in memory, and compare what they say."""
    data = path.read_bytes()
    explained = explain.places_of(explain.Task(str(path), str(path), frozenset(), options))
    outcome = rewritten.outcome(rewritten.Task(str(path), str(path), frozenset(RULES), options))
    if isinstance(explained, FileError) or isinstance(outcome, FileError):
        return _unreadable(path, data, explained, outcome)
    linted = lint(path, options)
    complaints = [*linted.trouble, *_agreement(explained, outcome, linted)]
    if outcome.changed:
        complaints += soundness(outcome)
    return Report(
        path,
        data,
        outcome.new,
        tuple(complaints),
        considered=len(explained),
        reported=sum(group.reported for group in explained),
        rewritten=len(outcome.applied),
        refused=tuple(group.why for group in outcome.refused),
    )


def _unreadable(path: Path, data: bytes, explained: object, outcome: object) -> Report:
    """Both must give up, with the same words, and only where Python itself gives up."""
    if str(explained) != str(outcome):
        complaint = f"`explain` says {explained}, `fix` says {outcome}"
    elif "internal error" in str(outcome) or parses(data):
        complaint = str(outcome)
    else:
        return Report(path, data, data, error=str(outcome))
    return Report(path, data, data, (complaint,))


def parses(data: bytes) -> bool:
    """Tell whether Python can parse these bytes."""
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Linted:
    """What the plugin said inside flake8, what `# noqa` silenced of it, and its warnings."""

    found: Counter[Finding]
    silenced: Counter[Finding]
    trouble: tuple[str, ...]


class _Listener(logging.Handler):
    """Keeps what the plugin logs when it gives up on a file."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class _Plugin(GatherPlugin):
    """The plugin with options of its own."""

    options: ClassVar[Options]


def lint(path: Path, options: Options) -> Linted:
    """Run the plugin on a file as flake8 reads it, `# noqa` included."""
    listener = _Listener()
    log = logging.getLogger(GatherPlugin.__module__)
    propagate = log.propagate
    log.addHandler(listener)
    log.propagate = False
    _Plugin.options = options
    try:
        processor = FileProcessor(str(path), FLAKE8)
        tree = ast.parse("".join(processor.lines))
        whole = processor.should_ignore_file()
        found: Counter[Finding] = Counter()
        silenced: Counter[Finding] = Counter()
        for line, column, text, _ in _Plugin(tree, processor.lines, str(path)).run():
            code = text.partition(" ")[0]
            violation = Violation(code, str(path), line, column + 1, text, processor.noqa_line_for(line))
            found[line, code] += 1
            silenced[line, code] += whole or violation.is_inline_ignored(False)
    finally:
        log.removeHandler(listener)
        log.propagate = propagate
    return Linted(found, +silenced, tuple(listener.lines))


def _agreement(explained: Sequence[Place], outcome: rewritten.Outcome, linted: Linted) -> Iterator[str]:
    """The linter finds what `explain` reports, and the codemod rewrites it or says why not."""
    reported = [group for group in explained if group.reported]
    said = Counter((group.awaits[0], str(group.code)) for group in reported)
    if said != linted.found:
        yield f"linter {_shown(linted.found - said)} and `explain` {_shown(said - linted.found)} differ"
    applied = {(group.span.line, group.span.end_line, group.code) for group in outcome.applied}
    refused = {(group.span.line, group.span.end_line, group.code) for group in outcome.refused}
    for group in reported:
        place = (group.line, group.end_line, str(group.code))
        if linted.silenced[group.awaits[0], str(group.code)]:
            if place in applied | refused:
                yield f"line {group.line}: {group.code} is silenced, but not for the codemod"
        elif group.rewritable and place not in applied:
            yield f"line {group.line}: {group.code} should be rewritten, but is not"
        elif place not in applied | refused:
            yield f"line {group.line}: {group.code} is reported, but the codemod does not know it"


def _shown(places: Counter[Finding]) -> str:
    return ", ".join(f"{line} {code}" for line, code in sorted(places)) or "nothing"


def soundness(outcome: rewritten.Outcome) -> Iterator[str]:
    """A rewritten file compiles, keeps its comments, its line ends and all text outside the groups."""
    old, path = outcome.content.text, outcome.content.path
    new = files.content(outcome.new, path, path).text
    try:
        compile(outcome.new, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        if not isinstance(error, SyntaxError) or compiles(outcome.content.data):
            yield f"the new text does not compile: {error}"
            return
    if _comments(old) != _comments(new):
        yield "comments were lost or added"
    if _ends(new) - _ends(old):
        yield f"new line ends: {_ends(new) - _ends(old)}"
    if not outside.is_kept(old, new, [group.span for group in outcome.applied]):
        yield "text outside of the groups has changed"


def compiles(data: bytes) -> bool:
    """Tell whether Python can compile these bytes, not only parse them."""
    try:
        compile(data, "file", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _comments(text: str) -> Counter[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def _ends(text: str) -> set[str]:
    return {line[len(line.rstrip("\r\n")) :] for line in io.StringIO(text, newline="")} - {""}
