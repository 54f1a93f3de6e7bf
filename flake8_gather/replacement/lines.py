"""A line while it is being split: leaves, the room there is, and where the line may be broken."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from flake8_gather.replacement.tokens import COMMA, Leaf


class CannotSplitError(Exception):
    """This way of splitting a line does not work out."""


@dataclass(frozen=True, slots=True)
class Page:
    """The room there is: characters per line, the width of the line's indentation and of one step."""

    width: int
    indent: int
    step: int = 4


@dataclass
class Line:
    """A run of leaves on one line, `depth` steps to the right of the statement."""

    leaves: list[Leaf]
    page: Page
    depth: int = 0
    inside: bool = False
    tracked: bool = True
    must_split: bool = False
    text: str = field(init=False)

    def __post_init__(self) -> None:
        """Write the line out: the prefix of its first leaf is indentation."""
        self.text = "".join(map(str, self.leaves))
        if self.leaves:
            self.text = self.text[len(self.leaves[0].prefix) :]

    @property
    def indent(self) -> int:
        """The columns in front of the line."""
        return self.page.indent + self.page.step * self.depth

    def fits(self, spare: int = 0) -> bool:
        """Tell whether the line is short enough; a string over several lines has to be the last thing on it."""
        if "\n" in self.text:
            first, *_, last = self.text.split("\n")
            room = self.indent + width(first) + spare <= self.page.width and width(last) + spare <= self.page.width
            return room and self._ends_with_string()
        return self.indent + width(self.text) + spare <= self.page.width

    def _ends_with_string(self) -> bool:
        """Tell whether a string over several lines is all that stands inside its brackets and those around it."""
        place = next(index for index, leaf in enumerate(self.leaves) if "\n" in leaf.text)
        depth = 0
        for leaf in reversed(self.leaves[:place]):
            if leaf.text == "," and not depth:
                return False
            depth = max(depth + leaf.closes - leaf.opens, 0)
        behind = [leaf for leaf in self.leaves[place + 1 :] if leaf.text]
        return all(leaf.closes or (leaf.text == "," and leaf is behind[-1]) for leaf in behind)

    @cached_property
    def delimiters(self) -> dict[int, int]:
        """The places outside of all brackets where the line may be broken: index of the last leaf before, priority."""
        found: dict[int, int] = {}
        if not self.tracked:
            return found
        depth = loose = 0
        for index, leaf in enumerate(self.leaves):
            loose = _loose(leaf, loose, closing=True)
            depth -= leaf.closes and depth > 0
            if not depth and not loose:
                if leaf.before and index:
                    found[index - 1] = leaf.before
                elif leaf.after:
                    found[index] = leaf.after
            depth += leaf.opens
            loose = _loose(leaf, loose, closing=False)
        return found

    def priority(self) -> int:
        """The highest priority of a delimiter, a trailing comma not counted; 0 if there is none."""
        last = len(self.leaves) - 1
        return max((value for index, value in self.delimiters.items() if index != last), default=0)

    @cached_property
    def magic(self) -> bool:
        """Whether a bracket pair on the line holds a trailing comma, and so has to be exploded."""
        inside = set(map(id, self.leaves)) if self.tracked else set()
        return any(
            leaf.closes and id(leaf.partner) in inside and is_magic(self.leaves, i)
            for i, leaf in enumerate(self.leaves)
        )


def _loose(leaf: Leaf, loose: int, *, closing: bool) -> int:
    """Count the open `for … in` and `lambda … :`, whose commas are no delimiters."""
    if closing:
        return loose - 1 if loose and leaf.text in {"in", ":"} else loose
    return loose + 1 if leaf.text in {"for", "lambda"} else loose


def width(text: str) -> int:
    """Return the columns a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def is_magic(leaves: list[Leaf], index: int) -> bool:
    """Tell whether the closing bracket has a trailing comma that is neither a one-tuple's nor a subscript's."""
    closing = leaves[index]
    if not index or leaves[index - 1].text != ",":
        return False
    if closing.text == "}" or (closing.text == "]" and closing.atom):
        return True
    return not _is_one_sequence(leaves, index)


def _is_one_sequence(leaves: list[Leaf], index: int) -> bool:
    """Tell whether there is a single comma between the closing bracket and its opening one."""
    closing, depth, commas = leaves[index], 0, 0
    if closing.text == ")" and not closing.atom:
        return False
    for leaf in reversed(leaves[:index]):
        if leaf is closing.partner:
            break
        depth += leaf.closes - leaf.opens
        commas += leaf.text == "," and not depth
    return commas < 2


@dataclass(frozen=True, slots=True)
class Split:
    """A line cut into what stands before, inside and after one bracket pair."""

    head: Line
    body: Line
    tail: Line
    opening: Leaf
    closing: Leaf


def first_split(line: Line, omit: frozenset[int]) -> Split:
    """Cut the line at its last bracket pair that holds something and is not to be omitted."""
    leaves = line.leaves
    for close in range(len(leaves) - 1, -1, -1):
        closing = leaves[close]
        if closing.closes and id(closing) not in omit and not (close and leaves[close - 1] is closing.partner):
            break
    else:
        raise CannotSplitError
    start = next((i for i in range(close) if leaves[i] is closing.partner), None)
    if start is None:
        raise CannotSplitError
    opening = leaves[start]
    head = Line(leaves[: start + 1], line.page, line.depth)
    body = Line(leaves[start + 1 : close], line.page, line.depth + 1, inside=True)
    tail = Line(leaves[close:], line.page, line.depth, tracked=False)
    body.must_split = body.priority() == COMMA and (opening.atom or body.leaves[-1].text == ",")
    return Split(head, body, tail, opening, closing)
