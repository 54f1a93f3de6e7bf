"""The check of whole trees passes where all is well, and says what is wrong where something is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from benchmarks.scale import __main__ as scale
from benchmarks.scale import checks, outside, trees
from flake8_gather.cli import rewritten
from flake8_gather.opportunity import Span
from flake8_gather.options import Options
from flake8_gather.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

PAGES = b'''"""Pages."""
import json


async def pages(urls):
    found = []
    # each page
    for url in urls:
        found.append(await fetch(url))  # slow
    return json.dumps(found)


async def others(urls):
    return [await fetch(url) for url in urls]  # noqa: GTH103
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    top = tmp_path / "project"
    (top / "package").mkdir(parents=True)
    (top / "package/pages.py").write_bytes(PAGES)
    (top / "package/crlf.py").write_bytes(PAGES.replace(b"\n", b"\r\n"))
    (top / "package/broken.py").write_bytes(b"async def f(:\n    await g()\n")
    (top / "package/notes.txt").write_bytes(b"not Python")
    return top


def test_a_tree_is_counted_and_left_alone(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in tree.rglob("*.*")}
    assert scale.main([str(tree)]) == 0
    assert {path: path.read_bytes() for path in tree.rglob("*.*")} == before
    printed = capsys.readouterr().out
    row = next(line for line in printed.splitlines() if line.endswith(str(tree)))
    assert row.split()[:8] == ["3", "3", "4", "4", "2", "2", "1", "0"]
    assert "1 not read: syntax error" in printed


def test_options_reach_the_command_line() -> None:
    options = Options(style="taskgroup", limit=3, follow_imports=False)
    expected = ["--min-confidence=medium", "--style=taskgroup", "--limit=3", "--no-follow-imports"]
    assert scale.written(options) == expected


def outcome(path: Path) -> rewritten.Outcome:
    found = rewritten.outcome(rewritten.Task(str(path), str(path), frozenset(RULES), Options()))
    assert isinstance(found, rewritten.Outcome)
    assert found.changed
    return found


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (b"return json", b"return = json", "does not compile"),
        (b"  # slow", b"", "comments were lost or added"),
        (b'"""Pages."""', b'"""Sites."""', "text outside"),
        (b"import json\n", b"import json\r\n", "new line ends"),
    ],
)
def test_a_wrong_rewrite_is_noticed(tree: Path, old: bytes, new: bytes, complaint: str) -> None:
    sound = outcome(tree / "package/pages.py")
    assert list(checks.soundness(sound)) == []
    assert old in sound.new
    wrong = dataclasses.replace(sound, new=sound.new.replace(old, new))
    assert complaint in "; ".join(checks.soundness(wrong))


def test_a_codemod_that_disagrees_is_noticed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = outcome(tree / "package/pages.py")
    lazy = dataclasses.replace(sound, applied=(), new=sound.content.data)
    monkeypatch.setattr(rewritten, "outcome", lambda _: lazy)
    report = checks.check(tree / "package/pages.py", Options())
    assert report.complaints == ("line 8: GTH102 should be rewritten, but is not",)


def test_a_linter_that_gives_up_is_noticed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flake8_gather.plugin.message", lambda *_: 1 / 0)
    report = checks.check(tree / "package/pages.py", Options())
    assert "ZeroDivisionError" in report.complaints[0]
    assert "linter nothing and `explain` 9 GTH102, 14 GTH103 differ" in report.complaints


def test_a_file_left_behind_and_a_run_that_differs_are_noticed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = trees._fix

    def messy(copy: Path, arguments: list[str]) -> object:
        (copy / "left.tmp").write_text("")
        (copy / "package/crlf.py").write_bytes(b"")
        return real(copy, arguments)

    monkeypatch.setattr(trees, "_fix", messy)
    complaints = trees.examine(tree, Options(), scale.written(Options())).complaints
    assert any("left behind" in text and "left.tmp" in text for text in complaints)
    assert any("crlf.py" in text and "differs" in text for text in complaints)


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ("a\nX\nc\n", True),
        ("import asyncio\n\na\nX\nY\nc\n", True),
        ("a\nX\n", False),
        ("a\nX\nC\n", False),
        ("A\nX\nc\n", False),
        ("import os\na\nX\nc\n", False),
    ],
)
def test_text_outside_of_a_group(new: str, kept: bool) -> None:
    assert outside.is_kept("a\nb\nc\n", new, [Span(2, 0, 2, 1)]) == kept


@pytest.mark.parametrize(("moved", "kept"), [("found = []\n", True), ("found = [1]\n", False)])
def test_an_empty_container_may_leave_its_place_above_a_group(moved: str, kept: bool) -> None:
    assert outside.is_kept(f"{moved}a\nb\nc\n", "a\nX\nc\n", [Span(3, 0, 3, 1)]) == kept
