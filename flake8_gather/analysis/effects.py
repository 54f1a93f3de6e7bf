"""What expressions and statements read and write, as access paths.

A path is a tuple that starts with a name: `self.cache[key]` is `("self", "cache", "[key]")`. Two
paths touch when one begins with the other; any two items of one container may be the same. Nested
functions and lambdas count where they are defined: a name they read is read there.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.walking import FunctionLike, children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path = tuple[str, ...]
ITEM = "[]"

# Methods of the built-in containers (and their usual look-alikes) that change the receiver.
MUTATORS = frozenset(
    "append appendleft add clear discard extend extendleft insert pop popitem popleft put_nowait "
    "remove reverse setdefault sort update difference_update intersection_update "
    "symmetric_difference_update subtract move_to_end write writelines set_result set_exception".split()
)
# Mutators whose order does not show afterwards.
COMMUTATIVE = frozenset({"add", "discard"})
# Mutators that do not look at what is there.
FILLERS = frozenset({"append", "appendleft", "add", "extend", "update"})
# Methods that look at what is in a container.
READERS = frozenset("copy count difference get index intersection isdisjoint items keys union values".split())


@dataclass(frozen=True, slots=True)
class Effects:
    """What a piece of code reads and writes; `calls` are the calls it makes (not awaited or awaited).

    `mutations` are the writes that change an object in place (`xs.append`, `d[k] = v`, `x.a = v`),
    `bindings` the plain names it binds.
    """

    reads: frozenset[Path] = frozenset()
    mutations: frozenset[Path] = frozenset()
    bindings: frozenset[str] = frozenset()
    calls: tuple[ast.Call, ...] = ()

    @property
    def writes(self) -> frozenset[Path]:
        """Names bound and objects changed."""
        return self.mutations | {(name,) for name in self.bindings}

    def __or__(self, other: Effects) -> Effects:
        """Return the effects of two pieces of code."""
        return Effects(
            self.reads | other.reads,
            self.mutations | other.mutations,
            self.bindings | other.bindings,
            (*self.calls, *other.calls),
        )


def path_of(node: ast.expr) -> Path | None:
    """Return the access path of a name, attribute or item expression, else None."""
    parts: list[str] = []
    while True:
        match node:
            case ast.Name(id=name):
                return (name, *reversed(parts))
            case ast.Attribute(value=value, attr=attr):
                parts.append(attr)
                node = value
            case ast.Subscript(value=value, slice=index):
                parts.append(f"[{','.join(sorted(names_in(index)))}]")
                node = value
            case _:
                return None


def paths_of(node: ast.expr) -> tuple[Path, ...]:
    """Return the access paths of all objects that an expression may stand for: `a or b`, `a if x else b`."""
    match node:
        case ast.BoolOp(values=values):
            return tuple(path for value in values for path in paths_of(value))
        case ast.IfExp(body=body, orelse=orelse):
            return (*paths_of(body), *paths_of(orelse))
        case ast.NamedExpr(value=value):
            return paths_of(value)
    path = path_of(node)
    return (path,) if path is not None else ()


def names_in(node: ast.AST) -> set[str]:
    """Return all names an expression mentions."""
    return {child.id for child in walk(node) if isinstance(child, ast.Name)}


def item_names(path: Path) -> set[str]:
    """Return the names that the indexes in a path mention."""
    return {name for part in path if part.startswith("[") for name in part[1:-1].split(",") if name}


def container(path: Path) -> Path:
    """Return the path of the container that an item path goes into: all of it may be asked for."""
    return next((path[:index] for index, part in enumerate(path) if part.startswith("[")), path)


def root_of(node: ast.expr) -> str | None:
    """Return the name that an access path, call chain or await on one starts with."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=value) | ast.Subscript(value=value) | ast.Await(value=value):
                node = value
            case ast.Call(func=func):
                node = func
            case _:
                return None


def touch(one: Path, other: Path) -> bool:
    """Tell whether one path is inside the other."""
    return all(
        left == right or (left.startswith("[") and right.startswith("["))
        for left, right in zip(one, other, strict=False)
    )


