"""Where the modules of the project are: dotted names to files, and files to dotted names.

Only folders around the importing file are looked into. Most names are of packages that are nowhere
near, so asking must cost next to nothing: plain strings instead of paths.
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PARENTS = 4
MAX_SIBLINGS = 60


@lru_cache(maxsize=8192)
def module_file(folders: tuple[str, ...], dotted: str) -> str | None:
    """Return the file of a module below one of the folders, or in a package beside them."""
    top = dotted.partition(".")[0]
    for folder in folders:
        if not _names(folder).isdisjoint((top, f"{top}.py")) and (found := _file_below(folder, dotted)) is not None:
            return found
    beside = _beside(folders, top)
    return _file_below(beside, dotted) if beside is not None else None


def folders_of(path: str, *, follow: bool) -> tuple[str, ...]:
    """Return the folders that a file's absolute imports may start from, nearest first; none: only the file counts."""
    return _roots(source_root(path)) if follow else ()


@lru_cache(maxsize=256)
def _roots(root: str) -> tuple[str, ...]:
    found, parent = [root], root
    for _ in range(MAX_PARENTS):
        found += [parent, os.path.join(parent, "src")]
        if os.path.exists(os.path.join(parent, ".git")):
            break
        parent = os.path.dirname(parent)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def _names(folder: str) -> frozenset[str]:
    """Return the names in a folder: most imports are of packages that no root has."""
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


@lru_cache(maxsize=256)
def _folders(root: str) -> list[str]:
    paths = (os.path.join(root, name) for name in sorted(_names(root)))
    return list(islice(filter(os.path.isdir, paths), MAX_SIBLINGS))


@lru_cache(maxsize=1024)
def _beside(folders: tuple[str, ...], top: str) -> str | None:
    """Find a package in a sibling folder, as in repositories of several packages (`libs/*/`, `packages/*/src/`)."""
    near = (folder for root in folders for folder in _folders(root))
    places = (place for folder in near for place in (folder, os.path.join(folder, "src")))
    found = (place for place in places if top in _names(place))
    return next((place for place in found if os.path.isfile(os.path.join(place, top, "__init__.py"))), None)


@lru_cache(maxsize=4096)
def _file_below(root: str, dotted: str) -> str | None:
    base = os.path.join(root, *dotted.split("."))
    return next((path for path in (f"{base}.py", os.path.join(base, "__init__.py")) if os.path.isfile(path)), None)


def source_root(path: str) -> str:
    """Return the folder that absolute imports of the file's own package start from."""
    return _root_above(os.path.dirname(os.path.abspath(path)))


@lru_cache(maxsize=4096)
def _root_above(folder: str) -> str:
    parent = os.path.dirname(folder)
    is_package = parent != folder and os.path.isfile(os.path.join(folder, "__init__.py"))
    return _root_above(parent) if is_package else folder


def packages(path: str) -> Iterator[str]:
    """Yield the folders of the packages around a file, the innermost first."""
    folder, root = os.path.dirname(os.path.abspath(path)), source_root(path)
    while folder != root:
        yield folder
        folder = os.path.dirname(folder)


def module_name(path: str) -> str:
    """Return the dotted name of a file by the packages (`__init__.py`) around it."""
    path = os.path.abspath(path)
    parts = os.path.splitext(path.removeprefix(source_root(path)))[0].strip(os.sep).split(os.sep)
    if parts[-1:] == ["__init__"]:
        parts.pop()
    return ".".join(parts)
