"""What an awaited expression is known to do: by the catalogue, by its body in sight, by its names."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.definitions import TRANSPARENT, decorator_name
from flake8_gather.analysis.effects import base_path, callee_name, effects_of, path_of
from flake8_gather.analysis.facts import LOCAL_FILES, brief, from_fact
from flake8_gather.analysis.knowledge import Knowledge, Use, barred, merged, said
from flake8_gather.analysis.locks import Locks
from flake8_gather.analysis.naming import DEFINITIONS, commands, named_knowledge
from flake8_gather.analysis.project import ClassSymbol, External, FunctionSymbol, VariableSymbol
from flake8_gather.analysis.starting import handed_task, is_gather_like, started_calls, stored_call, task_of
from flake8_gather.analysis.threads import THREAD_FUNCTIONS, THREAD_WRAPPERS, in_thread
from flake8_gather.analysis.uses import Uses
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.catalogue import Catalogue, Fact, Kind
from flake8_gather.opportunity import Answer, Barrier, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.project import Symbol
    from flake8_gather.analysis.receivers import Receivers
    from flake8_gather.analysis.summaries import Summaries
    from flake8_gather.analysis.types import Scope

HANDOVERS = frozenset(
    "Queue PriorityQueue LifoQueue Event Condition Barrier Lock Semaphore BoundedSemaphore Future Task".split()
)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a class outside the project."""

    class_: str
    name: str


Target = FunctionSymbol | ClassSymbol | External | Method | None


