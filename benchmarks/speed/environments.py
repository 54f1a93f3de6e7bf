"""Environments of their own for what is compared: flake8 alone, with this plugin, and with its peers."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[2]
FLAKE8 = f"flake8=={version('flake8')}"
# What is installed, by the name of the row in the table. One version of flake8 for all that take it.
PLAIN, OWN, PEER_ASYNC, PEER_WPS = "flake8", "with flake8-gather", "with flake8-async", "with wemake-python-styleguide"
ENVIRONMENTS: Mapping[str, tuple[str, ...]] = {
    PLAIN: (FLAKE8,),
    OWN: (FLAKE8, str(ROOT)),
    PEER_ASYNC: (FLAKE8, "flake8-async==25.7.1"),
    PEER_WPS: (FLAKE8, "wemake-python-styleguide==1.8.1"),
}


def python(cache: Path, name: str) -> Path:
    """Return the Python of an environment, made on first use; our own plugin is installed anew each time."""
    home = cache / "environments" / name.replace(" ", "-")
    found = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not (home / "ready").exists():
        venv.create(home, clear=True, with_pip=True)
        _install(found, *ENVIRONMENTS[name])
        (home / "ready").touch()
    elif name == OWN:
        _install(found, "--no-deps", "--force-reinstall", str(ROOT))
        _install(found, str(ROOT))  # what it depends on by now
    return found


def _install(found: Path, *what: str) -> None:
    subprocess.run([str(found), "-m", "pip", "install", "--quiet", *what], check=True)
