"""What is remembered of other modules changes nothing: files are judged alike, whichever came before."""

from __future__ import annotations

from itertools import permutations
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from flake8_gather.analysis import summaries
from flake8_gather.analysis.outline import read_module
from flake8_gather.analysis.source import Source
from flake8_gather.analysis.summaries import remembered
from flake8_gather.finders import analyse
from flake8_gather.options import Options

if TYPE_CHECKING:
    from pathlib import Path

    from flake8_gather.opportunity import Opportunity

# Modules that call each other in a circle, with a chain deeper than is followed, and an abstract method.
MODULES = {
    "first.py": """
        from aiohttp import ClientSession
        from second import back, deep_1

        async def fetch(session: ClientSession, x):
            await session.get(x)
            return await back(session, x - 1)

        async def all_of_them(session: ClientSession, xs):
            for x in xs:
                await fetch(session, x)
            for x in xs:
                await deep_1(session, x)
        """,
    "second.py": """
        from aiohttp import ClientSession
        from first import fetch
        from third import Store

        async def back(session: ClientSession, x):
            if x:
                await fetch(session, x)

        async def deep_1(session, x): await deep_2(session, x)
        async def deep_2(session, x): await deep_3(session, x)
        async def deep_3(session: ClientSession, x): await session.get(x)

        async def all_back(session: ClientSession, xs, store: Store):
            for x in xs:
                await back(session, x)
            for x in xs:
                await deep_3(session, x)
            for x in xs:
                await store.load(x)
        """,
    "third.py": """
        from abc import ABC, abstractmethod
        from aiohttp import ClientSession
        from second import deep_2

        class Store(ABC):
            @abstractmethod
            async def load(self, x): ...

        class Web(Store):
            session: ClientSession

            async def load(self, x):
                self.last = x
                return await self.session.get(x)

        async def all_deep(session: ClientSession, xs):
            for x in xs:
                await deep_2(session, x)
        """,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in MODULES.items():
        (tmp_path / name).write_text(dedent(text), "utf-8")
    return tmp_path


def judged(folder: Path, name: str) -> tuple[Opportunity, ...]:
    path = folder / name
    return analyse(Source.parse(path.read_text("utf-8"), str(path)), Options())


@pytest.mark.parametrize("deepest", [2, 3, 20])
@pytest.mark.parametrize("largest", [2, 1000])
def test_the_order_of_files(folder: Path, deepest: int, largest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summaries, "MAX_DEPTH", deepest)
    monkeypatch.setattr(summaries, "MAX_FUNCTIONS", largest)
    alone = {}
    for name in MODULES:
        remembered.cache_clear()
        read_module.cache_clear()
        alone[name] = judged(folder, name)
    assert all(alone.values())
    for order in permutations(MODULES):
        remembered.cache_clear()
        assert {name: judged(folder, name) for name in order} == alone
