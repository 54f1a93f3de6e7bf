"""Judging different awaits that stand beside each other.

Names alone are wrong here 97 times in 100, so both callees must be known to wait, and to ask for
something rather than to change it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_gather.analysis import barriers, intentions, naming, vocabulary
from flake8_gather.analysis.dependence import path_text
from flake8_gather.analysis.effects import Effects, callee_name, conflicts, effects_of, path_of, root_of, same_attribute
from flake8_gather.analysis.flow import aliases, resolved
from flake8_gather.analysis.group import kept
from flake8_gather.analysis.namesakes import silent_namesakes
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.properties import completed
from flake8_gather.analysis.starting import meant_call, task_of
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Answer, Barrier, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.knowledge import Knowledge

# Words for what is there after something else was done.
AFTERWARDS = frozenset({"latest", "last", "newest", "updated", "remaining", "result", "results", "status"})

# Who reads no more than this does not look inside.
ITSELF = frozenset({("self",), ("cls",)})


@dataclass(frozen=True, slots=True)
class Sibling:
    """One await with the code that its result goes to, and whether it is kept."""

    node: ast.Await
    targets: tuple[ast.AST, ...] = ()
    discarded: bool = False


def asks(sibling: Sibling) -> bool:
    """Tell whether an await is of a task, or of a call that may by its name be there for its result, which is kept."""
    if task_of(sibling.node.value) is not None:
        return True
    return not sibling.discarded and vocabulary.verb(_name(sibling))[0] in (Verb.QUERY, Verb.PURE, Verb.OPAQUE)


def _name(sibling: Sibling) -> str:
    call = sibling.node.value
    return callee_name(call.func) if isinstance(call, ast.Call) else ""


class Siblings:
    """Judges the awaits of one statement or run of statements; knows each callee once."""

    def __init__(self, context: FunctionContext, around: ast.stmt) -> None:
        """`around` is a statement of the run, for what surrounds it."""
        self.context = context
        self.around = around
        self._known: dict[ast.Await, Knowledge] = {}
        self._conflicts: dict[tuple[ast.Await, ast.Await], Found | None] = {}

    def knowledge(self, sibling: Sibling) -> Knowledge:
        """Return what is known of one await's callee."""
        node = sibling.node
        if node not in self._known:
            known = self.context.know(node.value)
            precedent = self._precedent(node)
            if precedent is not None and known.barrier is None:
                reasons = (precedent, *known.reasons)
                known = replace(known, waits=Answer.YES, permitted=Answer.YES, reasons=reasons, heard=frozenset())
            self._known[node] = known
        return self._known[node]

    def _precedent(self, node: ast.Await) -> Reason | None:
        if not isinstance(node.value, ast.Call):
            return None
        return self.context.precedent(node.value, None)

    # -- pairs -----------------------------------------------------------------------------------

    def dependence(self, one: Sibling, other: Sibling) -> Found | None:
        """Tell why the later of two awaits depends on the earlier one, by what the code shows."""
        first, second, bound = (
            self._effects(one.node.value),
            self._effects(other.node.value),
            self._effects(*one.targets),
        )
        line = other.node.lineno
        found = conflicts(bound.writes, second.reads) or conflicts(bound.writes, effects_of(*other.targets).writes)
        if found is None:
            found = conflicts(first.writes, second.reads | second.writes) or conflicts(second.writes, first.reads)
        if found is not None:
            return Barrier.CARRIED, Reason(f"`{path_text(found)}` comes from the await before", line)
        return None

    def conflict(self, one: Sibling, other: Sibling) -> Found | None:
        """Tell why two awaits may not wait together, by what is known of their callees."""
        pair = (one.node, other.node)
        if pair not in self._conflicts:
            self._conflicts[pair] = self._conflict(one, other)
        return self._conflicts[pair]

    def _conflict(self, one: Sibling, other: Sibling) -> Found | None:
        first, second = self.knowledge(one), self.knowledge(other)
        for known in (first, second):
            if known.barrier is not None:
                return known.barrier, known.reasons[0] if known.reasons else Reason("the callee forbids it")
        for use in first.uses:
            for third in second.uses:
                alike = use.barrier is third.barrier is Barrier.EXCLUSIVE  # two that work on one session each
                if alike or conflicts({use.path}, {third.path}) is not None:
                    return use.barrier, use.reason
        read = self._by_all_names(self._effects(other.node.value).reads) - {("self",), ("cls",)}
        called, later = self._called(other.node.value), self._called_later(one.node.value)
        if Barrier.UNKNOWN in (called.barrier, later.barrier):
            return Barrier.UNKNOWN, Reason("the calls among the arguments lead too far to follow", other.node.lineno)
        read |= self._by_all_names(called.reads)
        asked = second.reads | second.writes | read | called.writes
        written = self._by_all_names(self._effects(*one.targets).writes)
        done, seen = first.writes | later.writes, first.reads | later.reads
        found = (
            conflicts(done, asked)
            or same_attribute(done, asked)
            or conflicts(second.writes, seen | done | self._asked_later(one.node.value))
            or same_attribute(second.writes, seen | done)
            or conflicts(called.writes, seen | self._asked_later(one.node.value))
            or conflicts(written, second.reads | second.writes | called.reads)
        )
        if found is not None:
            return Barrier.SHARED_STATE, Reason(
                f"both callees use `{path_text(found)}`, and one changes it", other.node.lineno
            )
        if not first.seen and AFTERWARDS.intersection(vocabulary.words(_name(other))):
            return Barrier.ORDERED, Reason(
                f"`{_name(other)}` may ask for what came of the one before", other.node.lineno
            )
        if written and not second.seen and root_of(other.node.value) in {path[0] for path in written}:
            return Barrier.UNKNOWN, Reason("the callee may read what was just set", other.node.lineno)
        return None

    def clash(self, one: Effects, other: Effects) -> Path | None:
        """Return what two pieces of code both use, if one of them changes it."""
        changed, others = self._by_all_names(one.mutations), self._by_all_names(other.mutations)
        writes, written = changed | _bound(one), others | _bound(other)
        reads = self._by_all_names(one.reads) - ITSELF
        asked = self._by_all_names(other.reads) - ITSELF
        return (
            conflicts(writes, asked | written)
            or conflicts(written, reads)
            or same_attribute(changed, asked | others)
            or same_attribute(others, reads)
        )

    def done(self, sibling: Sibling) -> Effects:
        """Return what the callee of an await does, as far as it is known."""
        known = self.knowledge(sibling)
        return Effects(known.reads, known.writes)

    def effects(self, *nodes: ast.AST) -> Effects:
        """Return what pieces of code do; who sets an attribute does not look at the object."""
        return self.completed(effects_of(*nodes))

    def completed(self, effects: Effects) -> Effects:
        """Return effects with those of properties; who sets an attribute does not look at the object."""
        roots = {path[:1] for path in effects.mutations}
        return completed(replace(effects, reads=effects.reads - roots), self.context.scope, self.context.file.callees)

    def changes(self, sibling: Sibling, parts: Sequence[ast.expr]) -> Path | None:
        """Return what the callee of an await changes of what parts of the same statement read."""
        writes, looks = self.knowledge(sibling).writes, [part for part in parts if not isinstance(part, ast.Name)]
        targets = {path for part in parts if (path := path_of(part)) is not None}  # `x.y += …` reads `x.y`
        reads = targets | self._by_all_names(self._effects(*looks).reads)
        return conflicts(writes, reads) or same_attribute(writes, reads)

    @cached_property
    def _names(self) -> dict[Path, Path]:
        return aliases(self.context.function.node, self.around)

    def _effects(self, *nodes: ast.AST) -> Effects:
        return completed(effects_of(*nodes), self.context.scope, self.context.file.callees)

    def _called(self, node: ast.expr) -> Knowledge:
        """What the functions in sight do that give an await its arguments."""
        calls = [call for call in effects_of(node).calls if call not in (node, meant_call(node))]
        calls += _called_by_lambdas(node)
        return self.context.file.callees.done_by(calls, self.context.scope)

    def _called_later(self, node: ast.expr) -> Knowledge:
        """What the functions in sight do that those among the arguments call: the callee says when."""
        return self.context.file.callees.done_by(_called_by_lambdas(node), self.context.scope)

    def _asked_later(self, node: ast.expr) -> frozenset[Path]:
        """Return what the functions among the arguments read, whenever the callee calls them: `f(lambda: len(log))`."""
        functions = _lambdas(node)
        return self._by_all_names(self._effects(*functions).reads) if functions else frozenset()

    def _by_all_names(self, paths: frozenset[Path]) -> frozenset[Path]:
        """Add the paths that the function has other names for: `items` in `items = box.items` is `box.items`."""
        return paths | {resolved(path, self._names) for path in paths}

    # -- verdicts --------------------------------------------------------------------------------

    def verdict(self, group: Sequence[Sibling]) -> Verdict:
        """Judge awaits that are known not to depend on each other by their names."""
        found = self.context.excluded
        if found is None and self.context.file.reported_only:
            found = self.in_sight(group)
        if found is not None:
            return kept(*found)
        for sibling in group:
            refused = self.evidence(sibling)
            if refused is not None:
                return kept(*refused)
        for index, sibling in enumerate(group):
            for earlier in group[:index]:
                found = self.conflict(earlier, sibling)
                if found is not None:
                    return kept(*found)
        found = self.surroundings(group) or self.context.file.project_loop
        if found is not None:
            return kept(*found)
        known = [self.knowledge(sibling) for sibling in group]
        reasons = tuple(dict.fromkeys(reason for one in known for reason in one.reasons))
        return Verdict(
            Answer.YES,
            min(one.waits for one in known),
            min(one.permitted for one in known),
            None,
            reasons,
            all(one.coroutine is True for one in known),
        )

    def in_sight(self, group: Sequence[Sibling]) -> Found | None:
        """Return what names and the code around show: the cheapest to find, where one barrier is enough."""
        return next(filter(None, map(self._effect, group)), None) or self.surroundings(group)

    def surroundings(self, group: Sequence[Sibling]) -> Found | None:
        """Return what the code around the awaits has against it."""
        return (
            barriers.guarded(self.context, self.around)
            or barriers.held(self.context, self.around)
            or barriers.paced_around(self.context, self.around)
            or next(filter(None, (intentions.deliberate(self.context, one.node) for one in group)), None)
        )

    def _effect(self, sibling: Sibling) -> Found | None:
        """Tell whether a callee may be there for its effect."""
        name = _name(sibling)
        if asks(sibling) and (vocabulary.verb(name)[0] is not Verb.OPAQUE or self._only_asks(sibling.node)):
            return None
        text = f"`{name}` may be there for its effect, which the next step may need"
        return Barrier.ORDERED, Reason(text, sibling.node.lineno)

    def _only_asks(self, node: ast.Await) -> bool:
        """Tell whether a callee, whose name says nothing, is a task or in sight and asks for something only."""
        if task_of(node.value) is not None:
            return True
        callees = self.context.file.callees
        target = callees.target(node.value.func, self.context.scope) if isinstance(node.value, ast.Call) else None
        return isinstance(target, FunctionSymbol) and naming.asks(target.node)

    def evidence(self, sibling: Sibling) -> Found | None:
        """Tell what is missing for one await to be gathered with different ones."""
        found = self._effect(sibling)
        if found is not None:
            return found
        line, name = sibling.node.lineno, _name(sibling)
        known = self.knowledge(sibling)
        if known.barrier is not None:
            return known.barrier, known.reasons[0] if known.reasons else Reason("the callee forbids it", line)
        if known.waits is Answer.NO:  # what waits only once is not worth a gather
            return Barrier.NO_WAIT, known.reasons[0] if known.reasons else Reason("the callee never really waits", line)
        if known.local:
            return Barrier.NO_WAIT, Reason(f"`{name}` waits for the local disk only: two of them win little", line)
        if (known.named and not vocabulary.verb(name)[1]) or min(known.waits, known.permitted) < Answer.LIKELY:
            return Barrier.UNKNOWN, known.reasons[0] if known.reasons else Reason(
                "nothing is known about the callee", line
            )
        silent = silent_namesakes(known.heard, self.context.file)
        return (Barrier.NO_WAIT, silent) if silent is not None else None


def _lambdas(node: ast.expr) -> list[ast.Lambda]:
    return [child for child in walk(node) if isinstance(child, ast.Lambda)]


def _called_by_lambdas(node: ast.expr) -> tuple[ast.Call, ...]:
    return effects_of(*(one.body for one in _lambdas(node))).calls


def _bound(effects: Effects) -> frozenset[Path]:
    return frozenset((name,) for name in effects.bindings)
