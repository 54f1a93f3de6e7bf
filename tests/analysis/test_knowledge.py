"""What is known of several implementations of one method, taken together."""

from __future__ import annotations

from flake8_gather.analysis.knowledge import Knowledge, together
from flake8_gather.analysis.summaries import TOO_FAR
from flake8_gather.opportunity import Answer, Barrier

WAITS = Knowledge(Answer.YES, Answer.YES, seen=True)
SETS = Knowledge(Answer.NO, Answer.NO, Barrier.CONTEXT, seen=True)


def test_one_that_leads_too_far_is_not_outvoted() -> None:
    assert together([WAITS, WAITS, TOO_FAR]) is TOO_FAR


def test_another_barrier_of_a_minority_is() -> None:
    assert together([WAITS, WAITS, SETS]).barrier is None
