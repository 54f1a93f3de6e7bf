"""What both subcommands begin with: the configuration, the files, and a voice on stderr."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather import config, files
from flake8_gather.cli.parser import overrides

if TYPE_CHECKING:
    import argparse
    from collections import Counter
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration, the files to work on, and how many places could not be looked at."""

    configuration: config.Configuration
    paths: tuple[str, ...]
    stdin_name: str
    errors: int

    def name(self, path: str) -> str:
        """Return a path as messages show it and the analysis takes it."""
        return self.stdin_name if path == files.STDIN else path

    def codes(self, path: str) -> frozenset[str]:
        """Return the rules to follow in a file; what stdin is said to be may be excluded, other paths are not."""
        if path == files.STDIN and self.configuration.excluded(self.stdin_name):
            return frozenset()
        return self.configuration.codes(self.name(path))


def prepare(arguments: argparse.Namespace, paths: Sequence[str], quiet: bool) -> Setup | None:
    """Read the configuration and find the files; None, said on stderr, where that makes no sense."""
    if files.STDIN in paths and len(paths) > 1:
        say("flake8-gather: stdin (-) cannot be combined with other paths")
        return None
    if files.STDIN in paths and getattr(arguments, "verify", None):
        say("flake8-gather: --verify needs files, not stdin (-)")
        return None
    try:
        configuration = config.load(Path.cwd(), overrides(arguments), getattr(arguments, "select", ()))
    except (config.ConfigError, OSError) as error:
        say(f"flake8-gather: {error}")
        return None
    for contradiction in () if quiet else configuration.contradictions:
        say(f"flake8-gather: {contradiction}")
    unreadable: list[files.FileError] = []
    found = tuple(files.walk(paths or (".",), configuration.excluded, unreadable.append))
    for folder in unreadable:
        say(str(folder))
    if not found and not unreadable and not quiet:
        say("flake8-gather: no Python files found")
    return Setup(configuration, found, arguments.stdin_display_name, len(unreadable))


def count(number: int, noun: str) -> str:
    """Return the number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def kept(barriers: Counter[str]) -> str:
    """Return how many groups were kept, with their barriers, the most frequent ones first."""
    total = f"{barriers.total()} kept"
    names = ", ".join(f"{name} {number}" for name, number in barriers.most_common())
    return f"{total} (barriers: {names})" if names else total


def say(text: str) -> None:
    """Print one line on stderr."""
    print(text, file=sys.stderr)
