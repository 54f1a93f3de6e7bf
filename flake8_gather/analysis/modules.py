"""Where the modules of the project are: found by their dotted names, read lazily, never executed.

Only files under the roots of the importing file are read, each once per process. Most names are of
packages that are nowhere near, so asking must cost next to nothing: plain strings instead of paths.
"""

from __future__ import annotations

import os
from functools import lru_cache
from itertools import islice
from pathlib import Path

from flake8_gather.analysis.imports import source_root
from flake8_gather.analysis.outline import UNREADABLE, Outline
from flake8_gather.analysis.source import decode

MAX_BYTES = 2_000_000
MAX_MODULES = 160
MAX_PARENTS = 4
MAX_SIBLINGS = 60


@lru_cache(maxsize=MAX_MODULES * 40)
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
    """Return the folders that absolute imports may start from, nearest first."""
    if not path.is_absolute():
        path = Path.cwd() / path
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


@lru_cache(maxsize=MAX_MODULES * 20)
def _file_below(root: str, dotted: str) -> str | None:
    base = os.path.join(root, *dotted.split("."))
    return next((path for path in (f"{base}.py", os.path.join(base, "__init__.py")) if os.path.isfile(path)), None)


@lru_cache(maxsize=MAX_MODULES)
def read_module(path: str) -> Outline | None:
    """Return a module's outline, None where it is too large or cannot be read, decoded or parsed."""
    try:
        if os.path.getsize(path) > MAX_BYTES:
            return None
        text, _, _ = decode(Path(path).read_bytes())
        return Outline(text, path)
    except (OSError, *UNREADABLE):
        return None


@lru_cache(maxsize=4096)
def mentions(path: str, words: frozenset[str]) -> bool:
    """Tell whether one of the words stands in the text of a module, which need not be parsed for it."""
    try:
        text = Path(path).read_text("utf-8", errors="replace")
    except OSError:
        return False
    return any(word in text for word in words)
