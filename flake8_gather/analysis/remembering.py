"""Facts about the nodes of trees, remembered for as long as one file is analysed.

Within a file the same node is asked about again and again. Afterwards nobody asks any more, and what is
remembered would only keep whole trees in memory, through which Python's garbage collector goes time and again.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from functools import _lru_cache_wrapper

Fact = TypeVar("Fact")

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
