"""What names suggest: the weakest evidence, used last. The words stand in `vocabulary.toml`."""

from __future__ import annotations

import enum
import re
from functools import cache
from pathlib import Path

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
PREFIXES = ("async", "aio", "try", "maybe", "safe", "do", "await", "bulk", "batch")
# Words that mean a step in an object's life wherever they stand in a name.
STAGES = frozenset({"shutdown", "startup", "teardown", "setup", "lifespan"})
COMMANDS = re.compile(r"_(or_create|and_(update|delete|replace|modify|save|remove|set|store|send))|^generate_schemas?")
# Words that mean a computation wherever they stand: a signed URL is made without asking anybody.
COMPUTATIONS = frozenset({"presigned", "presign", "signed", "sign", "reencode", "resize", "thumbnail"})


class Verb(enum.StrEnum):
    """What the first word of a callee's name suggests."""

    QUERY = "query"
    EFFECT = "effect"
    ORDERED = "ordered"
    EXCLUSIVE = "exclusive"
    LIFECYCLE = "lifecycle"
    PURE = "pure"
    OPAQUE = "opaque"


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    import tomllib

    text = Path(__file__).with_name("vocabulary.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return {"receivers": data["receivers"], **{f"verbs.{kind}": levels for kind, levels in data["verbs"].items()}}


@cache
def _verbs() -> dict[str, tuple[Verb, bool]]:
    found = {}
    for verb in Verb:
        for reliability, names in _table().get(f"verbs.{verb}", {}).items():
            found.update(dict.fromkeys(names, (verb, reliability == "high")))
    return found


def words(name: str) -> list[str]:
    """Split an identifier into lower-case words: `_getUserByID` gives get, user, by, id."""
    return [word.lower() for word in WORD.findall(name)]


@cache
def verb(name: str) -> tuple[Verb, bool]:
    """Return what a callee's name suggests, and whether that is reliable."""
    known = _verbs()
    parts = words(name)
    while len(parts) > 1 and parts[0] in PREFIXES:
        parts = parts[1:]
    if not parts:
        return Verb.OPAQUE, False
    first = parts[0]
    if first not in known and first.startswith("a") and first[1:] in known:
        first = first[1:]
        parts = [first, *parts[1:]]
    if STAGES.intersection(parts):
        return Verb.LIFECYCLE, True
    if COMPUTATIONS.intersection(parts):
        return Verb.PURE, True
    if "and" in parts[1:-1]:
        second = known.get(parts[parts.index("and") + 1], (Verb.OPAQUE, False))
        if second[0] in (Verb.ORDERED, Verb.LIFECYCLE):
            return second  # `upload_and_send`: what comes second decides
    found = known.get("_".join(parts[:2])) or known.get(first, (Verb.OPAQUE, False))
    if found[0] is Verb.QUERY and COMMANDS.search(name):
        return Verb.EFFECT, False
    return found


@cache
def _receivers(kind: str) -> frozenset[str]:
    return frozenset(_table()["receivers"][kind])


def is_named(kind: str, name: str) -> bool:
    """Tell whether a name, or its last word, is one of the `receivers` table's `kind`."""
    bare = name.strip("_").lower()
    if bare in _receivers(kind):
        return True
    parts = words(name)
    return bool(parts) and parts[-1] in _receivers(kind)
