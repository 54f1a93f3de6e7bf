"""The runner of real test suites: what it reads, what it compares, and that it puts everything back."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from benchmarks.suites import __main__ as suites
from benchmarks.suites import comparing, projects, testing
from benchmarks.suites.projects import Checkout, Project, SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MODULE = """import json


async def first(names):
    return [await fetch_page(name) for name in names]


async def second(names):
    found = []
    for name in names:
        found.append(await fetch_page(name))
    return json.dumps(found)
"""
PASSES, FAILS = ("test", "passed"), ("test", "failure")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    found = Checkout(Project("pages", fix=("pages.py",), tests=("tests",), version="1.0"), tmp_path / "pages")
    found.pristine.mkdir(parents=True)
    (found.pristine / "pages.py").write_text(MODULE)
    found.restore()
    return found


def run_of(*outcomes: tuple[str, str], lines: Sequence[int] = (), path: str = "") -> testing.Run:
    return testing.Run(Counter(outcomes), {path: frozenset(lines)}, "")


def replace_run(monkeypatch: pytest.MonkeyPatch, *, need_order: bool, lines: Sequence[int] = ()) -> None:
    """Replace the run: one test, which may insist on the calls' order, and runs through some lines."""

    def fake(checkout: Checkout, covered: Sequence[Path] = ()) -> testing.Run:
        gathered = "gather" in (checkout.root / "pages.py").read_text()
        outcome = FAILS if gathered and need_order else PASSES
        return run_of(outcome, lines=lines if covered else (), path=str(checkout.root / "pages.py"))

    monkeypatch.setattr(testing, "run", fake)


def test_same_tests_pass_and_the_tree_is_as_before(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_run(monkeypatch, need_order=False, lines=[6])
    found = comparing.compare(checkout, run_of(PASSES), ["--select=GTH1"], {})
    assert list(map(str, found.rewrites)) == ["pages.py:5: GTH103", "pages.py:11: GTH102, not run by the tests"]
    assert (found.covered, found.lost, found.unstable) == (1, (), ())
    assert (checkout.tree / "pages.py").read_text() == MODULE


def test_a_lost_test_is_named(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_run(monkeypatch, need_order=True)
    assert comparing.compare(checkout, run_of(PASSES), [], {}).lost == ("test",)
    assert (checkout.tree / "pages.py").read_text() == MODULE


def test_a_test_that_changes_by_itself_is_unstable(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_run(monkeypatch, need_order=False)
    found = comparing.compare(checkout, run_of(FAILS), [], {})
    assert (found.lost, found.unstable) == ((), ("test",))


def test_links_survive_being_put_back(checkout: Checkout) -> None:
    (checkout.pristine / "same.py").symlink_to("pages.py")
    checkout.restore()
    (checkout.tree / "pages.py").write_text("")
    checkout.restore()
    assert (checkout.tree / "same.py").is_symlink()
    assert (checkout.tree / "same.py").read_text() == MODULE


def test_outcomes_come_from_the_report(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(
        "<testsuites><testsuite>"
        '<testcase classname="a" name="b[&lt;x at 0x7f00aa11bb22&gt;]"/>'
        '<testcase classname="a" name="c"><failure/></testcase>'
        '<testcase classname="a" name="d"><skipped/></testcase>'
        "</testsuite></testsuites>"
    )
    found = testing.Run(testing._outcomes(tmp_path / "junit.xml"), {}, "")
    assert found.outcomes["a::b[<x at 0x…>]", "passed"] == 1
    assert [found.count(kind) for kind in ("passed", "failure", "skipped", "error")] == [1, 1, 1, 0]


def test_rows_say_what_was_lost(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_run(monkeypatch, need_order=True, lines=[6])
    monkeypatch.setattr(Checkout, "prepare", lambda self: self.restore())
    assert suites.examine(checkout, ["default"]) == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "| pages | 1.0 | default | 2 | 1 | 1 | 0 | 0 | 1 | 1 |",
        "    LOST test",
    ]


def test_tests_that_never_pass_are_no_evidence(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checkout, "prepare", lambda self: self.restore())
    monkeypatch.setattr(testing, "run", lambda _: run_of(FAILS))
    with pytest.raises(SetupError, match="no test passes"):
        suites.examine(checkout, ["default"])


def test_every_project_of_the_table_is_pinned() -> None:
    table = projects.table()
    assert len({project.name for project in table}) == len(table) >= 8
    for project in table:
        assert bool(project.version) != bool(project.repository)
        assert project.version or re.fullmatch(r"[0-9a-f]{40}", project.commit)
        assert project.fix
        assert project.tests


def test_a_local_copy_is_taken_before_the_repository(tmp_path: Path) -> None:
    copy = tmp_path / "mirror" / "people" / "pages"
    copy.mkdir(parents=True)
    (copy / "pages.py").write_text(MODULE)
    project = Project(
        "pages", fix=("pages.py",), tests=("tests",), repository="https://github.com/people/pages", commit="0" * 40
    )
    found = Checkout(project, tmp_path / "pages", tmp_path / "mirror")
    found._fetch()
    assert (found.pristine / "pages.py").read_text() == MODULE


def test_a_local_clone_is_checked_out_at_the_commit(tmp_path: Path) -> None:
    clone = tmp_path / "mirror" / "people" / "pages"
    git = ["git", "-C", str(clone), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    projects.run(["git", "init", "--quiet", str(clone)])
    (clone / "pages.py").write_text(MODULE)
    projects.run([*git, "add", "."])
    projects.run([*git, "commit", "--quiet", "-m", "pages"])
    commit = projects.run([*git, "rev-parse", "HEAD"]).strip()
    (clone / "pages.py").write_text("")
    project = Project(
        "pages", fix=("pages.py",), tests=("tests",), repository="https://github.com/people/pages", commit=commit
    )
    found = Checkout(project, tmp_path / "pages", tmp_path / "mirror")
    found._fetch()
    assert (found.pristine / "pages.py").read_text() == MODULE


def test_what_must_be_compiled_is_built_after_the_installation(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []

    def fake(command: list[str], *_: object) -> str:
        commands.append(command[1:3])
        return ""

    monkeypatch.setattr(projects, "run", fake)
    project = Project("pages", fix=("pages.py",), tests=("tests",), version="1.0", build=("setup.py", "build_ext"))
    Checkout(project, checkout.folder).prepare()
    assert commands == [["-m", "venv"], ["-m", "pip"], ["setup.py", "build_ext"], ["-m", "pip"]]
