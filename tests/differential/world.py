"""The module `world` that random programs import: how long they wait, and what they may not do unnoticed."""

from __future__ import annotations

import asyncio
import types
import zlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 2000  # waits of one program


def mixed(name: str, value: int) -> float:
    return 1 + zlib.crc32(f"{name} {value}".encode()) % 7


# How long a wait takes, by callee and argument: each makes the items finish in another order.
ORDERS: dict[str, Callable[[str, int], float]] = {
    "first come, first served": lambda _, value: 1 + max(value, 0),
    "last come, first served": lambda _, value: max(20 - 2 * value, 1),
    "all alike": lambda _name, _value: 1,
    "mixed": mixed,
}


class World:
    """What one run is told about time, and what it tells: its calls, its ordered effects, its escaped errors."""

    def __init__(self, duration: Callable[[str, int], float]) -> None:
        self.duration = duration
        self.calls: Counter[tuple[str, int]] = Counter()
        self.emitted: list[int] = []
        self.has_escaped = False

    def module(self) -> types.ModuleType:
        module = types.ModuleType("world")
        for name in ("delay", "emit", "escaped", "strangers"):
            module.__dict__[name] = getattr(self, name)
        module.__dict__.update({"Repository": Repository, "fetch_with": fetch_with, "fetch_through": fetch_through})
        return module

    def delay(self, name: str, value: int) -> float:
        self.calls[name, value] += 1
        if self.calls.total() > MOST:
            raise RuntimeError("it does not end")
        return self.duration(name, value)

    def emit(self, value: int) -> None:
        self.emitted.append(value)

    def escaped(self) -> None:
        """An error has left a group of awaits, and has been caught: others of the group may have gone on."""
        self.has_escaped = True

    def strangers(self) -> tuple[Session, Writer, Api]:
        return Session(self), Writer(self), Api(self)


class Session:
    """Takes one call at a time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.busy = False

    async def fetch(self, x: int) -> int:
        if self.busy:
            raise RuntimeError("the session is used twice at once")
        self.busy = True
        await asyncio.sleep(self.world.delay("session", x))
        self.busy = False
        return x


class Repository:
    """Works on one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def fetch(self, x: int) -> int:
        return await self.session.fetch(x)


async def fetch_with(x: int, session: Session | Repository) -> int:
    return await session.fetch(x)


async def fetch_through(x: int, writer: Writer) -> int:
    return await writer.put(x)


class Writer:
    """Writes in the order in which it gets to it."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def put(self, x: int) -> int:
        await asyncio.sleep(self.world.delay("writer", x))
        self.world.emit(x)
        return x

    async def fetch(self, x: int) -> int:
        return await self.put(x)


class Api:
    """Refuses requests that come too soon after each other, reads one line at a time, and keeps an order otherwise."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.last = -1.0
        self.readline = Session(world).fetch
        self.send = self.open = Writer(world).put

    async def fetch(self, x: int) -> int:
        now = asyncio.get_running_loop().time()
        if now - self.last < 1:
            raise RuntimeError("too many requests")
        self.last = now
        await asyncio.sleep(self.world.delay("api", x))
        return x
