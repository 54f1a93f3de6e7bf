"""One logical line as leaves: the smallest pieces that a line break may stand between.

Leaves know what a formatter has to know about a token: where its bracket closes, whether a line
may be broken before or after it, and how willingly.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from dataclasses import dataclass

OPENING = frozenset("([{")
CLOSING = frozenset(")]}")
COMPREHENSION, COMMA, TERNARY, LOGIC, STRING, COMPARATOR, DOT = 20, 18, 16, 14, 12, 10, 1
MATH = {"|": 9, "^": 8, "&": 7, "<<": 6, ">>": 6, "+": 5, "-": 5, "*": 4, "/": 4, "//": 4, "%": 4, "@": 4, "**": 2}
COMPARATORS = frozenset({"<", ">", "==", "!=", "<=", ">="})
VALUES = frozenset({"None", "True", "False"})
LAYOUT = frozenset({tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT})
SPLIT_STRINGS = frozenset({"FSTRING_START", "TSTRING_START"})
SPLIT_STRINGS_END = frozenset({"FSTRING_END", "TSTRING_END"})


@dataclass(eq=False, slots=True)
class Leaf:
    """A token; invisible parentheses have an empty text.

    `before` is the priority of a line break in front of the leaf, `after` of one behind it.
    `partner` joins the two brackets of a pair; `atom` marks brackets that are no call or subscript.
    """

    text: str
    prefix: str = ""
    bracket: str = ""
    partner: Leaf | None = None
    atom: bool = False
    before: int = 0
    after: int = 0
    comment: str = ""

    def __str__(self) -> str:
        """Return the leaf as it stands in a line."""
        return self.prefix + self.text + self.comment

    @property
    def opens(self) -> bool:
        """Whether this is an opening bracket, visible or not."""
        return self.bracket in OPENING and bool(self.bracket)

    @property
    def closes(self) -> bool:
        """Whether this is a closing bracket, visible or not."""
        return self.bracket in CLOSING and bool(self.bracket)

    @property
    def is_operand(self) -> bool:
        """Whether an operator that follows is a binary one, and a bracket that follows a trailer."""
        if self.closes or self.text in VALUES:
            return True
        first = self.text[:1]
        if first.isidentifier():
            return not keyword.iskeyword(self.text)
        return first in {'"', "'"} or first.isdigit() or (first == "." and self.text not in {".", "..."})


def words(text: str) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Return the tokens of a text as (text, start, end), comments and line ends left out.

    Raises `tokenize.TokenError` or `SyntaxError` where the text is no sequence of tokens.
    """
    lines = text.splitlines(keepends=True)
    found: list[tuple[str, tuple[int, int], tuple[int, int]]] = []
    depth, start = 0, (0, 0)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name in SPLIT_STRINGS:
            start = start if depth else token.start
            depth += 1
        elif name in SPLIT_STRINGS_END:
            depth -= 1
            if not depth:
                found.append((_between(lines, start, token.end), start, token.end))
        elif not depth and token.string and token.type not in LAYOUT:
            found.append((token.string, token.start, token.end))
    return found


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    middle = lines[start[0] : end[0] - 1]
    return "".join((lines[start[0] - 1][start[1] :], *middle, lines[end[0] - 1][: end[1]]))


def flatten(text: str, *, compact: bool = False) -> str:
    """Join code that may be spread over lines into one line; `compact` drops trailing commas.

    Comments are left out: whoever calls this has looked after them. Spaces inside a line stay.
    """
    if not compact and "\n" not in text and "\r" not in text:
        return text.strip()
    try:
        found = words(f"({text}\n)")[1:-1]
    except (tokenize.TokenError, SyntaxError):
        return text
    parts: list[str] = []
    for index, (word, start, _) in enumerate(found):
        if compact and word == "," and index + 1 < len(found) and _is_spare_comma(found, index):
            continue
        if parts:
            parts.append(_gap(found[index - 1], word, start, parts[-1]))
        parts.append(word)
    return "".join(parts)


