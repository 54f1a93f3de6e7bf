"""The benchmark of the speed: its commands are timed, its tables are made, its peers are pinned."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import libcst
import pytest
from libcst.codemod import CodemodContext

from benchmarks import growth
from benchmarks.speed import __main__ as speed
from benchmarks.speed.environments import ENVIRONMENTS
from benchmarks.speed.inside import measured
from benchmarks.speed.nothing import NothingCommand
from benchmarks.speed.running import in_turn, run
from flake8_gather.cache import VARIABLE

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_counts_the_children_too(tmp_path: Path) -> None:
    work = "sum(range(300_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{work}'])"
    found = in_turn({"child": [sys.executable, "-c", child]}, tmp_path, 2)["child"]
    assert found.processor > 0
    assert found.elapsed > 0
    assert 1 < found.memory < 1000


def test_a_run_knows_what_another_one_has_found(tmp_path: Path) -> None:
    touch = f"import os, pathlib; pathlib.Path(os.environ['{VARIABLE}']).touch(exist_ok=False)"
    find = f"import os, pathlib; assert pathlib.Path(os.environ['{VARIABLE}']).exists()"
    commands = {name: [sys.executable, "-c", code] for name, code in (("first", touch), ("again", find))}
    assert set(in_turn(commands, tmp_path, 2, {"again": "first"})) == {"first", "again"}
    with pytest.raises(RuntimeError):
        in_turn(commands, tmp_path, 1)


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="on purpose"):
        run([sys.executable, "-c", "import sys; sys.stderr.write('on purpose'); sys.exit(3)"], tmp_path)


def test_the_plugin_is_measured_file_by_file(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("async def f(xs, g):\n    for x in xs:\n        await g.fetch_one(x)\n", "utf-8")
    known = tmp_path / "known"
    for _ in range(2):
        cost = measured([path], follow=True, known=known)
        assert cost.plugin > 0
        assert cost.ratio == cost.plugin / cost.parsing
    assert list(known.iterdir())


def test_nothing_does_nothing() -> None:
    tree = libcst.parse_module("x = 1  # one\n")
    assert NothingCommand(CodemodContext()).transform_module(tree).code == tree.code


def test_versions_never_change() -> None:
    assert all("==" in one for one in speed.PACKAGES.read_text("utf-8").split())
    assert all("==" in one or one == str(speed.ROOT) for what in ENVIRONMENTS.values() for one in what)


def test_files_are_copied_as_often_as_it_takes(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("x = 1\n", "utf-8")
    speed.fill(tmp_path / "tree", [source], 250)
    assert len(list((tmp_path / "tree").rglob("*.py"))) == 250


@pytest.mark.parametrize("name", growth.AXES)
def test_programs_grow(name: str) -> None:
    program, least = growth.AXES[name]
    small, large = program(least), program(least * 2)
    for files in (small, large):
        for path, text in files.items():
            compile(text, path, "exec")
    assert sum(map(len, large.values())) > 1.5 * sum(map(len, small.values())) - len(growth.HEAD)


def test_the_exponent_is_that_of_the_power_law() -> None:
    assert growth.exponent((1, 2, 4), (3, 12, 48)) == pytest.approx(2)


def test_the_table_has_its_axis(capsys: pytest.CaptureFixture[str]) -> None:
    growth.main(["--repeat", "1", "--only", "modules read"])
    assert "| modules read | 5 |" in capsys.readouterr().out
