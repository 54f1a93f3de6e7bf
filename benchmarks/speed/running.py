"""Running commands with a stopwatch: processor time, elapsed time and memory of a process and its children."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather.cache import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FINE = (0, 1)  # the exit codes of linters that have done their work


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds of processors and of waiting, and the memory of its largest process in MB."""

    processor: float
    elapsed: float
    memory: float


def run(command: Sequence[str], folder: Path, known: str = "") -> Run:
    """Run a command in a folder; what earlier runs have found is in the folder `known` (empty: nothing is kept).

    Raises `RuntimeError` where it fails.
    """
    start = time.perf_counter()
    environment = {**os.environ, VARIABLE: known}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        complaints = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in FINE or b"Traceback" in complaints:
        raise RuntimeError(complaints.decode("utf-8", "replace"))
    return Run(used.ru_utime + used.ru_stime, time.perf_counter() - start, _megabytes(used))


def in_turn(
    commands: Mapping[str, Sequence[str]], folder: Path, repeat: int, again: Mapping[str, str] | None = None
) -> dict[str, Run]:
    """Run commands in turn, so that all meet the same machine; return of each the run with the least processor time.

    In each turn nothing is known from earlier ones. `again` names the runs that know what another one has found before
    them in the same turn.
    """
    again = again or {}
    turns = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as known:
            turns.append(
                {
                    name: run(command, folder, str(Path(known, again.get(name, name))))
                    for name, command in commands.items()
                }
            )
    return {name: min((one[name] for one in turns), key=lambda one: one.processor) for name in commands}


def _megabytes(used: resource.struct_rusage) -> float:
    return used.ru_maxrss / 1024  # Linux counts in kB
