"""The layers: imports only go downwards, and what must be quick to import stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import flake8_gather

ROOT = Path(flake8_gather.__file__).parent
LAYERS = (
    {"confidence", "opportunity", "rules", "shapes", "options", "settings"},
    {"waits"},
    {"catalogue"},
    {"analysis"},
    {"finders"},
    {"cache", "files", "suppression"},
    {"replacement"},
    {"plugin"},
    {"formatting"},
    {"config"},
    {"codemod"},
    {"cli"},
    {"__main__"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


def part(dotted: str) -> str:
    """Return the part of the house a dotted module belongs to; empty for the package itself."""
    return f"{dotted}.".split(".")[1]


def imported(path: Path) -> set[str]:
    """Return the parts of the house a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {part(alias.name) for alias in node.names if alias.name.startswith("flake8_gather")}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "flake8_gather":
                found |= {alias.name for alias in node.names if alias.name in LEVEL}
            elif (node.module or "").startswith("flake8_gather."):
                found.add(part(node.module or ""))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_downwards(path: Path) -> None:
    own = path.relative_to(ROOT).with_suffix("").parts[0]
    assert {name for name in imported(path) if LEVEL[name] > LEVEL[own]} == set()
    peers = {name for name in imported(path) if LEVEL[name] == LEVEL[own] and name != own}
    assert own in LAYERS[0] or peers == set()


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        (
            "flake8_gather.plugin",
            "libcst tomllib flake8_gather.finders flake8_gather.replacement flake8_gather.shapes",
        ),
        ("flake8_gather.finders", "libcst flake8"),
        ("flake8_gather.replacement", "libcst flake8"),
        ("flake8_gather.cli", "libcst flake8 flake8_gather.finders"),
    ],
)
def test_what_is_light_stays_light(module: str, absent: str) -> None:
    code = f"import {module}, sys; print(*(set({absent.split()}) & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
