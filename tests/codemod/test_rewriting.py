"""Whole files: several groups, passes, noqa, imports."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from flake8_gather import analysis
from flake8_gather.codemod.rewriting import Result, rewrite
from flake8_gather.opportunity import Answer, Barrier, Edit, Opportunity, Refusal, Rewrite, Span, Verdict
from flake8_gather.options import Options
from flake8_gather.shapes import AwaitComprehension, CallLoop, Clause
from tests.replacement.drafting import awaits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.analysis.source import Source

YES = Verdict(Answer.YES, Answer.YES, Answer.YES)
KEPT = Verdict(Answer.NO, Answer.YES, Answer.YES, Barrier.CARRIED)


def simple(source: Source, options: Options) -> tuple[Opportunity, ...]:
    """Find loops around one bare await, and list comprehensions whose element is one."""
    assert isinstance(options, Options)
    return tuple(found for function in source.functions for found in _in_function(function.node))


def _in_function(function: ast.AsyncFunctionDef) -> Iterator[Opportunity]:
    for node in ast.walk(function):
        if isinstance(node, ast.For) and isinstance(node.body[0], ast.Expr) and awaits_of(node.body[0]):
            inner = awaits_of(node.body[0])[0]
            shape = CallLoop(function, node, (Clause(node.target, node.iter),), inner.value)
            verdict = KEPT if "kept" in ast.unparse(node) else YES
            yield Opportunity("GTH101", Span.of(node), (Span.of(inner),), verdict, shape)
        elif isinstance(node, ast.ListComp) and isinstance(node.elt, ast.Await):
            found = AwaitComprehension(function, node, awaits_of(node), reiterable=True)
            yield Opportunity("GTH103", Span.of(node), (Span.of(node.elt),), YES, found)


@pytest.fixture(autouse=True)
def _simple_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "analyse", simple, raising=False)


def run(text: str, **settings: object) -> Result:
    return rewrite(text, "sample.py", Options(), **settings)  # type: ignore[arg-type]


LOOP = """\
async def run(urls):
    for url in urls:
        await fetch(url)
"""


def test_import_comes_once_for_several_groups() -> None:
    result = run(f"{LOOP}\n\n{LOOP}    pages = [await fetch(url) for url in urls]\n")
    assert result.text == (
        "import asyncio\n\n\n"
        "async def run(urls):\n    await asyncio.gather(*(fetch(url) for url in urls))\n\n\n"
        "async def run(urls):\n    await asyncio.gather(*(fetch(url) for url in urls))\n"
        "    pages = await asyncio.gather(*[fetch(url) for url in urls])\n"
    )
    assert [found.code for found in result.applied] == ["GTH101", "GTH101", "GTH103"]
    assert result.refused == ()


def test_second_run_changes_nothing() -> None:
    once = run(LOOP).text
    again = run(once)
    assert again == Result(once)


def test_groups_inside_each_other_take_several_passes() -> None:
    loop = "    for url in [await fetch_name(u) for u in urls]:\n        await fetch(url)\n"
    text = f"import asyncio\nasync def run(urls):\n{loop}"
    result = run(text)
    assert result.text.splitlines()[2:] == [
        "    await asyncio.gather(",
        "        *(fetch(url) for url in await asyncio.gather(*[fetch_name(u) for u in urls]))",
        "    )",
    ]
    assert [found.span.line for found in result.applied] == [3, 3]


def test_kept_groups_stay() -> None:
    text = LOOP.replace("fetch", "kept")
    assert run(text) == Result(text)


def test_low_confidence_stays() -> None:
    assert rewrite(LOOP, "sample.py", Options()).text != LOOP


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: GTH101", "# noqa: E501,GTH1", "# NOQA:GTH"])
def test_noqa(comment: str) -> None:
    text = LOOP.replace("fetch(url)", f"fetch(url)  {comment}")
    assert run(text) == Result(text)


def test_noqa_of_others() -> None:
    assert isinstance(run(LOOP.replace("fetch(url)", "fetch(url)  # noqa: E501")).refused[0][1], Refusal)


def test_noqa_of_the_file() -> None:
    text = f"# flake8: noqa\n{LOOP}"
    assert run(text) == Result(text)


def test_selected_codes() -> None:
    text = f"{LOOP}    pages = [await fetch(url) for url in urls]\n"
    result = run(text, select={"GTH103"})
    assert "for url in urls:" in result.text
    assert [found.code for found in result.applied] == ["GTH103"]


def test_only_some_places() -> None:
    text = f"{LOOP}    for key in urls:\n        await fetch(key)\n"
    applied = run(text).applied
    assert len(applied) == 2
    result = run(text, only={applied[1].span})
    assert result.applied == (applied[1],)
    assert "for url in urls:\n        await fetch(url)" in result.text


def test_refusals_are_listed_once_with_original_places() -> None:
    text = f"{LOOP}    for key in urls: await fetch(key)\n    pages = [await f(u) for u in urls]\n"
    result = run(text)
    assert [(found.span.line, refusal.reason) for found, refusal in result.refused] == [
        (4, "the body stands on the line of its header")
    ]


def test_broken_rewrites_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(shape: CallLoop, *_: object, **__: object) -> Rewrite:
        text = "await (" if isinstance(shape.clauses[0].target, ast.Name) else "pass"
        return Rewrite((Edit(Span.of(shape.node), text),), text)

    monkeypatch.setattr("flake8_gather.codemod.rewriting.draft", broken)
    text = f"{LOOP}    for a, b in urls:\n        await fetch(a)\n"
    result = run(text)
    assert result.text == f"{LOOP}    pass\n"
    assert [(found.span.line, refusal.reason) for found, refusal in result.refused] == [
        (2, "the result would not be valid Python")
    ]


def test_new_names_differ_within_a_function() -> None:
    options = Options(limit=2)
    text = f"import asyncio\n{LOOP}    for key in urls:\n        await fetch(key)\n"
    result = rewrite(text, "sample.py", options)
    assert "semaphore_2 = asyncio.Semaphore(2)" in result.text
    assert "async def limited_call(key):" in result.text


def test_helper_is_imported() -> None:
    options = Options(gather_function="tools.aio.gather_all")
    text = f"import os\n\n\n{LOOP}"
    assert rewrite(text, "sample.py", options).text.startswith(
        "import os\n\nfrom tools.aio import gather_all\n\n\nasync"
    )


def test_line_ends_and_last_line() -> None:
    text = LOOP.rstrip("\n").replace("\n", "\r\n")
    assert run(text).text == (
        "import asyncio\r\n\r\n\r\nasync def run(urls):\r\n    await asyncio.gather(*(fetch(url) for url in urls))"
    )


def test_what_does_not_compile_as_a_whole_is_still_rewritten() -> None:
    text = f"{LOOP}\nreturn 1\n"
    assert "asyncio.gather(" in run(text).text


def test_syntax_error_is_raised() -> None:
    with pytest.raises(SyntaxError):
        run("async def run(:\n    await x\n")
