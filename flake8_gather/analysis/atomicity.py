"""What one body reads before a wait and changes after it: two runs at once would undo each other's work."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import base_path, callee_name, conflicts, effects_of, names_in, path_of
from flake8_gather.analysis.knowledge import Use
from flake8_gather.analysis.project import FunctionSymbol
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_gather.analysis.body import BodySummary
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.knowledge import Knowledge

SAVING = frozenset({"save", "write", "dump", "store", "persist", "update"})
MAX_STEPS = 4


def interrupted(body: BodySummary) -> Iterator[Use]:
    """Yield the objects that a body asks, waits, and then changes by what it was told."""
    waits = [node.lineno for node in body.own if isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor)]
    if not waits:
        return
    calls = [node for node in body.own if isinstance(node, ast.Call)]
    yield from _checked_then_changed(body, calls, waits)
    yield from _loaded_then_saved(body, calls, waits)


def _checked_then_changed(body: BodySummary, calls: Iterable[ast.Call], waits: list[int]) -> Iterator[Use]:
    """`if self.pool.has(x)`, a wait, `self.pool.add(x)`: the pool may have changed in between."""
    known = [(call, found) for call in calls if (found := _plain(body, call)) is not None]
    for acting, act in known:
        for asking, ask in known:
            if not any(asking.lineno < wait < acting.lineno for wait in waits):
                continue
            path = conflicts(act.writes, ask.reads)
            if path is not None:
                text = f"`{body.symbol.node.name}` asks `{'.'.join(path[:2])}`, waits and then changes it"
                yield Use(Barrier.SHARED_STATE, path, Reason(text, acting.lineno))


def _plain(body: BodySummary, call: ast.Call) -> Knowledge | None:
    """Return what a plain method in sight reads and writes, in the body's terms."""
    if not isinstance(call.func, ast.Attribute):
        return None
    target = body.callees.target(call.func, body.scope)
    if not isinstance(target, FunctionSymbol) or not isinstance(target.node, ast.FunctionDef):
        return None
    return body.summaries.of_call(call, target, body.scope).moved(body.outlives)


def _loaded_then_saved(body: BodySummary, calls: Iterable[ast.Call], waits: list[int]) -> Iterator[Use]:
    """`data = load(key)`, a wait, `save(key, data)`: what another run saved in between is lost."""
    changed = {path[0] for path in effects_of(*body.symbol.node.body).mutations}
    loaded = {
        node.targets[0].id: node
        for node in body.own
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in changed
        and _loads(node.value)
    }
    for call in calls:
        if not SAVING.intersection(vocabulary.words(callee_name(call.func))):
            continue
        names = effects_of(*call.args, *(keyword.value for keyword in call.keywords)).reads
        for name in sorted(path[0] for path in names if len(path) == 1 and path[0] in loaded):
            start = loaded[name]
            if not any(start.lineno <= wait < call.lineno for wait in waits):
                continue
            keys = ",".join(sorted(_origins(body, names_in(start.value)) - {"self", "cls"}))
            base = base_path(call.func.value) if isinstance(call.func, ast.Attribute) else path_of(call.func)
            path = _store(body, base, f"[{keys}]")
            if path is not None:
                text = f"`{body.symbol.node.name}` loads `{name}`, waits and saves it again"
                yield Use(Barrier.SHARED_STATE, path, Reason(text, call.lineno))


def _store(body: BodySummary, base: Path | None, key: str) -> Path | None:
    """Return where something is saved: in a lasting object, or in what one was asked for (`self.node(1)`)."""
    for _ in range(MAX_STEPS):
        path = body.outlives((*base, key)) if base is not None else None
        if base is None or path is not None:
            return path
        values = (getattr(node, "value", None) for node in body.bindings.get(base[0], ()))
        asked = (base_path(value) for value in values if isinstance(value, ast.Call | ast.Await))
        base = next((one for one in asked if one is not None and one[0] != base[0]), None)
    return None


def _loads(value: ast.expr) -> bool:
    if isinstance(value, ast.Await):
        value = value.value
    return isinstance(value, ast.Call) and vocabulary.verb(callee_name(value.func))[0] is Verb.QUERY


def _origins(body: BodySummary, names: set[str]) -> set[str]:
    """Return the parameters that names come from."""
    for _ in range(MAX_STEPS):
        inner = {
            other
            for name in names - body.parameters
            for node in body.bindings.get(name, ())
            if isinstance(value := getattr(node, "value", None), ast.expr)
            for other in names_in(value)
        }
        if inner <= names:
            break
        names = names | inner
    return names & body.parameters
