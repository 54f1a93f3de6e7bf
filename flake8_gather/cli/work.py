"""Doing one thing with many files: on all cores, results in the files' order, errors as values."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from flake8_gather import files
from flake8_gather.analysis.remembering import collect_less_often
from flake8_gather.files import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flake8_gather.files import Content

Task = TypeVar("Task")
Answer = TypeVar("Answer")

FEWEST = 8


def each(function: Callable[[Task], Answer], tasks: Sequence[Task], jobs: int) -> Iterator[Answer]:
    """Yield the function's answer to each task, in order; few tasks are not worth a process."""
    collect_less_often()
    jobs = min(jobs, len(tasks) // FEWEST)
    if jobs < 2:
        yield from map(function, tasks)
        return
    executor = ProcessPoolExecutor(jobs, initializer=_begin)
    try:
        yield from executor.map(function, tasks, chunksize=max(1, min(64, len(tasks) // (jobs * 4))))
    finally:
        executor.shutdown(cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the main process, which ends the others, and do not outlive it."""
    collect_less_often()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_main_process, daemon=True).start()


def _follow_main_process() -> None:
    """End with the main process, even where that is killed: waiting for work would never end."""
    main = multiprocessing.parent_process()
    if main is not None:
        main.join()
        os._exit(1)


def guarded(path: str, name: str, function: Callable[[Content], Answer]) -> Answer | FileError:
    """Read a file, shown as `name`, and call the function with its content.

    Whatever goes wrong is returned as a `FileError`.
    """
    try:
        return function(files.read(path, name))
    except FileError as error:
        return error
    except SyntaxError as error:
        return FileError(name, f"syntax error: {error.msg}", error.lineno)
    except (RecursionError, MemoryError):
        return FileError(name, "nested too deeply")
    except Exception as error:  # noqa: BLE001 - the other files must still be done
        if isinstance(error, ValueError) and "null bytes" in str(error):
            return FileError(name, "holds null bytes")
        return FileError(name, f"internal error, please report it: {type(error).__name__}: {error}")
