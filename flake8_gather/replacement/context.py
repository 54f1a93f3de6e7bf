"""What every draft needs: the source's texts, indentation, names and spellings."""

from __future__ import annotations

import ast
import re
import tokenize
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from flake8_gather.analysis.flow import bound_around
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.walking import child_statements, on_lines, walk
from flake8_gather.opportunity import Span
from flake8_gather.replacement.gather import Spelling
from flake8_gather.replacement.layout import layout
from flake8_gather.replacement.lines import Page, width
from flake8_gather.replacement.names import Names
from flake8_gather.replacement.refusing import RefusedError
from flake8_gather.replacement.tokens import flatten, leaves_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_gather.analysis.source import Comment, Source
    from flake8_gather.options import Options

ZIP_STRICT = re.compile(r"\bzip\(.*\bstrict=")
DEFAULT = 88
USUAL = (88, 100, 120)
SEVERAL = 2
WORDS_IN_IT = re.compile(r"""["'#]""")
LOOSE = ast.IfExp | ast.Lambda | ast.NamedExpr | ast.Yield | ast.YieldFrom


class Context:
    """One function of one file, while one group of awaits in it is being rewritten."""

    def __init__(
        self,
        source: Source,
        options: Options,
        function: ast.AsyncFunctionDef,
        tasks: tuple[ast.Call, ...] = (),
        taken: Iterable[str] = (),
        place: ast.stmt | ast.expr | None = None,
        *,
        coroutines: bool = False,
    ) -> None:
        """Take the place; `tasks` are `create_task` calls that stand for their first argument.

        `coroutines` says that all that is started is known to be a coroutine.
        """
        self.place = place
        self.coroutines = coroutines
        self.source = source
        self.options = options
        self.function = function
        self.tasks = {id(task) for task in tasks}
        self.names = Names(function, source.tree, taken)

    @cached_property
    def spelling(self) -> Spelling:
        """How asyncio's functions are spelled here."""
        return Spelling(self.source, self.function, self.options)

    @cached_property
    def loop_names(self) -> list[str]:
        """Names that loops around the place bind: a local function takes them as parameters."""
        return sorted(bound_around(self.function, self.place)) if self.place is not None else []

    @cached_property
    def docstring_end(self) -> int:
        """The last line of the function's docstring, 0 where it has none."""
        match self.function.body[0]:
            case ast.Expr(value=ast.Constant(value=str())) as node:
                return node.end_lineno or 0
        return 0

    @cached_property
    def is_typed(self) -> bool:
        """Whether the function has annotations: type checkers pass over others."""
        arguments = self.function.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        return bool(self.function.returns or any(one.annotation for one in named if one is not None))

    @cached_property
    def strict_zip(self) -> bool:
        """Whether `zip` gets a `strict`: the file has it already, or the project's linter asks for it."""
        return self.options.strict_zip or any(ZIP_STRICT.search(line) for line in self.source.lines)

    @cached_property
    def newline(self) -> str:
        """The line end of the file."""
        first = self.source.lines[0]
        return first[len(first.rstrip("\r\n")) :] or "\n"

    @cached_property
    def unit(self) -> str:
        """One step of indentation, as the function's body has it."""
        outer = self.indent(self.function.lineno)
        inner = self.indent(self.function.body[0].lineno)
        return inner[len(outer) :] or "    "

    def indent(self, line: int) -> str:
        """Return the white space a line starts with."""
        return self.indent_of(self.source.lines[line - 1])

    @staticmethod
    def indent_of(text: str) -> str:
        """Return the white space a text starts with."""
        return text[: len(text) - len(text.lstrip(" \t\f"))]

    def page(self, indent: str) -> Page:
        """Return the room there is for a statement with this indentation."""
        step = len(self.unit.expandtabs(4))
        return Page(line_length(self.source, self.options.line_length), len(indent.expandtabs(4)), step)

    def fits(self, text: str, line: int) -> bool:
        """Tell whether a statement at the indentation of a line stands on one line."""
        return len(layout(text, self.page(self.indent(line)), self.unit)) == 1 and self.is_short(text, line)

    def is_short(self, text: str, line: int) -> bool:
        """Tell whether a text at the indentation of a line has room on it."""
        page = self.page(self.indent(line))
        return "\n" not in text and page.indent + width(text) <= page.width

    def text(self, node: ast.expr) -> str:
        """Return an expression's code on one line, without parentheses around it."""
        if id(node) in self.tasks and isinstance(node, ast.Call):
            node = node.args[0]
        if any(is_bare_super(inner) for inner in walk(node)):
            raise RefusedError("super() without arguments means something else inside a generator")
        text = self.source.segment(node)
        return flatten(text, compact=not (isinstance(node, ast.Call) and "\n" in text))

    def operand(self, node: ast.expr) -> str:
        """Return an expression's code so that it may stand as an element, an argument or an iterable."""
        text = self.text(node)
        bare = isinstance(node, ast.Tuple) and not is_enclosed(text)
        return f"({text})" if bare or isinstance(node, LOOSE) else text

    @cached_property
    def function_lines(self) -> range:
        """The numbers of the function's lines."""
        return range(self.function.lineno, self.end_of(self.function) + 1)

    def comments(self, first: int, last: int) -> list[Comment]:
        """Return the comments on a range of the function's lines."""
        if not any("#" in line for line in self.source.lines[first - 1 : last]):
            return []
        return [comment for comment in self._comments if first <= comment.line <= last]

    @cached_property
    def _comments(self) -> list[Comment]:
        return self.source.comments(self.function.lineno, self.end_of(self.function))

    def logical_line(self, node: ast.stmt) -> Span:
        """Return the span of a simple statement, or of a compound statement's header with its colon."""
        lines = self.source.lines[node.lineno - 1 :]
        previous = None
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type == tokenize.NEWLINE and previous is not None:
                line = node.lineno + previous.end[0] - 1
                text = self.source.lines[line - 1][: previous.end[1]]
                column = len(text.encode("utf-8", "surrogatepass"))
                return Span(node.lineno, node.col_offset, line, column)
            if token.type not in {tokenize.COMMENT, tokenize.NL}:
                previous = token
        raise RefusedError("the statement has no end")

    def end_of(self, node: ast.stmt) -> int:
        """Return the last line of a block, with the comments that stand below its last statement."""
        outer = len(self.indent(node.lineno))
        last = line = node.end_lineno or node.lineno
        while line < len(self.source.lines):
            text = self.source.lines[line].strip()
            if text and (not text.startswith("#") or len(self.indent(line + 1)) <= outer):
                break
            line += 1
            last = line if text else last
        return last

    def line_end(self, line: int) -> int:
        """Return the column of a line's end, in UTF-8 bytes."""
        return len(self.source.lines[line - 1].rstrip("\r\n").encode("utf-8", "surrogatepass"))

    def require_alone(self, node: ast.stmt) -> None:
        """Refuse if the statement shares one of its lines with another one."""
        before = self.source.lines[node.lineno - 1].encode("utf-8", "surrogatepass")[: node.col_offset]
        end = self.source.lines[(node.end_lineno or node.lineno) - 1].encode("utf-8", "surrogatepass")
        after = end[node.end_col_offset :].strip()
        if before.strip() or (after and not after.startswith(b"#")):
            raise RefusedError("the statement shares its line with another one")
        body = getattr(node, "body", None)
        if body and body[0].lineno <= self.logical_line(node).end_line:
            raise RefusedError("the body stands on the line of its header")


