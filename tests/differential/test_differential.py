"""The quick profile: some hundred programs, the same ones each time, and some wrong analyses that they notice."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.differential import comparing, world
from tests.differential.catching import Corpus
from tests.differential.comparing import compare
from tests.differential.mutants import mutants
from tests.differential.programs import Program, programs

SOON_NOTICED = {
    "analysis.changes.Changes.uses",
    "analysis.flow.exposed_reads",
    "analysis.flow.read_afterwards",
    "analysis.group.Group.shared",
    "finders.reordering.overtaken: carried 1",
}

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning")


@settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(program=programs())
def test_rewritten_programs_do_the_same(program: Program) -> None:
    comparison = compare(program)
    assert not comparison.differences, f"\n{comparison}"


def test_a_wrong_rewrite_is_noticed() -> None:
    """Without this, nothing would tell a comparison that never runs from one that never fails."""
    text = (
        "import asyncio\nfrom world import delay\ntotal, log, table, seen, boxes, busy = 0, [], {}, set(), [], False\n"
    )
    text += 'async def main():\n    for x in 3, 1:\n        await asyncio.sleep(delay("x", x))\n        log.append(x)\n'
    late = text.replace("log.append(x)", "log.insert(0, x)")
    before, after = (comparing.run(one, world.mixed) for one in (text, late))
    assert comparing.differing(before, before) == []
    assert comparing.differing(before, after) == ["log [3, 1] becomes [1, 3]"]


def test_a_wrong_analysis_is_noticed() -> None:
    wrong = [mutant for mutant in mutants() if mutant.name in SOON_NOTICED]
    corpus = Corpus(range(1000, 1300), wrong)
    assert {mutant.name for mutant in wrong if corpus.catch(mutant).difference} == SOON_NOTICED
