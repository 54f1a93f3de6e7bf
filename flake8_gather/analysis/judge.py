"""The judge: independent? worthwhile? permitted?

Finders describe what would run side by side as a `Group`; the verdict carries the three answers,
the barrier when one is no, and the reasons with their lines.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import barriers, vocabulary
from flake8_gather.analysis.body import BodySummary
from flake8_gather.analysis.effects import (
    COMMUTATIVE,
    callee_name,
    conflicts,
    effects_of,
    is_logging,
    item_names,
    names_in,
    path_of,
    root_of,
)
from flake8_gather.analysis.flow import aliases, resolved
from flake8_gather.analysis.knowledge import Knowledge, merged
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.starting import TASKS, meant_call
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.opportunity import Answer, Barrier, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path


# Plain functions and methods that change nothing, as far as anybody writes them.
PURE = frozenset(
    "abs all any bool bytes callable chr dict dir divmod enumerate filter float format frozenset getattr hasattr "
    "hash hex id int isinstance issubclass iter len list map max min object ord pow range repr reversed round set "
    "slice sorted str sum tuple type vars zip split rsplit splitlines strip lstrip rstrip join lower upper title "
    "startswith endswith replace encode decode format_map get items keys values copy deepcopy index count find "
    "rfind isoformat strftime strptime timestamp total_seconds now utcnow time monotonic dumps loads model_dump "
    "model_dump_json dict json to_dict asdict group match search fullmatch sub hexdigest basename dirname exists "
    "is_file is_dir resolve relative_to as_posix with_suffix partition rpartition zfill casefold union "
    "intersection difference issubset issuperset removeprefix removesuffix uuid4 partial info debug cast".split()
)


@dataclass(frozen=True, slots=True)
class Group:
    """What would run side by side, in the words of the judge.

    `varying` are the names that differ from one run to the next; `aliases` the paths that names
    bound inside stand for. `inside` is the code that runs side by side besides the awaited calls,
    `after` the code that stays behind them in its order. `collected` are names that `inside` only
    fills. `discarded` are awaits whose results nobody reads. `printing` says that something is
    printed before an await that moves in front of it.
    """

    node: ast.For | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    anchor: ast.stmt
    awaits: tuple[ast.Await, ...]
    varying: frozenset[str]
    iterables: tuple[ast.expr, ...]
    inside: tuple[ast.AST, ...] = ()
    after: tuple[ast.AST, ...] = ()
    discarded: frozenset[ast.Await] = frozenset()
    collected: frozenset[str] = frozenset()
    entered: tuple[ast.expr, ...] = ()
    printing: bool = False
    aliases: Mapping[str, Path] = field(default_factory=dict)

    def shared(self, path: Path) -> bool:
        """Tell whether a path names the same object in every run."""
        for _ in range(5):
            if path[0] not in self.aliases:
                break
            path = (*self.aliases[path[0]], *path[1:])
        return path[0] not in self.varying and not item_names(path) & self.varying


def kept(barrier: Barrier, reason: Reason, *more: Reason) -> Verdict:
    """Return the verdict of a barrier that stands whatever else is known."""
    independent = barrier not in (Barrier.CARRIED, Barrier.EARLY_EXIT, Barrier.STREAMING)
    worthwhile = barrier not in (Barrier.NO_WAIT, Barrier.SINGLE, Barrier.ALREADY_CONCURRENT)
    permitted = not independent or not worthwhile
    answers = [Answer.UNKNOWN if yes else Answer.NO for yes in (independent, worthwhile, permitted)]
    return Verdict(answers[0], answers[1], answers[2], barrier, (reason, *more))


def judge_iterations(context: FunctionContext, group: Group) -> Verdict:
    """Judge runs of the same code for different items."""
    return _Iterations(context, group).verdict()


class _Iterations:
    """One judgement; `known` pairs every await with what its callee is known to do."""

    def __init__(self, context: FunctionContext, group: Group) -> None:
        self.context = context
        self.group = group
        self.callees = context.file.callees

    def verdict(self) -> Verdict:
        early = self.syntax()
        if early is not None:
            return kept(*early)
        self.known = [self.knowledge(node) for node in self.group.awaits]
        parts = [*self.known, *self.contexts()]
        for known in parts:
            if known.barrier is not None and known.barrier is not Barrier.NO_WAIT:
                return kept(known.barrier, *(known.reasons or (Reason("the callee forbids it"),)))
        for use in (use for known in parts for use in known.uses):
            if self.group.shared(use.path):
                return kept(use.barrier, use.reason)
        found = self.plain_uses() or self.dependence(parts)
        if found is not None:
            return kept(*found)
        return self.weigh(parts)

    # -- syntax and knowledge --------------------------------------------------------------------

    def syntax(self) -> Found | None:
        other = barriers.not_asyncio(self.context.file) or barriers.in_test(self.context)
        if other is not None:
            return other
        for iterable in self.group.iterables:
            found = barriers.single(iterable) or self.running(iterable)
            if found is not None:
                return found
        return self.repeated() or self.registered() or self.batches() or self.chosen()

    def registered(self) -> Found | None:
        """Handlers, hooks, migrations and steps run in the order of their registration."""
        for node in self.group.awaits:
            for iterable in self.group.iterables:
                name = _last_name(iterable)
                called = node.value.func if isinstance(node.value, ast.Call) else node.value
                root = root_of(called)
                if name and vocabulary.is_named("registered", name) and root in self.group.varying:
                    return Barrier.ORDERED, Reason(f"`{name}` run in the order in which they stand", iterable.lineno)
        return None

    def running(self, iterable: ast.expr) -> Found | None:
        """`as_completed` and friends give what already runs."""
        for node in ast.walk(iterable):
            if isinstance(node, ast.Call) and callee_name(node.func) in ("as_completed", *TASKS):
                text = f"`{callee_name(node.func)}` has started them already"
                return Barrier.ALREADY_CONCURRENT, Reason(text, node.lineno)
        return None

    def batches(self) -> Found | None:
        """`range(0, len(xs), size)` around an effect: it is cut into pieces on purpose."""
        for iterable in self.group.iterables:
            match iterable:
                case ast.Call(func=ast.Name(id="range"), args=[_, _, _]) if any(
                    isinstance(node.value, ast.Call) and vocabulary.verb(callee_name(node.value.func))[0] is Verb.EFFECT
                    for node in self.group.awaits
                ):
                    return Barrier.PACED, Reason("the work is cut into batches on purpose", iterable.lineno)
        return None

    def chosen(self) -> Found | None:
        """`if item == "this one"` around all awaits: only one item waits."""
        for node in self.group.inside:
            match node:
                case ast.If(test=ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant()])) if (
                    name in self.group.varying and not node.orelse and set(self.group.awaits) <= set(ast.walk(node))
                ):
                    return Barrier.SINGLE, Reason(
                        f"only the item that equals `{ast.unparse(node.test)}` waits", node.lineno
                    )
        return None

    def repeated(self) -> Found | None:
        """The same call again and again, its result thrown away, is there for doing it in turn."""
        for node in self.group.awaits:
            names = names_in(node.value)
            if node in self.group.discarded and not names & self.group.varying and len(self.group.awaits) == 1:
                return Barrier.ORDERED, Reason("the same call is repeated for its effect", node.lineno)
        return None

    def knowledge(self, node: ast.Await) -> Knowledge:
        known = self.callees.know(node.value, self.context.scope)
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
            )
        if known.named and known.query and not self.sayable(node):
            return replace(known, permitted=Answer.UNKNOWN)
        if node in self.group.discarded and not self.separable(node, known):
            doubt = Reason("the call is there for its effect, whose order may matter", node.lineno)
            return replace(known, permitted=min(known.permitted, Answer.UNKNOWN), reasons=(*known.reasons, doubt))
        return known

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
        if verb is Verb.QUERY or (verb is Verb.EFFECT and reliable):
            return reliable or not known.named
        if known.permitted is Answer.YES:
            return own or not isinstance(func, ast.Attribute) or verb is Verb.OPAQUE
        return False

    def precedent(self, node: ast.Await) -> Reason | None:
        if not isinstance(node.value, ast.Call):
            return None
        return self.context.file.precedents.find(node.value, self.group.node)

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

    # -- dependence ------------------------------------------------------------------------------

    def plain_uses(self) -> Found | None:
        """Exclusive objects used by plain calls inside the runs, and what functions in sight change there."""
        awaited = {node.value for node in self.group.awaits}
        for call in effects_of(*self.group.inside).calls:
            use = self.callees.uses.of_plain_call(call, self.context.scope)
            uses = [] if use is None else [use]
            target = self.callees.target(call.func, self.context.scope) if call not in awaited else None
            if isinstance(target, FunctionSymbol) and isinstance(target.node, ast.FunctionDef):
                known = self.summary(call, target)
                uses += [one for one in known.uses if one.barrier is not Barrier.LOCKED]
            for one in uses:
                if self.group.shared(one.path) and one.path[0] not in self.group.collected:
                    return one.barrier, one.reason
        return None

    def summary(self, call: ast.Call, target: FunctionSymbol) -> Knowledge:
        assert self.callees.summaries is not None
        return self.callees.summaries.of_call(call, target, self.context.scope)

    def dependence(self, parts: Iterable[Knowledge]) -> Found | None:
        group = self.group
        names = aliases(self.context.function.node, group.anchor)
        arguments = effects_of(*(node.value for node in group.awaits), *group.iterables)
        called = self.called()
        beside = effects_of(*group.inside, *group.after)
        mutations = arguments.mutations | beside.mutations | called.writes
        changed = {resolved(path, names, inside=True) for path in mutations if self.lasting(path)}
        iterated = {path for one in group.iterables if (path := _iterated(one)) is not None}
        iterated |= {resolved(path, names) for path in iterated}
        line = group.node.lineno
        if (path := conflicts(changed, iterated)) is not None:
            return Barrier.CARRIED, Reason(f"the body changes `{path_text(path)}`, which it goes through", line)
        reads = {path for path in arguments.reads - {("self",)} if len(path) == 1 or self.lasting(path)}
        reads |= {resolved(path, names) for path in reads}
        if (path := conflicts(changed, reads)) is not None:
            return Barrier.CARRIED, Reason(f"`{path_text(path)}` is changed for one item and read for the next", line)
        changed |= {(name,) for name in (beside.bindings - group.varying) | group.collected}
        asked = (reads | beside.reads | called.reads) - {("self",), ("cls",)}
        for known in parts:
            if group.printing and known.prints:
                return Barrier.ORDERED, Reason("what the body and the callee print alternates", line)
            found = self.callee_dependence(known, asked, changed)
            if found is not None:
                return found
        return None

    def called(self) -> Knowledge:
        """What the plain functions in sight read and write that the runs call on the way."""
        found = []
        awaited = {node.value for node in self.group.awaits}
        for node in (*self.group.inside, *self.group.after):
            for call in effects_of(node).calls:
                target = self.callees.target(call.func, self.context.scope) if call not in awaited else None
                if isinstance(target, FunctionSymbol):
                    found.append(self.summary(call, target))
        return merged(found)

    def callee_dependence(self, known: Knowledge, reads: set[Path], changed: set[Path]) -> Found | None:
        line = self.group.node.lineno
        writes = {path for path in known.writes if self.group.shared(path)}
        apart = {path for path in known.writes - writes if path[0] not in self.group.varying}
        writes |= {whole for path in apart if (whole := _container(path)) in reads}
        if (path := conflicts(writes, reads)) is not None:
            return Barrier.CARRIED, Reason(
                f"the callee changes `{path_text(path)}`, which is read for the next item", line
            )
        if (path := conflicts(changed, known.reads | known.writes)) is not None:
            return Barrier.CARRIED, Reason(
                f"`{path_text(path)}` is changed for one item and read by the callee for the next", line
            )
        return None

    def lasting(self, path: Path) -> bool:
        """A change that another run can see: the object is shared, and not a collection only filled."""
        return self.group.shared(path) and path[0] not in self.group.collected

    # -- weighing --------------------------------------------------------------------------------

    def weigh(self, parts: list[Knowledge]) -> Verdict:
        reasons = tuple(dict.fromkeys(reason for known in parts for reason in known.reasons))
        again = [one.waits for known in parts for one in known.once if not self.group.shared(one.path)]
        waits = max((*(known.waits for known in parts), *again))
        if waits is Answer.NO:
            return kept(Barrier.NO_WAIT, *(reasons or (Reason("nothing in it really waits", self.group.node.lineno),)))
        waiting = [known for known in parts if known.waits is not Answer.NO or known.once]
        permitted = min(known.permitted for known in waiting)
        found = self.surroundings()
        if found is not None:
            return kept(*found)
        independent, doubt = self.independence()
        barrier = None
        if min(waits, permitted) is Answer.UNKNOWN or independent < Answer.LIKELY:
            barrier = self.missing_evidence()
        coroutines = all(known.coroutine is True for known in self.known)
        return Verdict(independent, waits, permitted, barrier, (*doubt, *reasons), coroutines)

    def surroundings(self) -> Found | None:
        anchor, node = self.group.anchor, self.group.node
        return (
            barriers.held(self.context, anchor)
            or barriers.migration(self.context)
            or barriers.other_branch(self.context, anchor)
            or barriers.deliberate(self.context, anchor if isinstance(node, ast.For) else node)
            or barriers.project_loop(self.context)
        )

    def independence(self) -> tuple[Answer, tuple[Reason, ...]]:
        """What cannot be seen: plain calls inside that may change shared objects, unseen callees."""
        for node in self.group.inside:
            for call in effects_of(node).calls:
                if any(call is known.value for known in self.group.awaits) or self.harmless(call):
                    continue
                text = ast.unparse(call.func)
                return Answer.UNKNOWN, (Reason(f"what `{text}` changes is not known", call.lineno),)
        changed = {
            path
            for path in effects_of(*self.group.after, *self.group.inside).mutations
            if len(path) > 1 and self.group.shared(path)
        }
        for node, known in zip(self.group.awaits, self.known, strict=True):
            root = root_of(node.value)
            if (
                not known.seen
                and changed
                and any(path[0] == root and path[0] not in self.group.collected for path in changed)
            ):
                return Answer.UNKNOWN, (Reason(f"the callee may read what the body changes on `{root}`", node.lineno),)
        return Answer.YES, ()

    def harmless(self, call: ast.Call) -> bool:
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
            return not any(self.group.shared(use.path) for use in self.summary(call, target).uses)
        return False

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


def _iterated(iterable: ast.expr) -> Path | None:
    """Return the path of the object a loop goes through, if it goes through that object itself."""
    path = path_of(iterable)
    if path is not None:
        return path
    match iterable:
        case ast.Call(func=ast.Name(id="enumerate" | "reversed" | "zip" | "iter"), args=[first, *_]):
            return path_of(first)
        case ast.Call(func=ast.Attribute(value=mapping, attr="items" | "keys" | "values"), args=[]):
            return path_of(mapping)
    return None


def _last_name(node: ast.expr) -> str:
    """Return the name of what a loop goes through: `hooks` for `self.hooks.values()` or `list(hooks)`."""
    match node:
        case ast.Call(func=ast.Name(), args=[inner, *_]):
            return _last_name(inner)
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return _last_name(value) if attr in ("items", "values", "keys", "copy", "get") else attr
        case ast.Attribute(attr=attr):
            return attr
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=value) | ast.BoolOp(values=[value, *_]):
            return _last_name(value)
    return ""


def _container(path: Path) -> Path:
    """Return the path of the container that an item path goes into: all of it may be asked for."""
    return next((path[:index] for index, part in enumerate(path) if part.startswith("[")), path)


def path_text(path: Path) -> str:
    """Return a path as people read it."""
    text = path[0]
    for part in path[1:]:
        text += "[…]" if part.startswith("[") else f".{part}"
    return text
