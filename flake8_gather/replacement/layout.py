"""Long lines are split as black and ruff-format split them.

The order of attempts is theirs: the right-hand side goes first (the content of the last bracket
pair moves to a line of its own), then delimiters of the highest priority. Parentheses that may be
added around a right-hand side are present from the start, but invisible.
"""

from __future__ import annotations

import tokenize
from collections.abc import Iterator

from flake8_gather.replacement.lines import CannotSplitError, Line, Page, Split, first_split, is_magic
from flake8_gather.replacement.optional import add_invisible, can_be_split, can_omit, prefers_other
from flake8_gather.replacement.tokens import COMMA, DOT, Leaf, leaves_of


def layout(text: str, page: Page, unit: str = "    ", comment: str = "") -> list[str]:
    """Split one statement (or compound statement's header), given as one line, into lines.

    The lines are indented relative to the statement; `comment` stays behind the last one.
    What cannot be split stays too long.
    """
    ending = f"  {comment}" if comment else ""
    try:
        leaves = add_invisible(leaves_of(text))
    except (tokenize.TokenError, SyntaxError, IndexError):
        return [text + ending]
    leaves[-1].comment = ending
    return [unit * line.depth + line.text.rstrip() for line in transform(Line(leaves, page))]


def transform(line: Line, *, force: bool = False) -> list[Line]:
    """Split a line until everything fits, as far as it can be split."""
    if not line.leaves or (not line.must_split and not line.magic and line.fits()):
        return [line]
    attempts = (delimiter_split, right_hand_splits) if line.inside else (right_hand_splits,)
    for attempt in attempts:
        try:
            return _run(line, attempt is right_hand_splits, force=force)
        except CannotSplitError:
            continue
    return [line]


def _run(line: Line, is_rhs: bool, *, force: bool) -> list[Line]:
    result: list[Line] = []
    parts = list(right_hand_splits(line, force=force) if is_rhs else delimiter_split(line))
    for part in parts:
        if part.text == line.text:
            raise CannotSplitError
        result.extend(transform(part, force=force))
    if force or not is_rhs or result[0].fits() or not _has_unused_parentheses(line, parts):
        return result
    second = _second_opinion(line)
    return second if second and all(part.fits() for part in second) else result


def _has_unused_parentheses(line: Line, parts: list[Line]) -> bool:
    """Tell whether the line has invisible parentheses, all of which stayed invisible in its parts."""
    known = set(map(id, line.leaves))
    used = any(leaf.opens and id(leaf) not in known for part in parts for leaf in part.leaves)
    return not used and any(leaf.bracket and not leaf.text for leaf in line.leaves)


def _second_opinion(line: Line) -> list[Line] | None:
    """Split with the optional parentheses made visible."""
    try:
        return _run(line, True, force=True)
    except CannotSplitError:
        return None


def delimiter_split(line: Line) -> Iterator[Line]:
    """Split at every delimiter of the highest priority; a trailing comma follows the last part."""
    priority = line.priority()
    places = [index for index, value in line.delimiters.items() if value == priority]
    if not priority or (priority == DOT and len(places) == 1):
        raise CannotSplitError
    start = 0
    for index in (*places, len(line.leaves) - 1):
        leaves = line.leaves[start : index + 1]
        start = index + 1
        if not leaves:
            continue
        if priority == COMMA and leaves[-1].text != ",":
            leaves = [*leaves, Leaf(",", after=COMMA)]
        yield Line(leaves, line.page, line.depth, inside=True)


def right_hand_splits(line: Line, *, force: bool = False) -> Iterator[Line]:
    """Split at the last bracket pair, or at an earlier one if that makes the first line fit."""
    first: list[Line] | None = None
    for omit in trailers_to_omit(line):
        if omit and _is_hopeless(line, omit):
            continue
        lines = list(_right_hand_split(line, omit, force=force))
        if first is None and not omit:
            first = lines
        if lines[0].fits():
            return iter(lines)
    return iter(first if first is not None else list(_right_hand_split(line, frozenset(), force=force)))


def _is_hopeless(line: Line, omit: frozenset[int]) -> bool:
    """Tell whether the bracket that would be split on stands beyond the end of the line."""
    target = next((leaf.partner for leaf in reversed(line.leaves) if leaf.closes and id(leaf) not in omit), None)
    if target is None or not target.text:
        return False
    before = line.indent
    for leaf in line.leaves:
        if leaf is target:
            return before > line.page.width
        before += len(str(leaf))
    return False


def trailers_to_omit(line: Line) -> Iterator[frozenset[int]]:
    """Yield growing sets of closing brackets to be glued together instead of split on."""
    omit: set[int] = set()
    if not line.magic:
        yield frozenset()
    length = line.indent
    opening: Leaf | None = None
    closing: Leaf | None = None
    inner: set[int] = set()
    for index in range(len(line.leaves) - 1, -1, -1):
        leaf = line.leaves[index]
        length += len(str(leaf))
        if length > line.page.width or leaf.comment or "\n" in leaf.text:
            return
        if opening is not None:
            if leaf is opening:
                opening = None
            elif leaf.closes:
                if is_magic(line.leaves, index):
                    return
                inner.add(id(leaf))
        elif leaf.closes:
            if index and line.leaves[index - 1].opens:
                inner.add(id(leaf))
                continue
            if closing is not None:
                omit |= {id(closing), *inner}
                inner.clear()
                yield frozenset(omit)
            if is_magic(line.leaves, index):
                return
            if leaf.text:
                opening, closing = leaf.partner, leaf


def _right_hand_split(line: Line, omit: frozenset[int], *, force: bool) -> Iterator[Line]:
    yield from _without_optional(first_split(line, omit), line, omit, force=force)


def _without_optional(split: Split, line: Line, omit: frozenset[int], *, force: bool) -> Iterator[Line]:
    """Try to do without optional parentheses, else make them visible."""
    if not force and not split.opening.text and can_omit(split):
        wider = omit | {id(split.closing)}
        try:
            other = first_split(line, wider)
            if prefers_other(other, split):
                yield from _without_optional(other, line, wider, force=force)
                return
        except CannotSplitError:
            if not can_be_split(split.body) and not split.body.fits():
                raise
    yield from _visible(split)


def _visible(split: Split) -> Iterator[Line]:
    """Yield the three parts, with the parentheses that were optional written out."""
    head, body, tail = split.head, split.body, split.tail
    if not split.opening.text:
        opening = Leaf("(", split.opening.prefix, "(", atom=True)
        closing = Leaf(")", split.closing.prefix, ")", opening, atom=True, comment=split.closing.comment)
        opening.partner = closing
        head = Line([*head.leaves[:-1], opening], head.page, head.depth)
        tail = Line([closing, *tail.leaves[1:]], tail.page, tail.depth, tracked=False)
    yield from (part for part in (head, body, tail) if part.leaves)
