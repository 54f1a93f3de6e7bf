"""The plugin alone, in one process: its time next to that of `ast.parse`, file by file."""

from __future__ import annotations

import ast
import gc
import io
import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from flake8_gather.cache import VARIABLE
from flake8_gather.options import Options
from flake8_gather.plugin import GatherPlugin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass
class Cost:
    """Seconds of processor time."""

    parsing: float = 0.0
    plugin: float = 0.0

    @property
    def ratio(self) -> float:
        """The plugin's time in times of parsing."""
        return self.plugin / self.parsing


def measured(paths: Sequence[Path], *, follow: bool, known: Path) -> Cost:
    """Measure in a process of its own, which has read nothing yet; `known` is the folder of what earlier ones found."""
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        return executor.submit(measure, paths, follow=follow, known=known).result()


def measure(paths: Sequence[Path], *, follow: bool, known: Path) -> Cost:
    """Parse every file and hand it to the plugin, as flake8 does.

    Python's garbage collector stands still: it goes through all that is there whenever it likes, and what the plugin
    has left would be counted as time for parsing.
    """
    os.environ[VARIABLE] = str(known)
    GatherPlugin.options = Options(follow_imports=follow)
    plugin = GatherPlugin(ast.parse("await x"), ["await x"], str(known / "first.py"))
    list(plugin.run())  # what is imported on first use
    cost = Cost()
    gc.collect()
    gc.disable()
    for path in paths:
        text = path.read_text("utf-8")
        lines = io.StringIO(text, newline=None).readlines()
        start = time.process_time()
        tree = ast.parse(text)
        parsed = time.process_time()
        list(GatherPlugin(tree, lines, str(path)).run())
        cost.parsing += parsed - start
        cost.plugin += time.process_time() - parsed
    gc.enable()
    return cost
