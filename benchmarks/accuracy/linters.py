"""What the linters report: flake8 with this plugin, and with WPS476 in an environment of its own."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PEER = "wemake-python-styleguide==1.8.1"
FORMAT = "--format=%(path)s\t%(row)d\t%(code)s"
FINDINGS = (0, 1)  # flake8's exit codes when it has done its work


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding's line and code."""

    line: int
    code: str


Findings = dict[tuple[str, str], list[Finding]]  # by package and path


def report(python: Path, code: str, sources: Path, files: Iterable[tuple[str, str]]) -> Findings:
    """Run flake8 over files, given as package and path, for one code or prefix; return the findings of each."""
    found: Findings = defaultdict(list)
    by_package = defaultdict(list)
    for package, path in sorted(set(files)):
        by_package[package].append(path)
    for package, paths in by_package.items():
        command = [str(python), "-m", "flake8", "--isolated", f"--select={code}", FORMAT, *paths]
        done = subprocess.run(command, cwd=sources / package, capture_output=True, text=True, check=False)
        if done.returncode not in FINDINGS:
            raise RuntimeError(done.stderr)
        for line in done.stdout.splitlines():
            path, row, found_code = line.split("\t")
            found[package, path].append(Finding(int(row), found_code))
    return found


def own_python() -> Path:
    """Return the Python that has this plugin."""
    return Path(sys.executable)


def peer_python(cache: Path) -> Path:
    """Return a Python that has the peer, made on first use: its plugins must not mix with ours."""
    home = cache / PEER
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not (home / "ready").exists():
        venv.create(home, clear=True, with_pip=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", PEER], check=True)
        (home / "ready").touch()
    return python
