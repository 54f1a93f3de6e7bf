"""The flake8 adapter: options in, (line, column, text, type) out.

flake8 imports this module in every run, so it pulls in nothing but the values; the analysis is
imported when the first file that awaits comes along.
"""

from __future__ import annotations

import argparse
import logging
from typing import TYPE_CHECKING, Any, ClassVar

from flake8.exceptions import ExecutionError

from flake8_gather import __version__
from flake8_gather.confidence import Confidence
from flake8_gather.options import Options
from flake8_gather.settings import confidence, helper, patterns

if TYPE_CHECKING:
    import ast
    from collections.abc import Collection, Iterator, Sequence

    from flake8.options.manager import OptionManager

    from flake8_gather.analysis.needs import Need
    from flake8_gather.analysis.source import Source
    from flake8_gather.opportunity import Opportunity

LOG = logging.getLogger(__name__)
LONGEST = 160
SHORTEST_REPLACEMENT = 20

Found = tuple[int, int, str]
Finding = tuple[int, int, str, type]


class GatherPlugin:
    """Reports the groups of awaits in one file that could wait together."""

    name = "flake8-gather"
    version = __version__
    options: ClassVar[Options] = Options()

    def __init__(self, tree: ast.Module, lines: Sequence[str], filename: str) -> None:
        """Take what flake8 knows of the file; the tree is shared with other plugins and only read."""
        self.tree = tree
        self.lines = lines
        self.filename = filename

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Register the options; flake8 reads them from its command line and its configuration."""

        def add(name: str, **kwargs: Any) -> None:
            manager.add_option(f"--gather-{name}", parse_from_config=True, **kwargs)

        add(
            "min-confidence",
            type=confidence,
            default=Confidence.MEDIUM,
            metavar="LEVEL",
            help="Report from this confidence on: high, medium or low. (Default: medium)",
        )
        add(
            "no-follow-imports",
            action="store_true",
            help="Judge each file alone, without reading the project's other modules.",
        )
        for kind, meaning in (
            ("ordered", "whose effects must stay in order"),
            ("exclusive", "that take one call at a time"),
            ("concurrent", "that are safe and worth calling side by side"),
        ):
            add(kind, type=patterns, default=(), metavar="NAMES", help=f"Dotted names (with *) of things {meaning}.")
        add(
            "function",
            type=helper,
            default=None,
            metavar="NAME",
            help="The project's own package.module.function to suggest instead of asyncio.gather.",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Keep what the user has set, for all files."""
        cls.options = options_of(options)

    def run(self) -> Iterator[Finding]:
        """Yield the findings; a file that cannot be analysed is skipped with a line on stderr."""
        text = "".join(self.lines)
        if "await" not in text:
            return
        try:
            yield from self._findings(text)
        except RecursionError:
            LOG.warning("%s: flake8-gather skipped this file: nested too deeply", self.filename)
        except Exception as error:  # noqa: BLE001 - flake8 and its other plugins must go on
            LOG.warning(
                "%s: flake8-gather skipped this file after an internal error, please report it: %s: %s",
                self.filename,
                type(error).__name__,
                error,
            )

    def _findings(self, text: str) -> list[Finding]:
        """Return the findings that an earlier run has kept, or judge the file."""
        from flake8_gather.cache import Question, opened

        cache = opened()
        if cache is None:
            found = self._judged()[0]
        else:
            options = self.options
            question = Question("lint", self.filename, text, repr(options), options.follow_imports)
            known = cache.find(question)
            if known is None:
                known, needs = self._judged()
                cache.keep(question, known, needs)
            found = known
        return [(line, column, text, type(self)) for line, column, text in found]

    def _judged(self) -> tuple[list[Found], Collection[Need]]:
        """Return the findings, and what they rest on besides the file itself."""
        from flake8_gather.analysis.remembering import collect_less_often
        from flake8_gather.analysis.source import Source
        from flake8_gather.finders import considered

        collect_less_often()
        source = Source(self.lines, self.tree, self.filename)
        judged = considered(source, self.options, reported_only=True)
        found = [
            (*position(one, source), message(one, source, self.options))
            for one in judged.found
            if one.reported(self.options.min_confidence)
        ]
        return found, judged.needs


def options_of(parsed: argparse.Namespace) -> Options:
    """Return the settings in flake8's parsed options."""
    return Options(
        min_confidence=parsed.gather_min_confidence,
        follow_imports=not parsed.gather_no_follow_imports,
        ordered=_names(parsed, "gather_ordered"),
        exclusive=_names(parsed, "gather_exclusive"),
        concurrent=_names(parsed, "gather_concurrent"),
        gather_function=parsed.gather_function,
    )


def _names(parsed: argparse.Namespace, option: str) -> tuple[str, ...]:
    """Return an option's names; Flake8-pyproject hands over TOML's lists, which argparse does not read."""
    given: tuple[str, ...] | list[str] = getattr(parsed, option)
    try:
        return given if isinstance(given, tuple) else patterns(",".join(given))
    except argparse.ArgumentTypeError as error:
        raise ExecutionError(f"--{option.replace('_', '-')}: {error}") from error


def position(found: Opportunity, source: Source) -> tuple[int, int]:
    """Return where the finding stands, its first await: line from 1, column in characters from 0."""
    first = found.awaits[0]
    return first.line, source.offset(first.line, first.column)


def message(found: Opportunity, source: Source, options: Options) -> str:
    """Return the code, the rule's fact, what is won and the replacement, in at most 160 characters."""
    from flake8_gather.opportunity import Rewrite
    from flake8_gather.replacement import draft
    from flake8_gather.rules import RULES
    from flake8_gather.waits import gain

    text = ", ".join(filter(None, (f"{found.code} {RULES[found.code].fact}", gain(found))))
    rewrite = draft(found.shape, source, options)
    room = LONGEST - len(text) - len(": ")
    if not isinstance(rewrite, Rewrite) or room < SHORTEST_REPLACEMENT:
        return shortened(text, LONGEST)
    return f"{text}: {shortened(rewrite.summary, room)}"


def shortened(text: str, room: int) -> str:
    """Return the text, with its middle left out where it is longer than `room`."""
    if len(text) <= room:
        return text
    head = (room - 1) * 2 // 3
    return f"{text[:head].rstrip()}…{text[head + 1 - room :].lstrip()}"
