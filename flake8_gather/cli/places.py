"""One group of awaits as it is shown: where it is, what was judged and why, its source and its waits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.cli.evidence import Evidence, evidence_of
from flake8_gather.cli.excerpts import after, before
from flake8_gather.cli.own_gather import own_gather
from flake8_gather.cli.rewritten import barrier
from flake8_gather.opportunity import Refusal, Rewrite
from flake8_gather.replacement import draft
from flake8_gather.shapes import TaskLoop, TaskRun
from flake8_gather.suppression import is_silenced
from flake8_gather.waits import gain, saved, waits

if TYPE_CHECKING:
    from flake8_gather.analysis.source import Source
    from flake8_gather.cli.excerpts import Excerpt
    from flake8_gather.opportunity import Opportunity
    from flake8_gather.options import Options

IN_JSON = "path line column end_line code reported confidence barrier rewritable awaits reasons".split()


@dataclass(frozen=True, slots=True)
class Bar:
    """One wait on the time line: its line and call, its item (loops only), its round before and after."""

    line: int
    call: str
    item: str | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Place:
    """One group of awaits; lines and columns count from 1, columns in characters.

    `rule` is the code that fits the shape, also where the group is kept and `code` is None. `gain`
    and `saved` say what a gather wins: in words, and in round trips where their number is known.
    """

    path: str
    line: int
    column: int
    end_line: int
    code: str | None
    reported: bool
    confidence: str | None
    barrier: str | None
    rewritable: bool
    awaits: tuple[int, ...]
    rule: str
    function: str
    gain: str | None
    saved: int | None
    evidence: tuple[Evidence, ...]
    bars: tuple[Bar, ...]
    before: Excerpt
    after: Excerpt

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons as text, each with the place it comes from."""
        return tuple(map(str, self.evidence))

    def json(self) -> dict[str, object]:
        """Return what the JSON form says of it."""
        return {name: getattr(self, name) for name in IN_JSON}


def place(found: Opportunity, source: Source, options: Options) -> Place:
    """Return what is said of one group; a reported one that is not rewritten says why."""
    reported = found.reported(options.min_confidence)
    written = _written(found, source, options) if reported else None
    evidence = [evidence_of(reason, source) for reason in found.verdict.reasons]
    if isinstance(written, Refusal):
        evidence.append(Evidence(f"not rewritten: {written.reason}"))
    elif written is not None:
        evidence += own_gather(source, options)
    confidence = found.verdict.confidence
    own = [one.line for one in evidence if one.line is not None and one.path is None]
    return Place(
        path=source.path,
        line=found.span.line,
        column=source.offset(found.span.line, found.span.column) + 1,
        end_line=found.span.end_line,
        code=found.code if reported else None,
        reported=reported,
        confidence=confidence.name.lower() if confidence else None,
        barrier=None if reported else barrier(found).value,
        rewritable=reported and not isinstance(written, Refusal),
        awaits=tuple(span.line for span in found.awaits),
        rule=found.code,
        function=_function(found, source),
        gain=gain(found) if reported else None,
        saved=saved(found) if reported else None,
        evidence=tuple(evidence),
        bars=tuple(_bars(found, source)),
        before=before(source, found, own, written if isinstance(written, Rewrite) else None),
        after=after(source, found, written) if isinstance(written, Rewrite) else (),
    )


def _written(found: Opportunity, source: Source, options: Options) -> Rewrite | Refusal:
    if is_silenced(source, found):
        return Refusal("a `# noqa` comment on its line")
    return draft(found.shape, source, options, coroutines=found.verdict.coroutines)


def _function(found: Opportunity, source: Source) -> str:
    shape = found.shape
    node = (shape.inner if isinstance(shape, TaskLoop | TaskRun) else shape).function
    return next((one.qualified_name for one in source.functions if one.node is node), node.name)


def _bars(found: Opportunity, source: Source) -> list[Bar]:
    texts = [_one_line(source.segment(span)).removeprefix("await ") for span in found.awaits]
    lines = [span.line for span in found.awaits]
    return [Bar(lines[one.step], texts[one.step], one.item, one.before, one.after) for one in waits(found)]


def _one_line(code: str) -> str:
    """Return an expression that may stand on several lines on one."""
    code = re.sub(r"(?<=[(\[{])\s*\n\s*|,?\s*\n\s*(?=[)\]}])", "", code)
    return re.sub(r"\s*\n\s*", " ", code)
