"""Which event loop some code runs on: where it may not be asyncio's, `asyncio.gather` must not come in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FileContext
    from flake8_gather.analysis.definitions import Module

OTHER_LOOPS = frozenset({"trio", "curio", "twisted"})
NAMED_LOOPS = OTHER_LOOPS | {"anyio"}
# anyio runs on asyncio too: its threads say nothing; its tasks, locks and files mean it as the event loop.
ANYIO = re.compile(
    r"\banyio\.(create_task_group|Event|Lock|Semaphore|sleep|CancelScope|move_on_after|fail_after|run|Path|open_file)\b"
    r"|from anyio import .*\b(create_task_group|sleep|Event|Lock|Path|open_file)\b"
)


def not_asyncio(file: FileContext) -> Found | None:
    """The file, or a module of the project it imports, runs on another event loop."""
    text = file.source.text
    if not any(name in text for name in NAMED_LOOPS):
        return None  # most files: their imports need not be read for this
    found = imports_other_loop(file.source)
    if found:
        return Barrier.NOT_ASYNCIO, Reason(f"the file imports {found}: asyncio may not be the event loop", 1)
    return None


def imports_other_loop(source: Module) -> str | None:
    """Return the module of another event loop that a file imports and means."""
    tops = {module.partition(".")[0] for module in source.imports.modules}
    other = sorted(OTHER_LOOPS & tops)
    if other:
        return other[0]
    if "anyio" in tops and "asyncio" not in tops and any(ANYIO.search(line) for line in source.lines):
        return "anyio"
    return None


def project_loop(file: FileContext) -> Found | None:
    """A module of the project that this file imports runs on another event loop."""
    project = file.project
    if not project.follow:
        return None
    for dotted in sorted(file.source.imports.modules):
        mentioned = project.mentions(dotted, OTHER_LOOPS, file.source)
        source = project.module(dotted, file.source) if mentioned else None
        if source is None or source is file.source:
            continue
        other = imports_other_loop(source)
        if other is not None and other in OTHER_LOOPS:
            return Barrier.NOT_ASYNCIO, Reason(
                f"`{dotted}` imports {other}: asyncio may not be the event loop", 1, source.path
            )
    return None
