"""What only a terminal gets: colours, unless NO_COLOR is set, and a bar while it waits."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from flake8_gather.cli import terminal
from tests.cli.conftest import KEPT, Folder

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        env={**os.environ, "PYTHONUTF8": "1", "TERM": "xterm", **environment},
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
    assert "\x1b[33mearly-exit\x1b[0m" in on_a_terminal(folder, "explain", NO_COLOR="")
    assert "\x1b" not in on_a_terminal(folder, "explain", TERM="dumb")


class Terminal(io.StringIO):
    """A terminal as far as `isatty` goes."""

    def isatty(self) -> bool:
        return True


def progress(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *, quiet: bool = False, patience: int = 0) -> str:
    """Return what three answers leave on stderr."""
    monkeypatch.setattr(terminal, "PATIENCE", patience)
    monkeypatch.setattr(sys, "stderr", stream)
    stream.writelines(terminal.with_progress("abc", 3, quiet=quiet))
    return stream.getvalue()


def test_long_work_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    shown = progress(monkeypatch, Terminal()).split(terminal.CLEAR)
    assert shown == ["a", f"[{'=' * 10}{' ' * 20}] 1 of 3 files", "b", f"[{'=' * 20}{' ' * 10}] 2 of 3 files", "c"]


def test_no_bar_for_short_work_or_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert progress(monkeypatch, Terminal(), patience=3600) == "abc"
    assert progress(monkeypatch, Terminal(), quiet=True) == "abc"
    assert progress(monkeypatch, io.StringIO()) == "abc"
    monkeypatch.setenv("TERM", "dumb")
    assert progress(monkeypatch, Terminal()) == "abc"


def test_an_interrupt_leaves_no_bar_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(terminal, "PATIENCE", 0)
    monkeypatch.setattr(sys, "stderr", stream := Terminal())

    def work() -> Iterator[str]:
        yield "a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(terminal.with_progress(work(), 3, quiet=False))
    assert stream.getvalue().endswith(terminal.CLEAR)
