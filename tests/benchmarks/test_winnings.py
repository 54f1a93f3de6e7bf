"""The programs of the benchmark do the same before and after, and really wait together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.winnings import __main__ as winnings
from benchmarks.winnings import never_waiting, trial
from benchmarks.winnings.programs import Program, programs
from flake8_gather.analysis.source import Source
from flake8_gather.codemod.rewriting import rewrite
from flake8_gather.finders import analyse
from flake8_gather.opportunity import Barrier
from flake8_gather.options import Options
from tests.support import fixtures

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = {f"{program.kind}/{program.name}": program for program in programs()}
SMALL = ["fixtures/GTH105/try_per_item", *(name for name in PROGRAMS if not name.startswith("fixtures/"))]
OF_LOOPS = ("clients/crawl", "clients/pages", "clients/threads", "documentation/GTH103", "fixtures/GTH102/append")
QUICKLY = ("--latency", "5", "--repeat", "1")


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with trial.serving(5) as address:
        yield address


def version(program: Program, limit: int | None = None) -> str:
    text = rewrite(program.text, program.path, Options(limit=limit)).text
    assert text != program.text
    return text


def test_every_fixture_that_can_run_is_a_program() -> None:
    runnable = [path for path in fixtures.paths() if fixtures.read(path).is_runnable]
    assert len(runnable) == sum(name.startswith("fixtures/") for name in PROGRAMS) > 100


@pytest.mark.parametrize("name", SMALL)
def test_gather_does_the_same_at_once(name: str, site: str) -> None:
    program = PROGRAMS[name]
    before = trial.run(program, program.text, site)
    after = trial.run(program, version(program), site)
    after.same_as(before, name)
    assert before.peak == 1 < after.peak


@pytest.mark.parametrize("name", OF_LOOPS)
def test_limit_bounds_what_is_under_way(name: str, site: str) -> None:
    program = PROGRAMS[name]
    before = trial.run(program, program.text, site)
    after = trial.run(program, version(program, limit=2), site)
    after.same_as(before, name)
    assert after.peak == 2


def test_command_prints_a_line_per_program_and_a_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert winnings.main(["--only", "clients/c", *QUICKLY]) == 0
    lines = capsys.readouterr().out.splitlines()
    names = [line.split(" | ")[0].strip("| ") for line in lines if line.startswith("|")]
    assert names == ["", "---", "clients: chains", "clients: crawl", "**clients: all**"]


@pytest.mark.parametrize(
    ("what", "line"),
    [("returned", "user = posts"), ("asked", "await fetch_text(session, '/more')"), ("printed", "print(user)")],
)
def test_a_difference_is_loud(
    what: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(program: Program, _settings: object) -> str:
        return version(program).replace("    return f", f"    {line}\n    return f")

    monkeypatch.setattr(winnings, "_version", broken)
    assert winnings.main(["--only", "clients/dashboard", *QUICKLY]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert f"DIFFERENT: clients/dashboard with gather: {what} " in err


def test_what_never_waits_is_measured_and_not_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(never_waiting, "CALLS", 10)
    monkeypatch.setattr(never_waiting, "ROUNDS", 1)
    monkeypatch.setattr(never_waiting, "COUNTS", (3,))
    assert never_waiting.report().count("\n| 3 calls, ") == 1 + len(never_waiting.VERSIONS)
    seen = never_waiting.TEXT.replace("    await asyncio.sleep(1)\n", "")
    assert {found.barrier for found in analyse(Source.parse(seen, "pages.py"), Options())} == {Barrier.NO_WAIT}
