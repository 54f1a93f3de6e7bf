"""GTH104: loops whose awaits can move out, the rest staying a plain loop (loop distribution)."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from flake8_gather.analysis.closures import captures
from flake8_gather.analysis.effects import MUTATORS, callee_name, conflicts, effects_of
from flake8_gather.analysis.flow import aliases, exposed_reads, read_afterwards, resolved
from flake8_gather.analysis.group import Group
from flake8_gather.analysis.judge import judge_iterations
from flake8_gather.analysis.output import is_logging, is_print
from flake8_gather.analysis.purity import PURE
from flake8_gather.analysis.values import is_reiterable
from flake8_gather.analysis.walking import FunctionLike, children, walk
from flake8_gather.finders.bodies import unshaped
from flake8_gather.opportunity import Opportunity, Span
from flake8_gather.shapes import Hoisted, HoistLoop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flake8_gather.analysis.context import FunctionContext
    from flake8_gather.analysis.effects import Path
    from flake8_gather.finders.nests import Nest

# Expressions in which a part may not run at all, or runs more than once.
CONDITIONAL = (
    ast.BoolOp | ast.IfExp | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | FunctionLike | ast.Compare
)


def find_hoist(context: FunctionContext, nest: Nest) -> Opportunity | None:
    """Return the loop as one whose awaits are hoisted, None where its shape does not allow it."""
    if len(nest.clauses) != 1 or nest.node.orelse:
        return None
    hoisted = _hoisted(nest)
    if not hoisted:
        return None
    function, targets = context.function.node, nest.targets
    awaits = tuple(one.node for one in hoisted)
    if _needs_the_body(nest, hoisted) or not _movable(nest, hoisted, aliases(function, nest.node)):
        return None
    rest = tuple(node for node in nest.core if node not in {one.statement for one in hoisted})
    conditions = tuple(test for test, _ in nest.clauses[0].conditions)
    if conflicts(effects_of(*rest).writes, effects_of(*conditions).reads):
        return None
    if conditions and read_afterwards(function, nest.node, targets):
        return None  # the loop's last item is not the last one that passed
    group = Group(
        nest.node,
        nest.node,
        awaits,
        targets,
        (nest.clauses[0].iterable,),
        inside=conditions,
        after=rest,
        printing=_prints_before(nest, hoisted),
    )
    spans, verdict = tuple(Span.of(node) for node in awaits), judge_iterations(context, group)
    if verdict.confidence is None:
        return Opportunity("GTH104", Span.of(nest.node), spans, verdict, unshaped(context, nest.node))
    keeps = bool(_reads_beside(rest, awaits) & targets or read_afterwards(function, nest.node, targets))
    shape = HoistLoop(
        function,
        nest.node,
        nest.clauses[0],
        hoisted,
        nest.core,
        keeps,
        is_reiterable(nest.clauses[0].iterable, context),
        nest.guards,
        nest.wrapper,
    )
    return Opportunity("GTH104", Span.of(nest.node), spans, verdict, shape)


def _needs_the_body(nest: Nest, hoisted: tuple[Hoisted, ...]) -> bool:
    """Tell whether an await reads what the body binds, or the body goes on with a name from item to item."""
    renamed = _renamed(nest, hoisted)
    bound = effects_of(*nest.core).bindings - renamed
    targets = nest.targets
    carried = exposed_reads(nest.core, targets) & bound
    for one in hoisted:
        read = {path[0] for path in effects_of(one.node.value).reads}
        if read & bound or captures(one.node.value, targets) or set(one.names) & (carried | targets - renamed):
            return True
    return bool(targets & bound)


def _renamed(nest: Nest, hoisted: tuple[Hoisted, ...]) -> frozenset[str]:
    """Return the loop's variable if the body begins by putting the one result in its place."""
    match nest.clauses[0].target, hoisted:
        case ast.Name(id=name), (Hoisted(statement=statement, name=other),) if (
            name == other and statement is nest.core[0] and name not in effects_of(*nest.core[1:]).bindings
        ):
            return frozenset({name})
    return frozenset()


