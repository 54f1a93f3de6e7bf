"""Hazards as such: callees and the code that they must not meet, which chance alone would seldom bring together.

The callees are functions (`f`), functions that await the one before (`g`), that call what they are given (`c`),
or methods (`m`), each with what it does before and after its wait. `{0}` calls the first one, `{named0}` is its name.
A body stands in a loop, unless it has its own.
"""

from __future__ import annotations

Callee = tuple[str, str, str]
PLAIN: Callee = ("f", "y = x", "")
GIVEN: Callee = ("c", "y = x", "y = make()")
NOTING: Callee = ("f", "y = x", "log.append(x)")
RAISING: Callee = ("f", "y = x", "if x > 2:\n    raise ValueError(x)")
COLLECT = "r = await {0}\nout.append(r)"
SECOND = "r = await {1}\nout.append(r)"

HAZARDS: list[tuple[tuple[Callee, ...], str]] = [
    # what a callee changes, and what another one reads
    ((("f", "y = x", "seen.add(x)"), ("g", "y = x", "y = y + len(seen)")), SECOND),
    ((("f", "y = x", "global total\ntotal += x"), ("g", "y = total", "")), SECOND),
    ((("f", "y = len(seen)", ""), ("g", "seen.add(x)\ny = x", "")), SECOND),
    ((("m", "y = int(self.holds(1))", "self.enter(1)"),), COLLECT),
    ((PLAIN, NOTING), "out += [await {0}, len(log), await {1}]\nreturn out"),
    ((PLAIN, ("f", "y = take()", "")), "log.append(5)\nout += [await {0}, take(), await {1}]\nreturn out"),
    # what a callee changes, and what a statement reads beside its await
    ((NOTING, PLAIN), "return [len(log), await {0}, await {1}]"),
    ((NOTING, PLAIN), "found = {{await {1}: len(log), await {0}: 1}}\nreturn found"),
    ((NOTING, PLAIN), "found[await {1}, await {0}] = len(log)\nreturn found"),
    ((NOTING, PLAIN), "found[await {1}, await {0}] = take()\nreturn found"),
    ((NOTING, PLAIN), "r = len(log) + await {0}\nq = await {1}\nreturn [r, q]"),
    ((NOTING, PLAIN), "r = await {1} + len(log)\nq = await {0}\nreturn [r, q]"),
    ((NOTING, PLAIN), "found[len(log)] = await {1}\nq = await {0}\nreturn [found, q]"),
    ((PLAIN, PLAIN), "return [await {0}, r := x + 1, await {named1}(r)]"),
    # what one statement sets, and another one reads, which would change places
    ((PLAIN, PLAIN), "r = q + await {0}\nq = await {1}\nreturn [r, q]"),
    ((PLAIN, PLAIN), "r = await {0} + box.value\nbox.value = await {1}\nreturn r"),
    ((PLAIN, PLAIN), "r = await {0}\nq = [box.current, r]\nbox.value = await {1}\nreturn q"),
    ((PLAIN, PLAIN), "r = 1 + await {0}\nfound[r] = await {1}\nreturn found"),
    ((PLAIN, PLAIN), "r = await {0}\nq = r + 1\nfound[q] = await {1}\nreturn found"),
    ((PLAIN, PLAIN), "other.value = await {0}\nq = box.value\nr = await {1}\nreturn [q, r]"),
    # what a callee changes, and what the body reads
    ((("f", "y = x", "seen.add(x % 2)"),), "if x % 2 in seen:\n    continue\n" + COLLECT),
    ((("f", "y = x", "count_up(1)"),), COLLECT + "\nout.append(total)"),
    (
        (("m", "y = x", "self.value += 1"),),
        "try:\n    r = await {0}\nexcept ValueError:\n    continue\nfound[x] = box.value",
    ),
    # what the body changes, and what a callee reads
    ((("m", "y = self.current", ""),), COLLECT + "\nbox.value = x + 1"),
    (
        (("f", "y = len(table)", ""),),
        "try:\n    r = await {0}\nexcept ValueError:\n    continue\ntable[x] = r\nout.append(r)",
    ),
    ((("f", "y = known()", ""),), COLLECT + "\ntable[x + 5] = r"),
    # what the body changes, and reads itself
    (
        (PLAIN,),
        "if x in found:\n    continue\ntry:\n    r = await {0}\nexcept OSError:\n    r = 0\nfound[x] = len(found), r",
    ),
    (
        (PLAIN,),
        "for row in rows:\n    for x in row:\n        r = await {0}\n        if len(xs) < 6:\n            xs.append(r)",
    ),
    ((PLAIN,), "for x in xs:\n    r = await {0}\n    if len(same) < 6:\n        same.append(r)\nout.append(len(xs))"),
    (
        (PLAIN,),
        "for x in queue:\n    r = await {0}\n    if len(queue) < 6:\n        queue.append(r)\n    out.append(x)",
    ),
    ((PLAIN,), "try:\n    r = await {0}\n    remember(r)\nexcept ValueError:\n    continue"),
    ((PLAIN,), "try:\n    print(await {0})\nexcept ValueError:\n    continue"),
    ((PLAIN,), "try:\n    table[x] = await {0}\nexcept ValueError:\n    continue"),
    ((PLAIN,), "table[x] = x + 1\nr = await {named0}(table.get(max(xs), 0))\nout.append(r)"),
    ((PLAIN, PLAIN), "if await {0}:\n    continue\nr = await {1}\nout.append(r)"),
    ((PLAIN,), "out.append(await {named0}(x + len(out)))"),
    ((PLAIN,), "found[x] = await {named0}(x + len(found))"),
    ((PLAIN,), "try:\n    r = await {named0}(x + prev)\n    prev = r\nexcept ValueError:\n    continue\nout.append(r)"),
    # what is gone through once
    ((PLAIN,), "for x in it:\n    r = await {0}\n    out.append((x, r))"),
    # functions that read a variable when they run
    ((GIVEN,), "out.append(await {0})"),
    ((GIVEN,), COLLECT + "\nlog.append(r)"),
    ((GIVEN,), "out = [await {0} for x in xs]"),
    ((PLAIN,), "calls.append(lambda: [x])\nif x > 1:\n    visited.add(await {0})"),
    ((PLAIN,), "calls += [lambda: x]\nif x > 1:\n    visited.add(await {0})"),
    ((PLAIN,), "made = lambda: x\ncalls.append(made)\nif x > 1:\n    visited.add(await {0})"),
    (
        (),
        "async def call(x):\n    await asyncio.sleep(1)\n    return count\nout = [await call(count := x) for x in xs]",
    ),
    ((("m", "y = self.last", ""),), "for box.last in range(3):\n    r = await {named0}(box.last)\n    out.append(r)"),
    # what is awaited only if something else comes true
    ((PLAIN, PLAIN), "out = [x for x in xs if x > 1 and await {0}]"),
    ((PLAIN, PLAIN), "r = await {0}\nif r > 1:\n    return out\nq = await {1}\nout.append((r, q))"),
    (
        (RAISING, PLAIN),
        "try:\n    r = await {0}\n    q = await {1}\n    out.append(q)\nexcept ValueError:\n    return out",
    ),
    (
        (RAISING,),
        "try:\n    for x in xs:\n        out.append(await {0})\nexcept ValueError:\n    escaped()\n    return out",
    ),
    ((PLAIN,), COLLECT + "\nif r > 1:\n    break"),
    (
        (PLAIN,),
        "async def gen():\n    for x in xs:\n        yield await {0}\nasync for r in gen():\n    count += r\n    break",
    ),
    # what is used otherwise than its names allow
    ((), "r = await session.fetch(x)\nout.append(r)"),
    ((), "r = await repository.fetch(x)\nout.append(r)"),
    ((), "r = await writer.fetch(x)\nout.append(r)"),
    ((), "await api.open(x)"),
    ((), "r = await api.readline(x)\nout.append(r)"),
    ((), "r = await api.fetch(x)\nawait pause()\nout.append(r)"),
]
