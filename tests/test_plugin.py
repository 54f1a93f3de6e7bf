"""The flake8 plugin, through real flake8 processes."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import flake8_gather.finders
from flake8_gather.confidence import Confidence
from flake8_gather.options import Options
from flake8_gather.plugin import LONGEST, GatherPlugin, shortened

if TYPE_CHECKING:
    from pathlib import Path

CODE = """\
import asyncio


async def pages(urls):
    return [await fetch_page(url) for url in urls]
"""
MESSAGE = (
    "./a.py:5:13: GTH103 the comprehension awaits independent calls one by one, one wait per item becomes one wait: "
    "await asyncio.gather(*[fetch_page(url) for url in urls])\n"
)


class Project:
    """A folder that flake8 runs in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("a.py", CODE)

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_bytes(text.encode())

    def flake8(self, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "flake8", *arguments],
            cwd=self.path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_finds(project: Project) -> None:
    code, said = project.flake8("--select=GTH")
    assert code == 1
    assert "GTH103" in said
    start, _, end = MESSAGE.partition(": await ")
    assert said.startswith(start)
    assert "…" in said or said.endswith(end)
    assert len(said.partition(" ")[2]) <= LONGEST + 1


def test_is_on_by_default_and_can_be_ignored(project: Project) -> None:
    assert "GTH103" in project.flake8()[1]
    assert project.flake8("--extend-ignore=GTH103,E,W,F") == (0, "")
    assert project.flake8("--per-file-ignores=a.py:GTH,F") == (0, "")


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: GTH103", "# noqa:GTH", "# noqa: E501, GTH103"])
def test_noqa(project: Project, comment: str) -> None:
    project.write("a.py", CODE.replace("urls]\n", f"urls]  {comment}\n"))
    assert project.flake8("--select=GTH") == (0, "")
    assert "GTH103" in project.flake8("--select=GTH", "--disable-noqa")[1]


def test_another_rules_noqa(project: Project) -> None:
    project.write("a.py", CODE.replace("urls]\n", "urls]  # noqa: GTH101\n"))
    assert project.flake8("--select=GTH")[0] == 1


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_options_in_the_configuration(project: Project, name: str) -> None:
    project.write(name, "[flake8]\nselect = GTH\ngather-min-confidence = high\n")
    assert project.flake8() == (0, "")
    assert project.flake8("--gather-min-confidence=low")[0] == 1


def test_wrong_options(project: Project) -> None:
    code, said = project.flake8("--gather-min-confidence=some")
    assert code == 2
    assert said.endswith("error: argument --gather-min-confidence: 'some' is not one of high, medium, low\n")
    assert project.flake8("--gather-ordered=a b(")[0] == 2
    assert project.flake8("--gather-function=nodots")[0] == 2
    project.write(".flake8", "[flake8]\ngather-min-confidence = some\n")
    code, said = project.flake8()
    assert code == 2
    assert "argument --gather-min-confidence: 'some' is not one of high, medium, low" in said


def test_every_option_reaches_the_analysis(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from flake8_gather.config import flake8_options

    monkeypatch.chdir(project.path)
    monkeypatch.setattr(GatherPlugin, "options", Options())
    project.write(
        ".flake8",
        "[flake8]\ngather-min-confidence = low\ngather-no-follow-imports = true\ngather-ordered =\n    app.bus.*,\n"
        "    app.log\ngather-exclusive = app.Session\ngather-concurrent = app.*.get\ngather-function = app.aio.all\n",
    )
    parsed, _ = flake8_options({})
    GatherPlugin.parse_options(parsed)
    assert GatherPlugin.options == Options(
        min_confidence=Confidence.LOW,
        follow_imports=False,
        ordered=("app.bus.*", "app.log"),
        exclusive=("app.Session",),
        concurrent=("app.*.get",),
        gather_function="app.aio.all",
    )


def test_columns_count_characters_and_lines_survive(project: Project) -> None:
    project.write("a.py", CODE.replace("    return", "    é = 'é'; return").replace("\n", "\r\n"))
    assert "./a.py:5:22: GTH103" in project.flake8("--select=GTH")[1]


def test_many_files_in_parallel(project: Project) -> None:
    for number in range(20):
        project.write(f"b{number}.py", CODE)
    code, said = project.flake8("--select=GTH", "-j2")
    assert (code, said.count("GTH103")) == (1, 21)


def test_no_await_no_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(flake8_gather.finders, "analyse")
    lines = ["x = 1\n"]
    assert list(GatherPlugin(ast.parse("x = 1\n"), lines, "a.py").run()) == []


def test_the_tree_is_not_changed() -> None:
    tree = ast.parse(CODE)
    before = ast.dump(tree, include_attributes=True)
    assert list(GatherPlugin(tree, CODE.splitlines(keepends=True), "a.py").run())
    assert ast.dump(tree, include_attributes=True) == before


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RecursionError(), "skipped this file: nested too deeply"),
        (SyntaxError("inside"), "internal error, please report it: SyntaxError: inside"),
        (KeyError("x"), "internal error, please report it: KeyError: 'x'"),
    ],
    ids=["recursion", "syntax", "key"],
)
def test_errors_do_not_end_the_run(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(flake8_gather.finders, "considered", fail)
    assert list(GatherPlugin(ast.parse(CODE), CODE.splitlines(keepends=True), "a.py").run()) == []
    assert words in caplog.text
    assert "a.py: " in caplog.text


def test_shortened() -> None:
    assert shortened("abc", 3) == "abc"
    assert shortened("abcdefghij", 7) == "abcd…ij"
    assert all(len(shortened("x y" * 50, room)) <= room for room in range(3, 150))
