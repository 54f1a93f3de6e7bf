"""GTH105: loops whose whole body can run once per item at the same time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.closures import keeps_function
from flake8_gather.analysis.effects import (
    COMMUTATIVE,
    ITEM,
    MUTATORS,
    effects_of,
    item_names,
    path_of,
    paths_of,
    target_names,
)
from flake8_gather.analysis.flow import bound_around, exposed_reads, read_afterwards, siblings, walk_except
from flake8_gather.analysis.group import Group, kept, spelled_out
from flake8_gather.analysis.judge import judge_iterations
from flake8_gather.analysis.nullness import holds_something, is_something, is_tested, never_none
from flake8_gather.analysis.output import is_print, is_question
from flake8_gather.analysis.values import creations
from flake8_gather.analysis.walking import FunctionLike, children, own_nodes, walk
from flake8_gather.finders.fills import ending_fills, entered, filled, is_entry, last_fills
from flake8_gather.finders.sinks import KINDS, created_kind, creation_of
from flake8_gather.opportunity import Barrier, Opportunity, Reason, Span
from flake8_gather.shapes import BodyLoop, Collected, Sink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.analysis.barriers import Found
    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path
    from flake8_gather.opportunity import Verdict


def find_body(context: FunctionContext, node: ast.For) -> Opportunity:
    """Return the loop as one whose body becomes a coroutine function."""
    return Body(context, node, node.body).opportunity()


def unshaped(context: FunctionContext, node: ast.For) -> BodyLoop:
    """Return the shape of a loop that is kept, which nobody will rewrite."""
    return BodyLoop(context.function.node, node, node.target, node.iter, ())


class Body:
    """A loop's body, or its beginning, read as a coroutine function."""

    def __init__(self, context: FunctionContext, node: ast.For, statements: Sequence[ast.stmt]) -> None:
        """`statements` are those that would run side by side."""
        self.context = context
        self.node = node
        self.statements = statements
        self.function = context.function.node
        self.effects = effects_of(*statements)
        self.targets = target_names(node.target)
        self.bound = self.effects.bindings | set(self.targets)
        self.awaits = tuple(child for child in own_nodes(*statements) if isinstance(child, ast.Await))

    def opportunity(self) -> Opportunity:
        """Return the whole body as an opportunity."""
        collected = self.collected()
        verdict = self.verdict(frozenset(one.name for one in collected))
        shape = unshaped(self.context, self.node) if verdict.confidence is None else self.shape(collected)
        spans = tuple(Span.of(node) for node in self.awaits)
        return Opportunity("GTH105", Span.of(self.node), spans, verdict, shape)

    # -- shape -----------------------------------------------------------------------------------

    def shape(self, collected: tuple[Collected, ...]) -> BodyLoop:
        """Return what a rewrite needs."""
        names = frozenset(one.name for one in collected)
        entries = self.entries(collected)
        scattered = () if entries else self.scattered(collected)
        return BodyLoop(
            self.function,
            self.node,
            self.node.target,
            self.node.iter,
            self.parameters(names),
            collected,
            self.continues(),
            self.refusal(names),
            entries or scattered,
            self.creation(collected[0]) if entries or scattered else None,
            self.absence(scattered),
        )

    def parameters(self, collected: frozenset[str]) -> tuple[str, ...]:
        """Return the loop variables that are read before anything binds them, those of loops around it last."""
        read = exposed_reads(self.statements)
        around = bound_around(self.function, self.node) - set(self.targets) - collected - self.effects.bindings
        return (*(name for name in self.targets if name in read), *sorted(read & around))

    def continues(self) -> tuple[ast.Continue, ...]:
        """Return the `continue` statements of this very loop."""
        found: list[ast.Continue] = []
        stack: list[ast.AST] = list(reversed(self.statements))
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Continue):
                found.append(node)
            if not isinstance(node, FunctionLike | ast.ClassDef | ast.For | ast.While | ast.AsyncFor):
                stack.extend(reversed(children(node)))
        return tuple(found)

    def collected(self) -> tuple[Collected, ...]:
        """Return the local collections and counters that the body only fills, in the order of their creation."""
        found = []
        touched = self.bound | {path[0] for path in self.effects.mutations}
        stored = (node for node in own_nodes(self.function) if isinstance(node, ast.Name) and node.id in touched)
        for name in dict.fromkeys(node.id for node in stored):
            kind = self.kind_of(name)
            if kind is not None and self.only_filled(name, kind):
                found.append(Collected(kind, name))
        return tuple(found)

    def entries(self, collected: tuple[Collected, ...]) -> tuple[ast.Expr | ast.Assign, ...]:
        """Return the statements that put an item's one entry into the one collection, if each run ends so."""
        if len(collected) != 1:
            return ()
        found = last_fills(self.context, self.statements, collected[0]) or ()
        for node in self.continues() if found else ():
            block, index = siblings(self.function, node)
            before = block[index - 1] if index else node
            if not is_entry(before, collected[0]):
                return ()
            found += () if before in found else (before,)
        name, kind = collected[0].name, collected[0].kind
        fills = sum(len(filled(statement, name, kind)) for statement in own_nodes(*self.statements))
        return found if fills == len(found) else ()

    def scattered(self, collected: tuple[Collected, ...]) -> tuple[ast.Expr | ast.Assign, ...]:
        """Return the statements that put at most one entry per item into the one collection."""
        if len(collected) != 1:
            return ()
        found = ending_fills(self.statements, collected[0])
        for node in self.continues():
            block, index = siblings(self.function, node)
            before = block[index - 1] if index else node
            if is_entry(before, collected[0]) and before not in found:
                found += (before,)
        name, kind = collected[0].name, collected[0].kind
        fills = sum(len(filled(statement, name, kind)) for statement in own_nodes(*self.statements))
        return found if fills == len(found) else ()

    def absence(self, scattered: tuple[ast.Expr | ast.Assign, ...]) -> str:
        """Return what an item without an entry gives back: something that no entry is."""
        if not scattered:
            return ""
        return "None" if self.are_declared() or all(map(self.is_something, scattered)) else "[]"

    def are_declared(self) -> bool:
        """Tell whether the collection's annotation says that its entries are something."""
        match self.creation(self.collected()[0]):
            case ast.AnnAssign(annotation=annotation):
                return holds_something(self.context, annotation)
        return False

    def is_something(self, entry: ast.Expr | ast.Assign) -> bool:
        """Tell whether what is put into a collection is known to be no None; pairs are none."""
        value = entered(entry)
        if isinstance(value, ast.Name):
            tested = self.is_tested(entry, value.id)
            return tested or (value.id not in self.targets and never_none(self.context, self.statements, value.id))
        return value is None or is_something(self.context, value)

    def is_tested(self, entry: ast.stmt, name: str) -> bool:
        """Tell whether an entry stands below a condition that finds a name to be something."""
        return any(
            isinstance(node, ast.If)
            and is_tested(node.test, name)
            and any(entry is inner for one in node.body for inner in walk(one))
            and name not in effects_of(*node.body).bindings
            for node in own_nodes(*self.statements)
        )

    def creation(self, collection: Collected) -> ast.stmt | None:
        """Return the statement that creates a collection, if it may become one with the gather."""
        kind = next(kind for kind, made in KINDS.items() if made == collection.kind)
        return creation_of(self.function, self.node, Sink(kind, ast.Name(collection.name)))

    def kind_of(self, name: str) -> str | None:
        """Return what kind of collection a name of the function holds, if it is created there."""
        if name in self.targets:
            return None
        kinds = {created_kind(value) for value in creations(self.function, name, self.node)}
        return kinds.pop() if len(kinds) == 1 else None

    def only_filled(self, name: str, kind: str) -> bool:
        """Tell whether every mention of a collection fills it."""
        fills = {id(inner) for statement in own_nodes(*self.statements) for inner in filled(statement, name, kind)}
        for statement in self.statements:
            for node in walk(statement):
                if isinstance(node, ast.Name) and node.id == name and id(node) not in fills:
                    return False
        return bool(fills)

    def refusal(self, collected: frozenset[str]) -> str | None:
        """Name what the rewrite cannot keep: shared collections would be filled in another order."""
        if self.node.orelse:
            return "the loop has an `else`"
        for node in own_nodes(*self.statements):
            late = effects_of(*node.finalbody).bindings & collected if isinstance(node, ast.Try) else None
            if late and any(isinstance(child, ast.Continue) for child in walk(node)):
                return f"`{min(late)}` is changed in a `finally`, after a `continue` has given it back"
        for path in sorted(self.effects.mutations):
            if path[0] not in self.bound and path[0] not in collected and path not in self.added():
                return f"the order in which `{path[0]}` is filled would change"
        return None

    # -- judgement -------------------------------------------------------------------------------

    def verdict(self, collected: frozenset[str]) -> Verdict:
        """Judge the whole body."""
        found = self.carried(collected) or self.printing() or self.changing(collected)
        if found is not None:
            return kept(*found)
        return judge_iterations(self.context, self.group(collected))

    def group(self, collected: frozenset[str]) -> Group:
        """Return what would run side by side."""
        entered = tuple(
            item.context_expr
            for node in own_nodes(*self.statements)
            if isinstance(node, ast.AsyncWith)
            for item in node.items
        )
        return Group(
            self.node,
            self.node,
            self.awaits,
            frozenset(self.bound - collected),
            (self.node.iter,),
            inside=tuple(self.statements),
            discarded=frozenset(
                node.value
                for node in own_nodes(*self.statements)
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Await)
            ),
            collected=collected,
            entered=entered,
            aliases=self.aliases(),
        )

    def aliases(self) -> dict[str, tuple[Path, ...]]:
        """Return the paths that names bound in the body may stand for."""
        found: dict[str, tuple[Path, ...]] = {}
        for node in own_nodes(*self.statements):
            match node:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                    | ast.NamedExpr(target=ast.Name(id=name), value=value)
                ):
                    paths = paths_of(value)
                case ast.For(target=ast.Name(id=name), iter=iterable):
                    paths = tuple((*path, "[]") for path in paths_of(iterable))
                case _:
                    continue
            found[name] = (*found.get(name, ()), *(path for path in paths if path[0] != name))
        return {name: paths for name, paths in found.items() if paths}

    def carried(self, collected: frozenset[str]) -> Found | None:
        """Names that go from one item to the next, or out of the loop."""
        line = self.node.lineno
        again = sorted((exposed_reads(self.statements, self.targets) & self.effects.bindings) - collected)
        if again:
            return Barrier.CARRIED, Reason(f"`{again[0]}` is carried from one item to the next", line)
        later = sorted(read_afterwards(self.function, self.node, self.bound - collected))
        if later:
            return Barrier.CARRIED, Reason(f"`{later[0]}` is read after the loop", line)
        return self.takes_over()

    def takes_over(self) -> Found | None:
        """What reaches out of the body in other ways than reading and filling."""
        if keeps_function(self.statements, self.bound):
            text = "a function that is kept would see its own item, and not the last one"
            return Barrier.CARRIED, Reason(text, self.node.lineno)
        for node in own_nodes(*self.statements):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("next", "anext"):
                return Barrier.CARRIED, Reason("the body takes items of its own from an iterator", node.lineno)
            if isinstance(node, ast.Delete | ast.Global | ast.Nonlocal):
                return Barrier.CARRIED, Reason("the body deletes or rebinds names of its surroundings", node.lineno)
        return None

    def printing(self) -> Found | None:
        """Output on the way."""
        for call in self.effects.calls:
            if is_print(call) or is_question(call):
                return Barrier.ORDERED, Reason("what the body prints would be mixed up", call.lineno)
        return None

    def changing(self, collected: frozenset[str]) -> Found | None:
        """Shared objects that the body changes in a way that is not one entry per item."""
        aliases, added = self.aliases(), self.added()
        changed = [(shown, path) for shown in sorted(self.effects.mutations) for path in spelled_out(shown, aliases)]
        for shown, path in changed:
            if path[0] in self.bound or path[0] in collected:
                continue
            if path in added and not self.read_at_all(path[:-1]):
                continue
            keyed = item_names(path) & self.bound
            text = ".".join(part for part in shown if not part.startswith("["))
            if not keyed:
                return Barrier.SHARED_STATE, Reason(f"the body changes `{text}`", self.node.lineno)
            if self.read_beside(path):
                return Barrier.SHARED_STATE, Reason(f"the body changes `{text}` and reads it", self.node.lineno)
        return None

    def added(self) -> set[Path]:
        """Return the sets that are only added to: the order does not show."""
        found: set[Path] = set()
        others: set[Path] = set()
        for node in own_nodes(*self.statements):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
                path = path_of(node.func.value)
                if path is not None:
                    (found if node.func.attr in COMMUTATIVE else others).add((*path, ITEM))
        return found - others

    def read_at_all(self, container: Path) -> bool:
        """Tell whether a set is used for anything but adding."""
        mentions = [
            node
            for statement in self.statements
            for node in walk(statement)
            if isinstance(node, ast.Name | ast.Attribute) and path_of(node) == container
        ]
        adds = [
            node.func.value
            for statement in self.statements
            for node in walk(statement)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMMUTATIVE
        ]
        return any(not any(mention is add for add in adds) for mention in mentions)

    def read_beside(self, path: Path) -> bool:
        """Tell whether a container is read besides being stored into."""
        container = path[: next(index for index, part in enumerate(path) if part.startswith("["))]
        reads = 0
        for statement in self.statements:
            for node in walk_except(statement, self.node):
                if (
                    isinstance(node, ast.Name | ast.Attribute)
                    and isinstance(node.ctx, ast.Load)
                    and path_of(node) == container
                ):
                    reads += 1
        stores = sum(
            isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and path_of(node.value) == container
            for statement in self.statements
            for node in walk(statement)
        )
        return reads > stores
