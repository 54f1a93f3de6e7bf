"""Flow dependence inside one function: what reads which binding, before, after and around a loop."""

from __future__ import annotations

import ast
from bisect import bisect_right
from typing import TYPE_CHECKING

from flake8_gather.analysis.effects import callee_name, effects_of, path_of, target_names
from flake8_gather.analysis.remembering import per_file
from flake8_gather.analysis.source import FunctionNode
from flake8_gather.analysis.walking import FunctionLike, child_statements, children, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from flake8_gather.analysis.effects import Path

MAX_ALIASES = 6
LAZY = frozenset({"iter", "enumerate", "reversed", "zip", "map", "filter", "islice", "chain"})
# Context managers that go on behind the block after an exception in it.
SWALLOWING = frozenset({"suppress", "move_on_after", "CancelScope", "raises", "ExitStack", "AsyncExitStack"})
Loop = ast.For | ast.AsyncFor | ast.While


def may_swallow(node: ast.expr) -> bool:
    """Tell whether a context manager is known to hide exceptions of its block."""
    return isinstance(node, ast.Call) and callee_name(node.func) in SWALLOWING


def exposed_reads(body: Sequence[ast.stmt], bound: Iterable[str] = ()) -> set[str]:
    """Return the names that a block may read before it has bound them itself.

    `bound` are names already bound at its beginning (the loop's variables).
    """
    known, exposed = set(bound), set[str]()
    for statement in body:
        read, binds = _exposure(statement)
        exposed |= read - known
        known |= binds
    return exposed


def bound_after(body: Sequence[ast.stmt], bound: Iterable[str] = ()) -> set[str]:
    """Return the names that are certainly bound where a block ends, if it gets there."""
    return set(bound).union(*(_exposure(statement)[1] for statement in body))


@per_file(most=4096)
def _exposure(statement: ast.stmt) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that a statement reads before it binds them, and those that it certainly binds."""
    exposure = _Exposure(set())
    read = exposure.statement(statement)
    return frozenset(read), frozenset(exposure.bound)


class _Exposure:
    """One pass over a block in order; `bound` holds the names certainly bound so far."""

    def __init__(self, bound: set[str]) -> None:
        self.bound = bound

    def block(self, body: Sequence[ast.stmt]) -> set[str]:
        exposed: set[str] = set()
        for statement in body:
            exposed |= self.statement(statement)
        return exposed

    def expressions(self, *nodes: ast.AST | None) -> set[str]:
        found = effects_of(*(node for node in nodes if node is not None))
        exposed = {path[0] for path in found.reads} - self.bound
        self.bound |= found.bindings
        return exposed

    def statement(self, node: ast.stmt) -> set[str]:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                return self.expressions(test) | self.branches(body, orelse)
            case (
                ast.For(target=target, iter=iterable, body=body, orelse=orelse)
                | ast.AsyncFor(target=target, iter=iterable, body=body, orelse=orelse)
            ):
                exposed = self.expressions(iterable)
                inside = _Exposure(self.bound | set(target_names(target)))
                return exposed | inside.block(body) | self.branches(orelse, ())
            case ast.While(test=test, body=body, orelse=orelse):
                return self.expressions(test) | self.branches(body, ()) | self.branches(orelse, ())
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                exposed = self.expressions(*items)
                swallows = any(may_swallow(item.context_expr) for item in items)
                return exposed | (self.branches(body, ()) if swallows else self.block(body))
            case ast.Try() | ast.TryStar():
                return self.attempt(node)
            case ast.Match(subject=subject, cases=cases):
                return self.expressions(subject) | self.branches(
                    *([case.pattern, case.guard, *case.body] for case in cases)
                )
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                value = self.expressions(node.value)
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if isinstance(node, ast.AugAssign):
                    return value | self.expressions(node)
                return value | self.expressions(*targets)
        return self.expressions(node)

    def branches(self, *blocks: Sequence[ast.AST | None]) -> set[str]:
        exposed: set[str] = set()
        ends = []
        for block in blocks:
            branch = _Exposure(set(self.bound))
            for node in block:
                if isinstance(node, ast.stmt):
                    exposed |= branch.statement(node)
                elif node is not None:
                    exposed |= branch.expressions(node)
            if not (block and isinstance(block[-1], ast.Continue | ast.Break | ast.Return | ast.Raise)):
                ends.append(branch.bound)
        if ends:
            self.bound |= set.intersection(*ends)
        return exposed

    def attempt(self, node: ast.Try | ast.TryStar) -> set[str]:
        start = set(self.bound)
        exposed = self.block([*node.body, *node.orelse])
        ends = [self.bound]
        for handler in node.handlers:
            branch = _Exposure({*start, handler.name} if handler.name else set(start))
            exposed |= branch.expressions(handler.type) | branch.block(handler.body)
            last = handler.body[-1]
            if not isinstance(last, ast.Continue | ast.Break | ast.Return | ast.Raise):
                ends.append(branch.bound)
        self.bound = set.intersection(*ends)
        return exposed | self.block(node.finalbody)


def aliases(function: FunctionNode, loop: ast.stmt) -> dict[Path, Path]:
    """Return the paths that a function assigns from other paths: `queue = urls`, `self.queue = urls`.

    What is assigned behind the loop from a collection made anew before it is no alias inside it.
    """
    assigned = _assignments(function)
    found: dict[Path, Path] = {}
    for node in assigned:
        value = walked(node.value)
        if value is None or (node.lineno > loop.lineno and len(value) == 1 and _is_fresh(assigned, value[0])):
            continue
        for target in node.targets:
            path = path_of(target)
            if path is not None and not _has_item(path) and path[0] != value[0]:
                found[path] = value
    return found


@per_file()
def _assignments(function: FunctionNode) -> list[ast.Assign]:
    return [node for node in _own_statements(function) if isinstance(node, ast.Assign)]


def walked(node: ast.expr) -> Path | None:
    """Return the path of the object that walking an expression goes through, itself or by a lazy iterator."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[*_, last]) if name in LAZY:
            first = node.args[0]
            return walked(last if name in ("map", "filter") else first)
        case ast.Call(func=ast.Attribute(value=mapping, attr="items" | "keys" | "values"), args=[]):
            return path_of(mapping)
        case ast.GeneratorExp(generators=[generator, *_]):
            return walked(generator.iter)
    return path_of(node)