class Callees:
    """Answers what awaiting an expression means; one per analysed file."""

    def __init__(self, receivers: Receivers, catalogue: Catalogue) -> None:
        """Take the type inference and the catalogue; summaries join later (they need each other)."""
        self.receivers = receivers
        self.catalogue = catalogue
        self.uses = Uses(receivers, catalogue)
        self.locks = Locks(receivers)
        self.summaries: Summaries | None = None

    # -- targets ---------------------------------------------------------------------------------

    def target(self, func: ast.expr, scope: Scope) -> Target:
        """Return what a call calls, None where unknown."""
        match func:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=name) if scope.owner is not None:
                return self._method(scope.owner, name, after=True)
            case ast.Call() if self.is_partial(func, scope) and func.args:
                return self.target(func.args[0], scope)
        symbol: Symbol | None = self.receivers.symbol(func, scope)
        if isinstance(symbol, VariableSymbol):
            value = symbol.node.value
            if isinstance(value, ast.Call) and self.is_partial(value, scope) and value.args:
                return self.target(value.args[0], scope)
            return None
        if isinstance(symbol, FunctionSymbol | ClassSymbol | External):
            return symbol
        if isinstance(func, ast.Attribute):
            owner = self.receivers.infer(func.value, scope)
            if owner is None:
                return None
            if isinstance(owner.symbol, External):
                return Method(owner.symbol.dotted, func.attr)
            return self._method(owner.symbol, func.attr)
        return None

    def _method(self, owner: ClassSymbol, name: str, *, after: bool = False) -> Target:
        found = self.receivers.project.method(owner, name, after=after)
        if isinstance(found, External):
            return Method(found.dotted, name)
        return found

    def _partial(self, node: ast.Call, scope: Scope) -> ast.Call | None:
        """Return a call of a local `functools.partial` as the call that it stands for."""
        if not isinstance(node.func, ast.Name) or scope.function is None:
            return None
        match self.receivers.bindings(scope.function).get(node.func.id):
            case [ast.Assign(value=ast.Call(args=[func, *first]) as value)] if self.is_partial(value, scope):
                keywords = [*value.keywords, *node.keywords]
                return ast.copy_location(ast.Call(func=func, args=[*first, *node.args], keywords=keywords), node)
        return None

    def is_partial(self, node: ast.Call, scope: Scope) -> bool:
        """Tell whether a call makes a `functools.partial`."""
        symbol = self.receivers.symbol(node.func, scope)
        return isinstance(symbol, External) and symbol.dotted == "functools.partial"

    def context_set(self, call: ast.Call, scope: Scope) -> str | None:
        """Return the context variable that a plain call sets, as it is written: each task has its own values."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "set":
            return None
        found = self.receivers.infer(call.func.value, scope)
        return ast.unparse(call.func.value) if found is not None and found.name == "ContextVar" else None

    def done_by(self, calls: Iterable[ast.Call], scope: Scope) -> Knowledge:
        """Return what the functions in sight do that are called, but not awaited."""
        assert self.summaries is not None
        targets = ((call, self.target(call.func, scope)) for call in calls)
        return merged(
            self.summaries.of_call(call, target, scope)
            for call, target in targets
            if isinstance(target, FunctionSymbol)
        )

    # -- knowledge -------------------------------------------------------------------------------

    def know(self, node: ast.expr, scope: Scope, *, inner: bool = False) -> Knowledge:
        """Return what awaiting `node` is known to do; `inner`: it stands inside a callee's body."""
        match node:
            case ast.Call():
                return self._call(node, scope, inner=inner)
            case ast.IfExp(body=body, orelse=orelse):
                return merged((self.know(body, scope, inner=inner), self.know(orelse, scope, inner=inner)))
            case ast.Name() if (stored := self.stored_call(node, scope)) is not None:
                return self._call(stored, scope, inner=inner)
            case ast.Name() | ast.Attribute() | ast.Subscript():
                text = ast.unparse(node)
                return barred(
                    Barrier.ALREADY_CONCURRENT, f"`{text}` was created before, it may already run", node.lineno
                )
        return Knowledge(reasons=(Reason("what is awaited is not a call", node.lineno),))

    def declared(self, func: ast.expr, target: FunctionSymbol, scope: Scope) -> Fact | None:
        """Return what the settings say of a function of the project, by its own name or the one it is imported by."""
        module, name = target.source.imports.module, target.node.name
        spelled = scope.source.imports.dotted(func)
        names = [spelled] if spelled else []
        if target.owner is None:
            return self.catalogue.declared(f"{module}.{name}", *names)
        class_ = f"{module}.{target.owner.node.name}"
        return self.catalogue.declared(f"{class_}.{name}", class_, *names)

    def stored_call(self, node: ast.Name, scope: Scope) -> ast.Call | None:
        """Return the coroutine call behind a name that goes through a list of coroutines made here."""
        if scope.function is None:
            return None
        bindings = self.receivers.bindings(scope.function)
        match bindings.get(node.id):
            case [
                ast.For(target=ast.Name(), iter=ast.Name(id=name))
                | ast.comprehension(target=ast.Name(), iter=ast.Name(id=name))
            ]:
                call = stored_call(scope.function, bindings.get(name, []), name)
                if call is None or task_of(call) is not None:
                    return None
                if self._call(call, scope, inner=False).coroutine is True:
                    return call
        return None

    def _meant(self, node: ast.Call, scope: Scope, *, inner: bool) -> Knowledge | None:
        """Return what is known of a call that stands for others: of a task, a partial, a wrapper, a lock."""
        task = task_of(node) or handed_task(node)
        if task is not None:
            meant = self._call(task, scope, inner=inner)
            return replace(meant, permitted=max(meant.permitted, Answer.LIKELY)) if meant.barrier is None else meant
        bound = self._partial(node, scope)
        if bound is not None:
            return self._call(bound, scope, inner=inner)
        either = _each(node)
        if either:
            return merged([self._call(one, scope, inner=inner) for one in either])
        match node.func:
            case ast.Call() as wrapper:
                return self._wrapped(wrapper, scope)
            case ast.Attribute(value=lock, attr="acquire") if inner:
                use = self.locks.taken_by(lock, scope)
                return Knowledge(Answer.NO, Answer.YES, uses=(use,), seen=True, coroutine=True) if use else None
        return None

    def _call(self, node: ast.Call, scope: Scope, *, inner: bool) -> Knowledge:
        meant = self._meant(node, scope, inner=inner)
        if meant is not None:
            return meant
        target = self.target(node.func, scope)
        name = callee_name(node.func)
        if not inner and vocabulary.words(name)[-1:] == ["locked"]:
            return barred(Barrier.LOCKED, f"`{name}` wants a lock to be held by its caller", node.lineno)
        known: Knowledge | None
        match target:
            case External(dotted):
                known = self._function(node, dotted, scope, inner=inner)
            case Method(class_, name):
                known = self._external_method(node, class_, name, scope, inner=inner)
            case FunctionSymbol() if (fact := self.declared(node.func, target, scope)) is not None:
                receiver = node.func.value if isinstance(node.func, ast.Attribute) and target.owner else None
                known = from_fact(fact, node, receiver)
            case FunctionSymbol():
                assert self.summaries is not None
                known = self.summaries.of_call(node, target, scope)
                known = self._named_callee(node, target, known, scope, inner=inner)
            case _:
                known = None
        if known is None:
            return self.by_name(node, scope, inner=inner)
        if isinstance(target, External | Method) and commands(node, self.receivers, scope) in DEFINITIONS:
            reason = Reason("the statement changes what the next one may need", node.lineno)
            known = replace(known, permitted=min(known.permitted, Answer.UNKNOWN), reasons=(*known.reasons, reason))
        if known.barrier is None:
            # A decorator may hand on other arguments than it was given: then their names must do.
            decorated = isinstance(target, FunctionSymbol) and any(
                decorator_name(one) not in TRANSPARENT for one in target.node.decorator_list
            )
            uses = self.uses.of_arguments(node, scope, by_name=decorated or not known.seen)
            if known.permitted < Answer.YES and isinstance(node.func, ast.Attribute):
                uses += self.uses.of_bound(node.func.value, scope)
            known = replace(known, uses=(*known.uses, *uses))
        return known

    def _wrapped(self, wrapper: ast.Call, scope: Scope) -> Knowledge | None:
        """Return what is known of `wrapper(f)(x)`, where that runs in a thread: one of its own, or the same for all."""
        if callee_name(wrapper) in THREAD_WRAPPERS and wrapper.args:
            fact = self.catalogue.function("asyncio.to_thread")
            return in_thread(self, wrapper, 0, scope, fact) if fact else Knowledge()
        target = self.target(wrapper.func, scope)
        fact = self.catalogue.function(target.dotted) if isinstance(target, External) else None
        if (
            fact is None
            or fact.kind is not Kind.SERIALISED
            or any(one.arg == "thread_sensitive" for one in wrapper.keywords)
        ):
            return None  # `sync_to_async(f, thread_sensitive=False)`: a thread for each
        return from_fact(fact, wrapper, None)

    def _function(self, node: ast.Call, dotted: str, scope: Scope, *, inner: bool) -> Knowledge | None:
        fact = self.catalogue.function(dotted)
        if inner and (is_gather_like(node) or (fact is not None and fact.kind is Kind.GATHER)):
            started = [self.know(call, scope, inner=True) for call in started_calls(node)]
            return merged(started) if started else None
        if fact is None:
            return None
        if fact.kind is Kind.WRAPPER:
            index = fact.wraps or 0
            if index < len(node.args):
                return self.know(node.args[index], scope, inner=inner)
            return None
        if fact.name in THREAD_FUNCTIONS:
            return in_thread(self, node, THREAD_FUNCTIONS[fact.name], scope, fact)
        if fact.paces:
            if inner and _is_zero(node):  # a turn for the others, not a wait
                return Knowledge(Answer.NO, Answer.YES, seen=True, coroutine=True)
            if inner:
                return Knowledge(Answer.YES, Answer.YES, seen=True, coroutine=True, reasons=(said(fact, node),))
            return barred(Barrier.PACED, f"`{fact.name}` pauses on purpose", node.lineno)
        known = from_fact(fact, node, None)
        return brief(known) if fact.name.partition(".")[0] in LOCAL_FILES else known

    def _external_method(
        self, node: ast.Call, class_: str, name: str, scope: Scope, *, inner: bool
    ) -> Knowledge | None:
        fact = self.catalogue.method(class_, name)
        if fact is None:
            return None
        if name == "run_in_executor" and fact.kind is Kind.CONCURRENT:
            known = in_thread(self, node, 1, scope, fact)
            single = self.locks.single_thread(node.args[0], scope) if node.args else None
            return known if single is None else replace(known, uses=(*known.uses, single))
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if inner and name == "acquire" and class_.endswith("Semaphore") and not self.locks.is_single(receiver, scope):
            return Knowledge(Answer.NO, Answer.YES, seen=True, bounded=True, coroutine=True)
        known = from_fact(fact, node, receiver)
        if class_.startswith("asyncio.") and class_.rpartition(".")[2] in HANDOVERS:
            # It waits for others that already run, or (a queue without bound) not at all.
            known = replace(known, waits=Answer.NO if inner else Answer.UNKNOWN)
        return brief(known) if class_.partition(".")[0] in LOCAL_FILES else known

    def _named_callee(
        self, node: ast.Call, target: FunctionSymbol, known: Knowledge, scope: Scope, *, inner: bool
    ) -> Knowledge:
        """Let the name of a callee in sight speak where its body leaves something open."""
        if inner or known.barrier is not None:
            return known
        verb, reliable = vocabulary.verb(target.node.name)
        known = replace(known, query=verb is Verb.QUERY)
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if verb in (Verb.ORDERED, Verb.EXCLUSIVE) and reliable:
            reason = Reason(f"the order of `{target.node.name}` calls is likely their point", node.lineno)
            path = path_of(receiver) if receiver is not None else None
            if path is None:
                return replace(known, barrier=Barrier.ORDERED, permitted=Answer.NO, reasons=(*known.reasons, reason))
            return replace(known, uses=(*known.uses, Use(Barrier.ORDERED, path, reason)))
        if verb is Verb.LIFECYCLE:
            reason = Reason(f"`{target.node.name}` is a step in an object's life", node.lineno)
            return replace(known, permitted=min(known.permitted, Answer.UNKNOWN), reasons=(*known.reasons, reason))
        command = commands(node, self.receivers, scope)
        if command is not None:
            reason = Reason(f"the statement is a {command}", node.lineno)
            return replace(known, permitted=min(known.permitted, Answer.UNKNOWN), reasons=(*known.reasons, reason))
        if verb is Verb.QUERY and not known.seen and known.waits is not Answer.NO:
            waits = max(known.waits, Answer.LIKELY if reliable else Answer.UNKNOWN)
            permitted = max(known.permitted, Answer.LIKELY if waits >= Answer.LIKELY else Answer.UNKNOWN)
            return replace(known, waits=waits, permitted=permitted)
        return known

    def by_name(self, node: ast.Call, scope: Scope, *, inner: bool = False) -> Knowledge:
        """Return what the names in a call tell, of which nothing else is known."""
        name = callee_name(node.func)
        if is_gather_like(node):
            return barred(Barrier.ALREADY_CONCURRENT, f"`{name}` already runs a batch side by side", node.lineno)
        verb, reliable = vocabulary.verb(name)
        if verb is Verb.QUERY and (command := commands(node, self.receivers, scope)) is not None:
            verb = Verb.ORDERED if command in DEFINITIONS else Verb.EFFECT
        heard = (name if isinstance(node.func, ast.Attribute) else "", scope.source.path)
        known = replace(named_knowledge(name, verb, line=node.lineno), reach=_handed(node), heard=frozenset({heard}))
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        path = base_path(receiver) if receiver is not None else None
        uses = [*self.uses.of_arguments(node, scope, by_name=True)]
        if path is not None and vocabulary.is_named("caches", path[-1]):
            reason = Reason(f"`{'.'.join(path)}` is named like a cache, which answers from memory", node.lineno)
            known = replace(known, waits=Answer.UNKNOWN, reasons=(reason, *known.reasons))
        plain = receiver is None or scope.source.imports.dotted(node.func) is not None
        if inner and plain and node.args and not node.keywords and all(map(_is_fixed, node.args)):
            reason = Reason(f"`{name}` is asked for the same thing by each", node.lineno)
            known = replace(known, waits=Answer.UNKNOWN, reasons=(reason, *known.reasons))
        if path is not None and receiver is not None:
            uses += self.uses.of_receiver(path, receiver, verb, line=node.lineno, scope=scope, inner=inner)
        elif verb is Verb.ORDERED and reliable and not inner:
            reason = Reason(f"the order of `{name}` calls is likely their point", node.lineno)
            return replace(known, barrier=Barrier.ORDERED, permitted=Answer.NO, reasons=(reason,))
        return replace(known, uses=tuple(uses))


