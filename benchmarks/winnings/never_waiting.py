"""What it costs to gather calls that never wait: per call, against plain awaits.

The versions are those that the codemod writes for a function it knows nothing about. Where it sees
that the function never waits, it writes none of them: `no-wait`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.tables import table
from flake8_gather.codemod.rewriting import rewrite
from flake8_gather.options import Options

TEXT = """\
import asyncio


async def fetch_page(url):
    await asyncio.sleep(1)
    return url


async def pages(urls):
    return [await fetch_page(url) for url in urls]
"""
COUNTS = (3, 30, 1000)
CALLS = 10_000
ROUNDS = 20
VERSIONS = {
    "gather": Options(),
    "taskgroup": Options(style="taskgroup"),
    "--limit 10": Options(limit=10),
}


def report() -> str:
    """Measure, and return the table."""
    rows = []
    for count in COUNTS:
        plain = _per_call(TEXT, count)
        rows.append([f"{count} calls, awaited one after another", f"{plain:.2f}", "1", ""])
        for name, options in VERSIONS.items():
            text = rewrite(TEXT, "pages.py", options).text
            assert text != TEXT, f"the codemod does not write the version {name}"
            each = _per_call(text, count)
            enough = count * (each - plain) / (count - 1)
            rows.append([f"{count} calls, {name}", f"{each:.2f}", f"{each / plain:.0f}", f"{enough:.1f}"])
    return table(["", "µs per call", "times plain", "pays from a wait of … µs"], rows)


async def never_waits(item: object) -> object:
    """Return at once."""
    return item


def _per_call(text: str, count: int) -> float:
    """Return the microseconds per call, the best of several rounds."""
    names: dict[str, Any] = {}
    exec(compile(text, "pages.py", "exec"), names)
    names["fetch_page"] = never_waits
    return asyncio.run(_best(names["pages"], list(range(count))))


async def _best(pages: Callable[[list[int]], Awaitable[list[int]]], items: list[int]) -> float:
    """Return the microseconds of processor time, in which other programs do not show."""
    assert await pages(items) == items
    times = max(1, CALLS // len(items))
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            await pages(items)
        seconds.append(time.process_time() - start)
    return min(seconds) / times / len(items) * 1e6
