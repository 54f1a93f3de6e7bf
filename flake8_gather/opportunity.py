"""The values that flow through the house: what was considered, what was judged, and why.

Everything here is frozen. Lines count from 1; columns count from 0 in UTF-8 bytes, as in `ast`.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_gather.confidence import Confidence

if TYPE_CHECKING:
    import ast

    from flake8_gather.shapes import Shape


class Answer(enum.IntEnum):
    """The answer to one of the three questions; the weakest answer decides a whole group."""

    NO = 0
    UNKNOWN = 1
    LIKELY = 2
    YES = 3


class Barrier(enum.StrEnum):
    """Why a group is kept sequential: the closed list."""

    CARRIED = "carried"
    EARLY_EXIT = "early-exit"
    ORDERED = "ordered"
    EXCLUSIVE = "exclusive"
    SAME_RECEIVER = "same-receiver"
    PACED = "paced"
    LOCKED = "locked"
    LIFE_CYCLE = "life-cycle"
    NO_WAIT = "no-wait"
    ALREADY_CONCURRENT = "already-concurrent"
    NOT_ASYNCIO = "not-asyncio"
    STREAMING = "streaming"
    SHARED_STATE = "shared-state"
    SINGLE = "single"
    CONTEXT = "context"
    TEST = "test"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of source text, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, node: ast.expr | ast.stmt) -> Span:
        """Return the span of a node that came from source text."""
        end_line, end_column = node.end_lineno, node.end_col_offset
        assert end_line is not None
        assert end_column is not None
        return cls(node.lineno, node.col_offset, end_line, end_column)


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the judgement and the place it comes from (`path` None: the file itself)."""

    text: str
    line: int | None = None
    path: str | None = None

    def __str__(self) -> str:
        """Return the sentence with its place, as `explain` prints it."""
        if self.line is None:
            return self.text
        place = f"line {self.line}" if self.path is None else f"{self.path}:{self.line}"
        return f"{self.text} ({place})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The three answers, with the barrier when one of them is no or too little is known.

    `coroutines` says that all calls are known to return coroutines, as a TaskGroup needs them.
    """

    independent: Answer
    worthwhile: Answer
    permitted: Answer
    barrier: Barrier | None = None
    reasons: tuple[Reason, ...] = ()
    coroutines: bool = False

    @property
    def confidence(self) -> Confidence | None:
        """Three times yes is high, likely ones make it medium, unknown ones low; a no gives None."""
        answers = (self.independent, self.worthwhile, self.permitted)
        weakest = min(answers)
        if weakest is Answer.NO or self.independent < Answer.LIKELY:
            return None
        if weakest is Answer.UNKNOWN:
            return Confidence.LOW
        return Confidence.HIGH if weakest is Answer.YES else Confidence.MEDIUM


@dataclass(frozen=True, slots=True)
class Opportunity:
    """One group of awaits that was considered, reported or kept.

    `code` is the rule that fits the shape, also where the group is kept; `span` covers the loop,
    comprehension, statement run or expression; `awaits` are the spans of its awaits in order.
    """

    code: str
    span: Span
    awaits: tuple[Span, ...]
    verdict: Verdict
    shape: Shape = field(repr=False, compare=False)

    @property
    def barrier(self) -> Barrier | None:
        """The barrier, None where all three answers allow a gather."""
        return self.verdict.barrier

    def reported(self, threshold: Confidence) -> bool:
        """Tell whether linter and codemod act on it at this threshold."""
        confidence = self.verdict.confidence
        return confidence is not None and confidence >= threshold


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of a span (empty span: insert)."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How one opportunity is rewritten: edits that do not overlap, and its one-line summary.

    `summary` is the replacement as one line of code, for messages. `module` is the module that has
    to be imported (`asyncio`, or the package of `--gather-function`), None if its name is there.
    """

    edits: tuple[Edit, ...]
    summary: str
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an opportunity is reported but not rewritten."""

    reason: str
