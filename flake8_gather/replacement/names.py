"""New names: natural ones that neither shadow nor collide with anything."""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Iterable, Iterator, Sequence

from flake8_gather.analysis.bindings import bound_by, parameters
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.walking import children, walk

VERBS = frozenset(
    "get fetch load read download request find query lookup search list retrieve compute build make create call "
    "run do process handle parse resolve check is has async aget afetch".split()
)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
GENERAL = frozenset({"keep", "result", "res", "ret", "found", "done", "value", "new", "old"})


def bound_names(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements bind in their own scope, blocks inside them included."""
    stack: list[ast.AST] = list(statements)
    while stack:
        node = stack.pop()
        yield from bound_by(node)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            stack.extend(children(node))


def target_names(*targets: ast.expr) -> list[str]:
    """Return the plain names that loop targets bind, in order."""
    return [node.id for target in targets for node in _in_order(target) if isinstance(node, ast.Name)]


def _in_order(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from _in_order(element)
    elif isinstance(node, ast.Starred):
        yield from _in_order(node.value)
    else:
        yield node


def used_names(node: ast.AST) -> set[str]:
    """Return every name that occurs in a node, in nested scopes too."""
    found: set[str] = set()
    for inner in walk(node):
        if isinstance(inner, ast.Name):
            found.add(inner.id)
        elif isinstance(inner, ast.arg):
            found.add(inner.arg)
        elif isinstance(inner, ast.Global | ast.Nonlocal):
            found.update(inner.names)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        found.update(parameters(node), bound_names(node.body))
    return found


@per_file()
def names_inside(function: ast.AsyncFunctionDef) -> frozenset[str]:
    """Return every name that occurs in a function; many groups of one function ask for it."""
    return frozenset(used_names(function))


@per_file()
def names_bound(scope: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """Return the names that a module or a function binds, its parameters included."""
    own = [] if isinstance(scope, ast.Module) else parameters(scope)
    return frozenset((*own, *bound_names(scope.body)))


class Names:
    """The names that are taken in a function, and fresh ones."""

    def __init__(self, function: ast.AsyncFunctionDef, module: ast.Module, taken: Iterable[str] = ()) -> None:
        """Take what the function uses, the module binds, and what other rewrites bring in."""
        self.known = names_inside(function) | names_bound(module)
        self.used = {*self.known, *dir(builtins), *taken}

    def fresh(self, *candidates: str) -> str:
        """Return the first candidate that is free, else the last one with a number; it is taken then."""
        free = (name for name in candidates if name.isidentifier() and not keyword.iskeyword(name))
        name = next((name for name in free if name not in self.used), None)
        number = 2
        while name is None:
            numbered = f"{candidates[-1]}_{number}"
            name = numbered if numbered not in self.used else None
            number += 1
        self.used.add(name)
        return name


def callee(node: ast.expr) -> str:
    """Return the last part of the name of what is called: `fetch` for `self.api.fetch(x)`."""
    while isinstance(node, ast.Call | ast.Subscript | ast.Await):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def noun(node: ast.expr) -> str:
    """Return what a call yields, by its name: `user` for `fetch_user(x)`, `` where the name says nothing."""
    words = [word for word in callee(node).strip("_").split("_") if word]
    while words and words[0] in VERBS:
        words.pop(0)
    for index, word in enumerate(words):
        if word in {"by", "from", "for", "with", "of", "in", "to"}:
            words = words[:index]
            break
    return "_".join(words) if callee(node).islower() else ""


def label(statement: ast.stmt, node: ast.expr) -> str:
    """Return what an awaited value is for, by its keyword, its callee, its key or what is made of it."""
    assert isinstance(node, ast.Await)
    key = ""
    for around in walk(statement):
        match around:
            case ast.keyword(arg=str(name), value=value) if value is node:
                return name
            case ast.Dict(keys=keys, values=values) if any(value is node for value in values):
                named = next(key for key, value in zip(keys, values, strict=True) if value is node)
                key = named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else ""
    found = noun(node.value) or key
    if found:
        return found
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return f"{name}_result"
    return ""


def told_apart(labels: Sequence[str]) -> list[str]:
    """Number the labels that occur more than once, in words; what is left of them has none."""
    numbers: dict[str, Iterator[str]] = {name: iter(ORDINALS) for name in labels if labels.count(name) > 1}
    return [f"{next(numbers[name], 'last')}_{name}" if name in numbers and name else name for name in labels]


def plural(name: str) -> str:
    """Return the name of many."""
    if name.endswith("y") and name[-2:-1] not in set("aeiou"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("s", "x", "ch", "sh")) else f"{name}s"


def many(name: str) -> str:
    """Return a natural name for many of what a name stands for, `` where there is none."""
    words = name.split("_")
    is_noun = len(name) > 2 and not words[-1].endswith(("s", "ed", "ing", "data", "info")) and words[-1].isalpha()
    return plural(name) if is_noun and name not in GENERAL else ""


def singular(name: str) -> str:
    """Return the name of one of many, `` where that cannot be told."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith(("ss", "us", "is")) and len(name) > 3 else ""