def _gap(previous: tuple[str, tuple[int, int], tuple[int, int]], word: str, start: tuple[int, int], last: str) -> str:
    text, _, (line, column) = previous
    if text != last:
        return ""
    if line == start[0]:
        return " " * (start[1] - column)
    return "" if text in OPENING or word in CLOSING or word in {".", ",", ":"} or text == "." else " "


def _is_spare_comma(found: list[tuple[str, tuple[int, int], tuple[int, int]]], index: int) -> bool:
    """Tell whether the comma stands before the closing bracket of a call, list or dict for nothing."""
    closing = found[index + 1][0]
    if closing not in CLOSING:
        return False
    depth, commas, position = 0, 0, index
    while position >= 0:
        word = found[position][0]
        if word in CLOSING:
            depth += 1
        elif word in OPENING:
            if not depth:
                break
            depth -= 1
        commas += word == "," and not depth
        position -= 1
    before = Leaf(found[position - 1][0]) if position > 0 else None
    called = before is not None and (before.is_operand or before.text in CLOSING)
    return commas > 1 or (called if closing == ")" else not called)


class _Lexer:
    """Turns the tokens of one line into leaves, in one walk."""

    def __init__(self) -> None:
        self.leaves: list[Leaf] = []
        self.stack: list[tuple[Leaf | None, set[str]]] = [(None, set())]

    def read(self, text: str) -> list[Leaf]:
        end = (1, 0)
        for word, start, stop in words(text):
            gap = " " * (start[1] - end[1]) if start[0] == end[0] else ""
            self._add(Leaf(word, gap if self.leaves else ""))
            end = stop
        return self.leaves

    def _add(self, leaf: Leaf) -> None:
        previous = self.leaves[-1] if self.leaves else None
        if leaf.text in OPENING:
            leaf.bracket = leaf.text
            leaf.atom = previous is None or not previous.is_operand
            self.stack.append((leaf, set()))
        elif leaf.text in CLOSING:
            leaf.bracket = leaf.text
            opening, _ = self.stack.pop()
            leaf.partner = opening
            if opening is not None:
                opening.partner, leaf.atom = leaf, opening.atom
        else:
            leaf.before, leaf.after = self._priority(leaf.text, previous)
        self.leaves.append(leaf)

    def _priority(self, text: str, previous: Leaf | None) -> tuple[int, int]:
        opening, seen = self.stack[-1]
        if text == ",":
            return 0, COMMA
        if previous is None:
            seen.add("for" if text == "for" else "")
            return 0, 0
        if text in MATH:
            return MATH[text] if previous.is_operand else 0, 0
        if text == ".":
            return DOT if previous.closes else 0, 0
        if text[:1] in {'"', "'"} or text[-1:] in {'"', "'"}:
            return STRING if previous.text[-1:] in {'"', "'"} else 0, 0
        return self._word_priority(text, previous, opening is not None, seen), 0

    def _word_priority(self, text: str, previous: Leaf, inside: bool, seen: set[str]) -> int:
        if text == "for":
            seen.discard("in")
            seen.add("for")
            return 0 if previous.text == "async" else COMPREHENSION
        if text == "async":
            return COMPREHENSION
        if text in {"if", "else"}:
            return COMPREHENSION if text == "if" and inside and "for" in seen else TERNARY
        if text in {"and", "or"}:
            return LOGIC
        if text == "in":
            first = "for" in seen and "in" not in seen
            seen.add("in")
            return 0 if first or previous.text == "not" else COMPARATOR
        if text == "not":
            return COMPARATOR if previous.is_operand else 0
        return COMPARATOR if text == "is" or text in COMPARATORS else 0


def leaves_of(text: str) -> list[Leaf]:
    """Return the leaves of one logical line."""
    return _Lexer().read(text)
