"""`flake8-gather rule`: the pages of docs/, which the wheel holds, too; in a checkout they are read where they are."""

from __future__ import annotations

import re
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_gather.cli.terminal import has_colour, is_terminal
from flake8_gather.rules import BARRIERS, RULES

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FENCE = re.compile(r"^```\w*\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
BOLD, CYAN = "1", "36"


def run(name: str | None) -> int:
    """Print the page of a rule or a barrier, or one line for each of them; return 0."""
    if name is None:
        print(overview())
        return 0
    text = page(name)
    if is_terminal(sys.stdout):
        text = readable(text, colour=has_colour(sys.stdout))
    encoding = sys.stdout.encoding
    print(text.encode(encoding, "replace").decode(encoding), end="")
    return 0


def overview() -> str:
    """Return one line for each rule, then one for each barrier."""
    rules = [f"{rule.code} ({rule.name}): {rule.fact}" for rule in RULES.values()]
    return "\n".join([*rules, "", *(f"{barrier}: {text}" for barrier, text in BARRIERS.items())])


def page(name: str) -> str:
    """Return the page of a rule, or what the page on barriers says of one, as Markdown."""
    if name in RULES:
        return (folder() / "rules" / f"{name}.md").read_text("utf-8")
    barriers = (folder() / "barriers.md").read_text("utf-8")
    _, heading, rest = barriers.partition(f"\n## {name}\n")
    return heading.lstrip().removeprefix("#") + rest.partition("\n## ")[0]


def folder() -> Traversable:
    """Return the folder that holds the pages."""
    installed = resources.files("flake8_gather") / "docs"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "docs"


def readable(markdown: str, *, colour: bool) -> str:
    """Return a page as a terminal shows it best: code indented, links as their text, headings in bold."""

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    parts = FENCE.split(markdown)
    for index, part in enumerate(parts):
        if index % 2:
            parts[index] = re.sub(r"^(?=.)", "    ", part, flags=re.MULTILINE)
        else:
            text = LINK.sub(r"\1", part)
            text = CODE.sub(lambda code: paint(code[1] if colour else code[0], CYAN), text)
            parts[index] = HEADING.sub(lambda heading: paint(heading[1], BOLD), text)
    return "".join(parts)
