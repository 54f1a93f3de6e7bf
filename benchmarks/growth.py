"""How the cost of the analysis grows with the size of what it reads: `python -m benchmarks.growth`.

Each axis is a program that is made 1, 2, 4, 8 and 16 times as large in one respect. Times are the processor time of
the linter's analysis alone, without parsing, the best of several runs. The exponent is that of the power law which
fits the times best: 1 is linear.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.tables import table
from flake8_gather.analysis.outline import read_module
from flake8_gather.analysis.source import Source
from flake8_gather.analysis.summaries import remembered
from flake8_gather.analysis.texts import mentions
from flake8_gather.finders import analyse
from flake8_gather.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

SIZES = (1, 2, 4, 8, 16)
TARGET = 1.1
HEAD = "import asyncio\n\n\nasync def fetch(x):\n    await asyncio.sleep(x)\n    return x\n"
LOOP = "    for item in items:\n        out.append(await fetch(item))\n"
CHAIN = "import asyncio\n\n\nasync def f0(x):\n    await asyncio.sleep(x)\n"

Files = dict[str, str]


def _function(name: str, lines: Iterable[str]) -> str:
    return f"\n\nasync def {name}(api, items, out):\n{''.join(lines)}"


def _awaits(count: int) -> Files:
    return {"main.py": HEAD + _function("many", (f"    a{n} = await api.get_one({n})\n" for n in range(count)))}


def _chained(count: int) -> Files:
    lines = (f"    a{n + 1} = await api.get_one(a{n})\n" for n in range(count))
    return {"main.py": HEAD + _function("chained", ("    a0 = 0\n", *lines))}


def _loops(count: int) -> Files:
    return {"main.py": HEAD + _function("many", [LOOP] * count)}


def _functions(count: int) -> Files:
    return {"main.py": HEAD + "".join(_function(f"one_{n}", [LOOP]) for n in range(count))}


def _depth(count: int) -> Files:
    calls = (f"\n\nasync def f{n + 1}(x):\n    return await f{n}(x)\n" for n in range(count))
    deepest = _function("top", [LOOP.replace("fetch", f"f{count}")])
    return {"main.py": CHAIN + "".join(calls) + deepest}


def _modules(count: int) -> Files:
    imports = "".join(f"from part_{n} import fetch_{n}\n" for n in range(count))
    loops = (_function(f"all_{n}", [LOOP.replace("fetch", f"fetch_{n}")]) for n in range(count))
    parts = {f"part_{n}.py": HEAD.replace("fetch", f"fetch_{n}") for n in range(count)}
    return {"main.py": imports + "".join(loops), **parts}


def _plain(count: int) -> Files:
    rows = "".join(f"    {n}: ('{n}', [{n}, {n}]),\n" for n in range(count))
    return {"main.py": HEAD + f"\n\nDATA = {{\n{rows}}}\n" + _function("one", [LOOP])}


AXES: dict[str, tuple[Callable[[int], Files], int]] = {
    "awaits per function": (_awaits, 25),
    "awaits that need each other": (_chained, 25),
    "loops per function": (_loops, 10),
    "functions per file": (_functions, 25),
    "calls on the way to a wait": (_depth, 2),
    "modules read": (_modules, 5),
    "lines without an await": (_plain, 4000),
}


def cost(files: Files, repeat: int) -> float:
    """Return the processor time of the analysis of `main.py` among its modules, the best of several runs."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_text(text, "utf-8")
        path = str(Path(folder, "main.py"))
        times = []
        for _ in range(repeat):
            for known in (read_module, mentions, remembered):
                known.cache_clear()
            source = Source.parse(files["main.py"], path)
            start = time.process_time()
            analyse(source, Options(), reported_only=True)
            times.append(time.process_time() - start)
    return min(times)


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """Return the exponent of the power law that fits best."""
    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(one) for one in times]).slope


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; return 1 where something grows faster than it may."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="runs of which the best counts (default: %(default)s)")
    parser.add_argument("--only", choices=AXES, metavar="AXIS", help="one axis")
    given = parser.parse_args(argv)
    rows, worst = [], 0.0
    for name, (program, least) in AXES.items():
        if given.only not in (None, name):
            continue
        times = [cost(program(least * size), given.repeat) for size in SIZES]
        grown = exponent(SIZES, times)
        worst = max(worst, grown)
        rows.append([name, str(least), *(f"{one * 1000:.1f}" for one in times), f"{grown:.2f}"])
    print(table(["processor time, ms", "1x is", *(f"{size}x" for size in SIZES), "exponent"], rows))
    return int(worst > TARGET)


if __name__ == "__main__":
    raise SystemExit(main())