@per_file()
def line_length(source: Source, configured: int | None) -> int:
    """Return how long lines may be: where nobody has set it, as long as the file's own code."""
    if configured is not None:
        return configured
    kept = filter(_can_be_split, sorted(_long_statements(source), key=width, reverse=True))
    longest = [width(text) for text in islice(kept, SEVERAL)]
    if len(longest) < SEVERAL:
        return DEFAULT
    return next((usual for usual in USUAL if longest[0] <= usual), USUAL[-1])


def _long_statements(source: Source) -> Iterator[str]:
    """Yield the statements, or their headers, that stand on one long line."""
    lines = [
        number for number, text in enumerate(source.lines, 1) if len(text) > DEFAULT and not WORDS_IN_IT.search(text)
    ]
    long, stack = set(lines), on_lines(source.tree.body, lines)
    for node in stack:
        body = getattr(node, "body", None)
        end = node.end_lineno if not body else body[0].lineno - 1
        if end == node.lineno and node.lineno in long:
            yield source.lines[node.lineno - 1].rstrip()
            long.remove(node.lineno)
        stack += on_lines(child_statements(node), lines)


def _can_be_split(line: str) -> bool:
    """Tell whether a formatter would make several lines of a long one."""
    text = line.lstrip()
    return len(layout(text, Page(DEFAULT, width(line) - width(text)))) > 1


def is_bare_super(node: ast.AST) -> bool:
    """Tell whether a node is `super()`, which means nothing inside another scope."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args


def is_enclosed(text: str) -> bool:
    """Tell whether one pair of parentheses encloses all of the code."""
    leaves = leaves_of(text)
    return leaves[0].text == "(" and leaves[0].partner is leaves[-1]