def _each(call: ast.Call) -> list[ast.Call]:
    """Return a method call on one of two objects, `(given or default).ask()`, as calls on each of them."""
    match call.func:
        case ast.Attribute(value=ast.BoolOp(values=receivers), attr=name):
            pass
        case ast.Attribute(value=ast.IfExp(body=body, orelse=orelse), attr=name):
            receivers = [body, orelse]
        case _:
            return []
    found = []
    for receiver in receivers:
        func = ast.copy_location(ast.Attribute(receiver, name, ast.Load()), call.func)
        found.append(ast.copy_location(ast.Call(func, call.args, call.keywords), call))
    return found


def _is_fixed(argument: ast.expr) -> bool:
    """Tell whether an argument is always the same: a literal, or a name in capitals."""
    return isinstance(argument, ast.Constant) or (isinstance(argument, ast.Name) and argument.id.isupper())


def _handed(call: ast.Call) -> frozenset[Path]:
    """Return the objects that a call is given: its receiver and arguments, by the names they start from."""
    given = [call.func, *call.args, *(keyword.value for keyword in call.keywords)]
    paths = {path for node in given for path in effects_of(node).reads}
    method = path_of(call.func)
    return frozenset(paths - {method} | ({method[:-1]} if method is not None and len(method) > 1 else set()))


def _is_zero(call: ast.Call) -> bool:
    """Tell whether the first argument is the number 0."""
    return bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
