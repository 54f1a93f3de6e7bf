"""The texts of the project's modules as they are on the disk, and digests of what was read.

A text is not kept, so it may be read again, and the file may have changed by then: of that there is no digest,
because what was concluded from two texts is true of neither.
"""

from __future__ import annotations

import io
import os
import stat
import tokenize
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from flake8_gather.analysis.modules import module_name

MAX_BYTES = 2_000_000


def decode(data: bytes) -> tuple[str, str, bool]:
    """Decode a file as Python does: (text without BOM, encoding, had a BOM).

    Raises `SyntaxError` for an unknown encoding and `UnicodeDecodeError` for bytes that are not in it.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    bom = encoding == "utf-8-sig"
    codec = "utf-8" if bom else encoding
    return data[3:].decode(codec) if bom else data.decode(codec), codec, bom


class Digests:
    """Digests of what was read, by where it was read from."""

    def __init__(self) -> None:
        """Begin with nothing read."""
        self._noted: dict[str, bytes | None] = {}

    def note(self, place: str, *parts: bytes) -> None:
        """Note what was read; what was noted before and is not the same now has changed."""
        found = blake2b(b"\0".join(parts), digest_size=16).digest()
        if self._noted.setdefault(place, found) != found:
            self._noted[place] = None

    def __contains__(self, place: str) -> bool:
        return place in self._noted

    def of(self, place: str) -> bytes | None:
        """Return the digest of what was read there, None where that has changed in between."""
        return self._noted[place]


_READ = Digests()


def read(path: str) -> str | None:
    """Return the text of a file (without BOM), None where it is too large or cannot be read or decoded."""
    data = _bytes(path)
    _READ.note(path, os.fsencode(module_name(path)), *(() if data is None else (data,)))
    if data is None:
        return None
    try:
        return decode(data)[0]
    except (SyntaxError, ValueError, LookupError):
        return None


def digest(path: str) -> bytes | None:
    """Return the digest of a module's name and text as they were read, None where the file has changed since."""
    if path not in _READ:
        read(path)
    return _READ.of(path)


@lru_cache(maxsize=4096)
def mentions(path: str, words: frozenset[str]) -> bool:
    """Tell whether one of the words stands in the text of a module, which need not be parsed for it."""
    text = read(path)
    return text is not None and any(word in text for word in words)


def _bytes(path: str) -> bytes | None:
    try:
        known = os.stat(path)
        return Path(path).read_bytes() if stat.S_ISREG(known.st_mode) and known.st_size <= MAX_BYTES else None
    except (OSError, ValueError):
        return None
