"""The page on the benchmarks lists what there is."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "benchmarks"
PAGE = (FOLDER / "README.md").read_text("utf-8")


def commands() -> set[str]:
    """Return the benchmarks that can be run: packages with a `__main__`, modules that call their `main`."""
    packages = {path.parent.name for path in FOLDER.glob("*/__main__.py")}
    modules = {path.stem for path in FOLDER.glob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")}
    return packages | modules


def test_every_benchmark_has_its_line_and_every_line_a_benchmark() -> None:
    listed = re.findall(r"^\| `\.venv/bin/python -m benchmarks\.(\w+)[^`]*` \|", PAGE, re.MULTILINE)
    assert set(listed) == commands()


def test_the_clients_are_those_of_the_table() -> None:
    section = PAGE.partition("## Winnings\n")[2].partition("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)`: ", section, re.MULTILINE)
    assert set(listed) == {path.stem for path in (FOLDER / "winnings/clients").glob("*.py")}
