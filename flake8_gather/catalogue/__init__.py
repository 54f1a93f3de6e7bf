"""What is known about libraries: data files, one per top-level import name, and how to ask them.

Pure data access. A file is read when a name of its library is asked for the first time, so a
source file costs only the libraries it imports. README.md explains the format of the files.
"""

from __future__ import annotations

import functools
import re

from flake8_gather.catalogue.entries import Entry, Fact, Kind, library_of

__all__ = ["Catalogue", "Fact", "Kind"]

# What a method's reason is where its kind is not that of its class.
_REASONS = {
    Kind.CONCURRENT: "the calls do not depend on each other",
    Kind.EXCLUSIVE: "one call at a time",
    Kind.SERIALISED: "the calls wait for each other",
    Kind.ORDERED: "the order of the calls is their point",
    Kind.WRAPPER: "as the awaitable it wraps",
}


class Catalogue:
    """The data files together with the names a user declared."""

    __slots__ = ("_declared",)

    def __init__(
        self,
        ordered: tuple[str, ...] = (),
        exclusive: tuple[str, ...] = (),
        concurrent: tuple[str, ...] = (),
        gather: tuple[str, ...] = (),
    ) -> None:
        """Take the user's dotted names, in which `*` is any run of characters; they win."""
        declared = (
            *((pattern, Kind.ORDERED) for pattern in ordered),
            *((pattern, Kind.EXCLUSIVE) for pattern in exclusive),
            *((pattern, Kind.CONCURRENT) for pattern in concurrent),
            *((pattern, Kind.GATHER) for pattern in gather),
        )
        # The most literal pattern comes first: a name beats the pattern that covers its package.
        self._declared = tuple(sorted(declared, key=lambda one: -len(one[0].replace("*", ""))))

    def function(self, dotted: str) -> Fact | None:
        """Return what is known about calling this dotted name."""
        name = self.canonical(dotted)
        if declared := self.declared(dotted, name):
            return declared
        entry = _entry(name)
        if entry is not None and entry.shape == "function":
            return entry.fact
        return _function_of_module(name) or self.other_loop(name)

    def method(self, class_: str, method: str) -> Fact | None:
        """Return what is known about calling this method of this class."""
        class_, given = self.canonical(class_), class_
        name = f"{class_}.{method}"
        if declared := self.declared(f"{given}.{method}", name, given, class_):
            return Fact(name, declared.kind, declared.why, declared.source)
        family = _family(class_)
        for entry in family:
            if (kind := _listed(entry, method)) is not None:
                return _method_fact(entry, name, method, kind)
        for entry in family:
            if entry.default is not None:
                return _method_fact(entry, name, method, entry.default)
        return None

    def type_fact(self, class_: str) -> Fact | None:
        """Return what is known about sharing one object of this class."""
        name = self.canonical(class_)
        if declared := self.declared(class_, name):
            return declared
        return next((entry.fact for entry in _family(name)), None)

    def class_of_call(self, dotted: str) -> str | None:
        """Return the class that this call gives (plain, awaited or entered): `X()` or a factory."""
        name = self.canonical(dotted)
        if self.is_class(name):
            return name
        return library_of(name).factories.get(name)

    def classes_of_parts(self, dotted: str) -> tuple[str, ...]:
        """Return the classes of the tuple that this call gives: `reader, writer = await …`."""
        entry = _entry(self.canonical(dotted))
        return entry.unpacks if entry is not None else ()

    def class_of_method(self, class_: str, method: str) -> str | None:
        """Return the class that this method gives; `__call__` is the call of the object itself."""
        family = _family(self.canonical(class_))
        return next((entry.makes[method] for entry in family if method in entry.makes), None)

    def class_of_attribute(self, class_: str, attribute: str) -> str | None:
        """Return the class of this attribute."""
        attributes = [one.attributes for one in _family(self.canonical(class_))]
        named = next((classes[attribute] for classes in attributes if attribute in classes), None)
        return named or next((classes["*"] for classes in attributes if "*" in classes), None)

    def canonical(self, dotted: str) -> str:
        """Return the name under which the catalogue knows this one; unknown names unchanged."""
        return library_of(dotted).aliases.get(dotted, dotted)

    def is_class(self, dotted: str) -> bool:
        """Tell whether this is a class of the catalogue or one that a user's pattern covers."""
        entry = _entry(self.canonical(dotted))
        if entry is not None:
            return entry.shape == "class"
        if not dotted.rpartition(".")[2][:1].isupper():
            return False
        inside = any(pattern.startswith(f"{dotted}.") for pattern, _ in self._declared)
        return inside or self.declared(dotted) is not None

    def other_loop(self, module: str) -> Fact | None:
        """Return the fact about the module of another event loop that this dotted name is in."""
        entries = library_of(module).entries
        parts = module.split(".")
        for length in range(len(parts), 0, -1):
            entry = entries.get(".".join(parts[:length]))
            if entry is not None and entry.fact.kind is Kind.NOT_ASYNCIO:
                return entry.fact
        return None

    def declared(self, *names: str) -> Fact | None:
        """Return the fact of the first pattern of the user that matches one of the names."""
        for pattern, kind in self._declared:
            if any(_matches(pattern, name) for name in names):
                return Fact(names[0], kind, f"declared {kind} in the settings", "settings")
        return None


def _matches(pattern: str, name: str) -> bool:
    """Tell whether a pattern covers the whole name."""
    return _regex(pattern).fullmatch(name) is not None


@functools.cache
def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*"))


def _entry(name: str) -> Entry | None:
    """Return the entry of a canonical name."""
    return library_of(name).entries.get(name)


def _family(class_: str) -> list[Entry]:
    """Return the entry of a canonical class and those it inherits from, nearest first."""
    family: list[Entry] = []
    entry = _entry(class_)
    while entry is not None:
        family.append(entry)
        entry = _entry(entry.inherits) if entry.inherits else None
    return [one for one in family if one.shape == "class"]


def _listed(entry: Entry, method: str) -> Kind | None:
    """Return the kind under which a method is listed, by its name or by a pattern."""
    kind = entry.methods.get(method)
    if kind is not None:
        return kind
    patterns = (pattern for pattern in entry.methods if "*" in pattern)
    return next((entry.methods[pattern] for pattern in patterns if _matches(pattern, method)), None)


def _function_of_module(name: str) -> Fact | None:
    """Return the fact of a function that is listed in the entry of its module."""
    module, _, function = name.rpartition(".")
    entry = _entry(module)
    kind = _listed(entry, function) if entry is not None and entry.shape == "module" else None
    return None if entry is None or kind is None else _method_fact(entry, name, function, kind)


def _method_fact(entry: Entry, name: str, method: str, kind: Kind) -> Fact:
    """Return the fact of one method or function, with what its class or module says."""
    fact = entry.fact
    why = fact.why if kind is fact.kind else _REASONS[kind]
    wraps = 0 if kind is Kind.WRAPPER else None
    returns = entry.returns.get(method, fact.returns)
    return Fact(name, kind, why, fact.source, returns, wraps, instant=fact.instant, parts=fact.parts)