def conflicts(one: Iterable[Path], other: Iterable[Path]) -> Path | None:
    """Return the first path of `one` that touches one of `other`, None where they are apart."""
    others = tuple(other)
    return min((path for path in one if any(touch(path, candidate) for candidate in others)), default=None)


def same_attribute(one: Iterable[Path], other: Iterable[Path]) -> Path | None:
    """Return an attribute in `one` that `other` has too, one of a named object and one of an item: `x.a`, `xs[0].a`.

    The object may be the item.
    """
    first, second = sorted(one), tuple(other)
    named, of_items = _attributes(second, of_items=False), _attributes(second, of_items=True)
    return next(
        (
            path
            for path in first
            if path[-1] in named & _attributes([path], of_items=True)
            or path[-1] in of_items & _attributes([path], of_items=False)
        ),
        None,
    )


def _attributes(paths: Iterable[Path], *, of_items: bool) -> set[str]:
    if of_items:
        return {path[-1] for path in paths if len(path) > 2 and path[-2].startswith("[")}
    return {path[-1] for path in paths if len(path) == 2 and not path[-1].startswith("[")}


def effects_of(*nodes: ast.AST) -> Effects:
    """Collect the effects of nodes, nested functions' free names counted as reads."""
    if len(nodes) == 1:
        return _effects(nodes[0])
    found = _Collection()
    for node in nodes:
        found.add(_effects(node))
    return found.frozen()


@per_file(most=4096)
def _effects(node: ast.AST) -> Effects:
    found = _Collection()
    _collect(node, found)
    return found.frozen()


class _Collection:
    """Effects while they are being collected."""

    __slots__ = ("bindings", "calls", "mutations", "reads")

    def __init__(self) -> None:
        self.reads: set[Path] = set()
        self.mutations: set[Path] = set()
        self.bindings: set[str] = set()
        self.calls: list[ast.Call] = []

    def add(self, other: Effects) -> None:
        self.reads |= other.reads
        self.mutations |= other.mutations
        self.bindings |= other.bindings
        self.calls += other.calls

    def frozen(self) -> Effects:
        return Effects(frozenset(self.reads), frozenset(self.mutations), frozenset(self.bindings), tuple(self.calls))


def _collect(root: ast.AST, found: _Collection) -> None:
    stack = [root]
    while stack:
        node = stack.pop()
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                found.reads.add((name,))
            case ast.Name(id=name):
                found.bindings.add(name)
            case ast.Attribute() | ast.Subscript():
                _access(node, found, stack)
            case ast.AugAssign(target=target, value=value):
                _augmented(target, found)
                stack.append(value)
                if not isinstance(target, ast.Name):
                    stack.extend(_inner_expressions(target))
            case ast.Call():
                _call(node, found)
                stack.extend(children(node))
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.bindings.add(name)
                _nested(node, found, {name})
            case ast.Lambda():
                _nested(node, found)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                _comprehension(node, found)
            case ast.ExceptHandler(name=str(name)):
                found.bindings.add(name)
                stack.extend(children(node))
            case ast.ClassDef(name=name) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                found.bindings.add(name)
                stack.extend(children(node))
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found.bindings.update(alias.asname or alias.name.partition(".")[0] for alias in names)
            case _:
                stack.extend(children(node))


def _access(node: ast.Attribute | ast.Subscript, found: _Collection, stack: list[ast.AST]) -> None:
    path = path_of(node)
    if path is None:
        stack.extend(children(node))
        return
    if isinstance(node.ctx, ast.Load):
        found.reads.add(path)
    else:
        found.mutations.add(path)
        found.reads.add(path[:1])
    stack.extend(_inner_expressions(node))


