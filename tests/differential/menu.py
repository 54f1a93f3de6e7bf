"""What random programs are made of: their frame, and the statements to choose from.

Numbers are weights. In `run`, every name that a chosen statement mentions is created first.
"""

from __future__ import annotations

HEAD = """\
import asyncio
import contextlib
import contextvars

from world import delay, emit, escaped, strangers

total = 0
log = []
table = {1: 1, 4: 0}
seen = set()
busy = False
lock = asyncio.Lock()
two = asyncio.Semaphore(2)
one = asyncio.Semaphore(1)
context = contextvars.ContextVar("context", default=0)


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

    async def fetch_base(self, x):
        return await super().fetch_base(x)
"""

TAIL = """

boxes = [Box(), Box()]


async def main():
    asyncio.current_task().set_name("main")
    return await run({items}, boxes[0], [5, 6], *strangers())
"""

# What a program can be about.
THEMES = "log table seen total value items out found count context xs box x".split()

# What a helper does before and after its wait; `y` is its result.
FUNCTION_EFFECTS = [
    (("y = x", ""), 16),
    (("y = x * 2", ""), 4),
    (("y = total", ""), 1),
    (("y = x", "y = y + total"), 1),
    (("y = x", "global total\ntotal += x"), 1),
    (("global total\ntotal = total + x\ny = x", ""), 1),
    (("y = total", "global total\ntotal = y + x"), 1),
    (("y = x", "log.append(x)"), 2),
    (("log.append(x)\ny = x", ""), 1),
    (("y = len(log)", ""), 1),
    (("y = x", "y = len(log)"), 1),
    (("y = x", "table[x] = y"), 1),
    (("y = x", "table.update({x: y})"), 1),
    (("y = x", "table.setdefault(1, x)"), 1),
    (("y = table.get(x, 0)", "table[x] = y + 1"), 1),
    (("y = table.get(1, 0)", ""), 1),
    (("y = known()", ""), 1),
    (("if x in table:\n    return table[x]\ny = x", "table[x] = y"), 1),
    (("seen.add(x)\ny = x", ""), 1),
    (("y = len(seen)", "seen.add(x)"), 1),
    (("if x in seen:\n    return 0\ny = x", "seen.add(x)"), 1),
    (("if x == 3:\n    raise ValueError(x)\ny = x", ""), 1),
    (("y = x", "if x == 2:\n    raise ValueError(x)"), 1),
    (("y = x", "remember(x)"), 1),
    (("y = take()", ""), 1),
    (("count_up(x)\ny = x", ""), 1),
    (("context.set(x)\ny = x", ""), 1),
    (("y = context.get()", ""), 1),
    (("y = int(asyncio.current_task().get_name() == 'main')", ""), 1),
    (("y = x", "print('.', x)"), 1),
    (("y = x", "kept = log\nkept.append(x)"), 1),
    (("y = x", "for kept in (log,):\n    kept.append(x)"), 1),
    (("y = x", "boxes[0].value = x"), 1),
    (("y = boxes[0].value", ""), 1),
    (("y = len(Box.shared)", "Box.shared.append(x)"), 1),
    (("y = x", "with contextlib.suppress(KeyError):\n    y = table.pop(x)"), 1),
]
METHOD_EFFECTS = [
    (("y = x", ""), 6),
    (("y = self.value + x", ""), 1),
    (("y = self.current", ""), 1),
    (("y = x", "self.current = x"), 1),
    (("y = x", "y = self.value"), 1),
    (("self.value = x\ny = x", ""), 1),
    (("self.value = x", "y = self.value"), 1),
    (("y = x", "self.value = x"), 1),
    (("y = x", "self.value += x"), 1),
    (("y = self.value", "self.value = y + x"), 1),
    (("y = x", "self.items.append(x)"), 1),
    (("y = x", "kept = self.items\nkept.append(x)"), 1),
    (("y = len(self.items)", ""), 1),
    (("y = x", "self.table[x] = y"), 1),
    (("y = self.table.get(x, 0)", "self.table[x] = y + 1"), 1),
    (("if x in self.table:\n    return self.table[x]\ny = x", "self.table[x] = y"), 1),
    (("y = x", "self.keep(x)"), 1),
    (("y = self.last", ""), 1),
    (("y = len(self.shared)", "self.shared.append(x)"), 1),
    (("y = x", "setattr(self, 'value', x)"), 1),
]
ARGUMENT_EFFECTS = [
    (("y = len(more)", ""), 1),
    (("y = x", "more.append(x)"), 1),
    (("y = x + sum(more[:1])", ""), 1),
    (("y = x", "kept = more\nkept.append(x)"), 1),
]
CLOSURE_EFFECTS = [
    (("y = x", ""), 2),
    (("y = x + offset", ""), 1),
    (("y = x + count", ""), 1),
    (("y = len(out)", ""), 1),
    (("y = x", "out.append(x)"), 1),
    (("nonlocal count\ncount += x\ny = x", ""), 1),
    (("y = count", "nonlocal count\ncount = y + 1"), 1),
    (("y = x", "found[x] = y"), 1),
    (("y = len(found)", ""), 1),
]
# How a helper waits: `{sleep}` for itself, `{call}` for another helper, with `{lock}`.
WAITS = [
    ("{sleep}", 14),
    ("async with {lock}:\n    {sleep}", 1),
    ("async with two:\n    {sleep}", 1),
    ("async with one:\n    {sleep}", 1),
    ("async with room:\n    {sleep}", 1),
    ("async with alone():\n    {sleep}", 1),
    ("await {lock}.acquire()\ntry:\n    {sleep}\nfinally:\n    {lock}.release()", 1),
    ("await {call}", 2),
    ("y = await {call}", 2),
    ("await asyncio.wait_for({call}, 99)", 1),
    ("await asyncio.gather({call}, {call})", 1),
    ("async with asyncio.TaskGroup() as group:\n    group.create_task({call})", 1),
    ("for z in range(2):\n    {sleep}", 1),
    ("if x > 1:\n    {sleep}", 1),
    ("async for z in ticks(x):\n    pass", 1),
    ("await connection.query(x)", 1),
    ("try:\n    {sleep}\nfinally:\n    pass", 1),
    ("try:\n    await {call}\nexcept ValueError:\n    y = 0", 1),
    ("await asyncio.sleep(0)", 1),
    ("pass", 1),
]
# Helpers' names: some of them ask, some change, some mean an order that only `emit` sees.
VERBS = [("fetch", 5), ("get", 4), ("load", 3), ("save", 1), ("update", 1), ("handle", 1), ("work", 1), ("check", 1)]
ORDERED_VERBS = ["send", "write", "publish"]

