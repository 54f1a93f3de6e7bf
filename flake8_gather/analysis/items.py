"""Barriers that the calls and iterables of a group show by themselves."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import barriers, vocabulary
from flake8_gather.analysis.effects import callee_name, names_in, root_of
from flake8_gather.analysis.starting import TASKS
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.analysis.walking import walk
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.group import Group

LARGE = 100  # a batch of this size is rarely followed by many more
PAUSED = frozenset({"sleep", "throttle", "pause"})


def shown(group: Group) -> Found | None:
    """Return the first barrier that needs no knowledge about callees."""
    for iterable in group.iterables:
        found = barriers.single(iterable) or _running(iterable)
        if found is not None:
            return found
    return _repeated(group) or _registered(group) or _batches(group) or _chosen(group) or _slowed(group)


def _registered(group: Group) -> Found | None:
    """Handlers, hooks, migrations and steps run in the order of their registration."""
    for node in group.awaits:
        for iterable in group.iterables:
            name = _last_name(iterable)
            called = node.value.func if isinstance(node.value, ast.Call) else node.value
            root = root_of(called)
            if {"migration", "migrations"} & set(vocabulary.words(_last_name(iterable) or "")):
                return Barrier.ORDERED, Reason("migrations run step by step", iterable.lineno)
            if root is None or root not in group.varying:
                continue
            if vocabulary.is_named("registered", name) or vocabulary.is_named("callables", root):
                name = name or root
                return Barrier.ORDERED, Reason(f"`{name}` run in the order in which they stand", iterable.lineno)
    return None


def passing(group: Group, bindings: Mapping[str, Sequence[ast.AST]]) -> Found | None:
    """Each of `groupby`'s groups, which may have a name first, is empty once the next one has been asked for."""
    for node in (child for iterable in group.iterables for child in walk(iterable)):
        bound = bindings.get(node.id, ()) if isinstance(node, ast.Name) else ()
        for one in (
            node,
            *(child for assigned in bound if isinstance(assigned, ast.Assign) for child in walk(assigned)),
        ):
            if isinstance(one, ast.Call) and callee_name(one.func) == "groupby":
                return Barrier.CARRIED, Reason("a group of `groupby` is gone when the next one begins", one.lineno)
    return None


def unvaried(group: Group) -> Found | None:
    """No await depends on the item: asking once is enough; `range` says that the repetition is meant."""
    if any(isinstance(one, ast.Call) and callee_name(one.func) == "range" for one in group.iterables):
        return None
    if any(names_in(node.value) & group.varying for node in group.awaits):
        return None
    return Barrier.SINGLE, Reason("the same call for every item: one of them is enough", group.awaits[0].lineno)


def _slowed(group: Group) -> Found | None:
    """An argument says how long to pause: `sleep_seconds=…`."""
    for node in group.awaits:
        for call in (child for child in walk(node) if isinstance(child, ast.Call)):
            for keyword in call.keywords:
                if keyword.arg and PAUSED & set(vocabulary.words(keyword.arg)):
                    return Barrier.PACED, Reason(f"`{keyword.arg}` slows it down on purpose", node.lineno)
    return None


def _running(iterable: ast.expr) -> Found | None:
    """`as_completed` and friends give what already runs."""
    for node in walk(iterable):
        if isinstance(node, ast.Call) and callee_name(node.func) in ("as_completed", *TASKS):
            text = f"`{callee_name(node.func)}` has started them already"
            return Barrier.ALREADY_CONCURRENT, Reason(text, node.lineno)
    return None


def _batches(group: Group) -> Found | None:
    """`range(0, len(xs), size)` around an effect, or with large pieces: it is cut into them on purpose."""
    for iterable in group.iterables:
        match iterable:
            case ast.Call(func=ast.Name(id="range"), args=[_, _, ast.Constant(value=int(size))]) if size >= LARGE:
                return Barrier.PACED, Reason(f"the work is cut into batches of {size} on purpose", iterable.lineno)
            case ast.Call(func=ast.Name(id="range"), args=[_, _, _]) if any(
                isinstance(node.value, ast.Call) and vocabulary.verb(callee_name(node.value.func))[0] is Verb.EFFECT
                for node in group.awaits
            ):
                return Barrier.PACED, Reason("the work is cut into batches on purpose", iterable.lineno)
    return None


def _chosen(group: Group) -> Found | None:
    """`if item == "this one"` around all awaits: only one item waits."""
    if isinstance(group.node, ast.For):
        branches = [node for node in walk(group.node) if isinstance(node, ast.If) and not node.orelse]
        tests = [node.test for node in branches if set(group.awaits) <= set(walk(node))]
    else:
        tests = [test for generator in group.node.generators for test in generator.ifs]
    for test in tests:
        match test:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant()]) if (
                name in group.varying
            ):
                return Barrier.SINGLE, Reason(f"only the item that equals `{ast.unparse(test)}` waits", test.lineno)
    return None


def _repeated(group: Group) -> Found | None:
    """The same call again and again, its result thrown away, is there for doing it in turn."""
    for node in group.awaits:
        names = names_in(node.value)
        if node in group.discarded and not names & group.varying and len(group.awaits) == 1:
            return Barrier.ORDERED, Reason("the same call is repeated for its effect", node.lineno)
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
