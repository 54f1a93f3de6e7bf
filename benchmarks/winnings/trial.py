"""One run of a version of a program: what it returned, printed and asked for, and how long it took."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import httpx

from benchmarks.winnings.programs import ROOT, SESSION

if TYPE_CHECKING:
    from benchmarks.winnings.programs import Names, Program

PATIENCE = 60.0
URLS = [f"/urls/{number}" for number in range(20)]
CERTIFICATES = httpx.create_ssl_context()  # slow to read, and the same for every client


class DifferentError(Exception):
    """Two versions of a program do not do the same."""


@dataclass(frozen=True)
class Run:
    """What a run did, and how: the seconds, and how many requests were under way at once."""

    returned: object
    printed: tuple[str, ...]
    asked: Mapping[str, int]
    peak: int
    seconds: float

    def same_as(self, before: Run, name: str) -> None:
        """Raise `DifferentError` if this is not what the version before did."""
        for what in ("returned", "printed", "asked"):
            one, other = getattr(before, what), getattr(self, what)
            if one != other:
                raise DifferentError(f"{name}: {what} {other!r} instead of {one!r}")


@contextlib.contextmanager
def serving(milliseconds: float) -> Iterator[str]:
    """Run a server with this latency in a process of its own, and give its address."""
    command = [sys.executable, "-m", "benchmarks.winnings.server", str(milliseconds)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()


def run(program: Program, text: str, site: str) -> Run:
    """Run a version of a program once. Its order of printing is not compared: answers come when they come."""
    printed = io.StringIO()
    with program.loaded(text) as names, contextlib.redirect_stdout(printed):
        returned, seconds = asyncio.run(_timed(program, names, site))
    asked, peak = _asked(site)
    return Run(_comparable(returned), tuple(sorted(printed.getvalue().splitlines())), asked, peak, seconds)


async def _timed(program: Program, names: Names, site: str) -> tuple[object, float]:
    """Return the program's result and the seconds it took with clients that are there already."""
    main = names[program.entry]
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(base_url=site, verify=CERTIFICATES) as client,
        aiohttp.ClientSession(site) as session,
    ):
        SESSION.set(session)
        known = {"client": client, "session": session, "site": site, "urls": URLS}
        arguments = [known[parameter] for parameter in inspect.signature(main).parameters]
        start = time.perf_counter()
        returned = await main(*arguments)
        return returned, time.perf_counter() - start


def _asked(site: str) -> tuple[Mapping[str, int], int]:
    with urllib.request.urlopen(f"{site}/_asked") as response:
        told = json.load(response)
    return told["asked"], told["peak"]


def _comparable(value: object) -> object:
    """Return a value that equals another one if they mean the same: responses are what they say."""
    match value:
        case httpx.Response():
            return value.status_code, value.text
        case list() | tuple():
            return [_comparable(item) for item in value]
        case dict():
            return {key: _comparable(item) for key, item in value.items()}
    return value
