"""The rules: the one table that names every code, its name and its fact.

Messages, `flake8-gather rule`, the documentation and the tests all read this table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its flake8 code, its name in kebab case and the fact it states."""

    code: str
    name: str
    fact: str


RULES = {
    rule.code: rule
    for rule in (
        Rule("GTH101", "sequential-await-loop", "the loop awaits one independent call per item"),
        Rule("GTH102", "sequential-collect-loop", "the loop collects independent awaits one by one"),
        Rule("GTH103", "sequential-await-comprehension", "the comprehension awaits independent calls one by one"),
        Rule("GTH104", "hoistable-await-in-loop", "the await in this loop does not depend on the rest of its body"),
        Rule("GTH105", "sequential-loop-body", "the iterations of this loop are independent"),
        Rule("GTH201", "sequential-awaits", "consecutive awaits are independent"),
        Rule("GTH202", "sequential-sibling-awaits", "awaits inside one expression are independent"),
        Rule("GTH203", "sequential-await-chains", "independent chains of awaits run one after another"),
        Rule("GTH301", "defeated-gather", "the inner await runs before anything is started"),
        Rule("GTH302", "defeated-task", "each task is awaited before the next one starts"),
    )
}
