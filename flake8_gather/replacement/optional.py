"""Parentheses that a formatter may add around a right-hand side, and when it rather does not."""

from __future__ import annotations

from flake8_gather.replacement.lines import Line, Split
from flake8_gather.replacement.tokens import COMMA, DOT, TERNARY, Leaf

ASSIGNMENTS = frozenset({"=", "+=", "-=", "*=", "/=", "//=", "%=", "@=", "**=", "|=", "&=", "^=", "<<=", ">>="})
HEADERS = frozenset({"if", "elif", "while", "return", "assert"})


def add_invisible(leaves: list[Leaf]) -> list[Leaf]:
    """Return the leaves of a statement with invisible parentheses wherever some may be added."""
    leaves = _wrap_all(leaves, _ternaries(leaves))
    return _wrap_all(leaves, _operands(leaves))


def _wrap_all(leaves: list[Leaf], ranges: list[tuple[int, int]]) -> list[Leaf]:
    """Wrap ranges from the last to the first; those around one that was wrapped get longer."""
    waiting = sorted(ranges)
    while waiting:
        start, end = waiting.pop()
        size = len(leaves)
        leaves = _wrap(leaves, start, end)
        grown = len(leaves) - size
        waiting = [(first, last + grown if last >= end else last) for first, last in waiting]
    return leaves


def _wrap(leaves: list[Leaf], start: int, end: int) -> list[Leaf]:
    """Put invisible parentheses around `leaves[start:end]`, or hide those that stand there."""
    if start >= end:
        return leaves
    first, last = leaves[start], leaves[end - 1]
    if first.text == "(" and first.partner is last and _is_redundant(leaves[start + 1 : end - 1]):
        first.text = last.text = ""
        return leaves
    opening = Leaf("", first.prefix, "(", atom=True, before=first.before)
    closing = Leaf("", "", ")", opening, atom=True)
    opening.partner = closing
    first.prefix, first.before = "", 0
    return [*leaves[:start], opening, *leaves[start:end], closing, *leaves[end:]]


def _is_redundant(content: list[Leaf]) -> bool:
    """Tell whether parentheses around this are only there for the line break."""
    depth = 0
    for leaf in content:
        depth -= leaf.closes
        if not depth and (leaf.after or leaf.before >= COMMA or leaf.text in {":=", "yield"}):
            return False
        depth += leaf.opens
    return bool(content)


def _top_level(leaves: list[Leaf]) -> list[int]:
    """Return the indices of the leaves outside of all brackets."""
    found, depth = [], 0
    for index, leaf in enumerate(leaves):
        depth -= leaf.closes
        if not depth:
            found.append(index)
        depth += leaf.opens
    return found


def _operands(leaves: list[Leaf]) -> list[tuple[int, int]]:
    """Return the ranges of a statement that may be parenthesised."""
    top = _top_level(leaves)
    first = leaves[0].text
    if first == "async":
        first = leaves[1].text
    end = len(leaves) - (leaves[-1].text == ":")
    if first == "for":
        middle = next((i for i in top if leaves[i].text == "in"), end)
        return [(top[0] + 1 + (leaves[0].text == "async"), middle), (middle + 1, end)]
    if first in HEADERS:
        return [(1, end)]
    equals = [i for i in top if leaves[i].text in ASSIGNMENTS]
    if not equals or leaves[-1].text == ":":
        return []
    ranges = [(left + 1, right) for left, right in zip(equals, (*equals[1:], len(leaves)), strict=True)]
    colon = next((i for i in top if i < equals[0] and leaves[i].text == ":"), None)
    if colon is not None:
        return [(colon + 1, equals[0]), *ranges]
    commas = any(leaves[i].text == "," for i in top if i < equals[0])
    return [(0, equals[0]), *ranges] if commas else ranges


def _ternaries(leaves: list[Leaf]) -> list[tuple[int, int]]:
    """Return the ranges of conditional expressions that do not fill a pair of brackets already."""
    found = []
    for index, leaf in enumerate(leaves):
        if leaf.text != "if" or leaf.before != TERNARY:
            continue
        start = _edge(leaves, index, -1) + 1
        end = _edge(leaves, index, 1)
        before = leaves[start - 1].text if start else ""
        if before != "(":
            found.append((start, end))
    return found


def _edge(leaves: list[Leaf], index: int, step: int) -> int:
    """Walk from the `if` of a conditional expression to the leaf next to the expression."""
    depth = 0
    while 0 <= index + step < len(leaves):
        index += step
        leaf = leaves[index]
        if not depth and (leaf.opens if step < 0 else leaf.closes):
            return index
        depth += (leaf.closes - leaf.opens) * -step
        if not depth and (leaf.text in {",", "=", ":", "return", ":="} or leaf.text in ASSIGNMENTS):
            return index
        if not depth and leaf.text == ("for" if step > 0 else "else"):
            return index
    return index + step


def can_omit(split: Split) -> bool:
    """Tell whether the content of invisible parentheses splits well without them."""
    body = split.body
    if not body.delimiters:
        return True
    priority = max(body.delimiters.values())
    if list(body.delimiters.values()).count(priority) > 1:
        return False
    if priority == DOT:
        return True
    first, second, penultimate, last = body.leaves[0], body.leaves[1], body.leaves[-2], body.leaves[-1]
    if first.opens and not second.closes and _can_omit_opening(body, first):
        return True
    if last.bracket in {")", "}"} or (last.bracket == "]" and last.atom):
        return not penultimate.opens and _can_omit_closing(body, last)
    return False


def _can_omit_opening(line: Line, first: Leaf) -> bool:
    remainder = False
    length = line.indent
    for leaf in line.leaves:
        if leaf.closes and leaf.partner is first:
            remainder = True
        if remainder:
            length += len(str(leaf))
            if length > line.page.width:
                return False
            if leaf.opens:
                remainder = False
    return True


def _can_omit_closing(line: Line, last: Leaf) -> bool:
    length = line.indent
    others = False
    for leaf in line.leaves:
        length += len(str(leaf))
        if leaf is last.partner:
            return others or length <= line.page.width
        others = others or leaf.opens
    return False


def prefers_other(other: Split, split: Split) -> bool:
    """Tell whether splitting without the optional parentheses (`other`) reads better."""
    head = split.head.leaves
    if not (len(head) >= 2 and head[-2].text == "="):
        return True
    if not any(leaf.bracket for leaf in head[:-1]):
        return True
    if not split.head.fits(1) or split.head.magic:
        return True
    equals = sum(leaf.text == "=" for leaf in head)
    if equals > 1 and equals > sum(leaf.text == "=" for leaf in other.head.leaves):
        return False
    for leaf in reversed(other.head.leaves):
        if leaf.text == "=":
            break
        if leaf.closes:
            return True
    return any(leaf.text == "=" for leaf in other.head.leaves) and other.head.fits()


def can_be_split(line: Line) -> bool:
    """Return False where the line cannot be split for sure."""
    leaves = line.leaves
    if len(leaves) < 2:
        return False
    if leaves[0].text[-1:] not in {'"', "'"} or leaves[1].text != ".":
        return True
    calls = dots = 0
    following = leaves[-1]
    for leaf in reversed(leaves[:-1]):
        if leaf.opens:
            if not following.closes:
                return False
            calls += 1
        elif leaf.text == ".":
            dots += 1
        elif not leaf.closes and not (following.text == "." or following.opens):
            return False
        if dots > 1 and calls > 1:
            return False
    return True