def _inner_expressions(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the index expressions inside an access path, and a root that is no name."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Subscript):
            yield node.slice
        node = node.value
    if not isinstance(node, ast.Name):
        yield node


def _augmented(target: ast.expr, found: _Collection) -> None:
    path = path_of(target)
    if path is None:
        return
    found.reads.add(path)
    if len(path) == 1:
        found.bindings.add(path[0])
    else:
        found.mutations.add(path)


def _call(node: ast.Call, found: _Collection) -> None:
    found.calls.append(node)
    if isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS | READERS:
        path = path_of(node.func.value)
        if path is not None:
            (found.mutations if node.func.attr in MUTATORS else found.reads).add((*path, ITEM))
    if (path := attribute_set(node)) is not None:
        found.mutations.add(path)
    if isinstance(node.func, ast.Name) and node.func.id in ("next", "anext") and node.args:
        path = path_of(node.args[0])
        if path is not None:
            found.mutations.add((*path, ITEM))


def stored_by(node: ast.Call) -> ast.Attribute | None:
    """Return the attribute that `setattr(x, "name", value)` stores, if its name is spelled out."""
    match node:
        case ast.Call(func=ast.Name(id="setattr"), args=[owner, ast.Constant(value=str(name)), _]):
            return ast.copy_location(ast.Attribute(owner, name, ast.Store()), node)
    return None


def attribute_set(node: ast.expr) -> Path | None:
    """Return what a call of `setattr` or `delattr` changes: the attribute, or any part of the object."""
    match node:
        case ast.Call(func=ast.Name(id="setattr" | "delattr"), args=[changed, name, *_]):
            path = path_of(changed)
            attribute = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ITEM
            return None if path is None else (*path, attribute)
    return None


def _nested(node: FunctionLike, found: _Collection, own: set[str] | None = None) -> None:
    """Count the free names of a nested function: read, and written where declared nonlocal."""
    inside = _Collection()
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    for statement in body:
        _collect(statement, inside)
    arguments = node.args
    own = (own or set()) | {
        argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    }
    own |= {argument.arg for argument in (arguments.vararg, arguments.kwarg) if argument}
    shared = {name for child in walk(node) if isinstance(child, ast.Nonlocal | ast.Global) for name in child.names}
    own |= inside.bindings - shared
    found.reads |= {path for path in inside.reads if path[0] not in own}
    found.mutations |= {path for path in inside.mutations if path[0] not in own}
    found.bindings |= inside.bindings & shared
    for default in (*arguments.defaults, *(value for value in arguments.kw_defaults if value)):
        _collect(default, found)


def _comprehension(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, found: _Collection) -> None:
    """Count what a comprehension reads outside itself; only its walrus targets leak."""
    inside = _Collection()
    for child in children(node):
        _collect(child, inside)
    walrus = {child.target.id for child in walk(node) if isinstance(child, ast.NamedExpr)}
    own = {name.id for generator in node.generators for name in walk(generator.target) if isinstance(name, ast.Name)}
    found.reads |= {path for path in inside.reads if path[0] not in own}
    found.mutations |= {path for path in inside.mutations if path[0] not in own}
    found.bindings |= walrus
    found.calls += inside.calls


def comprehension_targets(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> set[str]:
    """Return the names a comprehension's `for` clauses bind."""
    return {name for generator in node.generators for name in target_names(generator.target)}


def target_names(target: ast.expr) -> list[str]:
    """Return the plain names an assignment target binds, in order."""
    return [node.id for node in walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def callee_name(func: ast.expr) -> str:
    """Return the last name of what is called."""
    if isinstance(func, ast.Attribute):
        return func.attr
    if isinstance(func, ast.Call):
        return callee_name(func.func)
    return func.id if isinstance(func, ast.Name) else ""


def base_path(node: ast.expr) -> Path | None:
    """Return the path of a receiver; of a chain of calls that of the object it starts from."""
    while True:
        path = path_of(node)
        if path is not None:
            return path
        match node:
            case ast.Call(func=ast.Attribute(value=value)) | ast.Attribute(value=value) | ast.Await(value=value):
                node = value
            case ast.Subscript(value=value):
                node = value
            case _:
                return None
