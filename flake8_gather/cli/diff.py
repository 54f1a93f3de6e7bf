"""Unified diffs of bytes, so that they apply to files in any encoding and with any line ends."""

from __future__ import annotations

import difflib
import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_NEWLINE = b"\n\\ No newline at end of file\n"
COLOURS = {b"---": "1", b"+++": "1", b"@@": "36", b"-": "31", b"+": "32"}


def unified(path: str, old: bytes, new: bytes) -> bytes:
    """Return the diff that turns one file's bytes into others, with the prefixes a/ and b/."""
    name = os.fsencode(path.replace(os.sep, "/").lstrip("/"))
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(old), _lines(new), b"a/" + name, b"b/" + name, lineterm=b"\n"
    )
    return b"".join(line if line.endswith(b"\n") else line + NO_NEWLINE for line in lines)


def _lines(data: bytes) -> list[bytes]:
    return io.BytesIO(data).readlines()


def coloured(diff: bytes) -> bytes:
    """Return the diff with a terminal's colours."""
    return b"".join(_painted(diff))


def _painted(diff: bytes) -> Iterator[bytes]:
    for line in _lines(diff):
        colour = next((colour for start, colour in COLOURS.items() if line.startswith(start)), None)
        yield line if colour is None else b"\x1b[%sm%s\x1b[0m\n" % (colour.encode(), line.rstrip(b"\r\n"))
