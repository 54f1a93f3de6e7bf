"""Questions that lead to each other, such as what a function does: by what it calls, a fixed point.

A question that is met again while it is being answered adds nothing (yet): whatever there is to say is in the
answer of the one that began. So an answer may depend on what stood above the question. It is used again only where
that makes no difference, so that it is the same whoever asks first: nothing that it met is being answered.

What leads too far is not gone after: it has no answer, and so has nothing that leads there. Both what a question
leads to and how many levels it goes down are counted for each question alone.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Answer = TypeVar("Answer")
Question = Hashable


@dataclass(frozen=True, slots=True)
class Answered(Generic[Answer]):
    """An answer (None: it led too far), how many levels it goes down at least, and what it met.

    `size` counts the questions that it led to, with itself.
    """

    answer: Answer | None
    levels: float
    size: int
    met: frozenset[Question]


Known = dict[Question, Answered[Answer]]


class _TooFarError(Exception):
    """A question leads too far, as seen from one that goes down `levels` (infinity: from anywhere)."""

    def __init__(self, levels: float) -> None:
        super().__init__(levels)
        self.levels = levels


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
        """`deepest` levels are gone down, and `largest` is how many questions one may lead to, with itself.

        `cut` is the answer to one that leads further, `circular` that to a question met again.
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
        if self._frames:
            return self._found(question, answer)
        try:
            return self._found(question, answer)
        except _TooFarError:
            return self.cut

    def counted(self, found: Answer, known: Answered[Answer]) -> Answer:
        """Count what another recursion has answered as what the question leads to that is being answered here."""
        if self._frames:
            levels = math.inf if known.answer is None else known.levels
            if len(self._frames) + levels > self.deepest:
                self._leave((), levels)
            self._note(levels, known.size, ())
        return found

    def _found(self, question: Question, answer: Callable[[], Answer]) -> Answer:
        level = len(self._frames)
        known = self.known.get(question)
        if known is not None and self._open.keys().isdisjoint(known.met):
            if level + known.levels > self.deepest:
                self._leave(known.met, known.levels)
            if known.answer is not None:
                self._note(known.levels, known.size, known.met)
                return known.answer
        if level >= self.deepest:
            self._leave(frozenset(), 1)
        if question in self._open:
            so_far, leads_to = self._open[question]
            self._frames[-1].lowest = min(self._frames[-1].lowest, leads_to)
            self._note(1, 0, ())
            return so_far
        return self._answered(question, answer, level)

    def _answered(self, question: Question, answer: Callable[[], Answer], level: int) -> Answer:
        frame = _Frame(level, len(self._open))
        self._frames.append(frame)
        self._open[question] = (self.circular, level)
        try:
            found = answer()
        except BaseException as error:
            self._frames.pop()
            frame.met.update(self._close(frame))
            if isinstance(error, _TooFarError):
                self.known[question] = Answered(None, error.levels + 1, 0, frozenset(frame.met))
                self._leave(frame.met, error.levels + 1)
            raise
        self._frames.pop()
        if frame.lowest < level:
            self._leave_open(question, found, frame)
        else:
            self._keep(question, found, frame)
        self._note(frame.levels, frame.size, frame.met)
        return found

    def _leave_open(self, question: Question, found: Answer, frame: _Frame) -> None:
        """What leads further up is known for good only when that is answered."""
        self._open[question] = (found, frame.lowest)
        for other in self._opened_in(frame):
            self._open[other] = (self._open[other][0], frame.lowest)
        self._frames[-1].lowest = min(self._frames[-1].lowest, frame.lowest)

    def _keep(self, question: Question, found: Answer, frame: _Frame) -> None:
        frame.met.update(self._close(frame))
        self.known[question] = Answered(found, frame.levels, frame.size, frozenset(frame.met))
        frame.met.clear()  # all that it met is answered within it

    def _leave(self, met: Iterable[Question], levels: float) -> NoReturn:
        """Leave the question that is being answered: it has led too far."""
        if self._frames:
            self._frames[-1].met.update(met)
        raise _TooFarError(levels)

    def _close(self, frame: _Frame) -> list[Question]:
        """Forget what is known so far of a question and of those that were opened after it; return them."""
        closed = self._opened_in(frame)
        for question in closed:
            del self._open[question]
        return closed

    def _opened_in(self, frame: _Frame) -> list[Question]:
        return list(self._open)[frame.first :]

    def _note(self, levels: float, size: int, met: Iterable[Question]) -> None:
        """Note what the question that is being answered has led to."""
        if self._frames:
            frame = self._frames[-1]
            frame.levels = max(frame.levels, levels + 1)
            frame.size += size
            frame.met.update(met)
            if frame.size > self.largest:
                raise _TooFarError(math.inf)
