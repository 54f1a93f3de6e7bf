"""GTH302: tasks awaited where they are created, and coroutines stored first, then awaited one by one."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_gather.analysis.starting import task_of
from flake8_gather.confidence import Confidence
from flake8_gather.shapes import (
    AwaitComprehension,
    BodyLoop,
    CallLoop,
    CollectLoop,
    HoistLoop,
    SiblingAwaits,
    SplitLoop,
    StatementRun,
    TaskLoop,
    TaskRun,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_gather.opportunity import Opportunity


def as_tasks(found: Opportunity, awaits: Sequence[ast.Await]) -> Opportunity:
    """Return a finding as GTH302 where every await is of a task just created, or of a stored coroutine."""
    if not found.reported(Confidence.LOW):
        return found
    tasks = [node.value for node in awaits if isinstance(node.value, ast.Call) and task_of(node.value) is not None]
    stored = all(isinstance(node.value, ast.Name) for node in awaits)  # coroutines, or tasks of the item
    if len(tasks) != len(awaits) and not stored:
        return found
    match found.shape:
        case CallLoop() | CollectLoop() | HoistLoop() | BodyLoop() | SplitLoop() | AwaitComprehension() as inner:
            return replace(found, code="GTH302", shape=TaskLoop(inner, tuple(tasks)))
        case StatementRun() | SiblingAwaits() as inner if not stored:
            return replace(found, code="GTH302", shape=TaskRun(inner, tuple(tasks)))
    return found
