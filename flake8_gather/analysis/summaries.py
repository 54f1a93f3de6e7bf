"""Summaries of functions in sight, by fixed point over the call graph.

A summary says in the function's own names whether awaiting it really waits, what stands against
two of them at once, and which objects that outlive the call it reads and writes.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.bindings import defaults_of
from flake8_gather.analysis.body import BodySummary, returned_values
from flake8_gather.analysis.definitions import decorator_name
from flake8_gather.analysis.hierarchy import implementers
from flake8_gather.analysis.knowledge import NOTHING, Knowledge, Use, barred, merged, together
from flake8_gather.analysis.moving import Move, arguments_of
from flake8_gather.analysis.needs import Needs
from flake8_gather.analysis.project import ClassSymbol, FunctionSymbol, VariableSymbol, class_body
from flake8_gather.analysis.recursion import Known, Recursion
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.stubs import is_abstract, is_stub, stub
from flake8_gather.analysis.switches import constants, switched
from flake8_gather.analysis.types import scope_of
from flake8_gather.opportunity import Answer, Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Hashable

    from flake8_gather.analysis.callees import Callees
    from flake8_gather.analysis.definitions import Module
    from flake8_gather.analysis.switches import Constants
    from flake8_gather.analysis.types import Scope

MAX_DEPTH = 20
MAX_FUNCTIONS = 1000
MOST = 20_000  # summaries of other modules that are remembered
# Of what leads too far nothing is known: it may do whatever it likes, with its own object first of all.
TOO_FAR = Knowledge(
    barrier=Barrier.UNKNOWN,
    permitted=Answer.NO,
    reads=frozenset({("self",)}),
    writes=frozenset({("self",)}),
    reasons=(Reason("the calls lead too far to follow"),),
)
BOUND = re.compile(r"max_(concurren|worker|connection|parallel)|pool_size|concurrency")
PACING = re.compile("throttl|ratelimit")  # in the names of decorators, without the underscores


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of other modules for the files of the same folders, with the same options.

    The needs are those that the summaries rest on, so both are forgotten together.
    """

    summaries: Known[Knowledge] = field(default_factory=dict)
    needs: Needs = field(default_factory=Needs)

    def trimmed(self) -> Remembered:
        """Forget everything where it has become too much."""
        if len(self.summaries) > MOST:
            self.summaries.clear()
            self.needs.clear()
        return self


@lru_cache(maxsize=8)
def remembered(*_circumstances: Hashable) -> Remembered:
    """Return what is known in the same circumstances: the folders and the options."""
    return Remembered()


