"""What a project's formatter and linters want of new code: how long its lines are, `strict` in every `zip`.

As with ruff, the nearest folder above a file that configures black or ruff, or pre-commit for them,
decides. What cannot be read says nothing here; these tools complain about it themselves.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

USUAL = 88  # the line length of black and of ruff's formatter, where nothing is said of it
ZIP = "B905"
FORMATTERS = frozenset({"black", "ruff-format", "autopep8", "yapf"})
HOOK = re.compile(r"""^ *(?:- +)?id: *["']?([\w-]+).*$""", re.MULTILINE)
LENGTH = re.compile(r"""(?:-l|line-length)["']?(?: *[,=] *|\s+(?:- +)?|(?=\d))["']?(\d+)""")
DEPTH = 5  # so many configurations of ruff may extend each other


@dataclass(frozen=True, slots=True)
class Layout:
    """How long lines are, None where nothing says so; whether every `zip` should have a `strict`."""

    line_length: int | None = None
    strict_zip: bool = False


@dataclass(frozen=True, slots=True)
class Flake8:
    """What flake8's configuration says of the same: its line length, if it has one, and its codes."""

    line_length: int | None = None
    selected: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def limit(self) -> int | None:
        """How long lines get: with flake8-bugbear's B950, a tenth longer than it is told."""
        tenths = 11 if "B950" in self.selected else 10
        return None if self.line_length is None else self.line_length * tenths // 10


class Layouts:
    """The layouts of a tree, folder by folder."""

    def __init__(self, flake8: Flake8) -> None:
        """Take flake8's configuration, which holds for all of it."""
        self.flake8 = flake8
        self.known: dict[Path, Layout] = {}

    def of(self, folder: Path) -> Layout:
        """Return the layout of the files in an (absolute) folder."""
        if folder not in self.known:
            place = _Place(folder)
            if place.decides or folder == folder.parent:
                self.known[folder] = self._layout(place if place.decides else None)
            else:
                self.known[folder] = self.of(folder.parent)
        return self.known[folder]

    def _layout(self, place: _Place | None) -> Layout:
        length = None if place is None else place.line_length
        strict = _wants_strict(self.flake8, () if place is None else place.ruff)
        return Layout(self.flake8.limit if length is None else length, strict)


class _Place:
    """The configuration that one folder holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pyproject(self) -> Mapping[str, Any]:
        return _toml(self.folder / "pyproject.toml")

    @cached_property
    def black(self) -> Mapping[str, Any] | None:
        return _tool(self.pyproject, "black")

    @cached_property
    def ruff(self) -> tuple[Mapping[str, Any], ...]:
        """The tables of ruff, the one that holds first, then those that it extends."""
        own = (_toml(self.folder / name) for name in (".ruff.toml", "ruff.toml"))
        first = next((table for table in own if table), None) or _tool(self.pyproject, "ruff")
        return () if first is None else (first, *_extended(first, self.folder))

    @cached_property
    def hooks(self) -> Mapping[str, int | None]:
        """The formatters among pre-commit's hooks, with the line lengths that they are given there."""
        found = HOOK.split(_text(self.folder / ".pre-commit-config.yaml"))[1:]
        hooks = zip(found[::2], found[1::2], strict=True)
        return {
            name.replace("_", "-"): int(length[1]) if (length := LENGTH.search(rest)) else None
            for name, rest in hooks
            if name.replace("_", "-") in FORMATTERS
        }

    @property
    def decides(self) -> bool:
        return self.black is not None or bool(self.ruff) or self._requires_black or bool(self.hooks)

    @cached_property
    def _requires_black(self) -> bool:
        """Whether black is among the tools that the project's developers install."""
        extras = table(table(self.pyproject, "project"), "optional-dependencies")
        groups = [*extras.values(), *table(self.pyproject, "dependency-groups").values()]
        listed = [name for group in groups if isinstance(group, list) for name in group]
        return any(re.match(r"black\b(?!-)", str(name)) for name in listed)

    @property
    def line_length(self) -> int | None:
        """The formatter's line length.

        The linters of a project that formats with black may allow longer lines; where ruff only lints, nobody knows.
        """
        given = next((length for length in self.hooks.values() if length), None)
        if given is not None:
            return given
        formats = any("format" in one for one in self.ruff) or "ruff-format" in self.hooks
        blackened = (self._requires_black or "black" in self.hooks) and not formats
        own = [] if self.black is None else [self.black]
        length = _length([*own, *([] if blackened else self.ruff)])
        return length or (USUAL if own or formats or blackened else None)


def _extended(first: Mapping[str, Any], folder: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the configurations that one of ruff's extends, the nearest one first."""
    for _ in range(DEPTH):
        name = first.get("extend")
        if not isinstance(name, str):
            return
        path = folder / name
        folder, content = path.parent, _toml(path)
        first = (_tool(content, "ruff") or {}) if path.name == "pyproject.toml" else content
        yield first


def _length(tables: list[Mapping[str, Any]]) -> int | None:
    lengths = (one.get("line-length") for one in tables)
    return next((length for length in lengths if isinstance(length, int) and length > 0), None)


def _wants_strict(flake8: Flake8, ruff: tuple[Mapping[str, Any], ...]) -> bool:
    """Tell whether ruff's or flake8-bugbear's configuration asks for `strict` in every `zip`."""
    selected, ignored = [*flake8.selected], [*flake8.ignored]
    for one in ruff:
        for part in (one, table(one, "lint")):
            selected += [*part.get("select", ()), *part.get("extend-select", ())]
            ignored += [*part.get("ignore", ()), *part.get("extend-ignore", ())]
    wanted = {"ALL", *(ZIP[:length] for length in range(1, len(ZIP) + 1))}
    return bool(wanted & set(selected)) and not any(ZIP.startswith(str(code)) for code in ignored)


def _tool(pyproject: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """Return a tool's table, None where there is none."""
    found = table(pyproject, "tool").get(name)
    return found if isinstance(found, dict) else None


def table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return a table inside another one, an empty one where there is none."""
    found = parent.get(name, {})
    return found if isinstance(found, dict) else {}


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""
