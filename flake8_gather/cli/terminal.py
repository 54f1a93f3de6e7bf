"""What only a terminal gets: colour, its width, and a bar that says how far the work is."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")
PATIENCE = 1.0
BAR = 30
CLEAR = "\r\x1b[K"


def has_colour(stream: TextIO) -> bool:
    """Tell whether to write in colour: on a terminal that can, unless NO_COLOR is set."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that moves its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width(stream: TextIO, default: int) -> int:
    """Return the columns of the terminal that a stream is, or else the default."""
    return shutil.get_terminal_size((default, 24)).columns if stream.isatty() else default


def with_progress(answers: Iterable[T], total: int, *, quiet: bool) -> Iterator[T]:
    """Pass the answers on; where that takes long, show on a terminal how many there were of how many.

    The bar is gone from its line of stderr whenever an answer is passed on.
    """
    if quiet or not is_terminal(sys.stderr):
        yield from answers
        return
    due = time.monotonic() + PATIENCE
    shown = False
    try:
        for number, answer in enumerate(answers, 1):
            if shown:
                sys.stderr.write(CLEAR)
            shown = False
            yield answer
            if number < total and time.monotonic() >= due:
                sys.stderr.write(bar(number, total))
                sys.stderr.flush()
                shown = True
    finally:
        if shown:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()


def bar(number: int, total: int) -> str:
    """Return the bar with its numbers, on the line where the cursor is."""
    done = BAR * number // total
    return f"{CLEAR}[{'=' * done}{' ' * (BAR - done)}] {number} of {total} files"
