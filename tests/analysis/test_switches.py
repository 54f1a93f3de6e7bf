"""Functions without the branches that are never taken do what they did."""

from __future__ import annotations

import ast
from itertools import product
from typing import TYPE_CHECKING

import pytest

from flake8_gather.analysis.remembering import forget
from flake8_gather.analysis.switches import constants, off_by_default, switched

if TYPE_CHECKING:
    from flake8_gather.analysis.switches import Value

FUNCTIONS = {
    "early return": """
def f(a, b=None):
    if a is None:
        return 1
    if not b:
        return 2
    return 3
""",
    "else and elif": """
def f(a, b):
    found = []
    if a == "x":
        found.append(1)
    elif b is not None and not a:
        found.append(2)
    else:
        found.append(b)
        if a or b:
            return found
    return found, a
""",
    "loops and handlers": """
def f(a, b):
    found = []
    for number in range(3):
        try:
            if a:
                continue
            found.append(number if b else -number)
            if b is True:
                break
        finally:
            found.append("end" if a != "x" else a)
    else:
        found.append("else")
    return found
""",
    "asked before": """
def f(a, b):
    found = []
    if found.append(1) or a:
        found.append(2)
    if a or found.append(3) or b:
        found.append(4)
    return found if (found.append(5) or a) and b else [found]
""",
    "nothing is left": """
def f(a, b):
    if a:
        if b:
            return b
""",
    "match and while": """
def f(a, b):
    found = []
    while len(found) < 2:
        match found:
            case [] if a:
                found.append([b for _ in range(2) if b])
            case _:
                if b:
                    return found
                found.append(a)
    return found
""",
}
VALUES: tuple[Value, ...] = (None, True, False, "", "x")


def function(text: str) -> ast.FunctionDef:
    node = ast.parse(text).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def ran(node: ast.stmt, *values: Value) -> object:
    names: dict[str, object] = {}
    exec(compile(ast.Module([node], []), "f", "exec"), names)
    found = names["f"]
    assert callable(found)
    return found(*values)


@pytest.mark.parametrize("text", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_what_is_left_does_the_same(text: str) -> None:
    node = function(text)
    for a, b in product(VALUES, VALUES):
        expected = ran(node, a, b)
        assert ran(switched(node, (("a", a), ("b", b))), a, b) == expected
        assert ran(switched(node, (("a", a),)), a, b) == expected
    assert ast.dump(node) == ast.dump(function(text))


def test_branches_that_are_never_taken_are_gone() -> None:
    node = switched(function(FUNCTIONS["early return"]), (("a", None),))
    assert ast.unparse(node) == "def f(a, b=None):\n    return 1"
    node = switched(function(FUNCTIONS["nothing is left"]), (("a", False),))
    assert ast.unparse(node.body[0]) == "pass"


def test_nothing_is_shared_with_the_original() -> None:
    node = function(FUNCTIONS["loops and handlers"])
    copied = {id(one) for statement in switched(node, ()).body for one in ast.walk(statement)}
    shared = [one for statement in node.body for one in ast.walk(statement) if id(one) in copied]
    assert all(isinstance(one, ast.expr_context | ast.operator | ast.unaryop | ast.cmpop) for one in shared)


@pytest.mark.parametrize(
    ("signature", "body", "call", "expected"),
    [
        ("a=None", "if a: await x()", "f()", {"a": None}),
        ("a=None", "if a: await x()", "f(True)", {"a": True}),
        ("a=None", "if a: await x()", "f(b)", {}),
        ("a=None", "if a: await x()", "f(*b)", {}),
        ("a=None", "if a: await x()", "f(**b)", {}),
        ("a=None", "if a: await x()", "f(a='x')", {"a": "x"}),
        ("a=1", "if a: await x()", "f()", {}),
        ("*, a=False", "if not a: return", "f()", {"a": False}),
        ("a=None", "if a: b = 1", "f()", {}),
        ("a=None", "a = a or 1\n    if a: await x()", "f()", {}),
        ("a=None", "for a in b: pass\n    if a: await x()", "f()", {}),
        ("a=None", "g = lambda a: a\n    if a: await x()", "f()", {}),
        ("a=None", "del a\n    if a: await x()", "f()", {}),
        ("a=None", "match b:\n        case a: pass\n    if a: await x()", "f()", {}),
        ("a=None", "match b:\n        case [*a]: pass\n    if a: await x()", "f()", {}),
        ("a=None", "match b:\n        case {**a}: pass\n    if a: await x()", "f()", {}),
        ("a=None", "try: pass\n    except E as a: pass\n    if a: await x()", "f()", {}),
        ("a=None", "import a.b\n    if a: await x()", "f()", {}),
        ("a=None", "def a(): pass\n    if a: await x()", "f()", {}),
        ("a=None", "def g():\n        nonlocal a\n        a = 1\n    if a: await x()", "f()", {}),
        ("a", "await x(a)", "f(False)", {"a": False}),
        ("a", "await x(a)", "f(None)", {}),
        ("a", "await x(y(a))", "f(False)", {}),
        ("a, b=None", "if a and b: await x()", "f(False)", {"a": False, "b": None}),
    ],
)
def test_the_constants_of_a_call(signature: str, body: str, call: str, expected: dict[str, object]) -> None:
    forget()
    node = ast.parse(f"async def f({signature}):\n    {body}\n").body[0]
    assert isinstance(node, ast.AsyncFunctionDef)
    given = ast.parse(call, mode="eval").body
    assert isinstance(given, ast.Call)
    arguments = dict(zip((one.arg for one in node.args.args), given.args, strict=False))
    arguments = {name: value for name, value in arguments.items() if not isinstance(value, ast.Starred)}
    arguments |= {one.arg: one.value for one in given.keywords if one.arg}
    assert dict(constants(given, node, arguments)) == expected


def test_decorators_may_give_other_defaults() -> None:
    for decorator, expected in (("staticmethod", {"a": None}), ("inject", {})):
        node = ast.parse(f"@{decorator}\nasync def f(a=None):\n    if a: await x()\n").body[0]
        assert isinstance(node, ast.AsyncFunctionDef)
        call = ast.parse("f()", mode="eval").body
        assert isinstance(call, ast.Call)
        assert dict(constants(call, node, {})) == expected


def test_what_is_off_by_default() -> None:
    node = ast.parse("def f(a, b=False, *, c=False, d=None, e=True, g): ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    assert off_by_default(node) == {"b", "c"}
