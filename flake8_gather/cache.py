"""What was found in a file, kept on the disk for the next run: a database in the user's cache folder.

An answer is used again where everything it rests on is as it was: the file, the settings, this program, and what
the file needs of the modules around it. `FLAKE8_GATHER_CACHE` names another folder; empty, nothing is kept.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from flake8_gather import __version__
from flake8_gather.analysis.modules import folders_of, module_name
from flake8_gather.analysis.needs import answers, by_kind

try:
    import sqlite3
except ImportError:  # Python can be built without it
    sqlite3 = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from flake8_gather.analysis.needs import Need

VARIABLE = "FLAKE8_GATHER_CACHE"
FILE = "found-1.sqlite"  # the number changes with the table
TABLE = """
    CREATE TABLE IF NOT EXISTS found (
        question BLOB PRIMARY KEY, text BLOB, needs TEXT, answers BLOB, found TEXT, day INTEGER
    ) WITHOUT ROWID
"""
DAY = 24 * 60 * 60  # seconds
MOST_DAYS = 30  # that an answer is kept
PATIENCE = 1.0  # seconds to wait for another process that writes
PRIMARY = 0xFF  # the bits of an error code that say what kind it is
PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2)  # seconds, between attempts to open a database


@dataclass(frozen=True)
class Question:
    """What is asked of one file, named as the user does: `purpose` and `settings` say all that matters besides it."""

    purpose: str
    path: str
    text: str
    settings: str
    follow: bool

    @cached_property
    def key(self) -> bytes:
        """What the question is stored under; the text is not part of it, so that an old answer gives way."""
        return _digest(identity(), self.purpose, self.settings, self.path, os.path.abspath(self.path))

    @cached_property
    def content(self) -> bytes:
        """The digest of the file's text and of its place among the packages."""
        return _digest(module_name(self.path), self.text)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders that the file's imports start from."""
        return folders_of(self.path, follow=self.follow)


class Cache:
    """The answers of earlier runs. What goes wrong with the database costs nothing but time."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        """Take the open database, and where it is."""
        self._connection: sqlite3.Connection | None = connection
        self._path = path

    def find(self, question: Question) -> Any | None:
        """Return what was found in an earlier run, if that must still be found."""
        rows = self._execute(
            "SELECT needs, answers, found FROM found WHERE question = ? AND text = ?", question.key, question.content
        )
        for needs, answered, found in rows:
            with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError):  # damaged on the disk
                if answers(json.loads(needs), question.folders) == answered:
                    return json.loads(found)
        return None

    def keep(self, question: Question, found: Sequence[object], needs: Collection[Need]) -> None:
        """Keep what was found (as JSON writes it) for the next run, unless something has changed meanwhile."""
        kinds = by_kind(needs)
        answered = answers(kinds, question.folders)
        if answered is None:
            return
        row = (question.key, question.content, json.dumps(kinds), answered, json.dumps(found), _today())
        self._execute("INSERT OR REPLACE INTO found VALUES (?, ?, ?, ?, ?, ?)", *row)

    def prune(self) -> None:
        """Once a day, let go of what was kept long ago."""
        for (day,) in self._execute("PRAGMA user_version"):
            if day != _today():
                self._execute("DELETE FROM found WHERE day < ?", _today() - MOST_DAYS)
                self._execute(f"PRAGMA user_version = {_today()}")

    def _execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        if self._connection is None:
            return []
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self.close()  # full, broken, locked: this process goes without
            if type(error) is sqlite3.DatabaseError:
                _remove(self._path)
            return []

    def close(self) -> None:
        """Close the database: nothing is found or kept any more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def opened() -> Cache | None:
    """Return the cache of this process, None where the user wants none or there cannot be any."""
    folder = os.environ.get(VARIABLE)
    return _opened(_default_folder() if folder is None else folder, os.getpid())


@cache
def _opened(folder: str, _process: int) -> Cache | None:
    """Open the database of a folder; a connection must not be shared with a forked process."""
    if not folder or sqlite3 is None:
        return None
    path = os.path.join(folder, FILE)
    for pause in PAUSES:
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            found = Cache(_connected(path), path)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                return None
            time.sleep(pause)
        except sqlite3.DatabaseError:
            _remove(path)
        except (OSError, ValueError):
            return None
        else:
            found.prune()
            atexit.register(found.close)
            return found
    return None


def _connected(path: str) -> sqlite3.Connection:
    """Open a database, or make it; where another process makes it at this moment, SQLite does not wait by itself."""
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # what a power cut breaks is judged again
        connection.execute(TABLE)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _remove(path: str) -> None:
    """Remove a database that is none, with what belongs to it."""
    for end in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            os.unlink(path + end)


@cache
def _default_folder() -> str:
    from platformdirs import user_cache_dir

    return user_cache_dir("flake8-gather", appauthor=False)


@cache
def identity() -> str:
    """Return what tells this program from others: a digest of its version, flake8's and Python's, and its files."""
    import flake8

    return _digest(__version__, flake8.__version__, sys.version, *_program(os.path.dirname(__file__))).hex()


def _program(folder: str) -> Iterator[bytes]:
    """Yield the files below a folder that make up the program; their times change with each installation."""
    for inner, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            if name.endswith((".py", ".toml")):
                with open(os.path.join(inner, name), "rb") as file:
                    yield file.read()


def _today() -> int:
    return int(time.time()) // DAY


def _digest(*parts: str | bytes) -> bytes:
    whole = blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(b"%d:%b" % (len(data), data))
    return whole.digest()
