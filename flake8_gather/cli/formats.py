"""The formats of `explain`: groups in, bytes out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from flake8_gather.cli import picture
from flake8_gather.cli.terminal import has_colour, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.cli.places import Place
    from flake8_gather.cli.report.figures import About


def formatted(places: Sequence[Place], about: About, form: str, stream: TextIO | None) -> bytes:
    """Return the groups in one of the formats, for a stream or, without one, for a file.

    What a page needs is imported only now: text and JSON should not wait for it.
    """
    match form:
        case "json":
            return f"{json.dumps([one.json() for one in places], indent=2)}\n".encode()
        case "html":
            from flake8_gather.cli.report.page import page

            return page(places, about).encode("utf-8", "replace")
        case "svg":
            from flake8_gather.cli.report.poster import poster

            return poster(places, about).encode("utf-8", "replace")
        case _:
            return pictures(places, stream)


def pictures(places: Sequence[Place], stream: TextIO | None) -> bytes:
    """Return the groups as text, in the characters, colours and width that the stream can show."""
    if stream is None:
        encoding, pen = "utf-8", picture.Pen(picture.UNICODE, picture.WIDTH, colour=False)
    else:
        encoding = stream.encoding
        pen = picture.Pen(characters(encoding), width(stream, picture.WIDTH), has_colour(stream))
    return "".join(f"{picture.draw(one, pen)}\n\n" for one in places).encode(encoding, "backslashreplace")


def characters(encoding: str) -> picture.Characters:
    """Return what can be drawn with in an encoding."""
    try:
        str(picture.UNICODE).encode(encoding)
    except UnicodeEncodeError:
        return picture.ASCII
    return picture.UNICODE
