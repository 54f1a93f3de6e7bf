"""The codemod over one large tree with Dask: a shard is some files that lie side by side.

    python examples/one_tree.py src

All workers must see the tree at the same place: the modules that a file imports are read, too. They
only read; the files are written here. Without `--scheduler` all cores of this machine work.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

from distributed import Client, as_completed

from flake8_gather import config, files
from flake8_gather.codemod import rewrite
from flake8_gather.files import FileError
from flake8_gather.options import Options

SIZE = 100
Rewritten = tuple[str, bytes, bytes]
Shard = Sequence[tuple[str, Collection[str]]]


def shards(paths: Sequence[str], configuration: config.Configuration) -> list[Shard]:
    """Return the files with the rules that hold in each, in shares of neighbours, which import the same modules."""
    tasks = [(os.path.abspath(path), configuration.codes(path)) for path in paths]
    return [tasks[start : start + SIZE] for start in range(0, len(tasks), SIZE)]


def rewritten(shard: Shard, options: Options) -> tuple[list[Rewritten], list[str]]:
    """Return the files that change, as they were and as they are to be, and what went wrong."""
    changed: list[Rewritten] = []
    wrong: list[str] = []
    for path, codes in shard:
        try:
            content = files.read(path, path)
            new = content.encode(rewrite(content.text, path, options, codes).text)
        except (FileError, SyntaxError, ValueError) as error:
            wrong.append(f"{path}: {error}")
            continue
        if new != content.data:
            changed.append((path, content.data, new))
    return changed, wrong


def main() -> int:
    """Rewrite the files; return 2 if some could not be read or written, else 0."""
    parser = argparse.ArgumentParser(description="Rewrite one large tree.")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file or folder")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")
    arguments = parser.parse_args()
    configuration = config.load(Path.cwd(), {})
    wrong: list[str] = []
    paths = list(files.walk(arguments.paths, configuration.excluded, lambda error: wrong.append(str(error))))
    with connected(arguments.scheduler) as client:
        work = client.map(rewritten, shards(paths, configuration), options=configuration.options, retries=2)
        for _, (changed, unread) in as_completed(work, with_results=True):
            wrong += unread
            for path, old, new in changed:
                try:
                    files.replace(path, old, new)
                    print(f"Rewriting {os.path.relpath(path)}", file=sys.stderr)
                except FileError as error:
                    wrong.append(str(error))
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return 2 if wrong else 0


def connected(scheduler: str | None) -> Client:
    """Connect to a scheduler, or make a small cluster of this machine's cores."""
    if scheduler is not None:
        return Client(scheduler)
    return Client(threads_per_worker=1, host="127.0.0.1", dashboard_address=None)


if __name__ == "__main__":
    raise SystemExit(main())
