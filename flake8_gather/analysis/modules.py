"""Where the modules of the project are: dotted names to files, and files to dotted names.

Only folders around the importing file are looked into. Most names are of packages that are nowhere
near, so asking must cost next to nothing: plain strings instead of paths.
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice
from pathlib import Path

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


@lru_cache(maxsize=256)
def roots(path: Path) -> tuple[str, ...]:
    """Return the folders that the absolute imports of a file (absolute path) may start from, nearest first."""
    root = source_root(path)
    found = [root]
    for parent in (root, *root.parents)[:MAX_PARENTS]:
        found += [parent, parent / "src"]
        if (parent / ".git").exists():
            break
    return tuple(dict.fromkeys(map(str, found)))


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


@lru_cache(maxsize=4096)
def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


def source_root(path: Path) -> Path:
    """Return the folder that absolute imports of the file's own package start from."""
    folder = path.parent
    while _is_package(folder) and folder.parent != folder:
        folder = folder.parent
    return folder


@lru_cache(maxsize=4096)
def module_name(path: str) -> str:
    """Return the dotted name of a file by the packages (`__init__.py`) around it."""
    file = Path(path)
    if not file.is_absolute():
        file = Path.cwd() / file
    parts = list(file.relative_to(source_root(file)).with_suffix("").parts)
    if parts[-1:] == ["__init__"]:
        parts.pop()
    return ".".join(parts)
