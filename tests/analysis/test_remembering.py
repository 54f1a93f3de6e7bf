"""What is known of a file is gone with it, without a look of Python's garbage collector."""

from __future__ import annotations

import gc
import weakref
from textwrap import dedent

from flake8_gather.analysis.remembering import forget
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