def elements(function: FunctionNode, paths: Iterable[Path]) -> set[Path]:
    """Return what loop variables stand for that go through a display: `row` for `xs` and `ys` in `rows = [xs, ys]`."""
    _, loops = _displays(function)
    return {element for path in paths if len(path) == 1 for element in loops.get(path[0], ())}


def opened(function: FunctionNode, path: Path) -> set[Path]:
    """Return what an item of a display may stand for: `out` and `found` for `pair[0]` in `pair = (out, found)`."""
    displays, _ = _displays(function)
    if len(path) < 2 or not path[1].startswith("["):
        return set()
    return {(*element, *path[2:]) for element in displays.get(path[0], ())}


@per_file()
def _displays(function: FunctionNode) -> tuple[dict[str, set[Path]], dict[str, set[Path]]]:
    """Return what stands in the displays that have a name, and what loop variables over displays stand for."""
    displays: dict[str, set[Path]] = {}
    loops: dict[str, set[Path]] = {}
    for node in _own_statements(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List(elts=parts) | ast.Tuple(elts=parts)):
                displays[name] = {path for part in parts if (path := path_of(part)) is not None}
            case ast.For(target=ast.Name(id=name), iter=ast.Name(id=display)) if display in displays:
                loops[name] = displays[display]
            case ast.For(target=ast.Name(id=name), iter=ast.List(elts=parts) | ast.Tuple(elts=parts)):
                loops[name] = {path for part in parts if (path := path_of(part)) is not None}
    return displays, loops


def _own_statements(function: FunctionNode) -> Iterator[ast.stmt]:
    stack: list[ast.stmt] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, FunctionNode | ast.ClassDef):
            stack.extend(reversed(child_statements(node)))


def _has_item(path: Path) -> bool:
    return any(part.startswith("[") for part in path)


def _is_fresh(assigned: Sequence[ast.Assign], name: str) -> bool:
    """Tell whether a name is only ever bound to a new collection."""
    values = [
        node.value for node in assigned if any(isinstance(one, ast.Name) and one.id == name for one in node.targets)
    ]
    return bool(values) and all(isinstance(one, ast.List | ast.Dict | ast.Set | ast.Call) for one in values)


def resolved(path: Path, known: Mapping[Path, Path], *, inside: bool = False) -> Path:
    """Return a path with its beginning replaced by what it is another name for.

    `inside`: only what is inside an aliased object, not the name itself (which may be bound anew).
    """
    for _ in range(MAX_ALIASES):
        beginnings = (path[:length] for length in range(len(path) - inside, 0, -1))
        beginning = next((one for one in beginnings if one in known), None)
        if beginning is None:
            break
        path = (*known[beginning], *path[len(beginning) :])
    return path


