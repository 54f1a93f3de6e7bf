"""What is known about an awaited callee, as values that can be merged and moved to a caller."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import conflicts
from flake8_gather.opportunity import Answer, Barrier, Reason

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterable

    from flake8_gather.analysis.effects import Path
    from flake8_gather.catalogue import Fact


@dataclass(frozen=True, slots=True)
class Use:
    """An object is used in a way that forbids a second user at the same time.

    It is a barrier only where the object at `path` is shared by the calls that would run together.
    A `faint` one (a value noted on the way, by a callee's callee) leaves only a doubt.
    """

    barrier: Barrier
    path: Path
    reason: Reason
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Once:
    """A wait that happens only until something is set at `path`: a memo, a lazily made client."""

    path: Path
    waits: Answer
    reason: Reason


# A method that is only known by name, and the path of the module that calls it; "" for a plain function.
Heard = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known about awaiting one expression, in the names of the code that awaits it.

    `waits` and `permitted` answer for the callee itself; `barrier` is one that holds whatever is
    shared; `uses` are those that depend on it. `once` are waits on top of `waits` that happen only
    the first time on one object. `reads` and `writes` are paths of objects that outlive the call;
    they are complete where `seen` is true; where it is not, `reach` are the objects that calls out of
    sight are given (None: nobody knows). `coroutine` says whether a coroutine is returned.

    How it is known: `fact`, the catalogue says so of the very call; `stub`, the body only pretends;
    `named`, only names speak for it; `query`, the name asks for something; `effectful`, some of
    what it calls is named like an effect and not in sight; `prints`, it prints on the way;
    `bounded`, a semaphore in it expects several at once, `semaphores` are those that outlive the call;
    `local`, it waits for the local disk only; `heard` are the methods whose names alone say that it waits.
    """

    waits: Answer = Answer.UNKNOWN
    permitted: Answer = Answer.UNKNOWN
    barrier: Barrier | None = None
    uses: tuple[Use, ...] = ()
    reads: frozenset[Path] = frozenset()
    writes: frozenset[Path] = frozenset()
    reasons: tuple[Reason, ...] = ()
    seen: bool = False
    reach: frozenset[Path] | None = None
    query: bool = False
    named: bool = False
    effectful: bool = False
    stub: bool = False
    fact: bool = False
    prints: bool = False
    bounded: bool = False
    semaphores: frozenset[Path] = frozenset()
    local: bool = False
    coroutine: bool | None = None
    once: tuple[Once, ...] = ()
    heard: frozenset[Heard] = frozenset()

    def moved(self, move: Callable[[Path], Path | None]) -> Knowledge:
        """Return it with its paths in a caller's names; `move` gives None for what is fresh there."""
        if not (self.uses or self.reads or self.writes or self.semaphores or self.reach or self.once):
            return self
        fresh = max((one.waits for one in self.once if move(one.path) is None), default=Answer.NO)
        return replace(
            self,
            uses=tuple(replace(use, path=path) for use in self.uses if (path := move(use.path)) is not None),
            reads=_moved(self.reads, move),
            writes=_moved(self.writes, move),
            semaphores=_moved(self.semaphores, move),
            reach=self.reach and _moved(self.reach, move),
            once=tuple(replace(one, path=path) for one in self.once if (path := move(one.path)) is not None),
            waits=max(self.waits, fresh),
        )


def _moved(paths: frozenset[Path], move: Callable[[Path], Path | None]) -> frozenset[Path]:
    return frozenset([path for one in paths if (path := move(one)) is not None])


def without_faint(known: Knowledge, reads: frozenset[Path]) -> Knowledge:
    """Turn the faint uses of a callee's callee in another file into a doubt, unless what they set is read."""
    uses = tuple(
        use
        for use in known.uses
        if not use.faint or use.reason.path is None or any(read[: len(use.path)] == use.path for read in reads)
    )
    if len(uses) == len(known.uses):
        return known
    return replace(known, uses=uses, permitted=min(known.permitted, Answer.LIKELY))


def encouraged(known: Knowledge) -> Knowledge:
    """Take a semaphore for what it says: several at once are meant, and worth it."""
    likely = Answer.LIKELY
    waits = known.waits if known.waits is Answer.NO else max(known.waits, likely)
    return replace(known, waits=waits, permitted=max(known.permitted, likely)) if known.barrier is None else known


def entered_twice(held: Knowledge, inner: Knowledge) -> Use | None:
    """Return the semaphore that is entered by who is in it already: many at once would all wait for each other."""
    path = conflicts(held.semaphores, inner.semaphores)
    if path is None:
        return None
    text = f"`{'.'.join(path)}` is entered by who is in it already: many at once may wait for each other"
    return Use(Barrier.LOCKED, path, Reason(text))


NOTHING = Knowledge(waits=Answer.NO, permitted=Answer.YES, seen=True)


def merged(parts: Iterable[Knowledge]) -> Knowledge:
    """Join what one body awaits: it waits if one does, and is permitted if all are."""
    waits, permitted, seen = Answer.NO, Answer.YES, True
    barrier: Barrier | None = None
    uses: list[Use] = []
    reasons: list[Reason] = []
    reads: set[Path] = set()
    writes: set[Path] = set()
    once: list[Once] = []
    semaphores: set[Path] = set()
    effectful = prints = bounded = False
    local, distant = False, False
    heard: list[frozenset[Heard]] = []
    reach: frozenset[Path] | None = frozenset()
    for part in parts:
        effectful = effectful or part.effectful
        prints = prints or part.prints
        bounded = bounded or part.bounded
        semaphores |= part.semaphores
        local = local or part.local
        distant = distant or not (part.local or part.waits is Answer.NO)
        once += (one for one in part.once if one not in once)
        waits = max(waits, part.waits)
        if part.waits >= Answer.LIKELY:
            heard.append(part.heard)
        permitted = min(permitted, part.permitted)
        barrier = barrier if barrier not in (None, Barrier.NO_WAIT) else part.barrier or barrier
        seen = seen and part.seen
        if not part.seen:
            reach = None if reach is None or part.reach is None else reach | part.reach
        uses += (use for use in part.uses if use not in uses)
        reasons += (reason for reason in part.reasons if reason not in reasons)
        reads |= part.reads
        writes |= part.writes
    if barrier is Barrier.NO_WAIT and waits is not Answer.NO:
        barrier = None  # what never waits is no barrier beside something that does
    known = Knowledge(waits, permitted, barrier, tuple(uses), frozenset(reads), frozenset(writes), tuple(reasons), seen)
    local = local and not distant
    return replace(
        known,
        reach=reach,
        once=tuple(once),
        effectful=effectful,
        prints=prints,
        bounded=bounded,
        semaphores=frozenset(semaphores),
        local=local,
        heard=frozenset().union(*heard) if all(heard) else frozenset(),
    )


def together(found: list[Knowledge]) -> Knowledge:
    """Join the implementations of one method: what most of them do is what a caller meets."""
    distant = next((one for one in found if one.barrier is Barrier.UNKNOWN), None)
    if distant is not None:
        return distant  # one that leads too far to follow
    known = merged(found)
    silent = [one for one in found if one.waits is Answer.NO and not one.once]
    if len(silent) == len(found) or 2 * len(silent) > len(found):
        return replace(known, barrier=Barrier.NO_WAIT, waits=Answer.NO)
    waiting = [one for one in found if one.waits >= Answer.LIKELY]
    barriers = [one.barrier for one in found if one.barrier not in (None, Barrier.NO_WAIT)]
    uses = tuple(use for use in known.uses if _is_usual(use, found))
    good = sum(one.waits is Answer.YES and one.permitted >= Answer.LIKELY for one in waiting)
    proven = good > 0 and 2 * good >= len(waiting)
    usual = known.waits if 2 * len(waiting) >= len(found) or known.waits is Answer.NO else Answer.UNKNOWN
    doubtful = Answer.LIKELY if proven and known.permitted is not Answer.YES else known.permitted
    return replace(
        known,
        barrier=barriers[0] if 2 * len(barriers) > len(found) else None,
        waits=usual,
        named=known.named and 2 * len(waiting) >= len(found),
        permitted=min(doubtful, Answer.LIKELY) if uses != known.uses or barriers else doubtful,
        uses=uses,
    )


def _is_usual(use: Use, found: list[Knowledge]) -> bool:
    """Tell whether a use counts: what one of several does to its own object is its own affair."""
    others = sum(any(other.barrier is use.barrier for other in one.uses) for one in found)
    return use.path[0] not in ("self", "cls") or 2 * others > len(found)


def barred(barrier: Barrier, text: str, line: int | None = None) -> Knowledge:
    """Return the knowledge that a barrier holds whatever is shared."""
    answer = Answer.NO if barrier is Barrier.NO_WAIT else Answer.UNKNOWN
    permitted = Answer.YES if barrier is Barrier.NO_WAIT else Answer.NO
    return Knowledge(answer, permitted, barrier, reasons=(Reason(text, line),), seen=True)


def said(fact: Fact, node: ast.Call) -> Reason:
    """Return what the catalogue says of a call."""
    return Reason(f"{fact.name}: {fact.why}", node.lineno)
