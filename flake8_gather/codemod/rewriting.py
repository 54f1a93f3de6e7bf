"""A whole file, rewritten: group after group, until nothing more is left to do."""

from __future__ import annotations

import ast
import dataclasses
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flake8.defaults import NOQA_FILE

from flake8_gather.analysis.source import Source
from flake8_gather.codemod.imports import import_edit
from flake8_gather.codemod.positions import Positions
from flake8_gather.opportunity import Refusal, Rewrite
from flake8_gather.replacement import draft
from flake8_gather.replacement.patch import apply_edits
from flake8_gather.suppression import is_silenced

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from flake8_gather.analysis.needs import Need
    from flake8_gather.opportunity import Edit, Opportunity, Span
    from flake8_gather.options import Options

PASSES = 10
Refused = tuple["Opportunity", Refusal]


@dataclass(frozen=True, slots=True)
class Result:
    """The new text, what was rewritten in it and what was not, with places in the original text.

    `needs` is what it rests on besides the text itself.
    """

    text: str
    applied: tuple[Opportunity, ...] = ()
    refused: tuple[Refused, ...] = ()
    needs: frozenset[Need] = field(default=frozenset(), compare=False)


def rewrite(
    text: str,
    path: str,
    options: Options,
    select: Collection[str] | None = None,
    *,
    only: Collection[Span] | None = None,
) -> Result:
    """Rewrite everything that is reported in a text (without BOM).

    `select` are the codes to follow, `only` the places of the groups to rewrite (as in an earlier
    result of the same text); None means all. Raises `SyntaxError` and `ValueError` as `ast.parse` does.
    """
    source = Source.parse(text, path)
    if "await" not in text or _is_silenced(text):
        return Result(text)
    work = _Work(source, options, select, only)
    for _ in range(PASSES):
        if not work.one_pass():
            break
    return Result(work.source.text, tuple(work.applied), tuple(work.refused), work.needs)


def _is_silenced(text: str) -> bool:
    """Tell whether flake8 passes the whole file over: to look at each line for that takes a while."""
    return "flake8" in text.lower() and any(NOQA_FILE.match(line) for line in text.splitlines())


class _Work:
    """The state between the passes over one file."""

    def __init__(
        self, source: Source, options: Options, select: Collection[str] | None, only: Collection[Span] | None
    ) -> None:
        self.source = source
        self.options = options
        self.select = select
        self.only = only
        self.positions = Positions()
        self.applied: list[Opportunity] = []
        self.refused: list[Refused] = []
        self.broken: list[Refused] = []
        self.needs: frozenset[Need] = frozenset()

    @cached_property
    def flags(self) -> int:
        """How the result is tried out: a file that does not compile as it is needs no more than to parse."""
        return 0 if _compiles(self.source.text, self.source.path, 0) else ast.PyCF_ONLY_AST

    def one_pass(self) -> bool:
        """Apply all rewrites that do not touch each other; tell whether there were any."""
        self.refused = list(self.broken)
        drafts = self._without_overlaps(list(self._drafts()))
        accepted = self._accepted(drafts)
        if not accepted:
            return False
        edits = self._edits(accepted)
        text = apply_edits(self.source, edits)
        self.applied += [self._original(found) for found, _ in accepted]
        self.positions.shift(edits)
        self.source = Source.parse(text, self.source.path)
        return True

    def _drafts(self) -> Iterator[tuple[Opportunity, Rewrite]]:
        """Yield what is to be rewritten; names that come in are taken for the rest of their function."""
        from flake8_gather.finders import considered

        judged = considered(self.source, self.options, reported_only=True)
        self.needs |= judged.needs
        taken: dict[int, set[str]] = {}
        for found in judged.found:
            original = self._original(found)
            if not self._is_wanted(found, original) or any(original == other for other, _ in self.broken):
                continue
            shape = found.shape
            function = shape.inner.function if hasattr(shape, "inner") else shape.function
            names = taken.setdefault(id(function), set())
            written = draft(found.shape, self.source, self.options, coroutines=found.verdict.coroutines, taken=names)
            if isinstance(written, Refusal):
                self.refused.append((original, written))
                continue
            names.update(word for edit in written.edits for word in re.findall(r"[^\W\d]\w*", edit.text))
            yield found, written

    def _is_wanted(self, found: Opportunity, original: Opportunity) -> bool:
        if not found.reported(self.options.min_confidence):
            return False
        if self.select is not None and found.code not in self.select:
            return False
        if self.only is not None and original.span not in self.only:
            return False
        return not is_silenced(self.source, found)

    def _original(self, found: Opportunity) -> Opportunity:
        """Return the opportunity with its places in the text as it was before the first pass."""
        span = self.positions.original(found.span)
        awaits = tuple(self.positions.original(place) for place in found.awaits)
        return dataclasses.replace(found, span=span, awaits=awaits)

    @staticmethod
    def _without_overlaps(drafts: Sequence[tuple[Opportunity, Rewrite]]) -> list[tuple[Opportunity, Rewrite]]:
        """Leave out what touches the text of an earlier rewrite; the next pass looks at it again."""
        chosen: list[tuple[Opportunity, Rewrite]] = []
        last = (0, 0)
        for found, written in sorted(drafts, key=lambda pair: _extent(*pair)[0]):
            start, end = _extent(found, written)
            if start >= last:
                chosen.append((found, written))
                last = end
        return chosen

    def _accepted(self, drafts: list[tuple[Opportunity, Rewrite]]) -> list[tuple[Opportunity, Rewrite]]:
        """Return the rewrites that lead to valid code; usually all of them."""
        if not drafts or self._is_valid(drafts):
            return drafts
        accepted: list[tuple[Opportunity, Rewrite]] = []
        for pair in drafts:
            if self._is_valid([*accepted, pair]):
                accepted.append(pair)
            else:
                broken = (self._original(pair[0]), Refusal("the result would not be valid Python"))
                self.broken.append(broken)
                self.refused.append(broken)
        return accepted

    def _is_valid(self, drafts: Sequence[tuple[Opportunity, Rewrite]]) -> bool:
        return _compiles(apply_edits(self.source, self._edits(drafts)), self.source.path, self.flags)

    def _edits(self, drafts: Sequence[tuple[Opportunity, Rewrite]]) -> list[Edit]:
        """Return all edits, those of the imports included."""
        edits = [edit for _, written in drafts for edit in written.edits]
        helper = self.options.gather_function or ""
        for module in sorted({written.module for _, written in drafts if written.module is not None}):
            package, _, name = helper.rpartition(".")
            edits.append(import_edit(self.source, module, name if module == package else None))
        return edits


def _extent(found: Opportunity, written: Rewrite) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first and the last place that a rewrite reads or writes."""
    spans = [found.span, *(edit.span for edit in written.edits)]
    start = min((span.line, span.column) for span in spans)
    return start, max((span.end_line, span.end_column) for span in spans)


def _compiles(text: str, path: str, flags: int) -> bool:
    try:
        compile(text, path, "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
