"""Objects that a call uses up: exclusive receivers and arguments, by class or by name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis import vocabulary
from flake8_gather.analysis.effects import path_of
from flake8_gather.analysis.knowledge import Use
from flake8_gather.analysis.naming import is_line, is_transaction, names_exclusive
from flake8_gather.analysis.project import ClassSymbol, External
from flake8_gather.analysis.vocabulary import Verb
from flake8_gather.catalogue import Kind
from flake8_gather.opportunity import Barrier, Reason

if TYPE_CHECKING:
    from flake8_gather.analysis.effects import Path
    from flake8_gather.analysis.receivers import Receivers
    from flake8_gather.analysis.types import Scope, Type
    from flake8_gather.catalogue import Catalogue, Fact

ARGUMENT_KINDS = {Kind.EXCLUSIVE, Kind.SERIALISED}
# Attributes under which a class keeps the one connection it works on.
HOLDERS = ("session", "_session", "db", "_db", "connection", "_connection", "conn", "_conn")


class Uses:
    """Finds the objects that calls use; one per analysed file."""

    def __init__(self, receivers: Receivers, catalogue: Catalogue) -> None:
        """Take the type inference and the catalogue."""
        self.receivers = receivers
        self.catalogue = catalogue

    def of_receiver(
        self, path: Path, receiver: ast.expr, verb: Verb, *, line: int, scope: Scope, inner: bool
    ) -> list[Use]:
        """Return what the receiver's and the callee's names suggest about sharing the receiver."""
        uses = []
        name = path[-1] if not path[-1].startswith("[") else path[0]
        text = ast.unparse(receiver)
        known_type = self.receivers.infer(receiver, scope)
        unknown = known_type is None or isinstance(known_type.symbol, External)
        single = vocabulary.is_named("exclusive", name) or vocabulary.is_named("lines", name)
        if (unknown and single) or (known_type is not None and is_line(known_type)):
            reason = Reason(f"`{text}` is named like a single connection or session", line)
            uses.append(Use(Barrier.EXCLUSIVE, path, reason))
        elif unknown and vocabulary.is_named("ordered", name) and not inner:
            uses.append(Use(Barrier.ORDERED, path, Reason(f"`{text}` is named like something used in order", line)))
        if verb is Verb.EXCLUSIVE:
            uses.append(Use(Barrier.EXCLUSIVE, path, Reason(f"takes what comes next from `{text}`", line)))
        if inner:
            return uses + self.of_bound(receiver, scope)
        if verb is Verb.ORDERED:
            uses.append(Use(Barrier.ORDERED, path, Reason("the order of these calls is likely their point", line)))
        elif verb is Verb.LIFECYCLE:
            uses.append(Use(Barrier.LIFE_CYCLE, path, Reason(f"a step in the life of `{text}`", line)))
        return uses + self.of_bound(receiver, scope)

    def of_bound(self, receiver: ast.expr, scope: Scope) -> list[Use]:
        """A receiver made from an exclusive object, or that holds one, uses it."""
        path = path_of(receiver)
        if path is None or path == ("self",):
            return []
        built = self._built_from(receiver, scope)
        if built is not None:
            reason = Reason(f"`{ast.unparse(receiver)}` was made from `{'.'.join(built)}`", receiver.lineno)
            return [Use(Barrier.EXCLUSIVE, built, reason)]
        found = self.receivers.infer(receiver, scope)
        if found is not None and isinstance(found.symbol, ClassSymbol):
            for name in HOLDERS:
                fact = self.fact(self.receivers.attribute(found, name))
                if fact is not None and fact.kind in ARGUMENT_KINDS:
                    reason = Reason(f"`{ast.unparse(receiver)}` works on one {fact.name}", receiver.lineno)
                    return [Use(Barrier.EXCLUSIVE, path, reason)]
        return []

    def _built_from(self, receiver: ast.expr, scope: Scope) -> Path | None:
        """Return the exclusive object that a receiver's constructor or factory was given."""
        local: Scope | None = scope
        while isinstance(receiver, ast.Name) and local is not None and local.function is not None:
            bound = self.receivers.bindings(local.function).get(receiver.id, ())
            for node in bound:
                value = getattr(node, "value", None)
                if isinstance(value, ast.Await):
                    value = value.value
                if isinstance(node, ast.Assign) and isinstance(value, ast.Call):
                    found = self.of_arguments(value, local, by_name=True, built=False)
                    if found:
                        return found[0].path
            local = None if bound else local.enclosing()
        return None

    def of_arguments(self, node: ast.Call, scope: Scope, *, by_name: bool, built: bool = True) -> list[Use]:
        """An exclusive object handed to a callee counts as used by it; so does (`built`) what is made from one."""
        uses = []
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            path = path_of(argument)
            if path is None:
                continue
            found = self.receivers.infer(argument, scope)
            fact = self.fact(found)
            if fact is not None:
                if fact.kind in ARGUMENT_KINDS:
                    reason = Reason(f"`{'.'.join(path)}` is passed on; {fact.name}: {fact.why}", node.lineno)
                    uses.append(Use(Barrier.EXCLUSIVE, path, reason))
            elif _unknown(found) and vocabulary.is_named("streams", path[-1]):
                reason = Reason(f"`{'.'.join(path)}` is passed on: a stream is read and written in order", node.lineno)
                uses.append(Use(Barrier.ORDERED, path, reason))
            elif (by_name and names_exclusive(found, path)) or is_transaction(found):
                reason = Reason(
                    f"`{'.'.join(path)}` is passed on and named like a single connection or session", node.lineno
                )
                uses.append(Use(Barrier.EXCLUSIVE, path, reason))
            elif by_name and built and (base := self._built_from(argument, scope)) is not None:
                reason = Reason(f"`{'.'.join(path)}` is passed on and was made from `{'.'.join(base)}`", node.lineno)
                uses.append(Use(Barrier.EXCLUSIVE, base, reason))
        return uses

    def fact(self, found: Type | None) -> Fact | None:
        """Return what the catalogue says of a class, or of a base outside the project."""
        if found is None:
            return None
        if isinstance(found.symbol, External):
            return self.catalogue.type_fact(found.symbol.dotted)
        declared = self.catalogue.declared(f"{found.symbol.source.imports.module}.{found.symbol.node.name}")
        if declared is not None:
            return declared
        for base in self.receivers.project.bases(found.symbol):
            if isinstance(base, External) and (fact := self.catalogue.type_fact(base.dotted)) is not None:
                return fact
        return None

    def of_plain_call(self, node: ast.Call, scope: Scope) -> Use | None:
        """Return the use of an exclusive object by a plain (not awaited) call on it, if it is one."""
        if not isinstance(node.func, ast.Attribute):
            return None
        path = path_of(node.func.value)
        if path is not None and node.func.attr in ("add", "merge") and node.args:
            given = path_of(node.args[0])
            if given is not None and vocabulary.is_named("exclusive", path[-1]):
                reason = Reason(f"`{'.'.join(given)}` becomes part of `{'.'.join(path)}`, and of no other", node.lineno)
                return Use(Barrier.EXCLUSIVE, given, reason)
        fact = self.fact(self.receivers.infer(node.func.value, scope)) if path is not None else None
        if path is None or fact is None or fact.kind not in ARGUMENT_KINDS:
            return None
        return Use(Barrier.EXCLUSIVE, path, Reason(f"{fact.name}: {fact.why}", node.lineno))


def _unknown(found: Type | None) -> bool:
    """Tell whether nothing more than a name is known of a class."""
    return found is None or isinstance(found.symbol, External)
