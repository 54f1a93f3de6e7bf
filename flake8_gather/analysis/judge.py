"""The judge: independent? worthwhile? permitted?

Finders describe what would run side by side as a `Group`; the verdict carries the three answers,
the barrier when one is no, and the reasons with their lines.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import barriers, intentions, items, vocabulary
from flake8_gather.analysis.body import BodySummary
from flake8_gather.analysis.dependence import Dependence
from flake8_gather.analysis.effects import ITEM, callee_name, effects_of, path_of, root_of
from flake8_gather.analysis.group import Group, kept
from flake8_gather.analysis.knowledge import Knowledge, encouraged, entered_twice, without_faint
from flake8_gather.analysis.namesakes import silent_namesakes
from flake8_gather.analysis.naming import commands
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.starting import meant_call, task_of_item
from flake8_gather.analysis.switches import off_by_default
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Answer, Barrier, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.knowledge import Use


# First words of calls that look something up, and of questions that fill an object where nobody wants the answer.
LOOKUPS = frozenset({"find", "get", "lookup", "peek"})
FILLING = frozenset({"load", "query", "reload"})
# What a part of an item may share with the same part of another one.
PARTS = frozenset({Barrier.LOCKED, Barrier.EXCLUSIVE})


def judge_iterations(context: FunctionContext, group: Group) -> Verdict:
    """Judge runs of the same code for different items."""
    return _Iterations(context, group).verdict()


class _Iterations:
    """One judgement; `known` pairs every await with what its callee is known to do."""

    def __init__(self, context: FunctionContext, group: Group) -> None:
        self.context = context
        self.group = group
        self.callees = context.file.callees
        self.dependence = Dependence(context, group)

    def verdict(self) -> Verdict:
        bindings = self.callees.receivers.bindings(self.context.function.node)
        early = self.context.excluded or items.shown(self.group) or items.passing(self.group, bindings)
        if early is None and self.context.file.reported_only:
            early = self.in_sight()
        if early is not None:
            return kept(*early)
        return self.refused() or self.weighed()

    def refused(self) -> Verdict | None:
        """Return the verdict of the first callee that decides; none does where all are `known` afterwards."""
        found: dict[ast.Await, Knowledge] = {}
        for node in self.awaits():
            found[node] = known = self.knowledge(node)
            doubtful = self.context.file.doubts_decide and not self.group.entered and is_unknown(known)
            barrier = Barrier.UNKNOWN if doubtful else forbidden(known)
            if barrier is not None:
                return kept(barrier, *told(known))
        self.known = [found[node] for node in self.group.awaits]
        return None

    def weighed(self) -> Verdict:
        """Return the verdict of all that is known, with the contexts that are entered."""
        entered = list(self.contexts())
        again = [use for held in entered for one in self.known if (use := entered_twice(held, one)) is not None]
        if any(known.bounded for known in entered):
            self.known = [encouraged(known) for known in self.known]
        parts = [*self.known, *entered]
        for known in entered:
            if (barrier := forbidden(known)) is not None:
                return kept(barrier, *told(known))
        for use in (*again, *(use for known in parts for use in known.uses)):
            if self.group.shared(use.path) or self.is_of_a_part(use):
                return kept(use.barrier, use.reason)
        depends = self.dependence.plain_uses() or self.dependence.found(parts)
        return self.weigh(parts) if depends is None else kept(*depends)

    def awaits(self) -> Sequence[ast.Await]:
        """Return the awaits, those first of which only names tell where one refusal is enough."""
        if not self.context.file.reported_only:
            return self.group.awaits
        return sorted(self.group.awaits, key=lambda node: self.is_followed(node.value))

    def is_followed(self, node: ast.expr) -> bool:
        """Tell whether an awaited call is that of a function in sight."""
        call = meant_call(node)
        target = self.callees.target(call.func, self.context.scope) if isinstance(call, ast.Call) else None
        return isinstance(target, FunctionSymbol)

    def in_sight(self) -> Found | None:
        """Return what the code around the awaits shows: the cheapest to find, where one barrier is enough."""
        return items.unvaried(self.group) or self.surroundings() or self.dependence.shown()

    def knowledge(self, node: ast.Await) -> Knowledge:
        started = task_of_item(self.group.node, node.value)
        known = self.context.know(node.value if started is None else started)
        known = without_faint(known, known.reads)
        rare = self.rarely_reached(node)
        if rare is not None:
            return replace(known, waits=min(known.waits, Answer.UNKNOWN), reasons=(*known.reasons, rare))
        precedent = self.precedent(node)
        if precedent is not None and known.barrier in (None, Barrier.ORDERED):
            uses = tuple(use for use in known.uses if use.barrier is not Barrier.ORDERED)
            return replace(
                known,
                waits=max(known.waits, Answer.LIKELY),
                permitted=Answer.YES,
                barrier=None,
                uses=uses,
                reasons=(precedent, *known.reasons),
                heard=frozenset(),
            )
        if known.named and known.query and not self.sayable(node):
            return replace(known, permitted=Answer.UNKNOWN)
        if node in self.group.discarded and not self.separable(node, known):
            doubt = Reason("the call is there for its effect, whose order may matter", node.lineno)
            return replace(known, permitted=min(known.permitted, Answer.UNKNOWN), reasons=(*known.reasons, doubt))
        return known

    def is_of_a_part(self, use: Use) -> bool:
        """Tell whether a lock or a connection is that of a part of an item (`item.repo.lock`): several may share it."""
        path = use.path[:-1] if use.path[-1] == ITEM else use.path
        plain = not any(part.startswith("[") for part in path)
        return use.barrier in PARTS and len(path) > 2 and plain and path[0] in self.group.varying

    def rarely_reached(self, node: ast.Await) -> Reason | None:
        """Return why most runs may pass an await by."""
        if self.is_fallback(node) or self.is_filling(node):
            return Reason("it is awaited only where nothing is stored yet", node.lineno)
        if self.is_extra(node):
            return Reason("it is awaited only where the caller asks for more", node.lineno)
        return None

    def is_extra(self, node: ast.Await) -> bool:
        """Tell whether an await stands below a parameter that is off by default: `await f(x) if details else x`."""
        off = off_by_default(self.context.function.node)
        for one in (child for inside in self.group.inside for child in walk(inside)) if off else ():
            if isinstance(one, ast.If | ast.IfExp) and isinstance(one.test, ast.Name) and one.test.id in off:
                taken = one.body if isinstance(one.body, list) else [one.body]
                if any(node is child for part in taken for child in walk(part)):
                    return True
        return False

    def is_fallback(self, node: ast.Await) -> bool:
        """Tell whether an await stands behind a look into something stored: `found.get(x) or await load(x)`."""
        return any(
            isinstance(one, ast.BoolOp)
            and isinstance(one.op, ast.Or)
            and any(node is child for value in one.values[1:] for child in walk(value))
            and isinstance(one.values[0], ast.Call)
            and LOOKUPS.intersection(vocabulary.words(callee_name(one.values[0].func))[:1])
            for inside in self.group.inside
            for one in walk(inside)
        )

    def is_filling(self, node: ast.Await) -> bool:
        """Tell whether an item is asked to fill in what it does not have yet: `if x.y is None: await x.make_y()`."""
        root = root_of(node.value)
        return any(
            isinstance(one, ast.If)
            and isinstance(one.test, ast.Compare)
            and isinstance(one.test.ops[0], ast.Is)
            and isinstance(one.test.left, ast.Attribute)
            and root is not None
            and root == root_of(one.test.left)
            and root in self.group.varying
            and any(node is child for statement in one.body for child in walk(statement))
            for inside in self.group.inside
            for one in walk(inside)
        )

    def sayable(self, node: ast.Await) -> bool:
        """Tell whether a name alone is enough: a reliable verb, a plain function, or a receiver of its own."""
        if not isinstance(node.value, ast.Call) or not isinstance(node.value.func, ast.Attribute):
            return True
        receiver = path_of(node.value.func.value)
        own = receiver is not None and not self.group.shared(receiver)
        return own or vocabulary.verb(node.value.func.attr)[1]

    def separable(self, node: ast.Await, known: Knowledge) -> bool:
        """Tell whether the effects of calls whose results are thrown away are each item's own affair."""
        call = meant_call(node.value)
        if not isinstance(call, ast.Call) or known.barrier is not None or known.fact:
            return True
        func = call.func
        verb, reliable = vocabulary.verb(callee_name(func))
        receiver = path_of(func.value) if isinstance(func, ast.Attribute) else None
        own = isinstance(func, ast.Attribute) and (receiver is None or not self.group.shared(receiver))
        if known.named and not own and FILLING.intersection(vocabulary.words(callee_name(func))):
            return False
        if verb is Verb.QUERY or (verb is Verb.EFFECT and reliable):
            return reliable or not known.named
        if known.permitted is Answer.YES:
            return own or not isinstance(func, ast.Attribute) or verb is Verb.OPAQUE
        return False

    def precedent(self, node: ast.Await) -> Reason | None:
        if not isinstance(node.value, ast.Call) or commands(node.value, self.callees.receivers, self.context.scope):
            return None  # who gathers questions may not mean to gather commands
        return self.context.precedent(node.value, self.group.varying)

    def contexts(self) -> Iterator[Knowledge]:
        """What `async with` inside the runs enters."""
        if not self.group.entered or self.callees.summaries is None:
            return
        symbol = FunctionSymbol(
            self.context.file.source, self.context.function.node, self.context.scope.owner, self.context.scope.outer
        )
        body = BodySummary(symbol, self.callees, self.callees.summaries)
        for node in self.group.entered:
            known = body.entered(node)
            if known.barrier in (Barrier.NO_WAIT, Barrier.ALREADY_CONCURRENT):
                known = replace(known, barrier=None)
            yield replace(known, permitted=max(known.permitted, Answer.LIKELY))

    # -- weighing --------------------------------------------------------------------------------

    def weigh(self, parts: list[Knowledge]) -> Verdict:
        reasons = tuple(dict.fromkeys(reason for known in parts for reason in known.reasons))
        again = [one.waits for known in parts for one in known.once if not self.group.shared(one.path)]
        waits = max((*(known.waits for known in parts), *again))
        if waits is Answer.NO:
            return kept(Barrier.NO_WAIT, *(reasons or (Reason("nothing in it really waits", self.group.node.lineno),)))
        waiting = [known for known in parts if known.waits is not Answer.NO or known.once]
        permitted = min(known.permitted for known in waiting)
        found = items.unvaried(self.group) or self.surroundings() or self.context.file.project_loop
        if found is not None:
            return kept(*found)
        silent = self.silent()
        if silent is not None:
            return kept(Barrier.NO_WAIT, silent)
        doubt = self.dependence.doubt(self.known)
        independent = Answer.YES if doubt is None else Answer.UNKNOWN
        barrier = None
        if min(waits, permitted) is Answer.UNKNOWN or independent < Answer.LIKELY:
            barrier = self.missing_evidence()
        coroutines = all(known.coroutine is True for known in self.known)
        return Verdict(independent, waits, permitted, barrier, (*([doubt] if doubt else []), *reasons), coroutines)

    def silent(self) -> Reason | None:
        """Return why none of the awaits waits of which only names say that they do, where no other await waits."""
        waiting = [known for known in self.known if known.waits >= Answer.LIKELY or known.once]
        reasons = [silent_namesakes(known.heard, self.context.file) for known in waiting]
        return None if None in reasons else next(iter(reasons), None)

    def surroundings(self) -> Found | None:
        anchor, node = self.group.anchor, self.group.node
        return (
            (barriers.partial_results(self.context, node, self.kept_so_far()) if isinstance(node, ast.For) else None)
            or barriers.held(self.context, anchor)
            or barriers.migration(self.context)
            or barriers.limited(self.context, anchor)
            or intentions.other_branch(self.context, anchor)
            or intentions.after_failed_batch(self.context, anchor)
            or intentions.deliberate(self.context, anchor if isinstance(node, ast.For) else node)
        )

    def kept_so_far(self) -> set[Path]:
        """Return what the runs have changed when one of them fails."""
        group = self.group
        effects = effects_of(*group.inside, *group.after)
        made = {path for path in effects.writes if path[0] not in group.varying} | {(name,) for name in group.collected}
        return made | {path for path in effects.mutations if group.shared(path)}

    def missing_evidence(self) -> Barrier:
        for node, known in zip(self.group.awaits, self.known, strict=True):
            call = meant_call(node.value)
            verb = vocabulary.verb(callee_name(call.func))[0] if isinstance(call, ast.Call) else Verb.OPAQUE
            if known.permitted is Answer.UNKNOWN and verb is Verb.LIFECYCLE:
                return Barrier.LIFE_CYCLE
            if known.permitted is Answer.UNKNOWN and isinstance(node.value, ast.Call) and known.named:
                receiver = node.value.func.value if isinstance(node.value.func, ast.Attribute) else None
                path = path_of(receiver) if receiver is not None else None
                if path is not None and self.group.shared(path):
                    return Barrier.SAME_RECEIVER
        return Barrier.UNKNOWN


def forbidden(known: Knowledge) -> Barrier | None:
    """Return the barrier of a callee that may not run beside its like, whatever is shared."""
    return None if known.barrier is Barrier.NO_WAIT else known.barrier


def is_unknown(known: Knowledge) -> bool:
    """Tell whether a callee that may wait is not known to be allowed beside its like."""
    return known.permitted is Answer.UNKNOWN and (known.waits is not Answer.NO or bool(known.once))


def told(known: Knowledge) -> tuple[Reason, *tuple[Reason, ...]]:
    """Return what is said of a callee that keeps a group."""
    first, *more = known.reasons or (Reason("nothing is known about the callee that would allow it"),)
    return first, *more
