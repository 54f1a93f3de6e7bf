"""What only a terminal gets: colours, unless NO_COLOR is set."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

import pytest

from tests.cli.conftest import KEPT, Folder

pty = pytest.importorskip("pty")
LATIN = "# coding: latin-1\n\n\nasync def é(urls):\n    return [await fetch_page(url) for url in urls]  # é\n"


def on_a_terminal(folder: Folder, *arguments: str, **environment: str) -> str:
    """Run the command with its output on a terminal and return what it shows."""
    leader, follower = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "flake8_gather", *arguments],
        cwd=folder.path,
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    ):
        os.close(follower)
        shown = b""
        with contextlib.suppress(OSError):
            while part := os.read(leader, 4096):
                shown += part
        os.close(leader)
    return shown.decode().replace("\r\n", "\n")


def test_the_diff_is_coloured_and_readable(folder: Folder) -> None:
    folder.write("a.py", LATIN.encode("latin-1"))
    shown = on_a_terminal(folder, "fix", "--diff")
    assert "\x1b[31m-    return [await fetch_page(url) for url in urls]  # é\x1b[0m\n" in shown
    assert "\x1b[32m+    return await asyncio.gather(" in shown
    plain = on_a_terminal(folder, "fix", "--diff", NO_COLOR="1")
    assert "\n-    return [await fetch_page(url) for url in urls]  # é\n" in plain
    assert "\x1b" not in plain


def test_the_picture_is_coloured(folder: Folder) -> None:
    folder.write("a.py", KEPT)
    assert "\x1b[33mearly-exit\x1b[0m" in on_a_terminal(folder, "explain")
    assert "\x1b" not in on_a_terminal(folder, "explain", NO_COLOR="1")
