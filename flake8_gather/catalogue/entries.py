"""The data files: what one entry says, and reading it when it is first asked for."""

from __future__ import annotations

import enum
import functools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


class Kind(enum.StrEnum):
    """What it means to have several calls of one thing under way at the same time."""

    CONCURRENT = "concurrent"  # safe and useful
    EXCLUSIVE = "exclusive"  # wrong: one user at a time
    SERIALISED = "serialised"  # safe, but the calls wait for each other
    ORDERED = "ordered"  # the order of the calls is their point
    NOT_ASYNCIO = "not-asyncio"  # runs on another event loop
    GATHER = "gather"  # starts awaitables side by side itself
    WRAPPER = "wrapper"  # as the awaitable it wraps


@dataclass(frozen=True, slots=True)
class Fact:
    """What the catalogue says about one function, class, method or module.

    `name` is canonical and dotted, methods as `aiohttp.ClientSession.get`. `returns` says what the
    call gives before it is awaited: coroutine, future, awaitable, or None where it is not known.
    `wraps` is the index of a wrapper's awaitable; `paces` marks a deliberate pause; `instant` a call
    that usually has its answer at once; `parts` says that different objects of the class are parts
    of one thing (the elements of a page), which they use together.
    """

    name: str
    kind: Kind
    why: str
    source: str
    returns: str | None = None
    wraps: int | None = None
    paces: bool = False
    instant: bool = False
    parts: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[api]]` table, its methods turned around: from the method to its kind."""

    fact: Fact
    shape: str
    methods: dict[str, Kind]
    returns: dict[str, str]
    default: Kind | None
    inherits: str | None
    makes: dict[str, str]
    attributes: dict[str, str]
    unpacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """One data file: entries by canonical name, other spellings, and the calls that make a class."""

    entries: dict[str, Entry] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    factories: dict[str, str] = field(default_factory=dict)


def library_of(dotted: str) -> Library:
    """Return the data file that a dotted name belongs to, an empty one if there is none."""
    return _library(dotted.partition(".")[0])


@functools.cache
def _names() -> frozenset[str]:
    """Return the top-level import names that have a data file."""
    return frozenset(path.stem for path in _FOLDER.glob("*.toml"))


@functools.cache
def _library(name: str) -> Library:
    """Read one data file."""
    if name not in _names():
        return Library()
    import tomllib

    with (_FOLDER / f"{name}.toml").open("rb") as file:
        data = tomllib.load(file)
    library = Library(aliases=dict(data.get("reexports", {})))
    for api in data.get("api", ()):
        canonical = api["name"]
        library.entries[canonical] = _parsed(api)
        library.aliases.update(dict.fromkeys(api.get("aliases", ()), canonical))
        library.factories.update(dict.fromkeys(api.get("factories", ()), canonical))
    return library


def _parsed(api: dict[str, Any]) -> Entry:
    """Return the entry of one `[[api]]` table."""
    fact = Fact(
        name=api["name"],
        kind=Kind(api["concurrency"]),
        why=api["why"],
        source=api["source"],
        returns=api.get("returns"),
        wraps=api.get("wraps"),
        paces=api.get("paces", False),
        instant=api.get("instant", False),
        parts=api.get("parts", False),
    )
    return Entry(
        fact,
        shape=api["kind"],
        methods={name: Kind(kind) for kind, names in api.get("methods", {}).items() for name in names},
        returns=api.get("returns_of", {}),
        default=Kind(api["default"]) if "default" in api else None,
        inherits=api.get("inherits"),
        makes=api.get("makes", {}),
        attributes=api.get("attributes", {}),
        unpacks=tuple(api.get("unpacks", ())),
    )
