"""flake8 in all its configurations, ruff beside it, pre-commit, tox, nox and GitHub Actions around it."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from platformdirs.unix import Unix

from tests.integrations.conftest import FIXED, FOUND, Project, extra, shown
from tests.test_docs import ROOT

(LINT,) = shown("ruff", "console")
LEFT = {"src/app/main.py"}
ALL = LEFT | {"src/app/events.py", "src/legacy.py", "scripts/load.py"}
MANIFEST = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")


def test_without_configuration_all_is_found(project: Project) -> None:
    assert project.found("flake8") == project.found("flake8-gather fix --diff") == ALL


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini", ".flake8"])
def test_configuration_holds_for_linter_and_codemod(project: Project, name: str) -> None:
    (settings,) = shown("flake8", "ini")
    project.write(name, settings)
    assert project.found("flake8") == project.found("flake8-gather fix --diff") == LEFT


@extra("flake8p")
def test_flake8_pyproject(project: Project) -> None:
    (settings,) = shown("flake8", "toml")
    project.write("pyproject.toml", settings)
    project.write("tox.ini", "[flake8]\nextend-ignore = GTH\n")
    assert project.found("flake8") == project.found("flake8-gather fix --diff") == LEFT
    project.write("pyproject.toml", settings.replace("app.bus.*", "app bus("))
    assert "--gather-ordered: 'bus(' is not a dotted name" in project.run("flake8").out


def test_a_formatter(project: Project) -> None:
    lines = project.run("flake8 --select=GTH --format=pylint src/app/main.py").out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"src/app/main.py:7: [GTH103] {FOUND.partition(' ')[2]}")


def test_a_whole_file_is_silenced(project: Project) -> None:
    project.write("src/legacy.py", f"# flake8: noqa\n{project.read('src/legacy.py')}")
    assert project.found("flake8") == project.found("flake8-gather fix --diff") == ALL - {"src/legacy.py"}


def test_ruff_leaves_our_comments_alone(project: Project) -> None:
    assert project.run(LINT).out.count(FOUND) == 3
    code = project.read("src/app/main.py")
    project.write("src/app/main.py", code.replace("in urls]", "in urls]  # noqa: GTH103, E501"))
    (settings,) = shown("ruff", "toml")
    project.write("pyproject.toml", f"{settings}select = ['RUF100', 'RUF102']\npreview = true\n")
    assert project.run("ruff check --fix src/app/main.py").code == 0
    assert project.read("src/app/main.py") == code.replace("in urls]", "in urls]  # noqa: GTH103")
    assert "src/app/main.py" not in project.found(LINT)
    project.write("pyproject.toml", "[tool.ruff.lint]\nselect = ['RUF100']\n")
    project.write("src/app/main.py", code.replace("in urls]", "in urls]  # noqa: GTH103, E501"))
    project.run("ruff check --fix src/app/main.py")
    assert "GTH103" not in project.read("src/app/main.py"), "then there is no need to tell ruff"


def test_the_hooks_are_those_of_the_page() -> None:
    ids = re.findall(r"id: (gather-\w+)", MANIFEST)
    page = "".join(shown("pre-commit", "yaml"))
    assert ids == re.findall(r"id: (gather-\w+)", page) == ["gather-check", "gather-fix"]


@extra("pre_commit")
@pytest.mark.parametrize("serial", ["true", "false"])
def test_hooks(project: Project, tmp_path_factory: pytest.TempPathFactory, serial: str) -> None:
    hooks = MANIFEST.replace("language: python", "language: system")
    hooks = hooks.replace("require_serial: true", f"require_serial: {serial}")
    local = "repos:\n  - repo: local\n    hooks:\n" + re.sub("^", "      ", hooks, flags=re.MULTILINE).rstrip() + "\n"
    project.write(".pre-commit-config.yaml", local)
    for number in range(12):
        project.write(f"src/app/part{number}.py", project.read("src/app/main.py"))
    home = str(tmp_path_factory.mktemp("home"))
    assert project.run("git init -q && git add .").code == 0
    check = project.run("pre-commit run --all-files gather-check", PRE_COMMIT_HOME=home)
    assert check.code == 1, check.out + check.err
    assert check.out.count("+    return await asyncio.gather(") == 16
    assert project.run("git diff --exit-code").code == 0
    assert project.run("pre-commit run --all-files gather-fix", PRE_COMMIT_HOME=home).code == 1
    assert project.read("src/app/part7.py") == FIXED.format(module="net")
    again = project.run("pre-commit run --all-files", PRE_COMMIT_HOME=home)
    assert (again.code, again.out.count("Passed")) == (0, 2)


def test_tox_and_nox_run_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    (ini,), (noxfile,) = shown("tox and nox", "ini"), shown("tox and nox", "python")
    tox = configparser.ConfigParser()
    tox.read_string(ini)
    assert tox["testenv:gather"]["commands"] == LINT.strip()
    nox = ModuleType("nox")
    monkeypatch.setattr(nox, "session", lambda function: function, raising=False)
    monkeypatch.setitem(sys.modules, "nox", nox)
    names: dict[str, Any] = {}
    exec(noxfile, names)
    session = Session()
    names["gather"](session)
    assert session.installed == (tox["testenv:gather"]["deps"],)
    assert " ".join(session.ran) == LINT.strip()


class Session:
    """What nox hands to a session."""

    def install(self, *packages: str) -> None:
        self.installed = packages

    def run(self, *command: str) -> None:
        self.ran = command


def test_what_the_job_keeps_is_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/runner")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    _, step = shown("GitHub Actions", "yaml")
    (path,) = re.findall(r"path: (.*)", step)
    assert Path(path).expanduser() == Path(Unix("flake8-gather", appauthor=False).user_cache_dir)


def test_annotations(project: Project) -> None:
    workflow, _ = shown("GitHub Actions", "yaml")
    (command,) = re.findall(r"- run: (flake8 .*)", workflow)
    lines = project.run(command).out.splitlines()
    start = "::warning file=src/app/main.py,line=7,col=13,title=GTH103::"
    assert sum(line.startswith(start + FOUND.partition(" ")[2]) for line in lines) == 1
    assert len(lines) == 3
