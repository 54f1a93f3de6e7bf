"""Files on disk: which ones, their text with nothing lost, and writing them in one step."""

from __future__ import annotations

import contextlib
import functools
import os
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather.analysis.texts import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

STDIN = "-"
TEMPORARY = ".flake8-gather-"
STALE = 600  # seconds after which a temporary file is nobody's: it lives for a moment
SKIPPED = frozenset("__pycache__ __pypackages__ _build buck-out build dist node_modules site-packages venv".split())


class FileError(Exception):
    """What is wrong with one file, said in one line."""

    def __init__(self, path: str, message: str, line: int | None = None) -> None:
        """Take the path as the user knows it, the message and the line it is about."""
        super().__init__(path, message, line)
        place = path if line is None else f"{path}:{line}"
        self.text = f"{place}: {message}"

    def __str__(self) -> str:
        """Return the line for stderr."""
        return self.text


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: its bytes, and the text they mean, line ends as they are.

    `name` is the path as diffs and messages show it.
    """

    path: str
    name: str
    data: bytes
    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """Return a new text as this file's bytes. Raises `FileError` where its encoding lacks a character."""
        try:
            data = text.encode(self.encoding)
        except UnicodeEncodeError as error:
            raise FileError(self.name, f"the new text cannot be written as {self.encoding}") from error
        return b"\xef\xbb\xbf" + data if self.bom else data


def content(data: bytes, path: str, name: str) -> Content:
    """Decode a file's bytes as Python does. Raises `FileError`."""
    try:
        return Content(path, name, data, *decode(data))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(name, f"not {error.encoding}: {error.reason}", line) from error
    except SyntaxError as error:
        raise FileError(name, str(error.msg), 1) from error
    except (LookupError, UnicodeError) as error:
        raise FileError(name, f"cannot be decoded: {error}", 1) from error


def read(path: str, name: str) -> Content:
    """Read and decode a regular file, or stdin for `-`. Raises `FileError`."""
    try:
        if path == STDIN:
            return content(sys.stdin.buffer.read(), path, name)
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise FileError(name, "not a regular file")
        return content(Path(path).read_bytes(), path, name)
    except OSError as error:
        raise FileError(name, reason(error)) from error


def reason(error: OSError) -> str:
    """Return the operating system's words, without number and path."""
    return (error.strerror or str(error)).lower()


def replace(path: str, old: bytes, new: bytes) -> None:
    """Put `new` in the place of `old` in one step. Raises `FileError` and leaves the file alone.

    A link stays a link, and its target is replaced. Mode and, where allowed, owner are kept. At
    every moment the file is the old or the new one, whole and on the disk.
    """
    target = os.path.realpath(path)
    if not os.access(target, os.W_OK):
        raise FileError(path, "not writable")
    try:
        with _beside(target, new) as temporary:
            if Path(target).read_bytes() == old:
                os.replace(temporary, target)
                return
    except OSError as error:
        raise FileError(path, f"cannot be written: {reason(error)}") from error
    raise FileError(path, "changed while it was being worked on, left alone")


@contextlib.contextmanager
def _beside(target: str, data: bytes) -> Iterator[str]:
    """Give the path of a temporary file like the target, next to it and on the disk; it stays only after a kill."""
    known, folder = os.stat(target), os.path.dirname(target)
    _sweep(folder)
    descriptor, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with contextlib.suppress(OSError):
                os.chown(temporary, known.st_uid, known.st_gid)
        os.chmod(temporary, stat.S_IMODE(known.st_mode))
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


@functools.cache
def _sweep(folder: str) -> None:
    """Remove the temporary files that a killed run has left in a folder."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(TEMPORARY) and time.time() - entry.stat().st_mtime > STALE:
                os.unlink(entry)


def walk(paths: Sequence[str], excluded: Callable[[str], bool], complain: Callable[[FileError], None]) -> Iterator[str]:
    """Yield the files to work on, each once, in a stable order; stdin is passed on.

    A file named by the user is yielded whatever it is called. In a folder every `*.py` is, except
    where nobody keeps code: hidden folders, virtual environments, build folders. What is `excluded`
    never is, as in flake8.
    """
    seen: set[str] = set()
    for path in paths:
        if excluded(path):
            continue
        for found in _python_files(path, excluded, complain) if os.path.isdir(path) else (path,):
            real = found if found == STDIN else os.path.realpath(found)
            if real not in seen:
                seen.add(real)
                yield found


def _python_files(top: str, excluded: Callable[[str], bool], complain: Callable[[FileError], None]) -> Iterator[str]:
    def unreadable(error: OSError) -> None:
        complain(FileError(str(error.filename), reason(error)))

    for folder, folders, names in os.walk(top, onerror=unreadable):
        base = "" if folder == os.curdir else folder.removeprefix(f"{os.curdir}{os.sep}")
        folders[:] = sorted(name for name in folders if not _skipped(os.path.join(folder, name), excluded))
        for name in sorted(names):
            path = os.path.join(base, name)
            if name.endswith(".py") and not name.startswith(".#") and not excluded(path):
                yield path


def _skipped(folder: str, excluded: Callable[[str], bool]) -> bool:
    name = os.path.basename(folder)
    if name.startswith(".") or name in SKIPPED or name.endswith(".egg"):
        return True
    return os.path.exists(os.path.join(folder, "pyvenv.cfg")) or excluded(folder)
