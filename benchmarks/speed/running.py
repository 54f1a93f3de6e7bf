"""Running commands with a stopwatch: processor time, elapsed time and memory of a process and its children."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FINE = (0, 1)  # the exit codes of linters that have done their work


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds of processors and of waiting, and the memory of its largest process in MB."""

    processor: float
    elapsed: float
    memory: float


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command in a folder. Raises `RuntimeError` where it fails."""
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        complaints = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in FINE or b"Traceback" in complaints:
        raise RuntimeError(complaints.decode("utf-8", "replace"))
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - start, _megabytes(used))


def in_turn(commands: Mapping[str, Sequence[str]], folder: Path, repeat: int) -> dict[str, Run]:
    """Run commands in turn, so that all meet the same machine; return of each the run with the least processor time."""
    runs = [{name: run(command, folder) for name, command in commands.items()} for _ in range(repeat)]
    return {name: min((one[name] for one in runs), key=lambda one: one.processor) for name in commands}


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024  # Linux counts in kB
