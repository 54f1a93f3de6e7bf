"""Fixtures: real Python files with markers, read and varied.

`#! GTH201` stands on the line of a reported group's first await, `#! keep: carried` on that of a
kept one. Below a line `# fixed` stands the file after the codemod; without it, nothing is
rewritten. A first line `#! options: min-confidence=low` holds settings. A fixture that needs other
modules is a folder with a `main.py` and them.
"""

from __future__ import annotations

import ast
import re
import sys
import types
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flake8_gather import settings
from flake8_gather.analysis.source import Source
from flake8_gather.finders import analyse
from flake8_gather.options import Options
from tests.support import virtual_clock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_gather.opportunity import Opportunity
    from tests.support.virtual_clock import Outcome

FOLDER = Path(__file__).parents[2] / "fixtures"
FIXED = re.compile(r"\n+# fixed\n+")
MARKER = re.compile(r"[ \t]*#! (?P<marks>.+)$", re.MULTILINE)
OPTIONS = re.compile(r"#! options: (?P<settings>.+)\n")
MARK = re.compile(r"GTH\d{3}|keep: [a-z-]+")
READERS: Mapping[str, Callable[[str], Any]] = {
    "min-confidence": settings.confidence,
    "style": settings.style,
    "limit": settings.whole,
    "gather-function": settings.helper,
    "ordered": settings.patterns,
    "exclusive": settings.patterns,
    "concurrent": settings.patterns,
    "follow-imports": lambda text: text == "yes",
}

Marks = AbstractSet[tuple[int, str]]


@dataclass(frozen=True)
class Fixture:
    """One behaviour: a file before and after, and what is said of it."""

    path: Path
    before: str
    after: str | None
    marks: frozenset[tuple[int, str]]
    options: Options = field(repr=False)

    @property
    def title(self) -> str:
        """The first line of the docstring."""
        return (ast.get_docstring(ast.parse(self.before)) or "").partition("\n")[0]

    @property
    def expected(self) -> str:
        """The text after the codemod."""
        return self.before if self.after is None else self.after

    @property
    def findings(self) -> Marks:
        """The marks that name a rule."""
        return {mark for mark in self.marks if mark[1].startswith("GTH")}

    @property
    def kept(self) -> Marks:
        """The marks that name a barrier."""
        return self.marks - self.findings

    @property
    def is_runnable(self) -> bool:
        """Tell whether it can run and has a version to compare with."""
        return self.after is not None and "\nasync def main():" in self.before


def paths() -> list[Path]:
    """Return all fixtures: files, and the `main.py` of folders."""
    return sorted([*FOLDER.glob("*/*.py"), *FOLDER.glob("*/*/main.py")])


def name_of(path: Path) -> str:
    """Return a fixture's name: rule and behaviour."""
    parts = path.relative_to(FOLDER).with_suffix("").parts
    return "/".join(parts[:2])


def read(path: Path) -> Fixture:
    """Read a fixture."""
    text = path.read_text("utf-8")
    options = Options()
    if found := OPTIONS.match(text):
        pairs = [setting.partition("=") for setting in found["settings"].split()]
        options = Options(**{name.replace("-", "_"): READERS[name](value) for name, _, value in pairs})
        text = text[found.end() :]
    before, *after = FIXED.split(text, maxsplit=1)
    before = before.rstrip("\n") + "\n"
    marks = frozenset(_marks(before))
    return Fixture(path, MARKER.sub("", before), after[0] if after else None, marks, options)


def _marks(text: str) -> Iterator[tuple[int, str]]:
    for line, content in enumerate(text.splitlines(), 1):
        if found := MARKER.search(content):
            for mark in found["marks"].split(", "):
                assert MARK.fullmatch(mark), f"line {line}: {mark!r} is no mark"
                yield line, mark


def considered(text: str, fixture: Fixture) -> tuple[Opportunity, ...]:
    """Return the groups in a text that stands in a fixture's place."""
    return analyse(Source.parse(text, str(fixture.path)), fixture.options)


def findings(text: str, fixture: Fixture) -> Marks:
    """Return what is reported, as marks."""
    threshold = fixture.options.min_confidence
    return {(found.awaits[0].line, found.code) for found in considered(text, fixture) if found.reported(threshold)}


def kept(text: str, fixture: Fixture) -> Marks:
    """Return what is kept, as marks; too little confidence counts as too little knowledge."""
    threshold = fixture.options.min_confidence
    return {
        (found.awaits[0].line, f"keep: {found.barrier or 'unknown'}")
        for found in considered(text, fixture)
        if not found.reported(threshold)
    }


def run(text: str, fixture: Fixture) -> Outcome:
    """Run a text's `main()` on a virtual clock."""
    with loaded(text, fixture) as namespace:
        return virtual_clock.run(namespace["main"])


@contextmanager
def loaded(text: str, fixture: Fixture) -> Iterator[dict[str, Any]]:
    """Give the names of a text that has been run as a module, with the modules beside the fixture in reach."""
    module = types.ModuleType("fixture")
    known = set(sys.modules)
    sys.modules["fixture"] = module
    if fixture.path.name == "main.py":
        sys.path.insert(0, str(fixture.path.parent))
    try:
        exec(compile(text, str(fixture.path), "exec"), module.__dict__)
        yield module.__dict__
    finally:
        if fixture.path.name == "main.py":
            sys.path.remove(str(fixture.path.parent))
        for name in set(sys.modules) - known:
            if _is_beside(sys.modules[name], fixture) or name == "fixture":
                del sys.modules[name]


def _is_beside(module: types.ModuleType, fixture: Fixture) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).is_relative_to(fixture.path.parent)
