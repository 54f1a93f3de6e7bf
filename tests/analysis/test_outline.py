"""An outline tells of a module what its whole tree tells, though it is parsed in pieces."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

import flake8_gather
from flake8_gather.analysis.outline import Outline
from flake8_gather.analysis.source import Source

if TYPE_CHECKING:
    from flake8_gather.analysis.definitions import Module

OWN = sorted(Path(flake8_gather.__file__).parent.rglob("*.py"))
HARD = {
    "a definition in a string": '''
        TEMPLATE = """
        def a():
            import inside
        """

        def b():
            """
        def c(): pass
            """
            return TEMPLATE
        ''',
    "code behind a string of several lines": """
        def a():
            f('''
        ''', 1)
            return 2

        def b(): pass
        """,
    "decorators, comments and closing brackets": """
        @one
        @two(
            1,
        )
        # between
        def a(
            x,
        ) -> int:
            return x
        # behind
        x = [
            1,
        ]

        class B: pass
        """,
    "code at the start of a line in brackets": """
        def a():
            return f(
        1)

        def b(): pass
        """,
    "overloads and second definitions": """
        if True:
            def a(): pass
        def a(x): pass
        @overload
        def b(x): pass
        def b(y): pass
        c: int = 1
        def c(): pass
        """,
    "imports in functions": """
        import top
        from . import here
        def a():
            from x import (
                y,  # why
                z as w,
            )
            import p.q, r as s
            if w: import t
            from u \\
                import v
            from k import m \\
                as n
        def b():
            from other import y
            text = 'import no'  # import nothing
        """,
    "quotes in strings": """
        def a():
            return "'''" + '"' + '\\\\'

        def b():
            return f"{x['y']}"  # it's
        """,
}


def facts(module: Module) -> tuple[object, ...]:
    """Return all that one may ask of a module, comparable."""
    imports = module.imports
    found = {name: (ast.dump(node), node.lineno, node.end_lineno) for name, node in module.definitions.items()}
    return found, imports.names, imports.stars, imports.modules


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_this_package(path: Path) -> None:
    text = path.read_text("utf-8")
    assert facts(Outline(text, str(path))) == facts(Source.parse(text, str(path)))


@pytest.mark.parametrize("text", HARD.values(), ids=HARD.keys())
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_hard_places(text: str, end: str) -> None:
    text = dedent(text).replace("\n", end)
    assert facts(Outline(text, "m.py")) == facts(Source.parse(text, "m.py"))


def test_only_what_is_asked_for_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Outline("import x\ndef a(): return 1\nclass B:\n    def c(self): pass\n", "m.py")
    parsed: list[str] = []

    def parse(text: str, path: str) -> ast.AST:
        parsed.append(text.strip())
        return whole(text, path)

    whole = ast.parse
    monkeypatch.setattr(ast, "parse", parse)
    assert made.definition("nothing") is None
    assert not parsed
    assert isinstance(made.definition("B"), ast.ClassDef)
    assert made.definition("B") is made.definition("B")
    assert parsed == ["class B:\n    def c(self): pass"]


def test_a_broken_piece_is_not_there() -> None:
    made = Outline("def a(): return (\ndef b(): pass\n", "m.py")
    assert made.definition("a") is None
    assert isinstance(made.definition("b"), ast.FunctionDef)


def test_a_broken_rest_is_an_error() -> None:
    with pytest.raises(SyntaxError):
        Outline("x = = 1\n", "m.py")
