"""Files that nobody would write, disks that are full, runs that are killed: one clear line, and nothing lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import AFTER, BEFORE, Folder

if TYPE_CHECKING:
    from pathlib import Path

FIX = [sys.executable, "-m", "flake8_gather", "fix"]


def start(folder: Folder, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.Popen([*FIX, *arguments], cwd=folder.path, stderr=subprocess.PIPE, env=environment)


def many(folder: Folder, count: int) -> list[Path]:
    return [folder.write(f"package{number % 10}/module{number}.py") for number in range(count)]


# -- sizes -----------------------------------------------------------------------------------------------

LARGE = [
    b"async def f(x):\n" + b"    a = await fetch_a(x)\n" * 5_000,
    b"async def f(x):\n    return " + b" + ".join([b"await fetch_a(x)"] * 300) + b"\n",
    b"async def f(x):\n    if x:\n        pass\n" + b"    elif await fetch_a(x):\n        pass\n" * 200,
    b"TEXT = '" + b"x" * 1_000_000 + b"'\n",
    b"x = 1\n" * 100_000,
]
DEEP = [
    b"".join(b" " * depth + b"if x:\n" for depth in range(2_000)) + b" " * 2_000 + b"pass\n",
    b"async def f(x):\n    if x:\n        pass\n" + b"    elif await fetch_a(x):\n        pass\n" * 2_000,
    b"x = " + b"(" * 2_000 + b"1" + b")" * 2_000 + b"\n",
    b"async def f(x):\n    return " + b"await (" * 2_000 + b"x" + b")" * 2_000 + b"\n",
]


def test_large_files_are_done_like_others(folder: Folder) -> None:
    for number, strange in enumerate(LARGE):
        folder.write(f"a{number}.py", BEFORE + b"\n\n" + strange)
    assert folder.run("fix").code == 0
    assert [folder.read(f"a{number}.py").startswith(AFTER) for number in range(len(LARGE))] == [True] * len(LARGE)


def test_what_is_nested_too_deeply_is_one_line(folder: Folder) -> None:
    folder.write("a.py")
    for number, strange in enumerate(DEEP):
        folder.write(f"b{number}.py", strange + BEFORE)
    folder.write("c.py")
    ran = folder.run("fix")
    assert ran.code == 2
    for number, strange in enumerate(DEEP):
        said = [line for line in ran.err.splitlines() if line.startswith(f"b{number}.py")]
        assert (len(said), len(said[0]) < 200) == (1, True)
        assert folder.read(f"b{number}.py") == strange + BEFORE
    assert (folder.read("a.py"), folder.read("c.py")) == (AFTER, AFTER)


# -- contents --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"print 'old'\n" + BEFORE, "syntax error"),
        (b"x = '\xed\xa0\x80'\n" + BEFORE, "invalid or missing encoding"),
        (b"# coding: utf-16\n" + BEFORE, "syntax error"),
        (BEFORE.decode().encode("utf-16"), "invalid or missing encoding"),
        (b"%matplotlib inline\n" + BEFORE, "syntax error"),
    ],
    ids=["Python 2", "lone surrogate", "impossible encoding", "utf-16", "notebook cell"],
)
def test_what_is_not_python_is_left_alone(folder: Folder, data: bytes, words: str) -> None:
    folder.write("a.py", data)
    ran = folder.run("fix", "a.py")
    assert (ran.code, folder.read("a.py")) == (2, data)
    assert words in ran.err.splitlines()[0]


def test_notebooks_are_no_modules(folder: Folder) -> None:
    data = b'{"cells": [{"source": ["[await fetch_page(url) for url in urls]"]}], "nbformat": 4, "metadata": null}\n'
    folder.write("a.ipynb", data)
    assert folder.run("fix", ".").code == 0
    assert folder.run("fix", "a.ipynb").code == 0
    assert folder.read("a.ipynb") == data


def test_type_comments_stay(folder: Folder) -> None:
    before = (
        b"import asyncio\n\n\nasync def pages(urls):\n    # type: (list[str]) -> list[str]\n"
        b"    found = []  # type: list[str]\n    for url in urls:  # type: str\n"
        b"        found.append(await fetch_page(url))\n    return found\n"
    )
    folder.write("a.py", before)
    folder.run("fix", "a.py")
    after = folder.read("a.py")
    assert [line.count(b"# type:") for line in (before, after)] == [3, 3]
    compile(after, "a.py", "exec")


# -- names and links ---------------------------------------------------------------------------------------


def test_odd_names(folder: Folder) -> None:
    names = [b"a b.py", b"a\nb.py", "h\u00f6\u00df\u4f60.py".encode(), b"-x.py", b"\xff.py", b"'a\".py", b"a:5.py"]
    for name in names:
        folder.write(os.fsdecode(name))
    assert folder.run("fix", ".").code == 0
    assert [folder.read(os.fsdecode(name)) for name in names] == [AFTER] * len(names)
    assert folder.run("explain", ".").code == 0


def test_links_that_lead_to_each_other(folder: Folder) -> None:
    folder.write("c.py")
    (folder.path / "a.py").symlink_to("b.py")
    (folder.path / "b.py").symlink_to("a.py")
    (folder.path / "inside").symlink_to(".")
    ran = folder.run("fix")
    assert (ran.code, folder.read("c.py")) == (2, AFTER)
    assert ran.err.count("a.py: ") == 1


# -- interruptions -----------------------------------------------------------------------------------------


def test_what_does_not_fit_on_the_disk_stays_old(folder: Folder) -> None:
    large = b"# " + b"x" * 40_000 + b"\n" + BEFORE
    folder.write("a.py")
    folder.write("b.py", large)
    folder.write("c.py")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))  # what is started now inherits it
    try:
        process = start(folder, ".", "-j", "1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    _, err = process.communicate()
    assert process.returncode == 2
    assert b"b.py: cannot be written: file too large" in err
    assert (folder.read("a.py"), folder.read("b.py"), folder.read("c.py")) == (AFTER, large, AFTER)
    assert sorted(path.name for path in folder.path.iterdir()) == ["a.py", "b.py", "c.py"]


def test_killed_over_a_thousand_files(folder: Folder) -> None:
    paths = many(folder, 1000)
    process = start(folder, "-j", "2")
    assert process.stderr is not None
    for _ in range(30):
        assert process.stderr.readline().startswith(b"Rewriting ")
    process.kill()
    process.communicate()
    texts = [path.read_bytes() for path in paths]
    assert set(texts) <= {BEFORE, AFTER}
    assert sum(text == AFTER for text in texts) >= 30
    assert folder.run("fix", "package0/module0.py", "package9/module999.py").code == 0
    assert {paths[0].read_bytes(), paths[-1].read_bytes()} == {AFTER}


def test_what_a_killed_run_left_is_removed(folder: Folder) -> None:
    """Once it is old: a young one may be that of another run."""
    folder.write("package/module.py")
    old, young = (folder.write(f"package/.flake8-gather-{name}") for name in ("old", "young"))
    os.utime(old, (0, 0))
    assert folder.run("fix", ".").code == 0
    assert not old.exists()
    assert young.exists()


def test_two_runs_at_once(folder: Folder) -> None:
    paths = many(folder, 40)
    processes = [start(folder, "."), start(folder, ".")]
    for process in processes:
        _, err = process.communicate()
        assert b"Traceback" not in err
        assert process.returncode in (0, 2)
    assert {path.read_bytes() for path in paths} == {AFTER}
    assert sorted(path for path in folder.path.rglob("*") if path.is_file()) == sorted(paths)
