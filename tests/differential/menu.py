"""What random programs are made of: their frame, and the statements to choose from."""

from __future__ import annotations

HEAD = """\
import asyncio

from world import delay

total = 0
log = []
table = {}
seen = set()
lock = asyncio.Lock()


def remember(value):
    log.append(value)


def count_up(value):
    global total
    total += value


class Box:
    def __init__(self):
        self.value = 0
        self.items = []
        self.table = {}
        self.busy = False
        self.lock = asyncio.Lock()

    @property
    def current(self):
        return self.value

    def keep(self, value):
        self.value = value

    async def fetch_exclusively(self, x):
        if self.busy:
            raise RuntimeError("used twice at once")
        self.busy = True
        await asyncio.sleep(delay("fetch_exclusively", x))
        self.busy = False
        return x
"""

TAIL = """

boxes = [Box(), Box()]


async def main():
    return await run({items}, boxes[0], [5, 6])
"""

# What a helper does before and after its wait; `y` is its result.
FUNCTION_EFFECTS = [
    ("y = x", ""),
    ("y = x", ""),
    ("y = x * 2", ""),
    ("y = total", ""),
    ("y = x", "y = y + total"),
    ("y = x", "global total\ntotal += x"),
    ("global total\ntotal = total + x\ny = x", ""),
    ("y = total", "global total\ntotal = y + x"),
    ("y = x", "log.append(x)"),
    ("log.append(x)\ny = x", ""),
    ("y = len(log)", ""),
    ("y = x", "y = len(log)"),
    ("y = x", "table[x] = y"),
    ("y = table.get(x, 0)", "table[x] = y + 1"),
    ("y = table.get(1, 0)", ""),
    ("if x in table:\n    return table[x]\ny = x", "table[x] = y"),
    ("seen.add(x)\ny = x", ""),
    ("y = len(seen)", "seen.add(x)"),
    ("if x in seen:\n    return 0\ny = x", "seen.add(x)"),
    ("if x == 3:\n    raise ValueError(x)\ny = x", ""),
    ("y = x", "if x == 2:\n    raise ValueError(x)"),
    ("y = x", "remember(x)"),
    ("count_up(x)\ny = x", ""),
]
METHOD_EFFECTS = [
    ("y = x", ""),
    ("y = self.value + x", ""),
    ("y = self.current", ""),
    ("y = x", "y = self.value"),
    ("self.value = x\ny = x", ""),
    ("self.value = x", "y = self.value"),
    ("y = x", "self.value = x"),
    ("y = x", "self.value += x"),
    ("y = self.value", "self.value = y + x"),
    ("y = x", "self.items.append(x)"),
    ("y = len(self.items)", ""),
    ("y = x", "self.table[x] = y"),
    ("y = self.table.get(x, 0)", "self.table[x] = y + 1"),
    ("if x in self.table:\n    return self.table[x]\ny = x", "self.table[x] = y"),
    ("y = x", "self.keep(x)"),
]
ARGUMENT_EFFECTS = [
    ("y = len(more)", ""),
    ("y = x", "more.append(x)"),
    ("y = x + sum(more[:1])", ""),
]
CLOSURE_EFFECTS = [
    ("y = x + offset", ""),
    ("y = x + count", ""),
    ("y = len(out)", ""),
    ("y = x", "out.append(x)"),
    ("nonlocal count\ncount += x\ny = x", ""),
    ("y = count", "nonlocal count\ncount = y + 1"),
    ("y = x", "found[x] = y"),
]
VERBS = ["fetch", "get", "load", "save", "update", "delete", "handle", "work", "check"]

HEADERS = [
    ("for x in xs:", 6),
    ("for i, x in enumerate(xs):", 1),
    ("for x, i in zip(xs, range(9)):", 1),
    ("for x in queue:", 1),
    ("for x in range(3):", 1),
    ("for i in ys:\n    for x in xs:", 1),
    ("for x in it:", 1),
    ("for x in list(found):", 1),
]
ARGUMENTS = [
    ("x", 8),
    ("x + 1", 1),
    ("x % 2", 1),
    ("count", 1),
    ("len(out)", 1),
    ("prev", 1),
    ("box.value", 1),
    ("offset", 1),
]
GUARDS = [
    "if x > 2:\n    continue",
    "if x in found:\n    continue",
    "if x in visited:\n    continue",
    "if count > 2:\n    continue",
    "if x == offset:\n    continue",
]
# How a body awaits.
AWAITED = [
    "r = await {}",
    "await {}",
    "out.append(await {})",
    "found[x] = await {}",
    "count += await {}",
    "box.value += await {}",
    "box.value = await {}",
    "visited.add(await {})",
    "out.append((x, await {}, count))",
]
# What a body does with a result.
USES = [
    ("out.append(r)", 5),
    ("out.append((x, r))", 3),
    ("found[x] = r", 3),
    ("found[len(found)] = r", 1),
    ("count += r", 2),
    ("count += 1", 2),
    ("prev = r", 1),
    ("out.append(r - prev)\nprev = r", 1),
    ("box.value = r", 1),
    ("box.value += r", 1),
    ("box.keep(r)", 1),
    ("box.items.append(r)", 1),
    ("box.table[x] = r", 1),
    ("remember(r)", 1),
    ("count_up(r)", 1),
    ("log.append(r)", 1),
    ("print(r)", 1),
    ("visited.add(x)", 2),
    ("alias.append(r)", 1),
    ("if len(queue) < 6:\n    queue.append(r)", 1),
    ("if len(xs) < 6:\n    xs.append(r)", 1),
    ("if len(same) < 6:\n    same.append(r)", 1),
    ("if r > 2:\n    out.append(r)", 2),
    ("if not r:\n    continue", 1),
    ("if r > 4:\n    break", 1),
    ("if r > 4:\n    return out", 1),
    ("out.append(next(it, 0))", 1),
    ("x = r", 1),
    ("table[x] = r", 1),
    ("seen.add(r)", 1),
    ("offset = r", 1),
    ("group = [r]\nout.extend(group)", 1),
]
# What `run` starts with, where it uses it.
LOCALS = {
    name: f"{name} = {value}"
    for name, value in (
        ("out", "[]"),
        ("found", "{}"),
        ("count", "0"),
        ("prev", "0"),
        ("offset", "1"),
        ("queue", "list(xs)"),
        ("same", "xs"),
        ("alias", "out"),
        ("visited", "set()"),
        ("it", "iter(xs)"),
        ("x", "0"),
        ("r", "0"),
    )
}
ENDS = ["out", "found", "count", "prev", "box.value", "x", "r", "offset", "visited", "xs"]
HANDLERS = ["pass", "out.append(x)", "count += 1", "continue"]
