"""Arguments that concern no file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shtab

from flake8_gather import __version__
from flake8_gather.cli import main, pages
from flake8_gather.cli.parser import make_parser
from flake8_gather.rules import BARRIERS, RULES
from tests.cli.conftest import BEFORE, Folder

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("command", [[], ["fix"], ["explain"], ["rule"]])
def test_help_fits_a_screen(folder: Folder, command: list[str]) -> None:
    ran = folder.run(*command, "--help", COLUMNS="80")
    assert ran.code == 0
    assert len(ran.out.splitlines()) <= 40
    assert max(map(len, ran.out.decode().splitlines())) <= 80


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ex", "explain"),
        ("rule GTH1", "GTH101 GTH102 GTH103 GTH104 GTH105"),
        ("rule early", "early-exit"),
        ("fix --style t", "taskgroup"),
        ("explain --format h", "html"),
        ("fix ap", "app.py"),
    ],
)
def test_bash_completes(tmp_path: Path, typed: str, offered: str) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    (tmp_path / "app.py").touch()
    script = shtab.complete(make_parser(), "bash")
    words = f"flake8-gather {typed}".split()
    (function,) = re.findall(r"^complete .*-F (\w+) flake8-gather$", script, re.MULTILINE)
    script += f"\nCOMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}\n"
    script += f"{function} flake8-gather {words[-1]} {words[-2]}; echo ${{COMPREPLY[@]}}\n"
    done = subprocess.run([bash, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == offered.split()


def test_version(folder: Folder) -> None:
    assert folder.run("--version").out.decode() == f"flake8-gather {__version__}\n"


@pytest.mark.parametrize("name", ["GTH102", "gth102", "Sequential-Collect-Loop"])
def test_rule_prints_its_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", name]) == 0
    assert capsys.readouterr().out == (DOCS / "rules/GTH102.md").read_text("utf-8")


def test_barrier_prints_its_part_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    for barrier in BARRIERS:
        assert main(["rule", barrier]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"# {barrier}\n")
        assert out.count("\nOverride: ") == 1
        assert f"#{out}" in (DOCS / "barriers.md").read_text("utf-8")


def test_rule_without_a_name_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule"]) == 0
    rules, barriers = capsys.readouterr().out.split("\n\n")
    assert [line.partition(" ")[0] for line in rules.splitlines()] == list(RULES)
    assert [line.partition(":")[0] for line in barriers.splitlines()] == list(BARRIERS)


def test_pages_for_a_terminal() -> None:
    for code in RULES:
        text = pages.readable(pages.page(code), colour=False)
        assert text.startswith(f"{RULES[code].name} ({code})\n")
        assert re.findall(r"^#|```|\]\(", text, re.MULTILINE) == []
    shown = pages.readable("# A\n\n`b` of [c\nd](e.md)\n\n```python\nx = [1](2)\n\ny\n```\n", colour=True)
    assert shown == "\x1b[1mA\x1b[0m\n\n\x1b[36mb\x1b[0m of c\nd\n\n    x = [1](2)\n\n    y\n"


@pytest.mark.parametrize("arguments", [[], ["rule", "E501"], ["fix", "--diff", "--check"], ["nothing"]])
def test_wrong_arguments(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as wrong:
        main(arguments)
    assert wrong.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_the_parser_imports_nothing_slow() -> None:
    code = "import sys, flake8_gather.cli; sys.exit(bool({'libcst', 'flake8'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert make_parser().prog == "flake8-gather"


def test_a_reader_that_goes_away(folder: Folder) -> None:
    for number in range(300):
        folder.write(f"a{number}.py", BEFORE)
    command = [sys.executable, "-m", "flake8_gather", "fix", "--diff", "-q", "-j1"]
    process = subprocess.Popen(command, cwd=folder.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141
