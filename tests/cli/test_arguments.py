"""Arguments that concern no file."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flake8_gather import __version__
from flake8_gather.cli import main
from flake8_gather.cli.parser import make_parser
from flake8_gather.rules import RULES
from tests.cli.conftest import BEFORE, Folder


@pytest.mark.parametrize("command", [[], ["fix"], ["explain"], ["rule"]])
def test_help_fits_a_screen(folder: Folder, command: list[str]) -> None:
    ran = folder.run(*command, "--help", COLUMNS="80")
    assert ran.code == 0
    assert len(ran.out.splitlines()) <= 40
    assert max(map(len, ran.out.decode().splitlines())) <= 80


def test_version(folder: Folder) -> None:
    assert folder.run("--version").out.decode() == f"flake8-gather {__version__}\n"


def test_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "gth102"]) == 0
    assert capsys.readouterr().out == (
        "GTH102 (sequential-collect-loop): the loop collects independent awaits one by one\n"
    )
    assert main(["rule"]) == 0
    assert [line[:6] for line in capsys.readouterr().out.splitlines()] == list(RULES)


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
