"""Where an expression stands: what runs before it, whether it always runs, what binds tighter."""

from __future__ import annotations

import ast

from flake8_gather.analysis.walking import children, walk

NEW_SCOPES = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def always_runs(root: ast.expr, node: ast.expr) -> bool:
    """Tell whether evaluating `root` evaluates `node` exactly once."""
    stack: list[ast.AST] = [root]
    while stack:
        inner = stack.pop()
        if inner is node:
            return True
        if isinstance(inner, ast.IfExp):
            stack.append(inner.test)
        elif isinstance(inner, ast.BoolOp):
            stack.append(inner.values[0])
        elif isinstance(inner, ast.Compare):
            stack += [inner.left, inner.comparators[0]]
        elif not isinstance(inner, NEW_SCOPES):
            stack.extend(children(inner))
    return False


def needs_parentheses(statement: ast.stmt, node: ast.expr) -> bool:
    """Tell whether an `await` in the place of `node` would have to be parenthesised."""
    for parent in walk(statement):
        if isinstance(parent, ast.Attribute | ast.Subscript | ast.Await) and parent.value is node:
            return True
        if isinstance(parent, ast.Call) and parent.func is node:
            return True
    return False


def is_evaluated_first(statement: ast.stmt, node: ast.expr) -> bool:
    """Tell whether nothing else of the statement is evaluated before the expression."""
    value: ast.AST | None
    if isinstance(statement, ast.For):
        value = statement.iter
    elif isinstance(statement, ast.If) or (isinstance(statement, ast.Assert) and statement.msg is None):
        value = statement.test
    elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.Return | ast.Expr):
        value = statement.value
    else:
        return False
    while value is not None and value is not node:
        value = _first_part(value)
    return value is node


def _first_part(value: ast.AST) -> ast.AST | None:
    """Return the part of an expression that is evaluated first, names and constants aside."""
    match value:
        case ast.Call(func=ast.Name(), args=[first, *_]):
            return first
        case ast.Await(value=inner) | ast.Attribute(value=inner) | ast.Subscript(value=inner):
            return inner
        case ast.Call(func=inner) | ast.BinOp(left=inner) | ast.Compare(left=inner) | ast.UnaryOp(operand=inner):
            return inner
        case ast.Starred(value=inner):
            return inner
        case ast.Tuple(elts=[first, *_]) | ast.List(elts=[first, *_]) | ast.BoolOp(values=[first, *_]):
            return first
    return None
