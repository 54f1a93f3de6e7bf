"""What a verdict rests on besides the file itself: the questions that were asked of the modules around it.

Whoever is judged later may be answered from what is known of other modules by then, without a question. So needs
are noted for the module whose code led to the question, and a file has those of all the modules that it leads to.
"""

from __future__ import annotations

import enum
import os
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from flake8_gather.analysis import subclasses, texts
from flake8_gather.analysis.modules import module_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Kind(enum.StrEnum):
    """The kinds of questions."""

    MODULE = "module"  # which file a dotted name stands for
    TEXT = "text"  # what stands in a file
    SUBCLASSES = "subclasses"  # which classes a folder defines, by their bases


class Need(NamedTuple):
    """A question: its kind, and the dotted name, path or folder that it is about."""

    kind: Kind
    about: str


class Needs:
    """The questions that the code of each module has led to, by the module's path."""

    def __init__(self) -> None:
        """Begin with none."""
        self._own: dict[str, set[Need]] = {}
        self._leads: dict[str, set[str]] = {}

    def clear(self) -> None:
        """Forget them."""
        self._own.clear()
        self._leads.clear()

    def note(self, asker: str, kind: Kind, about: str, leads_to: Iterable[str] = ()) -> None:
        """Note a question that the module at `asker` leads to, and the paths of the modules that it went on to."""
        self._own.setdefault(asker, set()).add(Need(kind, about))
        self._leads.setdefault(asker, set()).update(leads_to)

    def of(self, path: str) -> frozenset[Need]:
        """Return all that a verdict about the module at a path rests on."""
        found: set[Need] = set()
        seen = {path}
        stack = [path]
        while stack:
            current = stack.pop()
            found |= self._own.get(current, set())
            leads_to = self._leads.get(current, set())
            found.update(Need(Kind.TEXT, one) for one in leads_to)
            stack += leads_to - seen
            seen |= leads_to
        return frozenset(found)


def by_kind(needs: Iterable[Need]) -> dict[str, list[str]]:
    """Return what needs are about, in an order that is always the same."""
    found: dict[str, list[str]] = {kind: [] for kind in Kind}
    for kind, about in sorted(needs):
        found[kind].append(about)
    return found


def answers(needs: Mapping[str, Sequence[str]], folders: tuple[str, ...]) -> bytes | None:
    """Return a digest of the answers as they are now, None where one of them has changed while this process ran."""
    files = "\0".join(module_file(folders, dotted) or "" for dotted in needs[Kind.MODULE])
    digests = [*map(texts.digest, needs[Kind.TEXT]), *map(subclasses.digest, needs[Kind.SUBCLASSES])]
    known = [digest for digest in digests if digest is not None]
    if len(known) < len(digests):
        return None
    return blake2b(os.fsencode(files) + b"\0" + b"".join(known), digest_size=16).digest()
