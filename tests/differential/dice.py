"""What decides while a random program is written: Hypothesis, which shrinks, or plain chance, which is fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

Choice = TypeVar("Choice")


class Dice(Protocol):
    """Three ways to decide."""

    def number(self, low: int, high: int) -> int: ...

    def pick(self, choices: Sequence[Choice]) -> Choice: ...

    def several(self, choices: Sequence[Choice], most: int) -> list[Choice]: ...


class Drawn:
    """Hypothesis decides: a counter-example becomes as small as it can be."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return self.draw(st.sampled_from(choices))

    def several(self, choices: Sequence[Choice], most: int) -> list[Choice]:
        return self.draw(st.lists(st.sampled_from(choices), max_size=most))


class Thrown:
    """Chance decides: no two programs have anything to do with each other."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def pick(self, choices: Sequence[Choice]) -> Choice:
        return self.random.choice(choices)

    def several(self, choices: Sequence[Choice], most: int) -> list[Choice]:
        return [self.random.choice(choices) for _ in range(self.random.randint(0, most))]


def weighted(choices: Sequence[tuple[Choice, int]]) -> list[Choice]:
    """Return each choice as often as its weight says."""
    return [choice for choice, weight in choices for _ in range(weight)]
