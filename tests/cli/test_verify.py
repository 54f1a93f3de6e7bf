"""`fix --verify`: what is kept, what is put back, and what an interrupt leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import AFTER, BEFORE, Folder

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = f'"{sys.executable}"'
TWO = BEFORE.replace(b"pages", b"first") + b"\n\n" + BEFORE.partition(b"\n\n\n")[2]


def judge(folder: Folder, program: str) -> str:
    """Return a command that runs a program with `text(name)`, exit code 0 if its last line is true."""
    source = f"import pathlib, sys\ntext = lambda name: pathlib.Path(name).read_text()\nsys.exit(not ({program}))\n"
    folder.write("judge/judge", source.encode())
    return f"{PYTHON} judge/judge"


def test_all_is_kept_when_the_command_passes(folder: Folder) -> None:
    folder.write("a.py")
    ran = folder.run("fix", "a.py", "--verify", judge(folder, "'fetch_page' in text('a.py')"))
    assert (ran.code, ran.out, folder.read("a.py")) == (0, b"", AFTER)
    assert ran.err.splitlines()[-1] == "1 file rewritten, 1 gather"


def test_a_command_that_fails_already(folder: Folder) -> None:
    folder.write("a.py")
    ran = folder.run("fix", "a.py", "--verify", f"{PYTHON} -c 'raise SystemExit(\"the reason\")'")
    assert (ran.code, folder.read("a.py")) == (2, BEFORE)
    assert "fails already before any rewrite" in ran.err
    assert "the reason" in ran.err


def test_nothing_to_rewrite_runs_nothing(folder: Folder) -> None:
    folder.write("a.py", AFTER)
    assert folder.run("fix", "a.py", "--verify", "touch ran").code == 0
    assert not (folder.path / "ran").exists()


def test_the_file_that_breaks_is_put_back(folder: Folder) -> None:
    names = [f"{letter}.py" for letter in "abcdefg"]
    for name in names:
        folder.write(name)
    ran = folder.run("fix", "--verify", judge(folder, "not any('gather' in text(n) for n in ('c.py', 'f.py'))"))
    assert ran.code == 1
    assert {name for name in names if folder.read(name) == BEFORE} == {"c.py", "f.py"}
    assert {name for name in names if folder.read(name) == AFTER} == {"a.py", "b.py", "d.py", "e.py", "g.py"}
    assert "c.py:5: GTH103 not rewritten: the command fails with it" in ran.err
    assert "5 files rewritten, 5 gathers, 2 reported but not rewritten" in ran.err


def test_one_rewrite_of_a_file_is_put_back(folder: Folder) -> None:
    folder.write("a.py", TWO)
    ran = folder.run("fix", "--verify", judge(folder, "text('a.py').count('gather') < 2"))
    assert ran.code == 1
    assert folder.read("a.py").count(b"gather") == 1
    assert ran.err.endswith("1 file rewritten, 1 gather, 1 reported but not rewritten\n")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Jobs in the background of a shell ignore Ctrl-C, and so would their children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_brings_the_originals_back(folder: Folder) -> None:
    folder.write("a.py")
    folder.write("b.py")
    command = judge(folder, "'gather' not in text('a.py') or __import__('time').sleep(60)")
    process = subprocess.Popen(
        [sys.executable, "-m", "flake8_gather", "fix", "--verify", command],
        cwd=folder.path,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 30
    while folder.read("b.py") == BEFORE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert folder.read("a.py") == AFTER
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert (folder.read("a.py"), folder.read("b.py")) == (BEFORE, BEFORE)


def test_a_command_that_edits_the_files(folder: Folder) -> None:
    folder.write("a.py")
    command = judge(folder, "pathlib.Path('a.py').write_text(text('a.py') + '#\\n')")
    ran = folder.run("fix", "a.py", "--verify", command)
    assert ran.code == 2
    assert "a.py: changed while it was being worked on, left alone" in ran.err


@pytest.mark.parametrize(
    "data",
    [BEFORE.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + BEFORE, b"# coding: latin-1\n# \xe9\n" + BEFORE.rstrip(b"\n")],
    ids=["crlf", "bom", "latin-1 without a final newline"],
)
def test_what_is_put_back_is_the_same_byte_for_byte(folder: Folder, data: bytes) -> None:
    folder.write("a.py", data)
    folder.write("b.py")
    ran = folder.run("fix", "--verify", judge(folder, "b'gather' not in pathlib.Path('a.py').read_bytes()"))
    assert (ran.code, folder.read("a.py"), folder.read("b.py")) == (1, data, AFTER)


def test_a_dirty_git_tree_keeps_its_other_changes(folder: Folder) -> None:
    def git(*arguments: str) -> bytes:
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        return subprocess.run(["git", *identity, *arguments], cwd=folder.path, capture_output=True, check=True).stdout

    for name in ("a.py", "b.py", "notes.txt", "gone.txt"):
        folder.write(name)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    edited = BEFORE + b"\n# not committed\n"
    folder.write("a.py", edited)
    folder.write("notes.txt", b"staged\n")
    git("add", "notes.txt")
    folder.write("notes.txt", b"newer\n")
    (folder.path / "gone.txt").unlink()
    command = judge(folder, "'gather' not in text('a.py')")
    before = git("status", "--porcelain"), git("diff", "--cached")
    assert folder.run("fix", "--verify", command).code == 1
    assert (folder.read("a.py"), folder.read("b.py"), folder.read("notes.txt")) == (edited, AFTER, b"newer\n")
    assert not (folder.path / "gone.txt").exists()
    expected = before[0].replace(b" M a.py\n", b" M a.py\n M b.py\n")
    assert (git("status", "--porcelain"), git("diff", "--cached")) == (expected, before[1])
