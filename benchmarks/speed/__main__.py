"""What linter and codemod cost: `python -m benchmarks.speed`.

Packages from PyPI, in versions that never change, are downloaded and unpacked; nothing of them is run. Times are
processor time, children included, so that other work on the machine shows little. Ratios are of one run.
"""

from __future__ import annotations

import argparse
import ast
import os
import sys
import tempfile
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.accuracy.packages import fetch
from benchmarks.speed import inside
from benchmarks.speed.environments import ENVIRONMENTS, OWN, PEER_ASYNC, PEER_WPS, PLAIN, python
from benchmarks.speed.running import in_turn, run
from benchmarks.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CACHE = Path.home() / ".cache" / "flake8-gather" / "speed"
PACKAGES = Path(__file__).with_name("packages.txt")

ALONE = f"{OWN}, following off"
FIX = "flake8-gather fix --check"
PARSING = "import ast, pathlib; [ast.parse(path.read_bytes()) for path in pathlib.Path().rglob('*.py')]"
ROOT = Path(__file__).parents[2]
# libcst finds its commands by import, from a folder that is not ours.
LIBCST = (
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from libcst.tool import main; sys.exit(main('', sys.argv[1:]))"
)
NOTHING = "codemod --no-format --hide-progress -x benchmarks.speed.nothing.NothingCommand .".split()


# What is imported, each on top of those before.
IMPORTED = {
    "flake8": "flake8.main.application",
    "the plugin": "flake8_gather.plugin",
    "what judges, with the first file that awaits": "flake8_gather.analysis.source, flake8_gather.finders",
    "what writes replacements, with the first finding": "flake8_gather.replacement",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Print the tables that are asked for."""
    parts: dict[str, Callable[[argparse.Namespace, list[Path]], None]] = {
        "plugin": plugin,
        "flake8": flake8,
        "import": imports,
        "codemod": codemod,
        "memory": memory,
    }
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*parts, []], metavar="|".join(parts), help="all by default")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder for downloads (default: %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the best counts (default: %(default)s)")
    parser.add_argument("--files", type=int, nargs=2, default=(1000, 20000), help="sizes of the trees for `memory`")
    given = parser.parse_args(argv)
    sources = fetch(given.cache.resolve(), PACKAGES.read_text("utf-8").split())
    paths = sorted(path for path in sources.rglob("*.py") if _parses(path))
    for part in given.parts or parts:
        parts[part](given, paths)


def _parses(path: Path) -> bool:
    try:
        ast.parse(path.read_bytes())
    except SyntaxError:
        return False
    return True


def plugin(given: argparse.Namespace, paths: list[Path]) -> None:
    """The plugin alone, over the files that await."""
    awaiting = [path for path in paths if b"await" in path.read_bytes()]
    rows = []
    for name, follow in (("following off", False), ("following on", True)):
        runs: list[tuple[float, float]] = []
        for _ in range(given.repeat):
            with tempfile.TemporaryDirectory() as known:
                first, again = (inside.measured(awaiting, follow=follow, known=Path(known)) for _ in range(2))
                runs.append((first.ratio, again.ratio))
        rows.append([name, *(f"{min(ratios):.2f}" for ratios in zip(*runs, strict=True))])
    print(f"\n{len(awaiting)} files that await, times `ast.parse`:\n")
    print(table(["the plugin alone", "first run", "again"], rows), flush=True)


def flake8(given: argparse.Namespace, paths: list[Path]) -> None:
    """Default flake8 with one process, alone and with each plugin."""
    names = [str(path) for path in paths]
    commands = {
        name: [str(python(given.cache.resolve(), name)), "-m", "flake8", "--isolated", "-j1", *names]
        for name in ENVIRONMENTS
    }
    commands[ALONE] = [*commands[OWN], "--gather-no-follow-imports"]
    again = {f"{name}, again": name for name in (OWN, ALONE)}
    commands |= {name: commands[first] for name, first in again.items()}
    slow = {name: commands.pop(name) for name in (PEER_ASYNC, PEER_WPS)}
    with tempfile.TemporaryDirectory() as folder:
        runs = in_turn(commands, Path(folder), given.repeat, again) | in_turn(slow, Path(folder), 1)
    plain = runs[PLAIN].processor
    rows = [[name, f"{one.processor:.1f}", f"{(one.processor / plain - 1) * 100:+.1f} %"] for name, one in runs.items()]
    print(f"\n{len(paths)} files, `flake8 -j1`:\n")
    print(table(["linter", "processor, s", "more than flake8"], rows), flush=True)


def imports(given: argparse.Namespace, _paths: list[Path]) -> None:
    """What importing the plugin costs on top of flake8, and what is imported only when it is needed."""
    found = str(python(given.cache.resolve(), OWN))
    together = accumulate(IMPORTED.values(), "{}, {}".format)
    commands = {name: [found, "-c", f"import {modules}"] for name, modules in zip(IMPORTED, together, strict=True)}
    with tempfile.TemporaryDirectory() as folder:
        runs = in_turn(commands, Path(folder), given.repeat * 5)
    before, rows = 0.0, []
    for name, one in runs.items():
        rows.append([name, f"{one.processor * 1000 - before:.0f}"])
        before = one.processor * 1000
    print()
    print(table(["import", "processor, ms"], rows))


def codemod(given: argparse.Namespace, paths: list[Path]) -> None:
    """The codemod over all files, next to parsing them and to libcst."""
    commands = {
        "ast.parse, one process": [sys.executable, "-c", PARSING],
        FIX: [sys.executable, "-m", "flake8_gather", "fix", "--check", "--quiet", "."],
        "libcst.tool codemod that does nothing": [sys.executable, "-c", LIBCST, *NOTHING],
    }
    again = {f"{FIX}, again": FIX}
    commands |= {name: commands[first] for name, first in again.items()}
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), paths, len(paths) * 3)
        runs = in_turn(commands, Path(folder), given.repeat, again)
    parsing = runs["ast.parse, one process"].processor
    rows = [
        [name, f"{one.processor:.1f}", f"{one.elapsed:.1f}", f"{one.processor / parsing:.2f}"]
        for name, one in runs.items()
    ]
    print(f"\n{len(paths) * 3} files, {os.cpu_count()} cores:\n")
    print(table(["codemod", "processor, s", "elapsed, s", "times ast.parse"], rows), flush=True)


def memory(given: argparse.Namespace, paths: list[Path]) -> None:
    """The memory of the codemod's largest process for a small and a large tree."""
    rows = []
    for count in given.files:
        with tempfile.TemporaryDirectory() as name:
            fill(Path(name), paths, count)
            command = [sys.executable, "-m", "flake8_gather", "fix", "--check", "--quiet", "-j1", "."]
            found = run(command, Path(name))
            rows.append([f"{count} files", f"{found.memory:.0f}", f"{found.processor:.0f}"])
    print()
    print(table(["codemod, one process", "memory, MB", "processor, s"], rows), flush=True)


def fill(folder: Path, paths: Sequence[Path], count: int) -> None:
    """Fill a folder with files, each as often as it takes."""
    for number in range(count):
        path = paths[number % len(paths)]
        target = folder / f"part_{number // 100}" / f"{path.stem}_{number}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())


if __name__ == "__main__":
    main()
