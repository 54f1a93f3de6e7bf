"""Lines are split as black splits them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import flake8_gather
from flake8_gather.replacement.layout import layout
from flake8_gather.replacement.lines import Page
from flake8_gather.replacement.tokens import flatten

black = pytest.importorskip("black")
FILES = sorted((Path(flake8_gather.__file__).parent / "replacement").glob("*.py"))
SIMPLE = ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Expr | ast.Return
HEADERS = ast.For | ast.If | ast.While


def headers_end(node: ast.For | ast.If | ast.While) -> int:
    first = node.body[0]
    decorators = first.decorator_list if isinstance(first, ast.FunctionDef | ast.ClassDef) else []
    return min([first.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def statements(text: str) -> list[str]:
    """Return statements and headers that hold neither comments nor strings over several lines."""
    lines = text.splitlines(keepends=True)
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, SIMPLE):
            segment = "".join(lines[node.lineno - 1 : node.end_lineno])
        elif isinstance(node, HEADERS):
            segment = "".join(lines[node.lineno - 1 : headers_end(node)]).rstrip()
        else:
            continue
        if not any(mark in segment for mark in ("#", '"""', "'''", "\\\n")) and segment.strip():
            found.append(segment.rstrip())
    return found


@pytest.mark.parametrize("line_length", [60, 88])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_agrees_with_black(path: Path, line_length: int) -> None:
    mode = black.Mode(line_length=line_length, string_normalization=False, target_versions={black.TargetVersion.PY311})
    for statement in statements(black.format_str(path.read_text(), mode=mode)):
        indent = len(statement) - len(statement.lstrip())
        one_line = flatten(statement.strip())
        lines = layout(one_line, Page(line_length, indent))
        assert "\n".join(" " * indent + line for line in lines) == statement


@pytest.mark.parametrize(
    ("text", "compact"),
    [
        ("f(\n    a,\n    b,\n)", "f(a, b)"),
        ("f(\n    (a,),\n)", "f((a,))"),
        ("x[\n    a,\n]", "x[a,]"),
        ("[\n    a,\n]", "[a]"),
        ("{a: b,}", "{a: b}"),
        ("(a, b,)", "(a, b)"),
        ("a\n    .b()\n    .c", "a.b().c"),
        ("f( a ,b )", "f( a ,b )"),
        ("a +  # why\n b", "a + b"),
        ("f('''x\ny''',\n  1)", "f('''x\ny''', 1)"),
    ],
)
def test_one_line(text: str, compact: str) -> None:
    assert flatten(text, compact=True) == compact


def test_comment_counts_as_width() -> None:
    assert layout("result = call(argument)", Page(40, 0), comment="# comment") == ["result = call(argument)  # comment"]
    assert layout("result = call(argument)", Page(30, 0), comment="# comment") == [
        "result = call(",
        "    argument",
        ")  # comment",
    ]


def test_wide_characters_take_two_columns() -> None:
    assert layout("call('日本語日本語')", Page(19, 0)) == ["call(", "    '日本語日本語'", ")"]


def test_what_is_no_code_stays() -> None:
    assert layout("call(", Page(2, 0)) == ["call("]
