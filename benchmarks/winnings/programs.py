"""Which programs are run: the fixtures with a `main()`, the examples of the documentation, small clients.

Each of them waits for the server only. In the fixtures, which stand for I/O with `asyncio.sleep`,
a sleep of one second becomes a request that is answered after one latency.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import aiohttp

from flake8_gather.options import Options
from tests.support import fixtures

ROOT = Path(__file__).parents[2]
CLIENTS = Path(__file__).parent / "clients"
# GTH301's example raises `TypeError` until it is rewritten: there is nothing to compare with.
PAGES = ("README.md", *(f"docs/rules/GTH{code}.md" for code in (101, 102, 103, 104, 105, 201, 202, 203, 302)))
EXAMPLE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Names = dict[str, Any]
SESSION: ContextVar[aiohttp.ClientSession] = ContextVar("SESSION")
SLEEP = asyncio.sleep


@dataclass(frozen=True)
class Program:
    """A program, how a text of it becomes names, and the function to call.

    The function's parameters say what it needs: `client`, `session`, `site` or `urls`.
    """

    kind: str
    name: str
    text: str
    path: str
    loaded: Callable[[str], AbstractContextManager[Names]] = field(repr=False)
    entry: str = "main"
    options: Options = field(default_factory=Options, repr=False)


def programs() -> list[Program]:
    """Return all programs, kind by kind."""
    runnable = [fixture for path in fixtures.paths() if (fixture := fixtures.read(path)).is_runnable]
    return [*map(_fixture, runnable), *map(_example, PAGES), *map(client, sorted(CLIENTS.glob("*.py")))]


def client(path: Path) -> Program:
    """Return a program that is a file of its own."""
    return Program("clients", path.stem, path.read_text("utf-8"), str(path), _plain)


def _example(page: str) -> Program:
    """Return a page's first example; its last function is called."""
    found = EXAMPLE.search((ROOT / page).read_text("utf-8"))
    assert found, f"{page} has no example"
    function = ast.parse(found[1]).body[-1]
    assert isinstance(function, ast.AsyncFunctionDef), f"the example of {page} does not end with an async function"
    return Program("documentation", Path(page).stem, found[1], "example.py", _plain, function.name)


@contextlib.contextmanager
def _plain(text: str) -> Iterator[Names]:
    names: Names = {"fetch_title": _fetch_title}  # the README leaves it to its readers
    exec(compile(text, "program.py", "exec"), names)
    yield names


async def _fetch_title(url: str) -> str:
    async with SESSION.get().get(url) as response:
        return await response.text()


def _fixture(fixture: fixtures.Fixture) -> Program:
    @contextlib.contextmanager
    def loaded(text: str) -> Iterator[Names]:
        with mock.patch("asyncio.sleep", _request), fixtures.loaded(text, fixture) as names:
            yield names

    name = fixtures.name_of(fixture.path)
    return Program("fixtures", name, fixture.before, str(fixture.path), loaded, options=fixture.options)


async def _request(delay: float, result: object = None) -> object:
    """Wait for the server as long as the program wanted to sleep."""
    if delay <= 0:
        return await SLEEP(delay, result)
    async with SESSION.get().get(f"/wait/{delay}") as response:
        await response.read()
    return result
