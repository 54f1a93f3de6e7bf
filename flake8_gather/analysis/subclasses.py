"""The classes of a folder by their bases, read off the texts of its files: nothing is parsed for it."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from flake8_gather.analysis.texts import Digests, read
from flake8_gather.analysis.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_FILES = 300
CLASS = re.compile(r"\nclass\s+(\w+)\s*\(([^)]*)\)")  # a literal beginning is found fastest
NAME = re.compile(r"\w+")
DOUBLES = frozenset({"dummy", "fake", "mock", "stub"})  # words in the names of classes that only tests use

_READ = Digests()


@lru_cache(maxsize=64)
def subclasses(folder: str) -> Mapping[str, list[tuple[str, str]]]:
    """Return the direct subclasses, as (path, name), by the name of their base; empty where a folder is too large."""
    found: dict[str, list[tuple[str, str]]] = {}
    paths = list(islice(_files(folder), MAX_FILES + 1))
    for path in sorted(paths, key=lambda path: path.split(os.sep)) if len(paths) <= MAX_FILES else ():
        for name, bases in _classes(path):
            for base in bases:
                found.setdefault(base, []).append((path, name))
    _READ.note(folder, repr(found).encode("utf-8", "surrogateescape"))
    return found


def digest(folder: str) -> bytes | None:
    """Return the digest of a folder's subclasses as they were read, None where they have changed since."""
    if folder not in _READ:
        subclasses(folder)
    return _READ.of(folder)


def _files(folder: str) -> Iterator[str]:
    for inner, _, names in os.walk(folder):
        yield from (os.path.join(inner, name) for name in names if name.endswith(".py"))


@lru_cache(maxsize=MAX_FILES * 10)
def _classes(path: str) -> list[tuple[str, list[str]]]:
    """Return the classes of a file with the names in their bases: several folders ask for the same files."""
    text = read(path)
    found = CLASS.findall(f"\n{text}") if text is not None else []
    return [(name, NAME.findall(bases)) for name, bases in found if not DOUBLES.intersection(words(name))]
