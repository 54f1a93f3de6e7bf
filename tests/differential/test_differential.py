"""The quick profile: some hundred programs per level, the same ones each time."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from flake8_gather.opportunity import Confidence
from tests.differential.comparing import compare
from tests.differential.programs import programs


@pytest.mark.parametrize("confidence", Confidence)
@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(text=programs())
def test_rewritten_programs_do_the_same(confidence: Confidence, text: str) -> None:
    comparison = compare(text, confidence)
    assert not comparison.differences, f"\n{comparison}"


def test_a_wrong_rewrite_is_noticed() -> None:
    """Without this, nothing would tell a comparison that never runs from one that never fails."""
    from tests.differential import comparing

    text = "import asyncio\nfrom world import delay\ntotal, log, table, seen, boxes = 0, [], {}, set(), []\n"
    text += 'async def main():\n    for x in 3, 1:\n        await asyncio.sleep(delay("x", x))\n        log.append(x)\n'
    late = text.replace("log.append(x)", "log.insert(0, x)").replace("(3, 1)", "(3, 1, 1)")
    before, after = (comparing.run(one, comparing.mixed) for one in (text, late))
    assert comparing.differing(before, before) == []
    assert comparing.differing(before, after) == ["log [3, 1] becomes [1, 3]"]
