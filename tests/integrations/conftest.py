"""A project to try things in, and the tools that look at it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.test_docs import DOCS, blocks, sections

PAGE = sections((DOCS / "integrations.md").read_text("utf-8"))
CODE = """\
import asyncio

from app.{module} import fetch


async def pages(urls):
    return [await fetch(url) for url in urls]
"""
FIXED = CODE.replace("[await fetch(url) for url in urls]", "await asyncio.gather(*[fetch(url) for url in urls])")
FOUND = "GTH103 the comprehension awaits independent calls one by one"


def extra(module: str) -> pytest.MarkDecorator:
    """Return the mark of a test that needs a tool from an optional extra."""
    return pytest.mark.skipif(find_spec(module) is None, reason="pip install 'flake8-gather[integrations]'")


def shown(section: str, language: str) -> list[str]:
    """Return the blocks in a language that a section of the page shows."""
    return blocks(PAGE[section], language)


@dataclass(frozen=True)
class Ran:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


class Project:
    """A project with one finding in each of its files."""

    def __init__(self, path: Path) -> None:
        self.path = path
        for name, module in (
            ("src/app/main.py", "net"),
            ("src/app/events.py", "bus"),
            ("src/legacy.py", "net"),
            ("scripts/load.py", "net"),
        ):
            self.write(name, CODE.format(module=module))

    def write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def read(self, name: str) -> str:
        return (self.path / name).read_bytes().decode()

    def run(self, command: str, **environment: str) -> Ran:
        """Run a line of the shell, with the tools of this environment in front."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        tools = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.path,
            capture_output=True,
            check=False,
            env={**own, "PATH": tools, "PYTHONUTF8": "1", **environment},
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def found(self, command: str) -> set[str]:
        """Return the files that flake8's lines or the codemod's diffs name."""
        lines = self.run(command).out.splitlines()
        names = (line.partition(":")[0] if FOUND in line else line.partition("--- a/")[2] for line in lines)
        return {name.removeprefix("./") for name in names if name}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
