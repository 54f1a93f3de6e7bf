"""What is known of a file is gone with it, without a look of Python's garbage collector."""

from __future__ import annotations

import gc
import weakref
from textwrap import dedent

import pytest

from flake8_gather.analysis.remembering import ALLOCATIONS, collect_less_often, forget
from flake8_gather.analysis.source import Source
from flake8_gather.finders import analyse
from flake8_gather.options import Options

TEXT = dedent("""
    import asyncio

    async def fetch(x):
        await asyncio.sleep(x)

    async def fetch_all(xs):
        for x in xs:
            await fetch(x)
    """)


def test_nothing_is_left_of_a_file() -> None:
    gc.collect()
    gc.disable()
    try:
        source = Source.parse(TEXT, "main.py")
        gone = weakref.ref(source)
        assert analyse(source, Options())
        del source
        forget()
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(("before", "after"), [(700, ALLOCATIONS), (0, 0), (ALLOCATIONS + 1, ALLOCATIONS + 1)])
def test_the_collector_rests_longer_but_never_less(before: int, after: int) -> None:
    usual = gc.get_threshold()
    try:
        gc.set_threshold(before, 7, 9)
        collect_less_often()
        assert gc.get_threshold() == (after, 7, 9)
    finally:
        gc.set_threshold(*usual)