class Summaries:
    """Computes and keeps the summaries of one file's functions, or (`elsewhere`) of those of all other modules."""

    def __init__(self, callees: Callees, known: Known[Knowledge], elsewhere: Summaries | None = None) -> None:
        """Take what answers for the awaits inside the bodies, what is known, and what knows other modules."""
        self.callees = callees
        self.elsewhere = elsewhere
        self.known = known
        self._recursion = Recursion(MAX_DEPTH, MAX_FUNCTIONS, known, cut=TOO_FAR, circular=NOTHING)

    # -- calls -----------------------------------------------------------------------------------

    def of_call(self, call: ast.Call, target: FunctionSymbol, scope: Scope) -> Knowledge:
        """Return what awaiting a call of a function in sight does, in the caller's names."""
        arguments = arguments_of(call, target, self._receiver(call, target, scope))
        return self._moved(target, self._constants(call, target, arguments, scope), arguments, scope)

    def _constants(
        self, call: ast.Call, target: FunctionSymbol, arguments: dict[str, ast.expr], scope: Scope
    ) -> Constants:
        """Return the switches that a call sets; an implementation that is called in fact may have other defaults."""
        given = constants(call, target.node, arguments)
        if not given or isinstance(self.callees.receivers.symbol(call.func, scope), VariableSymbol):
            return ()
        match call:
            case ast.Call(func=ast.Attribute(), args=[ast.Name(id="self"), *_]):
                return ()  # perhaps `type(self).method(self, x)`: who knows what is whose
        if target.owner is not None and implementers(target, self.callees.receivers.project.needs):
            return constants(call, target.node, arguments, defaults=False)
        return given

    def _receiver(self, call: ast.Call, target: FunctionSymbol, scope: Scope) -> ast.expr | None:
        """Return the object that a method is called on; that of `Base.method(self)` is the first argument."""
        if not isinstance(call.func, ast.Attribute):
            return None
        of_object = target.owner is not None and not any(
            decorator_name(one) in ("classmethod", "staticmethod") for one in target.node.decorator_list
        )
        receiver, rest = call.func.value, call.args
        is_class = of_object and isinstance(self.callees.receivers.symbol(receiver, scope), ClassSymbol)
        return rest[0] if is_class and rest else receiver

    def _moved(
        self, target: FunctionSymbol, given: Constants, arguments: dict[str, ast.expr], scope: Scope
    ) -> Knowledge:
        """Say in the caller's names what a function does, or the implementation of it that is meant."""
        summary = self._nearest(target, scope) or self.summary(target, given)
        return self._told(summary, target, scope.source).moved(Move(arguments, target, scope, self.callees))

    def of_reference(self, function: ast.expr, target: FunctionSymbol, scope: Scope) -> Knowledge:
        """Return what a function handed on by name does (`to_thread(self._load, x)`)."""
        call = ast.copy_location(ast.Call(func=function, args=[], keywords=[]), function)
        return self._moved(target, (), arguments_of(call, target, self._receiver(call, target, scope)), scope)

    def of_entering(self, call: ast.Call, target: FunctionSymbol, scope: Scope) -> Knowledge:
        """Return what entering a context manager function in sight does."""
        return self.of_call(call, target, scope)

    @staticmethod
    def _told(summary: Knowledge, target: FunctionSymbol, teller: Module) -> Knowledge:
        """Name the other file in the reasons that come from it."""
        if target.source is teller:
            return summary
        path = target.source.path

        def tell(reason: Reason) -> Reason:
            return reason if reason.path or reason.line is None else replace(reason, path=path)

        uses = tuple(replace(use, reason=tell(use.reason)) for use in summary.uses)
        return replace(summary, uses=uses, reasons=tuple(tell(reason) for reason in summary.reasons))

    # -- summaries -------------------------------------------------------------------------------

    def summary(self, symbol: FunctionSymbol, given: Constants = ()) -> Knowledge:
        """Return a function's summary in its own names: the least fixed point over the call graph.

        `given` are the values of parameters that switch something on or off.
        """
        place = (symbol.source.path, symbol.node.lineno, symbol.node.name, given)
        if self.elsewhere is not None and symbol.source is not self.callees.receivers.project.source:
            return self._recursion.counted(self.elsewhere.summary(symbol, given), self.elsewhere.known[place])
        return self._recursion.ask(place, lambda: self._summarise(symbol, given))

    def _summarise(self, symbol: FunctionSymbol, given: Constants) -> Knowledge:
        node = symbol.node
        decorated = self._decorators(symbol)
        if decorated is not None:
            return decorated
        if is_abstract(node):
            return self._abstract(symbol)
        if is_stub(node):
            return self._hook(symbol)
        if given:
            node = switched(node, given)
            symbol = replace(symbol, node=node)
        known = BodySummary(symbol, self.callees, self).knowledge()
        if isinstance(node, ast.FunctionDef):
            scope = scope_of(symbol)
            values = [value for value in returned_values(node) if isinstance(value, ast.Call)]
            returned = [self.callees.know(value, scope, inner=True) for value in values]
            known = merged((known, *returned)) if returned else known
            return replace(known, coroutine=None)
        single = _single_worker(symbol)
        if single is not None:
            known = replace(known, uses=(*known.uses, single))
        if known.waits is Answer.NO and known.barrier is None and not known.once:
            so_called = " when it is called like this" if given else ""
            reason = Reason(f"`{node.name}` never really waits{so_called}", node.lineno)
            silent = replace(known, barrier=Barrier.NO_WAIT, reasons=(*known.reasons, reason), coroutine=True)
            return self._overridden(symbol, silent)
        return replace(known, coroutine=not node.decorator_list or known.coroutine)

    def _abstract(self, symbol: FunctionSymbol) -> Knowledge:
        """An abstract method is what its implementers in sight are, taken together."""
        reason = Reason(f"`{symbol.node.name}` is implemented by subclasses", symbol.node.lineno)
        found = self._implementers(symbol)
        if not found:
            return Knowledge(reasons=(reason,))
        known = together(found)
        return replace(known, reasons=(reason, *known.reasons))

    def _hook(self, symbol: FunctionSymbol) -> Knowledge:
        """A method that does nothing is there for subclasses to do something, and that has effects."""
        known = stub(symbol)
        found = self._implementers(symbol) if symbol.owner is not None else []
        if not found:
            return known
        done = together(found)
        return replace(known, uses=done.uses, reads=done.reads, writes=done.writes)

    def _nearest(self, target: FunctionSymbol, scope: Scope) -> Knowledge | None:
        """Of an abstract method the implementation counts that the calling module is named after."""
        project = self.callees.receivers.project
        if not project.follow or not is_abstract(target.node):
            return None
        here = set(vocabulary.words(" ".join(PurePath(scope.source.path).with_suffix("").parts[-3:])))
        found = implementers(target, project.needs)
        words = [set(vocabulary.words(one.owner.node.name)) if one.owner else set[str]() for one in found]
        common = set.intersection(*words) if words else set()
        pairs = zip(found, words, strict=True)
        own = [one for one, named in pairs if (named - common) & here and not is_abstract(one.node)]
        if not own or len(own) == len(found):
            return None
        return together([self._told(self.summary(one), one, target.source) for one in own])

    def _implementers(self, symbol: FunctionSymbol) -> list[Knowledge]:
        if not self.callees.receivers.project.follow:
            return []
        needs = self.callees.receivers.project.needs
        return [self._told(self.summary(one), one, symbol.source) for one in implementers(symbol, needs)]

    def _overridden(self, symbol: FunctionSymbol, known: Knowledge) -> Knowledge:
        """A method that never waits by default may do so where it is overridden: most of those decide."""
        found = self._implementers(symbol)
        if sum(one.waits >= Answer.LIKELY for one in found) * 2 <= len(found):
            return known
        return together(found)

    def _decorators(self, symbol: FunctionSymbol) -> Knowledge | None:
        for decorator in symbol.node.decorator_list:
            name = decorator_name(decorator)
            parts = vocabulary.words(name)
            line = symbol.node.lineno
            if any(part.startswith(("cach", "memo")) for part in parts) and "property" not in parts:
                return barred(
                    Barrier.NO_WAIT, f"`{symbol.node.name}` is cached by `@{name}`: a second call is cheap", line
                )
            if any(part in ("lock", "locked", "synchronized", "serialized", "exclusive") for part in parts):
                return barred(Barrier.LOCKED, f"`@{name}` lets one call of `{symbol.node.name}` in at a time", line)
            if PACING.search("".join(parts)):
                return barred(Barrier.PACED, f"`@{name}` sets the pace of `{symbol.node.name}`", line)
            if any(part in ("transaction", "transactional", "atomic") for part in parts):
                return barred(Barrier.EXCLUSIVE, f"`@{name}` puts `{symbol.node.name}` into a transaction", line)
        return None


def _single_worker(symbol: FunctionSymbol) -> Use | None:
    """Return the use of an object whose constructor says, by default, that it serves one at a time."""
    init = class_body(symbol.owner).get("__init__") if symbol.owner is not None else None
    if not isinstance(init, FunctionNode):
        return None
    for name, value in defaults_of(init).items():
        if isinstance(value, ast.Constant) and value.value == 1 and BOUND.search(name):
            return Use(Barrier.EXCLUSIVE, ("self",), Reason(f"`{name}` is 1: one call at a time", init.lineno))
    return None
