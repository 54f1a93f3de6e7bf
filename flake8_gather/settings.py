"""How users write settings: text in, value out, `argparse.ArgumentTypeError` where it makes no sense.

flake8's options, pyproject.toml and the command line all read them with these functions.
"""

from __future__ import annotations

import argparse
import re

from flake8_gather.confidence import Confidence

PATTERN = re.compile(r"[\w*]+(?:\.[\w*]+)*\Z")
STYLES = ("gather", "taskgroup")


def confidence(text: str) -> Confidence:
    """Read a confidence."""
    try:
        return Confidence[text.strip().upper()]
    except KeyError:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of high, medium, low") from None


def patterns(text: str) -> tuple[str, ...]:
    """Read dotted names, in which `*` stands for any run of characters, apart by commas or lines."""
    names = tuple(text.replace(",", " ").split())
    for name in names:
        if not PATTERN.match(name):
            raise argparse.ArgumentTypeError(f"{name!r} is not a dotted name")
    return names


def helper(text: str) -> str | None:
    """Read the dotted name of a function in a module; nothing at all means none."""
    name = text.strip()
    parts = name.split(".")
    if name and (len(parts) < 2 or not all(part.isidentifier() for part in parts)):
        raise argparse.ArgumentTypeError(f"{name!r} is not the dotted name of a function in a module")
    return name or None


def style(text: str) -> str:
    """Read the style of a rewrite."""
    if text not in STYLES:
        raise argparse.ArgumentTypeError(f"{text!r} is not one of {', '.join(STYLES)}")
    return text


def whole(text: str) -> int:
    """Read a whole number above 0."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
