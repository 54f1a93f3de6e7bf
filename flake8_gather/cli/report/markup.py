"""HTML and SVG by elements: text is escaped unless it is markup already, so nothing in a source can break a page."""

from __future__ import annotations

import html
import re

NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def escape(text: str) -> str:
    """Return text as markup; markup stays what it is, characters that no page may hold are replaced."""
    return text if isinstance(text, Markup) else html.escape(NOT_IN_XML.sub("\ufffd", text))


def joined(*children: str) -> Markup:
    """Return texts and markup one after another."""
    return Markup("".join(map(escape, children)))


def element(name: str, *children: str, **attributes: object) -> Markup:
    """Return an element; `class_` is the attribute `class`, `data_n` is `data-n`, what is None is left out."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    head = "".join(f' {key}="{escape(str(value))}"' for key, value in given.items())
    return Markup(f"<{name}{head}>{joined(*children)}</{name}>")


def prose(text: str) -> Markup:
    """Return a sentence in which names stand between backquotes."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return joined(text)
    return joined(*(element("code", part) if index % 2 else part for index, part in enumerate(parts)))


def path(text: str) -> Markup:
    """Return a path that may break behind its slashes."""
    return Markup(escape(text).replace("/", "/<wbr>"))
