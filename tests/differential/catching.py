"""Whether a fixed set of random programs notices a wrong analysis."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from flake8_gather.codemod.rewriting import rewrite
from tests.differential.comparing import PATH, compared
from tests.differential.dice import Thrown
from tests.differential.programs import written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.differential.mutants import Mutant


class Corpus:
    """Programs, with what the right analysis makes of them."""

    def __init__(self, seeds: Iterable[int]) -> None:
        programs = (written(Thrown(Random(seed))) for seed in seeds)
        self.programs = [(program, rewrite(program.text, PATH, program.options).text) for program in programs]

    def catch(self, mutant: Mutant) -> tuple[str, str]:
        """Return the mutant's fate, and what tells it."""
        others = 0
        with mutant.applied():
            for number, (program, right) in enumerate(self.programs, 1):
                result = rewrite(program.text, PATH, program.options)
                if result.text == right:
                    continue
                others += 1
                rules = tuple(found.code for found in result.applied)
                differences = compared(program, result.text, rules).differences
                if differences:
                    return "noticed", f"by program {number}, {differences[0]}"
        if mutant.unseen is not None:
            return "not visible", mutant.unseen
        return "not noticed", f"{others} of {len(self.programs)} programs rewritten otherwise"
