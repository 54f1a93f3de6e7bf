"""The command line as a real process in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = b"""\
import asyncio


async def pages(urls):
    return [await fetch_page(url) for url in urls]
"""
AFTER = b"""\
import asyncio


async def pages(urls):
    return await asyncio.gather(*[fetch_page(url) for url in urls])
"""
KEPT = b"""\
import asyncio


async def pages(urls, socket):
    for url in urls:
        page = await fetch_page(url)
        if page:
            return page
"""


@dataclass(frozen=True)
class Ran:
    """What a process left behind."""

    code: int
    out: bytes
    err: str


class Folder:
    """A folder to work in, and the command to run there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, data: bytes = BEFORE) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()

    def run(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "flake8_gather", *arguments],
            cwd=self.path,
            input=stdin,
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
        )
        err = done.stderr.decode()
        assert "Traceback" not in err, err
        return Ran(done.returncode, done.stdout, err)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
