"""Every fixture, through linter and codemod, and both versions of those that run."""

from __future__ import annotations

import ast
import dataclasses
import re
from functools import cache
from typing import TYPE_CHECKING

import pytest
from flake8.violation import Violation

from flake8_gather.analysis.source import Source
from flake8_gather.codemod.rewriting import Result, rewrite
from flake8_gather.finders import analyse
from flake8_gather.opportunity import Barrier
from flake8_gather.plugin import Finding, GatherPlugin
from flake8_gather.rules import RULES
from tests.support import fixtures

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.fixtures import Fixture
    from tests.support.virtual_clock import Outcome

PATHS = fixtures.paths()
BOTH = pytest.mark.parametrize("path", PATHS, ids=fixtures.name_of)
REWRITTEN = pytest.mark.parametrize(
    "path", [path for path in PATHS if fixtures.read(path).after is not None], ids=fixtures.name_of
)
RUNNABLE = pytest.mark.parametrize(
    "path", [path for path in PATHS if fixtures.read(path).is_runnable], ids=fixtures.name_of
)


@pytest.fixture
def fixture(path: Path) -> Fixture:
    return fixtures.read(path)


def codemod(text: str, fixture: Fixture, **changes: str) -> Result:
    return rewrite(text, str(fixture.path), dataclasses.replace(fixture.options, **changes))  # type: ignore[arg-type]


@cache
def outcome(path: Path, style: str = "gather") -> Outcome:
    """Run the second half, or what another style makes of the first."""
    fixture = fixtures.read(path)
    text = fixture.expected if style == "gather" else codemod(fixture.before, fixture, style=style).text
    return fixtures.run(text, fixture)


# -- the fixtures themselves -------------------------------------------------------------------------


def test_every_rule_and_every_barrier_has_fixtures() -> None:
    marks = {mark for path in PATHS for _, mark in fixtures.read(path).marks}
    assert marks == {*RULES, *(f"keep: {barrier}" for barrier in Barrier)}


@BOTH
def test_folder_title_and_marks(path: Path, fixture: Fixture) -> None:
    assert fixtures.name_of(path).partition("/")[0] in RULES
    assert fixture.title.endswith(".")
    assert fixture.marks
    assert fixture.before != fixture.after


@BOTH
def test_both_halves_compile(fixture: Fixture) -> None:
    compile(fixture.before, fixture.path, "exec")
    compile(fixture.expected, fixture.path, "exec")


# -- linter --------------------------------------------------------------------------------------------


@BOTH
def test_findings_are_the_marks(fixture: Fixture) -> None:
    assert fixtures.findings(fixture.before, fixture) == fixture.findings


@BOTH
def test_barriers_are_the_marks(fixture: Fixture) -> None:
    assert fixture.kept - fixtures.kept(fixture.before, fixture) == set()


@BOTH
def test_passing_over_what_is_kept_changes_no_finding(fixture: Fixture) -> None:
    source, threshold = Source.parse(fixture.before, str(fixture.path)), fixture.options.min_confidence
    short = analyse(source, fixture.options, reported_only=True)
    reported = [found for found in analyse(source, fixture.options) if found.reported(threshold)]
    assert [found for found in short if found.reported(threshold)] == reported


@BOTH
def test_the_tree_is_not_changed(fixture: Fixture) -> None:
    source = Source.parse(fixture.before, str(fixture.path))
    as_it_was = ast.dump(source.tree, include_attributes=True)
    analyse(source, fixture.options)
    assert ast.dump(source.tree, include_attributes=True) == as_it_was


@BOTH
@pytest.mark.parametrize("words", [r"\basync (?=def)", r"\b(async|await) "])
def test_synchronous_code_is_silent(fixture: Fixture, words: str) -> None:
    text = re.sub(words, "", fixture.before)
    assert text != fixture.before
    assert fixtures.considered(text, fixture) == ()


@BOTH
def test_comments_change_nothing_but_lines(fixture: Fixture) -> None:
    text, places = _commented(fixture.before)
    found = fixtures.findings(fixture.before, fixture)
    assert fixtures.findings(text, fixture) == {(places[line], code) for line, code in found}
    result = codemod(text, fixture)
    compile(result.text, fixture.path, "exec")
    assert result.text.count("# é") == text.count("# é")


def _commented(text: str) -> tuple[str, dict[int, int]]:
    """Put a comment above every statement; return also where each line went."""
    firsts = {
        min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt)
    }
    lines: list[str] = []
    places: dict[int, int] = {}
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if number in firsts:
            lines.append(f"{line[: len(line) - len(line.lstrip())]}# é\n")
        lines.append(line)
        places[number] = len(lines)
    return "".join(lines), places


# -- codemod -------------------------------------------------------------------------------------------


@BOTH
def test_codemod_writes_the_second_half(fixture: Fixture) -> None:
    assert codemod(fixture.before, fixture).text == fixture.expected


@REWRITTEN
def test_second_run_changes_nothing(fixture: Fixture) -> None:
    assert codemod(fixture.expected, fixture).text == fixture.expected


@REWRITTEN
def test_second_half_has_no_finding(fixture: Fixture) -> None:
    assert fixtures.findings(fixture.expected, fixture) == set()


@REWRITTEN
def test_line_ends_are_kept(fixture: Fixture) -> None:
    text = codemod(fixture.before.replace("\n", "\r\n"), fixture).text
    assert text == codemod(fixture.before, fixture).text.replace("\n", "\r\n")


@REWRITTEN
def test_noqa_silences_both(fixture: Fixture, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = fixture.before.splitlines(keepends=True)
    for line in {line for line, _ in fixtures.findings(fixture.before, fixture)}:
        lines[line - 1] = lines[line - 1].rstrip("\n") + "  # noqa: GTH\n"
    text = "".join(lines)
    monkeypatch.setattr(GatherPlugin, "options", fixture.options)
    found = list(GatherPlugin(ast.parse(text), lines, str(fixture.path)).run())
    assert [] != found == [said for said in found if _is_ignored(said, lines)]
    assert codemod(text, fixture).text == text


def _is_ignored(said: Finding, lines: list[str]) -> bool:
    line, column, text, _ = said
    return Violation(text[:6], "fixture.py", line, column, text, lines[line - 1]).is_inline_ignored(False)


# -- both versions on a virtual clock --------------------------------------------------------------------


@RUNNABLE
def test_rewritten_programs_do_the_same_in_less_time(path: Path, fixture: Fixture) -> None:
    before = fixtures.run(fixture.before, fixture)
    assert outcome(path).visible == before.visible
    assert outcome(path).seconds < before.seconds


@RUNNABLE
def test_task_groups_do_the_same(path: Path, fixture: Fixture) -> None:
    before = fixtures.run(fixture.before, fixture)
    after = outcome(path, "taskgroup")
    assert after.visible == before.visible
    assert after.seconds <= before.seconds
