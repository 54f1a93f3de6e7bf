"""Independence: what one run changes and another one reads."""

from __future__ import annotations

import ast
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import (
    COMMUTATIVE,
    ITEM,
    Effects,
    callee_name,
    conflicts,
    container,
    effects_of,
    path_of,
    root_of,
    same_attribute,
)
from flake8_gather.analysis.flow import aliases, elements, opened, resolved, walked
from flake8_gather.analysis.output import is_logging
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.properties import completed
from flake8_gather.analysis.purity import PURE
from flake8_gather.analysis.starting import meant_call
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.group import Group
    from flake8_gather.analysis.knowledge import Knowledge


class Dependence:
    """Finds what makes the runs of one group depend on each other."""

    def __init__(self, context: FunctionContext, group: Group) -> None:
        """Take the function and the group in it."""
        self.context = context
        self.group = group
        self.callees = context.file.callees
        values = [node.value for node in group.awaits]
        self.awaited = {*values, *map(meant_call, values)}

    def plain_uses(self) -> Found | None:
        """Exclusive objects and context variables of plain calls on the way, and what functions in sight do there."""
        for call in effects_of(*self.group.inside).calls:
            found = self._plain_use(call) or self._forbidden(call)
            if found is not None:
                return found
        awaited = map(self._behind, self.group.awaits)
        beside = effects_of(*self.group.after, *awaited, *self.group.iterables).calls
        return next(filter(None, map(self._forbidden, beside)), None)

    def _plain_use(self, call: ast.Call) -> Found | None:
        use = self.callees.uses.of_plain_call(call, self.context.scope)
        known = self._of_function(call)
        uses = [use] if use is not None else []
        uses += [one for one in known.uses if one.barrier is not Barrier.LOCKED] if known is not None else []
        for one in uses:
            if self.group.shared(one.path) and one.path[0] not in self.group.collected:
                return one.barrier, one.reason
        return None

    def _forbidden(self, call: ast.Call) -> Found | None:
        """Tell whether a call sets a context variable, or leads too far to follow."""
        variable = self.callees.context_set(call, self.context.scope)
        if variable is not None:
            return Barrier.CONTEXT, Reason(f"the context variable `{variable}` is set for each item", call.lineno)
        known = self._of_function(call)
        if known is None or known.barrier not in (Barrier.CONTEXT, Barrier.UNKNOWN):
            return None
        return known.barrier, next(iter(known.reasons), Reason("it changes the context", call.lineno))

    def _of_function(self, call: ast.Call) -> Knowledge | None:
        """Return what a call of a plain function in sight does."""
        target = self.callees.target(call.func, self.context.scope) if call not in self.awaited else None
        if isinstance(target, FunctionSymbol) and isinstance(target.node, ast.FunctionDef):
            return self._summary(call, target)
        return None

    def _summary(self, call: ast.Call, target: FunctionSymbol) -> Knowledge:
        assert self.callees.summaries is not None
        return self.callees.summaries.of_call(call, target, self.context.scope)

    # -- what the code itself reads and changes ----------------------------------------------------

    @cached_property
    def names(self) -> dict[Path, Path]:
        """The function's other names for objects."""
        return aliases(self.context.function.node, self.group.anchor)

    @cached_property
    def arguments(self) -> Effects:
        """The effects of what is awaited and gone through."""
        return self._completed(effects_of(*map(self._behind, self.group.awaits), *self.group.iterables))

    @cached_property
    def beside(self) -> Effects:
        """The effects of all other code of the runs."""
        return self._completed(effects_of(*self.group.inside, *self.group.after))

    @cached_property
    def called(self) -> Knowledge:
        """What the functions in sight do that the runs call on the way."""
        return self._done_by(self.beside.calls)

    @cached_property
    def changed(self) -> set[Path]:
        """The lasting objects that the runs change, by the name that they have."""
        mutations = self.arguments.mutations | self.beside.mutations | self.called.writes
        mutations |= {one for path in mutations for one in opened(self.context.function.node, path)}
        return self._lasting_ones(mutations)

    @cached_property
    def filled(self) -> set[Path]:
        """The collections that the runs only fill, under both names."""
        return self._by_both_names({(name,) for name in self.group.collected})

    @cached_property
    def reads(self) -> set[Path]:
        """What is looked at to start a run."""
        read = self.arguments.reads - {("self",)}
        return self._by_both_names({path for path in read if len(path) == 1 or self._lasting(path)})

    def _iterated(self) -> set[Path]:
        iterated = {path for one in self.group.iterables if (path := walked(one)) is not None}
        iterated = self._by_both_names(iterated)
        return iterated | elements(self.context.function.node, iterated)

    def _by_both_names(self, paths: Iterable[Path]) -> set[Path]:
        paths = set(paths)
        return paths | {resolved(path, self.names) for path in paths}

    def _lasting_ones(self, mutations: Iterable[Path]) -> set[Path]:
        return {resolved(path, self.names, inside=True) for path in mutations if self._lasting(path)}

    # -- dependences ---------------------------------------------------------------------------------

    def found(self, parts: Iterable[Knowledge]) -> Found | None:
        """Return the first dependence between runs, given what is known of all that is awaited."""
        return self.shown() or self._of_callees(tuple(parts))

    def shown(self) -> Found | None:
        """Return what the code itself shows, whatever is awaited."""
        line, changed = self.group.node.lineno, self.changed | self.filled
        if (path := conflicts(changed, self._iterated())) is not None:
            return Barrier.CARRIED, Reason(f"the body changes `{path_text(path)}`, which it goes through", line)
        if (path := conflicts(changed, self.reads)) is not None:
            return Barrier.CARRIED, Reason(f"`{path_text(path)}` is changed for one item and read for the next", line)
        if (path := self._taken_by_arguments()) is not None:
            return Barrier.CARRIED, Reason(f"`{path_text(path)}` is changed between the arguments that use it", line)
        if (path := conflicts(self.filled, self.called.reads | self.called.writes)) is not None:
            return Barrier.CARRIED, Reason(f"the runs fill `{path_text(path)}`, which a function asks on the way", line)
        if (path := self._entry_counted()) is not None:
            return Barrier.CARRIED, Reason(f"`{path_text(path)}` gets an entry per item and is read for the next", line)
        if (path := self._flows_back()) is not None:
            return Barrier.CARRIED, Reason(f"`{path_text(path)}` is changed for one item and read for the next", line)
        return None

    def _of_callees(self, parts: Sequence[Knowledge]) -> Found | None:
        group, line = self.group, self.group.node.lineno
        if (path := self._crossing(parts)) is not None:
            return Barrier.CARRIED, Reason(f"one callee changes `{path_text(path)}`, which another one reads", line)
        changed = self.changed | self.filled | {(name,) for name in self.beside.bindings - group.varying}
        asked = self.reads | self._by_both_names(self.beside.reads) | self.called.reads
        asked -= {("self",), ("cls",)}
        for known in parts:
            if group.printing and known.prints:
                return Barrier.ORDERED, Reason("what the body and the callee print alternates", line)
            found = self._callee_dependence(known, asked, changed)
            if found is not None:
                return found
        return None

    def _behind(self, node: ast.Await) -> ast.expr:
        """Return what is awaited, or the call that made it: its arguments are looked at when it starts."""
        value = node.value
        stored = self.callees.stored_call(value, self.context.scope) if isinstance(value, ast.Name) else None
        return value if stored is None else stored

    def _completed(self, effects: Effects) -> Effects:
        return completed(effects, self.context.scope, self.callees)

    def _flows_back(self) -> Path | None:
        """Return what the code that stays behind changes and the runs read on the way, another item's entry too."""
        inside, after, varying = self.group.inside, self.group.after, self.group.varying
        if not inside or not after:
            return None
        written = self._completed(effects_of(*after)).mutations | self._called(after).writes
        read = self._completed(effects_of(*inside)).reads | self._called(inside).reads
        reads = self._by_both_names(read - {("self",), ("cls",)})
        for path in sorted(written):
            whole = container(resolved(path, self.names, inside=True))
            if path[0] not in varying and any(read[: len(whole)] == whole[: len(read)] for read in reads):
                return whole
        return None

    def _called(self, nodes: Iterable[ast.AST]) -> Knowledge:
        """What the plain functions in sight read and write that the runs call on the way."""
        return self._done_by(call for node in nodes for call in effects_of(node).calls)

    def _done_by(self, calls: Iterable[ast.Call]) -> Knowledge:
        return self.callees.done_by((call for call in calls if call not in self.awaited), self.context.scope)

    def _callee_dependence(self, known: Knowledge, reads: set[Path], changed: set[Path]) -> Found | None:
        line = self.group.node.lineno
        writes = self._changed_for(known, reads)
        if (path := self._entry_asked_for(known)) is not None:
            return Barrier.CARRIED, Reason(
                f"`{path_text(path)}` is changed for one item and read by the callee for the next", line
            )
        if (path := conflicts(writes, reads) or same_attribute(writes, reads)) is not None:
            return Barrier.CARRIED, Reason(
                f"the callee changes `{path_text(path)}`, which is read for the next item", line
            )
        path = conflicts(changed, known.reads | known.writes) or same_attribute(changed, known.reads | known.writes)
        if path is not None:
            return Barrier.CARRIED, Reason(
                f"`{path_text(path)}` is changed for one item and read by the callee for the next", line
            )
        return None

    def _crossing(self, parts: Sequence[Knowledge]) -> Path | None:
        """Return what one callee changes and another one reads, which come in another order for different items."""
        for one, other in permutations(parts, 2):
            if (path := conflicts(self._changed_for(one, other.reads), other.reads)) is not None:
                return path
        return None

    def _changed_for(self, known: Knowledge, reads: AbstractSet[Path]) -> set[Path]:
        """Return what a callee changes for other items: shared objects, and containers that are read as a whole."""
        writes = {path for path in known.writes if self.group.shared(path)}
        apart = {path for path in known.writes - writes if path[0] not in self.group.varying}
        return writes | {whole for path in apart if (whole := container(path)) in reads}

    def _taken_by_arguments(self) -> Path | None:
        """Return what the body changes and a plain function among the arguments uses: `f(take())`."""
        own = {call for node in self.group.awaits for call in effects_of(self._behind(node)).calls}
        used = self._done_by(own)
        if not used.reads | used.writes:
            return None
        rest = self._done_by(call for call in self.beside.calls if call not in own)
        changed = self._lasting_ones(self.beside.mutations | rest.writes) | self.filled
        return conflicts(changed, used.reads | used.writes) or conflicts(used.writes, rest.reads)

    def _entry_counted(self) -> Path | None:
        """Return the container that gets an entry per item and that the arguments ask as a whole: `len(found)`."""
        containers = self._kept_by_item(self.group.after)
        return next((path for path in sorted(containers) if self.reads & {path, (*path, ITEM)}), None)

    def _entry_asked_for(self, known: Knowledge) -> Path | None:
        """Return the container that gets an entry per item and that a callee asks as a whole."""
        containers = self._kept_by_item((*self.group.inside, *self.group.after))
        return conflicts(containers, {path for path in known.reads if self.group.shared(path)})

    def _kept_by_item(self, nodes: Iterable[ast.AST]) -> set[Path]:
        """Return the shared containers that get an entry of its own for each item."""
        entries = {path for path in effects_of(*nodes).mutations if path[0] not in self.group.varying}
        return self._by_both_names({container(path) for path in entries if not self.group.shared(path)})

    def _lasting(self, path: Path) -> bool:
        """A change that another run can see: the object is shared, and not a collection only filled."""
        return self.group.shared(path) and path[0] not in self.group.collected

    def doubt(self, known: Sequence[Knowledge]) -> Reason | None:
        """Say what cannot be seen: plain calls inside that may change shared objects, unseen callees."""
        for node in self.group.inside:
            for call in effects_of(node).calls:
                if call in self.awaited or self._harmless(call):
                    continue
                text = ast.unparse(call.func)
                return Reason(f"what `{text}` changes is not known", call.lineno)
        mutations = effects_of(*self.group.after, *self.group.inside).mutations
        containers = {container(path) for path in mutations}
        changed = {path for path in mutations | containers if len(path) > 1 and self.group.shared(path)}
        for node, one in zip(self.group.awaits, known, strict=True):
            root = root_of(node.value)
            if one.seen or one.reach == frozenset():
                continue
            near = {path for path in changed if path[0] not in self.group.collected}
            met = conflicts(near, one.reach) if one.reach is not None else None
            if met is not None or (one.reach is None and any(path[0] == root for path in near)):
                return Reason(f"the callee may read what the body changes on `{met[0] if met else root}`", node.lineno)
        return None

    def _harmless(self, call: ast.Call) -> bool:
        if is_logging(call):
            return True
        name = callee_name(call.func)
        if not isinstance(call.func, ast.Attribute):
            return name != "print"
        path = path_of(call.func.value)
        if name in PURE or vocabulary.verb(name)[0] in (Verb.QUERY, Verb.PURE) or path is None:
            return True
        if not self.group.shared(path) or path[0] in self.group.collected or name in COMMUTATIVE:
            return True
        if self.context.file.source.imports.dotted(call.func) is not None:
            return True
        target = self.callees.target(call.func, self.context.scope)
        if isinstance(target, FunctionSymbol):
            return not any(self.group.shared(use.path) for use in self._summary(call, target).uses)
        return False


def path_text(path: Path) -> str:
    """Return a path as people read it."""
    text = path[0]
    for part in path[1:]:
        text += "[…]" if part.startswith("[") else f".{part}"
    return text
