"""Where the pinned packages come from: wheels downloaded with pip, their Python files unpacked into a cache."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# One version of Python decides which wheels are taken, whatever runs this; nothing downloaded is ever run.
PIP = "-m pip download --quiet --no-deps --only-binary :all: --python-version 3.12 --ignore-requires-python".split()


def fetch(cache: Path, requirements: Iterable[str]) -> Path:
    """Download and unpack what the cache lacks; return the folder with one folder per requirement."""
    sources, wheels = cache / "sources", cache / "wheels"
    lacking = [requirement for requirement in requirements if not (sources / requirement).exists()]
    if lacking:
        subprocess.run([sys.executable, *PIP, "--dest", str(wheels), *lacking], check=True)
    for requirement in lacking:
        unpack(wheel_of(wheels, requirement), sources / requirement)
    return sources


def wheel_of(wheels: Path, requirement: str) -> Path:
    """Return the downloaded wheel of a requirement like `name==1.0`."""
    name, version = requirement.replace("-", "_").lower().split("==")
    for wheel in wheels.glob("*.whl"):
        if wheel.name.lower().startswith(f"{name}-{version}-"):
            return wheel
    message = f"pip left no wheel for {requirement} in {wheels}"
    raise FileNotFoundError(message)


def unpack(wheel: Path, target: Path) -> None:
    """Write a wheel's Python files under a folder, all or nothing."""
    partial = target.with_name(f"{target.name}.partial")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(partial, [name for name in archive.namelist() if name.endswith(".py")])
    partial.rename(target)
