"""The values of the type inference: a class with its arguments, and where an expression stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.project import ClassSymbol, External

if TYPE_CHECKING:
    from flake8_gather.analysis.definitions import Module
    from flake8_gather.analysis.project import FunctionSymbol
    from flake8_gather.analysis.source import FunctionNode

# Containers whose last type argument is that of the elements, the others' first is.
ELEMENT_LAST = frozenset({"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "OrderedDict"})


@dataclass(frozen=True, slots=True)
class Type:
    """A class of the project or outside it, with its type arguments."""

    symbol: ClassSymbol | External
    args: tuple[Type | None, ...] = ()

    @property
    def name(self) -> str:
        """The class's own name."""
        if isinstance(self.symbol, ClassSymbol):
            return self.symbol.node.name
        return self.symbol.dotted.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its file, the function around it, that function's surroundings."""

    source: Module
    function: FunctionNode | None = None
    owner: ClassSymbol | None = None
    outer: tuple[FunctionNode, ...] = ()

    def enclosing(self) -> Scope | None:
        """The scope around this function's own, if that is a function too."""
        if not self.outer:
            return None
        return Scope(self.source, self.outer[-1], self.owner, self.outer[:-1])


def scope_of(symbol: FunctionSymbol) -> Scope:
    """Return the scope of a function's body."""
    return Scope(symbol.source, symbol.node, symbol.owner, symbol.outer)


def element(found: Type | None) -> Type | None:
    """Return the class of a container's elements (a mapping's values), by its type arguments."""
    if found is None or not found.args or isinstance(found.symbol, ClassSymbol):
        return None
    return found.args[-1] if found.name in ELEMENT_LAST else found.args[0]