def _reads_beside(rest: tuple[ast.stmt, ...], awaits: tuple[ast.Await, ...]) -> set[str]:
    """Return the names that the rest of a body reads outside the awaits that leave it."""
    gone = {child for one in awaits for child in walk(one)}
    nodes = (node for statement in rest for node in walk(statement) if node not in gone)
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _hoisted(nest: Nest) -> tuple[Hoisted, ...]:
    """Return the awaits, if all stand where they always run, and something stays behind."""
    found: list[Hoisted] = []
    for statement in nest.core:
        nodes = [node for node in walk(statement) if isinstance(node, ast.Await)]
        if not nodes:
            if isinstance(statement, ast.AsyncWith | ast.AsyncFor):
                return ()
            continue
        if _are_nested(nodes):
            return ()
        if isinstance(statement, ast.If):
            inside = [node for one in (*statement.body, *statement.orelse) for node in walk(one)]
            if any(isinstance(node, ast.Await | ast.AsyncWith | ast.AsyncFor) for node in inside):
                return ()
        elif not isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr):
            return ()
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=ast.Await() as node)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.Await() as node)
            ) if len(nodes) == 1:
                found.append(Hoisted(node, statement, name))
            case ast.Assign(targets=[ast.Tuple(elts=[_, _, *_] as names)], value=ast.Await() as node) if len(
                nodes
            ) == 1 and all(isinstance(name, ast.Name) for name in names):
                found.append(Hoisted(node, statement, ", ".join(ast.unparse(name) for name in names)))
            case ast.Expr(value=ast.Await()):
                return ()  # awaited for its effect, beside other statements: the body runs as a whole
            case _ if all(_always_runs(statement, node) for node in nodes):
                found += (Hoisted(node) for node in nodes)
            case _:
                return ()
    alone = len(found) == len(nest.core) and all(one.statement is not None for one in found)
    return () if alone else tuple(found)


def _are_nested(nodes: list[ast.Await]) -> bool:
    """Tell whether one await needs another's result: such a chain runs as a whole, in a function of its own."""
    return any(isinstance(child, ast.Await) for node in nodes for child in walk(node.value))


def _always_runs(root: ast.stmt, wanted: ast.Await) -> bool:
    stack: list[ast.AST] = [root]
    while stack:
        node = stack.pop()
        if node is wanted:
            return True
        if not isinstance(node, CONDITIONAL):
            stack.extend(children(node))
    return False


def _movable(nest: Nest, hoisted: tuple[Hoisted, ...], names: Mapping[Path, Path]) -> bool:
    """Tell whether the awaits may move in front of everything that runs before them in an iteration.

    What runs before them may log, print and compute; anything that may change an object could
    change what is awaited.
    """
    awaited = {child for one in hoisted for child in walk(one.node) if isinstance(child, ast.expr)}
    last = max(index for index, node in enumerate(nest.core) if any(child in awaited for child in walk(node)))
    reads = effects_of(*(one.node.value for one in hoisted)).reads
    reads |= {resolved(path, names) for path in reads}
    for whole in nest.core[: last + 1]:
        # The branches of an `if` run behind what its condition awaits.
        statement = whole.test if isinstance(whole, ast.If) and whole is nest.core[last] else whole
        if isinstance(statement, ast.If) and any(isinstance(node, ast.Await) for node in walk(statement)):
            return False  # what its branches do comes before another await
        around = {node for node in walk(statement) if any(child in awaited for child in walk(node))}
        before = [call for call in effects_of(statement).calls if call not in awaited and call not in around]
        if not all(is_logging(call) or _computes(call) or _fills(call) or is_print(call) for call in before):
            return False
        changed = effects_of(*before).mutations | (set() if around else effects_of(statement).mutations)
        changed |= {resolved(path, names, inside=True) for path in changed}
        if conflicts(changed, reads) or any(isinstance(node, ast.Continue) for node in walk(statement)):
            return False
    return True


def _fills(call: ast.Call) -> bool:
    """A container of the function that is filled on the way; the judge sees who reads it."""
    return isinstance(call.func, ast.Attribute) and call.func.attr in MUTATORS and isinstance(call.func.value, ast.Name)


def _prints_before(nest: Nest, hoisted: tuple[Hoisted, ...]) -> bool:
    last = max(one.node.lineno for one in hoisted)
    return any(is_print(call) and call.lineno < last for call in effects_of(*nest.core).calls)


def _computes(call: ast.Call) -> bool:
    name = callee_name(call.func)
    return name in PURE and name not in ("next", "iter")
