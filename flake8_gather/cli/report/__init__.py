"""The report of a whole code base: one self-contained page, or one picture."""

from __future__ import annotations

from importlib import resources


def asset(name: str) -> str:
    """Return a template or style sheet of the report."""
    return (resources.files(__name__) / name).read_text("utf-8")
