"""Questions that lead to each other, such as what a function does: by what it calls, a fixed point.

A question goes down a limited number of levels, and one that is met again while it is being answered adds
nothing (yet): whatever there is to say is in the answer of the one that began. So an answer may depend on
what stood above the question. It is used again only where that makes no difference, so that it is the same
whoever asks first: as deep as it went is still allowed, and nothing that it met is being answered.

One that leads to too much is not gone after any further: how much is counted for each question alone.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")
Question = Hashable


@dataclass(frozen=True, slots=True)
class Answered(Generic[Answer]):
    """An answer, how many levels it went down (infinity: further than it was allowed), and what it met.

    `size` counts the questions that it led to, with itself.
    """

    answer: Answer
    levels: float
    size: int
    met: frozenset[Question]


# Answers by question, those that were cut short by question and level.
Known = dict[Question | tuple[Question, int], Answered[Answer]]


@dataclass(slots=True)
class _Frame:
    """A question that is being answered; `lowest` is the level of the topmost question that it has met again."""

    lowest: int
    first: int
    levels: float = 1
    size: int = 1
    met: set[Question] = field(default_factory=set)


class Recursion(Generic[Answer]):
    """Answers questions by what they lead to."""

    def __init__(self, deepest: int, largest: int, known: Known[Answer], *, cut: Answer, circular: Answer) -> None:
        """`deepest` levels are gone down, and `largest` is what a question may lead to before it asks no more.

        `cut` is the answer beyond both, `circular` that to a question met again.
        """
        self.deepest = deepest
        self.largest = largest
        self.known = known
        self.cut = cut
        self.circular = circular
        self._frames: list[_Frame] = []
        # Questions without a final answer, oldest first: what is known so far, and how far up they lead.
        self._open: dict[Question, tuple[Answer, int]] = {}

    def ask(self, question: Question, answer: Callable[[], Answer]) -> Answer:
        """Return the answer to a question; the function that finds it may ask others."""
        level = len(self._frames)
        if self._frames and self._frames[-1].size >= self.largest:
            return self.cut
        known = self.known.get(question)
        if known is None or level + known.levels > self.deepest:
            known = self.known.get((question, level))
        if known is not None and self._open.keys().isdisjoint(known.met):
            self._note(known.levels, known.size, known.met)
            return known.answer
        if level >= self.deepest:
            self._note(math.inf, 0)
            return self.cut
        if question in self._open:
            so_far, leads_to = self._open[question]
            self._frames[-1].lowest = min(self._frames[-1].lowest, leads_to)
            self._note(1, 0)
            return so_far
        return self._answered(question, answer, level)

    def _answered(self, question: Question, answer: Callable[[], Answer], level: int) -> Answer:
        frame = _Frame(level, len(self._open))
        self._frames.append(frame)
        self._open[question] = (self.circular, level)
        try:
            found = answer()
        except BaseException:
            self._close(frame)
            raise
        finally:
            self._frames.pop()
        if frame.lowest < level:
            self._leave_open(question, found, frame)
        else:
            self._keep(question, found, frame, level)
        self._note(frame.levels, frame.size, frame.met)
        return found

    def _leave_open(self, question: Question, found: Answer, frame: _Frame) -> None:
        """What leads further up is known for good only when that is answered."""
        self._open[question] = (found, frame.lowest)
        for other in self._opened_in(frame):
            self._open[other] = (self._open[other][0], frame.lowest)
        self._frames[-1].lowest = min(self._frames[-1].lowest, frame.lowest)

    def _keep(self, question: Question, found: Answer, frame: _Frame, level: int) -> None:
        frame.met.update(self._close(frame))
        known = Answered(found, frame.levels, frame.size, frozenset(frame.met))
        if frame.levels <= self.deepest:
            self.known[question] = known
            frame.met.clear()  # all that it met is answered within it
        else:
            self.known[question, level] = known

    def _close(self, frame: _Frame) -> list[Question]:
        """Forget what is known so far of a question and of those that were opened after it; return them."""
        closed = self._opened_in(frame)
        for question in closed:
            del self._open[question]
        return closed

    def _opened_in(self, frame: _Frame) -> list[Question]:
        return list(self._open)[frame.first :]

    def _note(self, levels: float, size: int, met: frozenset[Question] | set[Question] = frozenset()) -> None:
        """Note what the question that is being answered has led to."""
        if self._frames:
            frame = self._frames[-1]
            frame.levels = max(frame.levels, levels + 1)
            frame.size += size
            frame.met |= met
