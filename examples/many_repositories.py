"""One command in many repositories with Dask: what it prints in each is kept in a file.

    python examples/many_repositories.py --out patches REPOSITORY …

A repository is a folder that all workers see, or whatever `git clone` takes. The command is
`flake8-gather fix --diff`, so that the files are patches for `git apply`; `--command` sets another.
Without `--scheduler` all cores of this machine work.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from distributed import Client, as_completed

FIX = "flake8-gather fix --diff --jobs 1 ."
ERROR = 2


@dataclass(frozen=True)
class Answer:
    """What the command said of one repository."""

    repository: str
    code: int
    out: bytes
    err: str

    @property
    def name(self) -> str:
        """Owner and name of the repository, which tell it from the others."""
        parts = self.repository.removesuffix("/").removesuffix(".git").replace(":", "/").split("/")
        return "+".join(parts[-2:])


def ask(repository: str, command: str) -> Answer:
    """Run the command in the repository, with the programs of this worker's Python in reach."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    with checkout(repository) as folder:
        done = subprocess.run(
            shlex.split(command), cwd=folder, capture_output=True, check=False, env={**os.environ, "PATH": path}
        )
    return Answer(repository, done.returncode, done.stdout, done.stderr.decode(errors="replace"))


@contextlib.contextmanager
def checkout(repository: str) -> Iterator[str]:
    """Give a folder with the repository's files."""
    if os.path.isdir(repository):
        yield repository
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "--quiet", "--depth=1", repository, folder], check=True, capture_output=True)
        yield folder


def main() -> int:
    """Write one file per repository; return 2 if a command or a clone went wrong, else 0."""
    parser = argparse.ArgumentParser(description="Run one command in many repositories.")
    parser.add_argument("repositories", nargs="+", metavar="REPOSITORY", help="a folder or an address to clone from")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the answers go")
    parser.add_argument("--command", default=FIX, help=f"what to run (default: {FIX})")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    repositories = [os.path.abspath(one) if os.path.isdir(one) else one for one in arguments.repositories]
    wrong = 0
    with connected(arguments.scheduler) as client:
        questions = client.map(ask, repositories, command=arguments.command)
        names = dict(zip((question.key for question in questions), repositories, strict=True))
        for question in as_completed(questions):
            if question.status != "finished":
                print(f"{names[question.key]}: {question.exception()}", file=sys.stderr)
                wrong += 1
                continue
            answer = question.result()
            question.release()
            (arguments.out / f"{answer.name}.txt").write_bytes(answer.out)
            print(f"{answer.name}: {answer.err.strip() or 'done'}", file=sys.stderr)
            wrong += answer.code >= ERROR
    return ERROR if wrong else 0


def connected(scheduler: str | None) -> Client:
    """Connect to a scheduler, or make a small cluster of this machine's cores."""
    if scheduler is not None:
        return Client(scheduler)
    return Client(threads_per_worker=1, host="127.0.0.1", dashboard_address=None)


if __name__ == "__main__":
    raise SystemExit(main())
