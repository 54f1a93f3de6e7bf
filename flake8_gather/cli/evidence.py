"""Reasons as they are shown: with the source line that each comes from."""

from __future__ import annotations

import linecache
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_gather.analysis.source import Source
    from flake8_gather.opportunity import Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason with the source line that it comes from; `path` is None for the place's own file."""

    text: str
    path: str | None = None
    line: int | None = None
    source: str = ""

    def __str__(self) -> str:
        """Return the reason with its place."""
        if self.line is None:
            return self.text
        return f"{self.text} ({f'line {self.line}' if self.path is None else f'{self.path}:{self.line}'})"


def evidence_of(reason: Reason, source: Source) -> Evidence:
    """Return a reason with its source line, its path as seen from the working folder."""
    if reason.line is None:
        return Evidence(reason.text)
    if reason.path is None:
        inside = 0 < reason.line <= len(source.lines)
        return Evidence(reason.text, None, reason.line, source.lines[reason.line - 1].strip() if inside else "")
    return Evidence(reason.text, _seen(reason.path), reason.line, linecache.getline(reason.path, reason.line).strip())


def _seen(path: str) -> str:
    """Return a path as seen from the working folder, where it is below that."""
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path
