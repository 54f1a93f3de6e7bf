"""The libcst command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import libcst
import pytest
from libcst.codemod import CodemodContext

import flake8_gather
from flake8_gather import analysis
from flake8_gather.codemod.command import GatherCommand
from tests.codemod.test_rewriting import LOOP, simple


@pytest.fixture(autouse=True)
def _simple_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "analyse", simple, raising=False)


def transformed(tree: libcst.Module, **settings: object) -> libcst.Module:
    return GatherCommand(CodemodContext(filename="sample.py"), **settings).transform_module(tree)  # type: ignore[arg-type]


def test_rewrites() -> None:
    tree = transformed(libcst.parse_module(LOOP))
    assert tree.code.endswith("    await asyncio.gather(*(fetch(url) for url in urls))\n")


def test_unchanged_tree_is_the_same_object() -> None:
    tree = libcst.parse_module("x = 1\n")
    assert transformed(tree) is tree


def test_settings() -> None:
    callee = "import asyncio\n\n\nasync def fetch(url):\n    await asyncio.sleep(1)\n\n\n"
    tree = transformed(libcst.parse_module(callee + LOOP), style="taskgroup", limit=None)
    assert "tg.create_task(fetch(url))" in tree.code


def test_select() -> None:
    tree = libcst.parse_module(LOOP)
    assert transformed(tree, select=("GTH2",)) is tree


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_encoding_and_line_ends_are_kept(mark: bytes) -> None:
    data = mark + LOOP.replace("\n", "\r\n").replace("url", "ürl").encode()
    tree = transformed(libcst.parse_module(data))
    assert tree.bytes.startswith(mark + "import asyncio\r\n\r\n\r\nasync def run(ürls):\r\n".encode())
    assert "fetch(ürl) for".encode() in tree.bytes


def test_other_encoding() -> None:
    data = f"# coding: latin-1\n{LOOP}".replace("url", "ürl").encode("latin-1")
    tree = transformed(libcst.parse_module(data))
    assert "fetch(ürl) for".encode("latin-1") in tree.bytes


def test_tool_runs_it(tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text("x = 1\n")
    name = "flake8_gather.codemod.command.GatherCommand"
    command = [sys.executable, "-m", "libcst.tool", "codemod", "-x", name, "--limit=3", "-j1", "sample.py"]
    environment = {**os.environ, "PYTHONPATH": str(Path(flake8_gather.__file__).parent.parent)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Transformed 1 files successfully" in done.stderr
