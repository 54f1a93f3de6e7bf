"""The check of formatting and lint reads the project's own configuration, and says what got untidy."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scale import tidy
from flake8_gather.cli import rewritten
from flake8_gather.cli.rewritten import Outcome, Task

TIDY = '''"""Pages."""


async def pages(urls):
    found = []
    for url in urls:
        found.append(await fetch_page(url))
    return found
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.ruff]\nline-length = 88\nlint.select = ["ANN"]\n')
    (tmp_path / "pages.py").write_text(TIDY)
    (tmp_path / "untidy.py").write_text(TIDY.replace("found = []", "found  =  []"))
    return tmp_path


def test_what_stays_tidy_is_counted_and_left_alone(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tidy.main(["--no-follow-imports", str(project)]) == 0
    assert (project / "pages.py").read_text() == TIDY
    row = next(line for line in capsys.readouterr().out.splitlines() if line.endswith(str(project)))
    assert row.split()[:-1] == ["2", "1", "0", "1", "0", "0"]


def test_what_gets_untidy_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = b"async def pages(urls: object, more):\n  return 1\n"
    rewrite = rewritten.outcome

    def outcome(task: Task) -> object:
        found = rewrite(task)
        assert isinstance(found, Outcome)
        return Outcome(found.content, spoilt)

    monkeypatch.setattr(rewritten, "outcome", outcome)
    assert tidy.main(["--no-follow-imports", str(project / ".")]) == 1
    printed = capsys.readouterr().out
    assert "pages.py: black would change it" in printed
    assert "pages.py: ruff format would change it" in printed
    assert "pages.py: ANN001 Missing type annotation for function argument `more`" in printed
    assert "untidy.py: black" not in printed
