"""Facts about the nodes of trees, remembered for as long as one file is analysed.

Within a file the same node is asked about again and again. Afterwards nobody asks any more, and what is
remembered would only keep whole trees in memory, through which Python's garbage collector goes time and again.
"""

from __future__ import annotations

import gc
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import _lru_cache_wrapper

Fact = TypeVar("Fact")

# How many objects are made before Python looks for garbage: many times as many as by default.
ALLOCATIONS = 20_000

_REMEMBERED: list[_lru_cache_wrapper[Any]] = []


def per_file(*, most: int | None = None) -> Callable[[Callable[..., Fact]], _lru_cache_wrapper[Fact]]:
    """Remember what a function returns until the next file; `most` answers where they grow with what is nested."""

    def remember(function: Callable[..., Fact]) -> _lru_cache_wrapper[Fact]:
        found = lru_cache(maxsize=most)(function)
        _REMEMBERED.append(found)
        return found

    return remember


def forget() -> None:
    """Forget the facts about the file before."""
    for one in _REMEMBERED:
        one.cache_clear()


def collect_less_often() -> None:
    """Let Python's garbage collector look for cycles less often in this process; one that is off stays off.

    Trees hold no cycles, and what is remembered of modules is there to stay: the collector would go through all of
    it several times, and find nothing.
    """
    first, *others = gc.get_threshold()
    if 0 < first < ALLOCATIONS:
        gc.set_threshold(ALLOCATIONS, *others)