def enclosing(function: FunctionNode, inner: ast.stmt | ast.expr) -> list[ast.stmt | ast.ExceptHandler]:
    """Return the compound statements of a function around one of its statements, outermost first.

    Except handlers are listed too, between the `try` and the statement.
    """
    path: list[ast.stmt | ast.ExceptHandler] = []
    body: Sequence[ast.stmt] = function.body
    while True:
        before = bisect_right(body, _start(inner), key=_start)
        around = body[before - 1] if before else None
        if around is None or around is inner or not _spans(around, inner):
            return path
        path.append(around)
        for handler in getattr(around, "handlers", ()):
            if any(node is inner or _spans(node, inner) for node in handler.body):
                path.append(handler)
        body = child_statements(around)


def bound_around(function: FunctionNode, inner: ast.stmt | ast.expr) -> set[str]:
    """Return the names that the loops around a piece of code have certainly bound when they get there."""
    around = [node for node in enclosing(function, inner) if isinstance(node, ast.stmt)]
    child = inner if isinstance(inner, ast.stmt) else around.pop()
    found: set[str] = set()
    for holder in reversed(around):
        outermost = next((index for index, node in enumerate(around) if isinstance(node, Loop)), len(around))
        if around.index(holder) < outermost:
            break
        block, index = siblings(function, child)
        found |= bound_after(block[:index])
        if isinstance(holder, ast.For | ast.AsyncFor):
            found.update(target_names(holder.target))
        child = holder
    return found


def _start(node: ast.stmt | ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _spans(outer: ast.stmt, inner: ast.stmt | ast.expr) -> bool:
    starts = _start(outer) <= _start(inner)
    return starts and (outer.end_lineno, outer.end_col_offset) >= (inner.end_lineno, inner.end_col_offset)


def siblings(function: FunctionNode, inner: ast.stmt) -> tuple[list[ast.stmt], int]:
    """Return the statement list that holds a statement, and its index there."""
    around = enclosing(function, inner)
    holder = around[-1] if around else function
    for name in ("body", "orelse", "finalbody"):
        block = getattr(holder, name, [])
        for index, node in enumerate(block):
            if node is inner:
                return block, index
    for case in getattr(holder, "cases", ()):
        if inner in case.body:
            return case.body, case.body.index(inner)
    raise ValueError("the statement is not in the function")


def last_blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    """Return the blocks with one of which a compound statement ends, none for statements that go on otherwise."""
    match node:
        case ast.If(body=body, orelse=orelse):
            blocks = [body, orelse]
        case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=[]):
            blocks = [orelse or body, *(handler.body for handler in handlers)]
        case ast.With(body=body) | ast.AsyncWith(body=body):
            blocks = [body]
        case _:
            blocks = []
    return [block for block in blocks if block]


def read_afterwards(function: FunctionNode, loop: ast.stmt, names: Iterable[str]) -> set[str]:
    """Return those names whose value, as a loop leaves it, may be read later.

    Later is: behind the loop, or earlier in an enclosing loop before the name is bound again.
    """
    wanted = set(names)
    return wanted & _readable_afterwards(function, loop) if wanted else wanted


@per_file()
def _readable_afterwards(function: FunctionNode, loop: ast.stmt) -> frozenset[str]:
    found: set[str] = set()
    child: ast.stmt = loop
    block, index = siblings(function, child)
    around = [node for node in enclosing(function, loop) if isinstance(node, ast.stmt)]
    while True:
        found |= exposed_reads(block[index + 1 :])
        if not around:
            break
        child = around.pop()
        if isinstance(child, Loop):
            start = target_names(child.target) if not isinstance(child, ast.While) else ()
            found |= exposed_reads(child.body, start) & _outside(child.body, loop)
        if isinstance(child, ast.Try | ast.TryStar):
            handled = [node for handler in child.handlers for node in handler.body]
            named = {handler.name for handler in child.handlers if handler.name}
            beside = _outside([*handled, *child.orelse, *child.finalbody], loop)
            found |= exposed_reads([*handled, *child.finalbody], named) & beside
        block, index = siblings(function, child)
    shared, nested = _reaching_out(function)
    inner = {node for node in walk(loop) if isinstance(node, FunctionLike)} if nested else ()
    closures = {path[0] for node in nested if node not in inner for path in effects_of(node).reads}
    return frozenset(found | shared | closures)


@per_file()
def _reaching_out(function: FunctionNode) -> tuple[frozenset[str], list[FunctionLike]]:
    """Return the names that a function shares with its surroundings, and the functions inside it."""
    nodes = walk(function)
    shared = frozenset(name for node in nodes if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names)
    return shared, [node for node in nodes if isinstance(node, FunctionLike) and node is not function]


def _outside(body: Iterable[ast.stmt], loop: ast.stmt) -> set[str]:
    """Return the names read in a block outside one statement of it."""
    return {
        node.id
        for statement in body
        for node in walk_except(statement, loop)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def walk_except(root: ast.AST, leave_out: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree without one subtree."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node is leave_out:
            continue
        yield node
        stack.extend(children(node))