HEADERS = [
    ("for x in xs:", 12),
    ("for i, x in enumerate(xs):", 2),
    ("for x, i in zip(xs, range(9)):", 2),
    ("for x, i in list(table.items()):", 1),
    ("for x in queue:", 2),
    ("for x in range(3):", 2),
    ("for x in reversed(xs):", 1),
    ("for x in sorted(xs):", 1),
    ("for x in xs[1:]:", 1),
    ("for x in (y + 1 for y in xs):", 1),
    ("for x in it:", 2),
    ("for x in list(found):", 1),
    ("for x in alias:", 1),
    ("for i in ys:\n    for x in xs:", 2),
    ("for row in rows:\n    for x in row:", 2),
    ("for i in ys:\n    count = 0\n    for x in xs:", 1),
    ("while count < 3:\n    count += 1\n    for x in xs:", 1),
]
ARGUMENTS = [
    ("x", 24),
    ("x + 1", 2),
    ("x % 2", 2),
    ("count", 2),
    ("len(out)", 1),
    ("prev", 1),
    ("box.value", 1),
    ("box.current", 1),
    ("offset", 1),
    ("next(it, 0)", 1),
    ("take()", 1),
    ("len(log)", 1),
    ("total", 1),
    ("table.get(x, 0)", 1),
    ("len(found)", 1),
    ("items[-1] if items else x", 1),
    ("(lambda: count)()", 1),
    ("len([y for y in out if y])", 1),
]
GUARDS = [
    ("if x > 2:\n    continue", 1),
    ("if x in found:\n    continue", 1),
    ("if x in visited:\n    continue", 1),
    ("if count > 2:\n    continue", 1),
    ("if x == offset:\n    continue", 1),
    ("if x in table:\n    continue", 1),
    ("if len(log) > 2:\n    continue", 1),
    ("if box.value > 2:\n    continue", 1),
]
# What a body does with a result.
USES = [
    ("out.append(r)", 10),
    ("out.append((x, r))", 6),
    ("found[x] = r", 6),
    ("found[len(found)] = r", 1),
    ("found.setdefault(r, x)", 1),
    ("count += r", 3),
    ("count += 1", 3),
    ("prev = r", 2),
    ("out.append(r - prev)\nprev = r", 1),
    ("box.value = r", 1),
    ("box.value += r", 1),
    ("box.current = r", 1),
    ("box.keep(r)", 1),
    ("box.items.append(r)", 1),
    ("box.table[x] = r", 1),
    ("items.append(r)", 1),
    ("other.value = r", 1),
    ("other.items.append(r)", 1),
    ("remember(r)", 1),
    ("count_up(r)", 1),
    ("log.append(r)", 1),
    ("print(r)", 1),
    ("visited.add(x)", 3),
    ("alias.append(r)", 1),
    ("pair[0].append(r)", 1),
    ("held[x] = r", 1),
    ("if len(queue) < 6:\n    queue.append(r)", 1),
    ("if len(xs) < 6:\n    xs.append(r)", 1),
    ("if len(same) < 6:\n    same.append(r)", 1),
    ("if r > 2:\n    out.append(r)", 3),
    ("out.append(r) if r else found.update({x: r})", 1),
    ("if not r:\n    continue", 2),
    ("if r > 4:\n    break", 1),
    ("if r > 4:\n    return out", 1),
    ("if r > 4:\n    raise KeyError(r)", 1),
    ("assert r < 4", 1),
    ("out.append(next(it, 0))", 1),
    ("out.extend(y for y in (r, x) if y)", 1),
    ("x = r", 1),
    ("x += 1", 1),
    ("table[x] = r", 1),
    ("seen.add(r)", 1),
    ("offset = r", 1),
    ("group = [r]\nout.extend(group)", 1),
    ("if (last := r) > 1:\n    out.append(last)", 1),
    ("calls.append(lambda: x)", 1),
    ("context.set(r)", 1),
    ("del out[:1]", 1),
]
# What `run` starts with, where it uses it: a name may need those above it.
LOCALS = {
    name: f"{name} = {value}"
    for name, value in (
        ("out", "[]"),
        ("found", "{}"),
        ("count", "0"),
        ("prev", "0"),
        ("last", "0"),
        ("offset", "1"),
        ("queue", "list(xs)"),
        ("rows", "[xs, ys]"),
        ("same", "xs"),
        ("alias", "out"),
        ("pair", "(out, found)"),
        ("items", "box.items"),
        ("other", "box"),
        ("held", "table"),
        ("calls", "[]"),
        ("visited", "set()"),
        ("it", "iter(xs)"),
        ("i", "0"),
        ("x", "0"),
        ("r", "0"),
        ("q", "0"),
    )
}
NEEDS = {"alias": "out", "pair": "out found"}
ENDS = [
    "out",
    "found",
    "count",
    "prev",
    "last",
    "box.value",
    "x",
    "r",
    "q",
    "offset",
    "visited",
    "xs",
    "len(items)",
    "[call() for call in calls]",
    "context.get()",
]
HANDLERS = ["pass", "out.append(x)", "count += 1", "continue", "r = 0", "log.append(x)", "raise"]
