"""Reading, walking and replacing files."""

from __future__ import annotations

import os
import stat
import tempfile
from typing import TYPE_CHECKING

import pytest

from flake8_gather import files
from flake8_gather.files import FileError

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def walked(*paths: str) -> list[str]:
    complaints: list[FileError] = []
    found = list(files.walk(paths, lambda path: "excluded" in path, complaints.append))
    assert complaints == []
    return found


def test_walk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "b.py a.py notes.txt sub/z.py sub/a.py .hidden/a.py node_modules/a.py build/a.py env/a.py excluded/a.py".split()
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "env/pyvenv.cfg").touch()
    (tmp_path / "sub/again").symlink_to(tmp_path)
    (tmp_path / "c.py").symlink_to("a.py")
    assert walked(".") == ["a.py", "b.py", "sub/a.py", "sub/z.py"]
    assert walked("notes.txt", "sub", "a.py", "sub/a.py", "excluded/a.py") == [
        "notes.txt",
        "sub/a.py",
        "sub/z.py",
        "a.py",
    ]
    assert walked("build", ".hidden/a.py", "-") == ["build/a.py", ".hidden/a.py", "-"]
    assert walked("gone") == ["gone"]


def test_replace_keeps_the_old_file_when_the_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"a\.py: cannot be written: no space left on device"):
        files.replace(str(path), b"old", b"new")
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["a.py"])


def test_replace_in_a_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def refuse(**_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(FileError, match="cannot be written: permission denied"):
        files.replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"


def test_replace_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")

    def interrupt(_old: str, _new: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.replace(str(path), b"old", b"new")
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["a.py"])


def test_replace_of_a_file_that_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"newer")
    with pytest.raises(FileError, match="changed while it was being worked on"):
        files.replace(str(path), b"old", b"new")
    assert (path.read_bytes(), names(tmp_path)) == (b"newer", ["a.py"])


def test_replace_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    path.chmod(0o751)
    files.replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751


def test_text_that_the_encoding_lacks() -> None:
    content = files.content(b"# coding: latin-1\n", "a.py", "a.py")
    with pytest.raises(FileError, match=r"a\.py: the new text cannot be written as iso-8859-1"):
        content.encode("…")


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    with pytest.raises(FileError, match="not a regular file"):
        files.read(str(tmp_path / "a.py"), "a.py")
