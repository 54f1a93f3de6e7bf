"""What all random programs begin and end with: the objects that they share, and their `main`."""

from __future__ import annotations

HEAD = """\
import asyncio
import contextlib
import contextvars

from world import Repository, delay, emit, escaped, fetch_through, fetch_with, strangers

total = 0
log = []
table = {1: 1, 4: 0}
seen = set()
busy = False
lock = asyncio.Lock()
two = asyncio.Semaphore(2)
one = asyncio.Semaphore(1)
context = contextvars.ContextVar("context", default=0)


async def pause():
    await asyncio.sleep(1)


def remember(value):
    log.append(value)


def count_up(value):
    global total
    total += value


def take():
    return log.pop() if log else 0


def known():
    return len(table)


@contextlib.asynccontextmanager
async def alone():
    global busy
    if busy:
        raise RuntimeError("entered twice at once")
    busy = True
    yield
    busy = False


async def ticks(x):
    for y in range(2):
        await asyncio.sleep(delay("ticks", x))
        log.append(x)
        yield y


class Room:
    def __init__(self):
        self.taken = False

    async def __aenter__(self):
        if self.taken:
            raise RuntimeError("taken twice at once")
        self.taken = True

    async def __aexit__(self, *_):
        self.taken = False


room = Room()


class Connection:
    def __init__(self):
        self.busy = False

    async def query(self, x):
        if self.busy:
            raise RuntimeError("used twice at once")
        self.busy = True
        await asyncio.sleep(delay("query", x))
        self.busy = False
        return x


connection = Connection()


class Base:
    shared = []

    async def fetch_base(self, x):
        await asyncio.sleep(delay("fetch_base", x))
        self.last = x
        return x

    async def get_common(self, x):
        await asyncio.sleep(delay("get_common", x))
        return x + len(self.shared)


class Box(Base):
    def __init__(self):
        self.value = 0
        self.last = 0
        self.items = []
        self.table = {}
        self.lock = asyncio.Lock()
        self.connection = Connection()

    @property
    def current(self):
        return self.value

    @current.setter
    def current(self, value):
        self.value = value

    def keep(self, value):
        self.value = value

    def holds(self, x):
        return x in self.table

    def enter(self, x):
        self.table[x] = x

    async def fetch_base(self, x):
        return await super().fetch_base(x)
"""

TAIL = """

boxes = [Box(), Box()]


async def main():
    asyncio.current_task().set_name("main")
    return await run({items}, boxes[0], [5, 6], *strangers())
"""
